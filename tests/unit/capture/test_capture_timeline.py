import pytest

from mien.capture.timeline import MIN_STEP_S, Timeline


def test_times_start_at_zero() -> None:
    timeline = Timeline(0.04)
    assert [timeline.place(t) for t in (7.0, 7.1, 9.0)] == pytest.approx([0.0, 0.1, 2.0])


def test_missing_times_follow_the_rate() -> None:
    timeline = Timeline(0.04)
    assert [timeline.place(t) for t in (None, None, 5.0, 5.04, None)] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


def test_times_rise_strictly() -> None:
    timeline = Timeline(0.04)
    assert [timeline.place(t) for t in (0.0, 0.5, 0.5, 0.4, 0.6)] == pytest.approx(
        [0.0, 0.5, 0.5 + MIN_STEP_S, 0.5 + 2 * MIN_STEP_S, 0.6]
    )


def test_a_clock_that_starts_anew_goes_on() -> None:
    timeline = Timeline(0.04)
    assert [timeline.place(t) for t in (0.0, 60.0, 0.0, 0.04)] == pytest.approx([0.0, 60.0, 60.04, 60.08])


def test_short_recordings_that_were_joined_keep_their_length() -> None:
    timeline = Timeline(0.04)
    times = [timeline.place(t) for t in (0.0, 0.4, 0.8, 0.0, 0.4, 0.8)]
    assert times == pytest.approx([0.0, 0.4, 0.8, 0.84, 1.24, 1.64])
