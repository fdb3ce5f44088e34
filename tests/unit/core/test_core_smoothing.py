import numpy as np
import pytest

from mien.core.emotion import Affect, Emotion
from mien.core.smoothing import Smoother

LABELS = ("neutral", "happiness", "anger")


def emotion(*probabilities: float) -> Emotion:
    return Emotion(LABELS, np.array(probabilities, dtype=np.float32))


CALM, GLAD = emotion(1, 0, 0), emotion(0, 1, 0)


def test_the_first_reading_passes_as_it_is() -> None:
    smoothed, affect = Smoother(0.5).smooth(1, 3.0, GLAD, Affect(0.5, 0.1))
    assert np.array_equal(smoothed.probabilities, GLAD.probabilities)
    assert affect == Affect(0.5, 0.1)


def test_after_tau_63_percent_are_through() -> None:
    smoother = Smoother(0.5)
    smoother.smooth(1, 0.0, CALM, Affect(0, 0))
    smoothed, affect = smoother.smooth(1, 0.5, GLAD, Affect(1, -1))
    through = 1 - np.exp(-1)
    assert smoothed.probabilities == pytest.approx([1 - through, through, 0], abs=1e-5)
    assert affect is not None
    assert (affect.valence, affect.arousal) == pytest.approx((through, -through))


@pytest.mark.parametrize("rate_hz", [5, 30, 120])
def test_the_frame_rate_does_not_matter(rate_hz: int) -> None:
    smoother = Smoother(0.3)
    smoother.smooth(1, 0.0, CALM, None)
    for index in range(1, rate_hz + 1):
        smoothed, _ = smoother.smooth(1, index / rate_hz, GLAD, None)
    assert smoothed.probabilities[1] == pytest.approx(1 - np.exp(-1 / 0.3), abs=1e-4)
    assert smoothed.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_label_and_probabilities_agree_while_readings_flicker() -> None:
    smoother = Smoother(0.3)
    labels = []
    for index in range(60):
        raw = emotion(0.55, 0.45, 0) if index % 2 else emotion(0.4, 0.6, 0)
        smoothed, _ = smoother.smooth(1, index / 30, raw, None)
        labels.append(smoothed.label)
        assert smoothed.label == LABELS[int(smoothed.probabilities.argmax())]
    assert len(set(labels[15:])) == 1  # raw, the label changes in every frame


def test_zero_leaves_readings_raw() -> None:
    smoother = Smoother(0.0)
    smoother.smooth(1, 0.0, CALM, Affect(0, 0))
    smoothed, affect = smoother.smooth(1, 0.01, GLAD, Affect(1, 1))
    assert smoothed.label == "happiness"
    assert smoothed.confidence == 1
    assert affect == Affect(1, 1)


def test_faces_do_not_mix() -> None:
    smoother = Smoother(1.0)
    smoother.smooth(1, 0.0, CALM, None)
    smoothed, _ = smoother.smooth(2, 0.1, GLAD, None)
    assert smoothed.confidence == 1


def test_a_face_that_is_gone_is_forgotten_after_a_while() -> None:
    smoother = Smoother(10.0)
    smoother.smooth(1, 0.0, CALM, None)
    smoother.keep((), 1.0)
    kept, _ = smoother.smooth(1, 1.0, GLAD, None)
    assert kept.label == "neutral"
    smoother.keep((), 9.0)
    anew, _ = smoother.smooth(1, 9.0, GLAD, None)
    assert anew.confidence == 1


def test_other_labels_start_anew() -> None:
    smoother = Smoother(10.0)
    smoother.smooth(1, 0.0, CALM, None)
    other = Emotion(("sadness", "fear"), np.array([0.2, 0.8], dtype=np.float32))
    assert smoother.smooth(1, 0.1, other, None)[0].label == "fear"


@pytest.mark.parametrize("tau_s", [-1.0, float("nan"), float("inf")])
def test_an_impossible_time_constant_is_refused(tau_s: float) -> None:
    with pytest.raises(ValueError, match="tau_s"):
        Smoother(tau_s)
