import numpy as np
import pytest

from mien.core.smoothing import HOLD_S, FaceSmoother, Step

LABELS = ("neutral", "happiness", "anger")


def values(*numbers: float) -> np.ndarray:
    """Return three probabilities, and valence and arousal where they are given."""
    return np.array([*numbers, *[np.nan] * (5 - len(numbers))], np.float32)


def step(
    smoother: FaceSmoother, time_s: float, read: np.ndarray, tau_s: float = 0.5, reason: str | None = None
) -> Step:
    return smoother.step(time_s, read, reason, tau_s, 0.4)


CALM, GLAD = values(1, 0, 0), values(0, 1, 0)


def test_the_first_reading_passes_as_it_is() -> None:
    read = values(0, 1, 0, 0.5, 0.1)
    assert step(FaceSmoother(), 3.0, read) == (read, 1, None)


def test_after_tau_63_percent_are_through() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, values(1, 0, 0, 0, 0))
    through = 1 - np.exp(-1)
    shown = step(smoother, 0.5, values(0, 1, 0, 1, -1)).values
    assert shown == pytest.approx([1 - through, through, 0, through, -through], abs=1e-5)


@pytest.mark.parametrize("rate_hz", [5, 30, 120])
def test_the_frame_rate_does_not_matter(rate_hz: int) -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, CALM, 0.3)
    for index in range(1, rate_hz + 1):
        shown = step(smoother, index / rate_hz, GLAD, 0.3).values
    assert shown[1] == pytest.approx(1 - np.exp(-1 / 0.3), abs=1e-4)
    assert shown[:3].sum() == pytest.approx(1, abs=1e-5)


def test_zero_is_raw_neither_smoothed_nor_held() -> None:
    smoother = FaceSmoother()
    for index in range(10):
        read = values(0.55, 0.45, 0) if index % 2 else values(0.45, 0.55, 0)
        assert step(smoother, index / 30, read, 0.0) == (read, 1 - index % 2, None)


def test_a_face_that_was_away_for_long_is_read_anew() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, CALM, 10.0)
    assert step(smoother, 1.0, GLAD, 10.0).values[0] > 0.5
    assert step(smoother, 9.0, GLAD, 10.0).values[1] == 1


def test_a_clock_that_runs_back_starts_anew() -> None:
    smoother = FaceSmoother()
    step(smoother, 5.0, CALM, 10.0)
    assert step(smoother, 0.0, GLAD, 10.0) == (GLAD, 1, None)


def test_affect_that_was_missing_is_taken_as_it_comes() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, CALM)
    assert step(smoother, 0.1, values(1, 0, 0, 0.5, 0.5)).values[3:].tolist() == [0.5, 0.5]


def close_call(top: int) -> np.ndarray:
    chances = np.array([0.0, 0.4, 0.4])
    chances[top] += 0.2
    return values(*chances)


def test_a_label_that_flickers_is_not_named() -> None:
    smoother = FaceSmoother()
    tops = [step(smoother, index / 30, close_call(1 + index % 2), 0.001).top for index in range(30)]
    assert set(tops) == {1}


def test_a_label_that_stays_is_named_after_a_moment() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, close_call(1), 0.001)
    assert step(smoother, 0.1, close_call(2), 0.001).top == 1
    assert step(smoother, 0.2, close_call(2), 0.001).top == 1
    assert step(smoother, 0.11 + HOLD_S, close_call(2), 0.001).top == 2


def test_a_clear_change_is_named_at_once() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, values(0, 0.9, 0.1), 0.001)
    assert step(smoother, 0.03, values(0, 0.1, 0.9), 0.001).top == 2


def test_what_is_uncertain_is_named_as_such_after_a_moment_with_its_reason() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, GLAD, 0.001)
    assert step(smoother, 0.1, GLAD, 0.001, "turned away").reason is None
    assert step(smoother, 0.2, GLAD, 0.001, "turned away").reason is None
    assert step(smoother, 0.11 + HOLD_S, GLAD, 0.001, "turned away").reason == "turned away"
    # Still uncertain, for another reason: nothing to wait for.
    assert step(smoother, 0.13 + HOLD_S, GLAD, 0.001, "dark").reason == "dark"


def test_low_confidence_withholds_the_label_and_keeps_the_expression() -> None:
    assert step(FaceSmoother(), 0.0, values(0.3, 0.36, 0.34)).top == 1
    assert step(FaceSmoother(), 0.0, values(0.3, 0.36, 0.34)).reason == "low confidence"


def test_a_face_that_was_missed_for_longer_than_labels_are_held_is_named_at_once() -> None:
    smoother = FaceSmoother()
    step(smoother, 0.0, close_call(1), 0.001)
    assert step(smoother, 0.01 + HOLD_S, close_call(2), 0.001).top == 2
