"""A neutral face, and what is shown relative to it."""

import numpy as np
import pytest

from mien.core.baseline import (
    DURATION_S,
    NEUTRAL_SHARE,
    PATIENCE_S,
    Baseline,
    BaselineTaking,
    baseline_at,
    baseline_of,
)
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FrameResult, SecondReading, ShownReading
from mien.core.shown import ShownChoices, ShownStage, expression_of, values_of
from tests.makers import emotion_of, make_reading, make_result


def _emotion(**shares: float) -> Emotion:
    rest = (1.0 - sum(shares.values())) / (len(EXPRESSIONS) - len(shares))
    return emotion_of(EXPRESSIONS, [shares.get(label, rest) for label in EXPRESSIONS])


CENTRE, LOW = Affect(0.0, 0.0), Affect(-0.2, 0.1)


def _reading(
    emotion: Emotion,
    affect: Affect | None = CENTRE,
    *,
    face_id: int = 1,
    reason: str | None = None,
    other: SecondReading | None = None,
) -> ShownReading:
    return make_reading(face_id, emotion=emotion, affect=affect, reason=reason, other=other, min_confidence=0.5)


def _result(time_s: float, *readings: ShownReading, model: str = "s", other: str | None = None) -> FrameResult:
    return make_result(int(time_s * 1000), readings, time_s, model=model, other_model=other)


def _baseline(emotion: Emotion, affect: Affect | None = LOW) -> Baseline:
    return baseline_of(1, "s", 3.0, [(emotion, affect)])


def _relative(baseline: Baseline, emotion: Emotion, affect: Affect | None = None) -> tuple[Emotion, Affect | None]:
    return expression_of(emotion.labels, baseline.relate(values_of(emotion, affect)))


SAD_AT_REST = _emotion(sadness=0.5, neutral=0.4)


def test_a_face_that_reads_as_at_rest_is_neutral() -> None:
    emotion, affect = _relative(_baseline(SAD_AT_REST), SAD_AT_REST, Affect(-0.2, 0.1))
    assert emotion.label == "neutral"
    assert emotion.confidence == pytest.approx(NEUTRAL_SHARE, abs=0.02)
    assert affect == Affect(0.0, 0.0)


def test_an_expression_must_rise_above_the_persons_own_level() -> None:
    baseline = _baseline(SAD_AT_REST)
    smile, _ = _relative(baseline, _emotion(happiness=0.85, neutral=0.1), None)
    assert smile.label == "happiness"
    still_sad, _ = _relative(baseline, _emotion(sadness=0.6, neutral=0.3), None)
    assert still_sad.label == "neutral"


def test_the_formula_is_bayes_with_the_resting_face_as_prior() -> None:
    rest, now = _emotion(sadness=0.5, neutral=0.4), _emotion(anger=0.4, neutral=0.3)
    relative, _ = _relative(_baseline(rest), now, None)
    floor, reference = 0.01, np.full(8, (1 - NEUTRAL_SHARE) / 7)
    reference[EXPRESSIONS.index("neutral")] = NEUTRAL_SHARE
    expected = (now.probabilities + floor) / (rest.probabilities + floor) * reference
    np.testing.assert_allclose(relative.probabilities, expected / expected.sum(), rtol=1e-5)


def test_noise_in_an_expression_that_never_shows_is_not_made_large() -> None:
    rest = _emotion(neutral=0.9999)
    relative, _ = _relative(_baseline(rest), _emotion(neutral=0.9, contempt=0.004, anger=0.004), None)
    assert relative.label == "neutral"


def test_affect_stays_in_its_range() -> None:
    baseline = _baseline(SAD_AT_REST, Affect(-0.8, 0.9))
    assert _relative(baseline, SAD_AT_REST, Affect(0.9, -0.9))[1] == Affect(1.0, -1.0)
    assert _relative(baseline, SAD_AT_REST, None)[1] is None
    assert _relative(_baseline(SAD_AT_REST, None), SAD_AT_REST, Affect(0.25, 0.25))[1] == Affect(0.25, 0.25)


def test_a_network_without_the_word_neutral_works() -> None:
    labels = ("yes", "no")
    rest = emotion_of(labels, (0.9, 0.1))
    baseline = baseline_of(1, "s", 0.0, [(rest, None)])
    assert _relative(baseline, rest, None)[0].probabilities == pytest.approx([0.5, 0.5], abs=0.01)


def test_three_seconds_make_a_baseline_also_where_confidence_is_low() -> None:
    taking = BaselineTaking(1)
    unsure = _emotion(sadness=0.3, neutral=0.3)
    for index in range(95):
        taking.add(_result(10 + index / 30, _reading(unsure, Affect(-0.3, 0.2)), _reading(SAD_AT_REST, face_id=2)))
    assert taking.progress == 1.0
    (baseline,) = taking.baselines
    assert (baseline.face_id, baseline.model) == (1, "s")
    assert baseline.taken_at_s == pytest.approx(10 + DURATION_S, abs=0.04)
    np.testing.assert_allclose(baseline.probabilities, unsure.probabilities, atol=0.02)
    assert baseline.affect is not None
    assert baseline.affect.valence == pytest.approx(-0.3)


def test_the_reason_is_told_where_it_is_given_up() -> None:
    turned, gone, other = BaselineTaking(1), BaselineTaking(1), BaselineTaking(1)
    for index in range(30):
        time_s = index / 30
        turned.add(_result(time_s, _reading(SAD_AT_REST, reason="turned away")))
        gone.add(_result(time_s, _reading(SAD_AT_REST, face_id=2)))
        other.add(_result(time_s, _reading(SAD_AT_REST), model="s" if index < 5 else "m"))
    assert turned.failure == "the face is turned away"
    assert gone.failure == "the face is out of view"
    assert other.failure == "the network was changed"
    assert not turned.baselines


def test_a_detector_that_blinks_is_waited_for() -> None:
    taking = BaselineTaking(1)
    for index in range(95):
        time_s = index / 30
        is_away = 1.0 < time_s < 1.0 + PATIENCE_S - 0.05
        taking.add(_result(time_s) if is_away else _result(time_s, _reading(SAD_AT_REST)))
    assert taking.baselines


def test_a_slow_camera_gives_too_few_pictures() -> None:
    taking = BaselineTaking(1)
    for index in range(7):
        taking.add(_result(index * 0.55, _reading(SAD_AT_REST)))
    assert taking.failure == "too few pictures came"


def test_two_networks_get_a_baseline_each() -> None:
    taking = BaselineTaking(1)
    two = emotion_of(("neutral", "anger"), (0.3, 0.7))
    for index in range(95):
        reading = _reading(SAD_AT_REST, other=SecondReading(two, None))
        taking.add(_result(index / 30, reading, other="m"))
    assert [baseline.model for baseline in taking.baselines] == ["s", "m"]
    shown = ShownStage(ShownChoices(baselines=taking.baselines))
    (reading,) = shown.show(9.0, (_reading(SAD_AT_REST, other=SecondReading(two, None)).raw,), "s", "m")
    assert reading.is_relative
    assert reading.other is not None
    assert reading.other.label == "neutral"


def test_a_baseline_holds_for_its_face_and_network_until_the_next_one() -> None:
    first, second = (baseline_of(1, "s", time_s, [(SAD_AT_REST, None)]) for time_s in (3.0, 9.0))
    taken = (first, second)
    assert baseline_at(taken, 1, "s", EXPRESSIONS, 0.0) is first  # a neutral face is that from the beginning
    assert baseline_at(taken, 1, "s", EXPRESSIONS, 8.9) is first
    assert baseline_at(taken, 1, "s", EXPRESSIONS, 9.0) is second
    assert baseline_at(taken, 2, "s", EXPRESSIONS, 9.0) is None
    assert baseline_at(taken, 1, "m", EXPRESSIONS, 9.0) is None
    assert baseline_at(taken, 1, "s", ("yes", "no"), 9.0) is None


@pytest.mark.parametrize(
    ("emotion", "doubt"),
    [(SAD_AT_REST, None), (_emotion(happiness=0.9), "happiness (90 %)"), (_emotion(neutral=0.9), None)],
)
def test_a_face_that_is_hardly_neutral_is_doubted(emotion: Emotion, doubt: str | None) -> None:
    taking = BaselineTaking(1)
    for index in range(95):
        taking.add(_result(index / 30, _reading(emotion)))
    assert taking.baselines
    assert taking.doubt == doubt
