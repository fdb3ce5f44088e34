"""Details of faces in tables: what is written comes back in every form; without them nothing changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from mien.core.baseline import baseline_of
from mien.core.emotion import Affect
from mien.core.face import FaceReading, FrameResult
from mien.core.face_details import CHANGES, DETAILS, TABLE, details_of
from mien.core.shown import AS_READ, ShownChoices, ShownStage
from mien.errors import AppError
from mien.inference.landmark_session import face_model
from mien.outlets.messages import frame_message
from mien.session.tables import read_series
from mien.sinks.readings.landmark_file import LandmarkFile
from mien.sinks.readings.readings_log import open_readings
from mien.sinks.readings.rows import columns_of
from tests.made_meshes import made_mesh
from tests.makers import emotion_of, make_quality, make_raw, make_result, make_track

LABELS = ("neutral", "happiness")
ROOT = Path(__file__).resolve().parents[3]


def _reading(*, smile: float | None) -> FaceReading:
    track = make_track(box=(10, 20, 110, 140), points=[(40, 60), (80, 60), (60, 90)])
    details = None if smile is None else details_of(made_mesh(mouthSmileLeft=smile), face_model(), 0.0, np.nan)
    emotion = emotion_of(LABELS, (0.25, 0.75))
    quality = make_quality(turn_deg=(1.0, 2.0))
    return make_raw(track=track, emotion=emotion, affect=Affect(0.5, 0.25), quality=quality, details=details)


def _results(*smiles: float | None, choices: ShownChoices = AS_READ) -> list[FrameResult]:
    stage = ShownStage(choices)
    return [
        make_result(at, stage.show(at / 25, [_reading(smile=smile)], "net"), at / 25, size_wh=(320, 180))
        for at, smile in enumerate(smiles)
    ]


def test_without_details_the_columns_are_what_they_were() -> None:
    plain = columns_of(LABELS)
    assert columns_of(LABELS, has_details=True) == plain + TABLE
    assert {"yaw_deg", "roll_deg"} <= set(plain)
    assert not {"pitch_deg", "au12_left"} & set(plain)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_what_is_written_comes_back(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"readings{suffix}"
    log = open_readings(target, LABELS, has_details=True)
    results = _results(0.25, None, 0.75)
    for result in results:
        log.write(result, None)
    log.finish()
    series = read_series(target)
    face = series.face(1)
    assert series.has_details
    assert face.detail_names == DETAILS
    assert face.detail("au12_left")[[0, 2]].tolist() == pytest.approx([0.25, 0.75])
    assert np.isnan(face.detail("au12_left")[1])
    assert np.isnan(face.detail("speaking")).all()
    details = results[0].readings[0].raw.details
    assert details is not None
    assert face.details[0] == pytest.approx(details.values, nan_ok=True)
    assert np.isnan(face.changes).all()


def test_a_table_without_details_still_knows_the_turn_of_the_head(tmp_path: Path) -> None:
    target = tmp_path / "readings.csv"
    log = open_readings(target, LABELS)
    for result in _results(None, None):
        log.write(result, None)
    log.finish()
    face = read_series(target).face(1)
    assert face.detail("yaw_deg").tolist() == [1.0, 1.0]
    assert np.isnan(face.detail("au12_left")).all()


def test_changes_are_told_against_the_neutral_face_that_holds(tmp_path: Path) -> None:
    rest = _reading(smile=0.2)
    assert rest.details is not None
    baseline = baseline_of(1, "net", 0.0, [(rest.emotion, rest.affect)], [rest.details.values])
    target = tmp_path / "readings.parquet"
    log = open_readings(target, LABELS, has_details=True)
    for result in _results(0.2, 0.9, choices=ShownChoices(baselines=(baseline,))):
        log.write(result, None)
        message = frame_message(result)["faces"][0]["details"]
        assert message.keys() == {*DETAILS, *CHANGES}
    log.finish()
    assert read_series(target).face(1).detail("au12_left_change").tolist() == pytest.approx([0.0, 0.7])
    assert message["au12_left_change"] == pytest.approx(0.7)
    assert message["speaking"] is None


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_landmarks_are_written_for_each_face_that_has_a_mesh(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"points{suffix}"
    sink = LandmarkFile(target)
    for result in _results(0.1, None, 0.3):
        sink.write(result, None)
    assert not target.exists()
    sink.finish()
    sink.finish()
    expected = made_mesh().points
    if suffix == ".npz":
        found = np.load(target)
        frames, points = found["frame"], found["points"]
    else:
        table = pq.read_table(target)
        frames = table["frame"].to_numpy()
        points = np.array(table["points"].to_pylist(), np.float32).reshape(-1, 478, 3)
    assert frames.tolist() == [0, 2]
    assert points.shape == (2, 478, 3)
    assert points[1] == pytest.approx(expected)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_without_a_face_the_file_of_landmarks_is_empty_and_an_abort_leaves_none(
    suffix: str, tmp_path: Path
) -> None:
    sink = LandmarkFile(tmp_path / f"points{suffix}")
    sink.finish()
    assert (tmp_path / f"points{suffix}").stat().st_size > 0
    other = LandmarkFile(tmp_path / f"other{suffix}")
    other.write(_results(0.1)[0], None)
    other.abort()
    assert [path.name for path in tmp_path.iterdir()] == [f"points{suffix}"]
    with pytest.raises(AppError, match="points"):
        LandmarkFile(tmp_path / f"points{suffix}")


def test_every_column_stands_in_the_manual() -> None:
    text = (ROOT / "docs/explanation/face-in-detail.md").read_text(encoding="utf-8")
    named = [name for name in (*DETAILS, *CHANGES) if not name.startswith("bs_") and not name.endswith("_change")]
    assert [name for name in named if f"`{name}`" not in text] == []


def test_a_result_without_details_has_none_in_messages() -> None:
    result = replace(_results(None)[0])
    assert frame_message(result)["faces"][0]["details"] is None
