"""A disk that changes bits: nothing is lost in silence, and nothing that is intact is thrown away."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mien.errors import SessionError
from mien.session.recovery import DAMAGED, find_unfinished, recover
from mien.session.stored import open_session
from mien.session.writer import Contents
from mien.sinks.readings.journal_reader import open_journal

Record = Callable[..., Path]
JOURNAL = "readings.part.arrows"


@pytest.fixture(scope="module")
def rows_in_piece() -> int:
    """Readings that one piece of the journal holds at most: 0.4 s and a frame, of two faces."""
    return 2 * 14


@pytest.fixture
def cut_off(record: Record) -> Path:
    return record(90, finish=False, contents=Contents(video=False))


def rows_of(path: Path) -> list[dict[str, Any]]:
    with open_journal(path) as journal:
        rows: list[dict[str, Any]] = pa.Table.from_batches(list(journal.batches)).to_pylist()
        assert journal.unread_bytes == 0
    return rows


def test_one_flipped_bit_costs_one_piece_and_is_said(
    cut_off: Path, tmp_path: Path, rows_in_piece: int, pytestconfig: pytest.Config
) -> None:
    whole = rows_of(cut_off / JOURNAL)
    by_place = {(row["frame"], row["face_id"]): row for row in whole}
    original = (cut_off / JOURNAL).read_bytes()
    chance = random.Random(18)
    for number in range(40):
        folder = tmp_path / f"copy-{number}"
        shutil.copytree(cut_off, folder)
        data = bytearray(original)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (folder / JOURNAL).write_bytes(data)
        recovered = recover(folder)
        series = open_session(folder).series
        read = sum(len(series.face(face_id)) for face_id in series.face_ids())
        assert len(whole) - read <= rows_in_piece
        kept = folder / f"readings{DAMAGED}"
        assert kept.is_file() == (not recovered.is_whole)
        if read < len(whole):
            assert kept.read_bytes() == bytes(data)
            assert any("damaged" in note and kept.name in note for note in recovered.notes)
        for face_id in series.face_ids():
            face = series.face(face_id)
            wanted = [by_place[frame, face_id]["x1"] for frame in face.frames.tolist()]
            assert np.array_equal(face.boxes[:, 0], np.array(wanted, np.float32))
        shutil.rmtree(folder)


def test_a_journal_of_noise_is_kept_and_the_video_is_finished(record: Record) -> None:
    folder = record(60, finish=False)
    noise = np.random.default_rng(1).bytes(5000)
    (folder / JOURNAL).write_bytes(noise)
    recovered = recover(folder)
    assert (folder / "video.mp4").is_file()
    assert (folder / f"readings{DAMAGED}").read_bytes() == noise
    assert not recovered.is_whole
    assert not any("delete" in note for note in recovered.notes)
    assert open_session(folder).video is not None


def test_a_journal_that_cannot_be_opened_now_is_left_alone(cut_off: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (cut_off / JOURNAL).read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr("mien.sinks.readings.parquet_file.open_journal", full)
        with pytest.raises(Exception, match="Too many open files") as caught:
            recover(cut_off)
    assert "delete" not in str(caught.value)
    assert (cut_off / JOURNAL).read_bytes() == before
    assert recover(cut_off).frames == 90


def test_a_session_without_a_frame_is_not_called_recovered(cut_off: Path, tmp_path: Path) -> None:
    (cut_off / JOURNAL).unlink()
    with pytest.raises(SessionError, match="nothing to finish"):
        recover(cut_off)
    assert find_unfinished(tmp_path) == ()
