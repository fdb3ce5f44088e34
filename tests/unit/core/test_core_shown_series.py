"""Kept readings shown otherwise agree with those that would have been made in the first place."""

from dataclasses import replace

import numpy as np
import pytest

from mien.core.baseline import baseline_of
from mien.core.emotion import EXPRESSIONS, Affect, Priors
from mien.core.face import FaceReading, SecondReading
from mien.core.series import ReadingSeries
from mien.core.shown import ShownChoices, ShownStage
from mien.core.shown_series import ReadBy, show_again
from tests.makers import emotion_of, make_raw

SECOND = ("calm", "tense")
AT_REST = emotion_of(EXPRESSIONS, (0.2, 0.05, 0.05, 0.5, 0.05, 0.05, 0.05, 0.05))
EVERYDAY, BALANCED = (0.36, 0.3, 0.05, 0.05, 0.06, 0.06, 0.06, 0.06), (0.125,) * 8
PRIORS = Priors(EVERYDAY, (("everyday", EVERYDAY), ("balanced", BALANCED)), 0.6)
BASELINES = tuple(baseline_of(1, "net", time_s, [(AT_REST, Affect(-0.25, 0.125))]) for time_s in (1.0, 4.0))


def frames(count: int = 240) -> list[tuple[float, tuple[FaceReading, ...]]]:
    """Eight seconds of two faces that tremble, vanish now and then, and are badly seen for a while."""
    rng = np.random.default_rng(5)
    made = []
    for index in range(count):
        readings = []
        for face_id in (1, 2):
            if rng.uniform() < 0.1:
                continue
            weights = np.exp(rng.normal(size=8) + 2.0 * (np.arange(8) == index // 40 % 8))
            second = emotion_of(SECOND, (0.25, 0.75) if index % 50 < 25 else (0.55, 0.45))
            readings.append(
                make_raw(
                    face_id,
                    emotion=replace(emotion_of(EXPRESSIONS, weights / weights.sum()), priors=PRIORS),
                    affect=Affect(*rng.uniform(-1, 1, 2)),
                    reason="dark" if index % 90 < 12 else None,
                    other=SecondReading(second, None),
                )
            )
        made.append((index / 30, tuple(readings)))
    return made


def series_of(choices: ShownChoices) -> ReadingSeries:
    series, stage = ReadingSeries(EXPRESSIONS, SECOND), ShownStage(choices)
    for index, (time_s, readings) in enumerate(frames()):
        series.append_readings(index, time_s, stage.show(time_s, readings, "net", "second"))
    return series


@pytest.mark.parametrize(
    "choices",
    [
        ShownChoices(),
        ShownChoices(0.3, 0.4),
        ShownChoices(1.2, 0.6),
        ShownChoices(0.3, None),
        ShownChoices(0.3, None, prior="balanced"),
        ShownChoices(0.3, 0.4, BASELINES),
    ],
)
def test_shown_again_is_as_if_it_had_been_shown_so_from_the_start(choices: ShownChoices) -> None:
    first = series_of(ShownChoices(0.5, 0.2))
    before = first.face(1).probabilities.copy()
    again, wanted = show_again(first, choices, (ReadBy("net", PRIORS), ReadBy("second"))), series_of(choices)
    assert (again.frame_count, again.end_s, again.face_ids()) == (240, wanted.end_s, wanted.face_ids())
    for face_id in (1, 2):
        got, face = again.face(face_id), wanted.face(face_id)
        assert got.top_labels() == face.top_labels()
        assert got.reasons.tolist() == face.reasons.tolist()
        assert (
            got.relative.tolist()
            == face.relative.tolist()
            == [bool(choices.baselines) and face_id == 1] * len(got)
        )
        np.testing.assert_array_equal(got.probabilities, face.probabilities)
        np.testing.assert_array_equal(got.affect, face.affect)
        np.testing.assert_array_equal(got.raw.probabilities, face.raw.probabilities)
        assert got.other is not None
        assert face.other is not None
        assert got.other.tops.tolist() == face.other.tops.tolist()
        assert got.other.reasons.tolist() == face.other.reasons.tolist()
    np.testing.assert_array_equal(first.face(1).probabilities, before)


def test_what_another_network_read_in_between_stays_as_it_was() -> None:
    series, stage = ReadingSeries(("a", "b")), ShownStage()
    for index, labels in enumerate((("a", "b"), ("b", "c"), ("c", "d"), ("a", "b"))):
        reading = make_raw(emotion=emotion_of(labels, (0.25, 0.75)), affect=None)
        series.append_readings(index, index / 30, stage.show(index / 30, (reading,), "".join(labels)))
    face = show_again(series, ShownChoices(5.0)).face(1)
    assert face.top_labels() == ["b", "b", "uncertain", "b"]
    assert face.probabilities[3].tolist() == [0.25, 0.75]
