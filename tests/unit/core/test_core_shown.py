"""What is shown of readings: made once, from raw readings and choices."""

from dataclasses import replace

import numpy as np
import pytest

from mien.core.baseline import baseline_of
from mien.core.emotion import Affect, Emotion, Priors
from mien.core.face import FaceReading, Reason, SecondReading
from mien.core.shown import AS_READ, ShownChoices, ShownStage, as_read
from tests.makers import emotion_of, make_raw

LABELS = ("neutral", "happiness", "anger")


def raw(*chances: float, face_id: int = 1, reason: str | None = None, other: Emotion | None = None) -> FaceReading:
    second = None if other is None else SecondReading(other, None)
    emotion = emotion_of(LABELS, chances)
    return make_raw(face_id, emotion=emotion, affect=Affect(0.5, 0.0), reason=reason, other=second)


def test_the_raw_reading_stays_beside_what_is_shown() -> None:
    stage, calm, glad = ShownStage(ShownChoices(1.0)), raw(1, 0, 0), raw(0, 1, 0)
    stage.show(0.0, (calm,), "net")
    (shown,) = stage.show(0.1, (glad,), "net")
    assert shown.raw is glad
    assert shown.emotion.probabilities[0] == pytest.approx(np.exp(-0.1), abs=1e-5)
    assert (shown.label, shown.emotion.label) == ("neutral", "neutral")


def test_as_it_was_read_nothing_is_changed() -> None:
    (shown,) = ShownStage(AS_READ).show(0.0, (glad := raw(0, 1, 0),), "net")
    assert shown.emotion is glad.emotion
    assert shown.affect is glad.affect
    assert (shown.label, shown.confidence, shown.is_relative) == ("happiness", 1.0, False)


def test_faces_and_networks_do_not_mix() -> None:
    stage = ShownStage(ShownChoices(1.0))
    stage.show(0.0, (raw(1, 0, 0),), "net")
    shown = stage.show(0.1, (raw(1, 0, 0), raw(0, 1, 0, face_id=2)), "net")
    assert [each.label for each in shown] == ["neutral", "happiness"]
    assert stage.show(0.2, (raw(0, 0, 1),), "another")[0].confidence == 1.0


def test_a_second_network_is_smoothed_and_doubted_by_itself() -> None:
    unsure = emotion_of(("x", "y"), (0.45, 0.55))
    (shown,) = ShownStage(ShownChoices(1.0, 0.6)).show(0.0, (raw(0, 1, 0, other=unsure),), "net", "net")
    assert shown.reason is None
    assert shown.other is not None
    assert (shown.other.label, shown.other.top, shown.other.reason) == ("uncertain", "y", "low confidence")


def test_other_choices_hold_from_the_next_frame_on() -> None:
    stage = ShownStage(ShownChoices(5.0))
    stage.show(0.0, (raw(1, 0, 0),), "net")
    assert stage.show(0.1, (raw(0, 0.9, 0.1),), "net")[0].label == "neutral"
    stage.choose(ShownChoices(0.0, 0.95))
    (shown,) = stage.show(0.2, (raw(0, 0.9, 0.1),), "net")
    assert (shown.label, shown.top, shown.reason) == ("uncertain", "happiness", "low confidence")


def test_a_face_is_relative_to_its_own_neutral_face_at_once() -> None:
    angry_at_rest = emotion_of(LABELS, (0.3, 0.0, 0.7))
    stage = ShownStage(ShownChoices(1.0))
    readings = (raw(0.3, 0.0, 0.7), raw(0.3, 0.0, 0.7, face_id=2))
    assert [each.label for each in stage.show(0.0, readings, "net")] == ["anger", "anger"]
    stage.choose(ShownChoices(1.0, baselines=(baseline_of(1, "net", 0.0, [(angry_at_rest, Affect(0.5, 0.0))]),)))
    mine, stranger = stage.show(0.03, readings, "net")
    assert (mine.label, mine.is_relative, mine.affect) == ("neutral", True, Affect(0.0, 0.0))
    assert (stranger.label, stranger.is_relative) == ("anger", False)
    assert mine.raw.emotion.label == "anger"


@pytest.mark.parametrize("tau_s", [-1.0, float("nan"), float("inf")])
def test_an_impossible_time_constant_is_refused(tau_s: float) -> None:
    with pytest.raises(ValueError, match="smoothing_s"):
        ShownChoices(tau_s)


@pytest.mark.parametrize(
    ("min_confidence", "priors", "is_named"),
    [
        (None, Priors((0.2, 0.4, 0.4), certain_from=0.7), True),
        (None, Priors((0.8, 0.1, 0.1), certain_from=0.7), False),
        (0.61, Priors((0.2, 0.4, 0.4), certain_from=0.7), False),
        (None, Priors((0.2, 0.4, 0.4)), True),
        (None, None, True),  # of a network that says nothing, 0.4 is enough
    ],
)
def test_a_network_says_itself_from_where_on_it_is_certain(
    min_confidence: float | None, priors: Priors | None, is_named: bool
) -> None:
    reading = raw(0.6, 0.2, 0.2)
    reading = replace(reading, emotion=replace(reading.emotion, priors=priors))
    assert as_read(reading, min_confidence).usable is is_named


def test_of_an_unsure_network_the_doubt_says_what_it_may_be() -> None:
    assert as_read(raw(0.3, 0.4, 0.3), 0.5).doubt == "maybe happiness"
    assert as_read(raw(0.3, 0.4, 0.3, reason=Reason.DARK), 0.5).doubt == "dark"
    assert as_read(raw(0.1, 0.8, 0.1), 0.5).doubt == ""
