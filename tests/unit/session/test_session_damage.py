"""What is left of a session that is damaged, or was cut off before anything was in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mien.errors import SessionError
from mien.session.recovery import find_unfinished, recover
from mien.session.stored import open_session
from mien.session.writer import Contents

Record = Callable[..., Path]
JOURNAL = "readings.part.journal"


@pytest.fixture
def cut_off(record: Record) -> Path:
    return record(90, finish=False, contents=Contents(video=False))


def test_a_journal_of_noise_is_kept_and_the_video_is_finished(record: Record) -> None:
    folder = record(60, finish=False)
    noise = np.random.default_rng(1).bytes(5000)
    (folder / JOURNAL).write_bytes(noise)
    recovered = recover(folder)
    assert (folder / "video.mp4").is_file()
    assert (folder / JOURNAL).read_bytes() == noise
    assert any(JOURNAL in note for note in recovered.notes)
    assert not any("delete" in note for note in recovered.notes)
    assert open_session(folder).video is not None


def test_a_damaged_csv_does_not_keep_the_rest_from_being_finished(record: Record) -> None:
    folder = record(60, finish=False, contents=Contents(video=False, csv=True))
    grown = folder / "readings.part.csv"
    lines = grown.read_text().splitlines(keepends=True)
    grown.write_text("".join([*lines[:20], lines[20].replace("0.", "0.x", 1), *lines[21:]]))
    recovered = recover(folder)
    assert recovered.frames == 60
    assert any("readings.csv: is damaged" in note for note in recovered.notes)
    assert all("\n" not in note for note in recovered.notes)
    assert open_session(folder).series.frame_count == 60


def test_a_session_without_a_frame_is_not_called_recovered(cut_off: Path, tmp_path: Path) -> None:
    (cut_off / JOURNAL).unlink()
    with pytest.raises(SessionError, match="nothing to finish"):
        recover(cut_off)
    assert find_unfinished(tmp_path) == ()
