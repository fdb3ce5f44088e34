"""Which time is on screen, its ticks and how it is written."""

import pytest

from mien.timeline.clock import clock
from mien.timeline.ruler import decimals_for, step_for, ticks
from mien.timeline.visible_range import VisibleRange


def test_zoom_keeps_the_time_under_the_pointer() -> None:
    view = VisibleRange.whole(100.0)
    closer = view.zoomed(0.1, 30.0)
    assert closer.span_s == pytest.approx(10.0)
    assert closer.x_of(30.0, 1000) == pytest.approx(view.x_of(30.0, 1000))
    assert closer.zoomed(100.0, 30.0) == view
    assert VisibleRange.whole(100.0).zoomed(1e-9, 0.0).span_s == 1.0
    assert closer.moved(1e9).end_s == 100.0
    assert closer.moved(-1e9).start_s == 0.0


def test_the_view_turns_its_page_after_the_playhead() -> None:
    view = VisibleRange(10.0, 20.0, 100.0)
    assert view.showing(15.0) is view
    assert view.showing(20.5).start_s == pytest.approx(19.7)
    assert view.showing(5.0).start_s == 0.0
    assert view.lasting(15.0).end_s == 15.0
    assert VisibleRange.whole(10.0).lasting(20.0).end_s == 20.0


@pytest.mark.parametrize(
    ("time_s", "choices", "expected"),
    [
        (0.0, {}, "00:00"),
        (3723.456, {}, "1:02:03"),
        (59.999, {"decimals": 2}, "00:59.99"),
        (0.29, {"decimals": 2}, "00:00.29"),
        (65.0, {"hour_digits": 1}, "0:01:05"),
        (3605.0625, {"hour_digits": 2, "decimals": 3}, "01:00:05.062"),
    ],
)
def test_clock(time_s: float, choices: dict[str, int], expected: str) -> None:
    assert clock(time_s, **choices) == expected


@pytest.mark.parametrize("span_s", [1.0, 7.0, 95.0, 3600.0, 86000.0])
def test_ticks_are_round_and_apart(span_s: float) -> None:
    step_s = step_for(span_s, 1000)
    times_s = ticks(0.0, span_s, step_s)
    assert 2 <= len(times_s) <= 12
    assert step_s * 1000 / span_s >= 90
    assert all(abs(time_s / step_s - round(time_s / step_s)) < 1e-9 for time_s in times_s)
    written = [clock(time_s, decimals=decimals_for(step_s)) for time_s in times_s]
    assert len(set(written)) == len(written)
