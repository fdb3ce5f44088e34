from typing import Any

import pytest

from mien.outlets import IncomingMarker, MarkerInbox
from mien.outlets.marker_inbox import MAX_TEXT
from mien.outlets.media_clock import MediaClock


def test_of_a_camera_every_moment_has_its_media_time(clock: MediaClock, make_result: Any) -> None:
    clock.begin(is_live=True)
    assert clock.media_time_s(100.0) is None
    clock.write(make_result(time_s=2.0, captured_at_s=100.0), None)
    assert clock.media_time_s(100.25) == pytest.approx(2.25)
    assert clock.media_time_s(99.0) == pytest.approx(1.0)
    assert clock.media_time_s(10.0) == 0.0


def test_of_a_file_it_is_that_of_the_newest_result(clock: MediaClock, make_result: Any) -> None:
    clock.begin(is_live=False)
    clock.write(make_result(time_s=7.5, captured_at_s=100.0), None)
    assert clock.media_time_s(103.0) == 7.5


def test_after_a_run_and_before_the_next_there_is_none(clock: MediaClock, make_result: Any) -> None:
    for end in (clock.finish, clock.abort, lambda: clock.begin(is_live=True)):
        clock.write(make_result(time_s=1.0), None)
        end()
        assert clock.media_time_s(5.0) is None


def test_a_marker_reaches_every_listener_until_it_leaves(
    inbox: MarkerInbox, clock: MediaClock, arrived: list[IncomingMarker], make_result: Any
) -> None:
    other: list[IncomingMarker] = []
    inbox.add_listener(other.append)
    clock.begin(is_live=True)
    clock.write(make_result(time_s=2.0, captured_at_s=100.0), None)
    inbox.receive("go", "lsl", monotonic_s=101.0)
    inbox.remove_listener(other.append)
    inbox.receive("x" * 5000, "websocket", kind="exclude", at_s=0.5, end_s=1.5)
    assert arrived == [
        IncomingMarker("event", pytest.approx(3.0), None, "go", "lsl"),
        IncomingMarker("exclude", 0.5, 1.5, "x" * MAX_TEXT, "websocket"),
    ]
    assert len(other) == 1


@pytest.mark.parametrize(
    ("at_s", "end_s"),
    [(2.0, 1.0), (-1.0, None), (float("nan"), None), (0.0, float("inf")), (1e10, None), (None, 1.0)],
)
def test_times_that_are_none_are_refused(
    at_s: float | None,
    end_s: float | None,
    inbox: MarkerInbox,
    clock: MediaClock,
    arrived: list[IncomingMarker],
    make_result: Any,
) -> None:
    clock.begin(is_live=True)
    clock.write(make_result(time_s=2.0), None)
    assert inbox.receive("x", "websocket", at_s=at_s, end_s=end_s) is None
    assert arrived == []


def test_without_a_run_there_is_nothing_to_mark(inbox: MarkerInbox, arrived: list[IncomingMarker]) -> None:
    assert inbox.receive("x", "lsl") is None
    assert arrived == []
