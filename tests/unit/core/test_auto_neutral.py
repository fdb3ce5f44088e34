"""The neutral face that is found by itself: in a stream, and over readings that were kept."""

import numpy as np
import pytest

from mien.core.baseline import baseline_of
from mien.core.emotion import Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, Quality
from mien.core.face_details import CHANGES, POSITIONS, FaceDetails, details_of
from mien.core.series import ReadingSeries
from mien.core.shown import ShownChoices, ShownStage
from mien.core.shown_series import ReadBy, show_again
from mien.inference.landmark_session import face_model
from tests.made_meshes import made_mesh

LABELS = ("neutral", "happiness")
PLAIN = details_of(made_mesh(), face_model()).values
AUTO = ShownChoices(auto_neutral=True)
FPS = 10


def reading(at: int, smile: float, happy: float, *, looked: bool = True) -> FaceReading:
    values = PLAIN.copy()
    values[POSITIONS["au12_left"]] = smile
    emotion = Emotion(LABELS, np.array([1 - happy, happy], np.float32))
    quality = Quality(100.0, 1.0, 0.5, 0.0, 0.0, None, 1.0)
    track = FaceTrack(1, FaceBox(0, 0, 100, 100, 1.0), at)
    return FaceReading(track, emotion, None, quality, None, FaceDetails(values) if looked else None)


def course() -> list[FaceReading]:
    """A second of a smile, two neutral ones, another smile, two neutral ones, and a smile."""
    smiles = [(0.9, 0.9)] * 10 + [(0.2, 0.1)] * 20 + [(0.9, 0.9)] * 5 + [(0.3, 0.1)] * 20 + [(0.8, 0.9)] * 5
    return [reading(at, smile, happy) for at, (smile, happy) in enumerate(smiles)]


def shown(choices: ShownChoices) -> ReadingSeries:
    series, stage = ReadingSeries(LABELS, has_details=True), ShownStage(choices)
    for at, raw in enumerate(course()):
        series.append_readings(at, at / FPS, stage.show(at / FPS, [raw], "net"))
    return series


def test_it_is_the_median_of_the_first_seconds_that_read_neutral() -> None:
    changes = shown(AUTO).face(1).detail("au12_left_change")
    first = int(np.flatnonzero(np.isfinite(changes))[0])
    # 1.9 s of the first stretch and 1.1 s of the second, whose steps across the smile do not count.
    assert first == 10 + 20 + 5 + 11
    # Of 20 readings of .2 and 12 of .3 the median is .2.
    assert changes[-1] == pytest.approx(0.8 - 0.2)
    assert np.isfinite(changes[first:]).all()
    assert shown(AUTO).face(1).detail("au12_left")[-1] == pytest.approx(0.8)


def test_without_it_there_are_no_changes() -> None:
    assert not np.isfinite(shown(ShownChoices()).face(1).changes).any()


def test_kept_readings_give_the_same() -> None:
    wanted = shown(AUTO).face(1).changes
    again = show_again(shown(ShownChoices()), AUTO, (ReadBy("net"),)).face(1).changes
    assert again.shape[1] == len(CHANGES)
    assert np.array_equal(again, wanted, equal_nan=True)


def test_a_neutral_face_that_was_taken_comes_first() -> None:
    taken = PLAIN.copy()
    taken[POSITIONS["au12_left"]] = 0.5
    emotion = Emotion(LABELS, np.array([0.9, 0.1], np.float32))
    baseline = baseline_of(1, "net", 0.0, [(emotion, None)], [taken])
    changes = shown(ShownChoices(auto_neutral=True, baselines=(baseline,))).face(1).detail("au12_left_change")
    assert changes[0] == pytest.approx(0.9 - 0.5)


def test_what_nobody_looked_at_and_who_was_away_count_for_nothing() -> None:
    stage = ShownStage(AUTO)
    for at in range(200):  # a second apart: each reading stands alone
        (one,) = stage.show(float(at), [reading(at, 0.2, 0.1)], "net")
        assert one.changes is None
    stage = ShownStage(AUTO)
    for at in range(60):
        (one,) = stage.show(at / FPS, [reading(at, 0.2, 0.1, looked=False)], "net")
        assert one.changes is None
