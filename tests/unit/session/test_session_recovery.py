"""Finishing what was cut off: at any step, twice, and never what somebody still writes."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.errors import AppError, RecordingError, SessionError
from mien.session.folder_lock import FolderLock
from mien.session.recovery import find_unfinished, recover
from mien.session.stored import open_session
from mien.session.tables import read_series
from mien.session.writer import Contents
from mien.sinks.readings.readings_log import open_readings

Record = Callable[..., Path]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def flip_a_bit(path: Path, at: int, bit: int = 3) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


@pytest.fixture
def cut_off(record: Record) -> Path:
    """A session as a failure of the source leaves it; its video has an index, as after a kill it would not."""
    return record(60, finish=False, contents=Contents(csv=True))


def test_a_session_is_finished(cut_off: Path, tmp_path: Path) -> None:
    (unfinished,) = find_unfinished(tmp_path)
    assert unfinished.path == cut_off
    assert unfinished.source == "Camera 1"
    assert unfinished.started_at == json.loads((cut_off / "session.json").read_text())["started_at"]
    recovered = recover(cut_off)
    assert recovered.path == cut_off
    assert recovered.frames == 60
    assert recovered.duration_s == pytest.approx(59 / 30, abs=1e-6)
    assert names(cut_off) == [
        "face-1.jpg",
        "face-2.jpg",
        "readings.csv",
        "readings.parquet",
        "session.json",
        "thumbnail.jpg",
        "video.mp4",
    ]
    session = open_session(cut_off)
    assert (session.document.state, session.document.frames) == ("recovered", 60)
    assert len(session.series.face(1)) == 60
    with av.open(str(cut_off / "video.mp4")) as container:
        assert len(list(container.decode(video=0))) == 60


def test_twice_is_once(cut_off: Path, tmp_path: Path) -> None:
    first = recover(cut_off)
    before = content(cut_off)
    second = recover(cut_off)
    assert (second.duration_s, second.frames, second.notes) == (first.duration_s, first.frames, ())
    assert content(cut_off) == before
    assert find_unfinished(tmp_path) == find_unfinished(cut_off) == ()


def test_a_complete_session_is_left_alone(record: Record) -> None:
    folder = record(30)
    before = content(folder)
    assert recover(folder).frames == 30
    assert content(folder) == before


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_recovery_that_is_cut_off_at_any_step_is_done_again(
    cut_off: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_damaged: bool
) -> None:
    """Each renaming and each deletion fails once; what is there then must still lead to the same end."""
    journal = cut_off / "readings.part.journal"
    if is_damaged:
        flip_a_bit(journal, journal.stat().st_size * 2 // 3)
    journal_bytes = journal.read_bytes()
    whole = tmp_path / "whole"
    shutil.copytree(cut_off, whole)
    frames = recover(whole).frames
    assert 40 < frames < 60 if is_damaged else frames == 60
    expected = names(whole)
    for step in range(12):
        folder = tmp_path / f"step-{step}"
        shutil.copytree(cut_off, folder)
        left = step
        with monkeypatch.context() as patch:

            def interrupted(real: Callable[..., Any]) -> Callable[..., Any]:
                def call(self: Path, *arguments: Any, **options: Any) -> Any:
                    nonlocal left
                    if left == 0:
                        raise KeyboardInterrupt
                    left -= 1
                    return real(self, *arguments, **options)

                return call

            patch.setattr(Path, "replace", interrupted(Path.replace))
            patch.setattr(Path, "unlink", interrupted(Path.unlink))
            try:
                recover(folder)
                was_cut = False
            except KeyboardInterrupt:
                was_cut = True
        # What hung on the interrupted call is let go of by the process's end.
        assert recover(folder).frames == frames
        assert names(folder) == expected, step
        session = open_session(folder)
        assert session.document.state == "recovered"
        assert len(session.series.face(1)) == frames
        if is_damaged:
            assert (folder / "readings.damaged.journal").read_bytes() == journal_bytes, step
        if not was_cut:
            assert step > 4
            return
    pytest.fail("a recovery took more than twelve steps")


def test_what_is_being_written_is_left_alone(make_writer: Any, make_result: Any, tmp_path: Path) -> None:
    writer = make_writer()
    for index in range(40):
        writer.write(make_result(index), make_result().frame.image)
    assert find_unfinished(tmp_path) == ()
    with pytest.raises(SessionError, match="is being written; end the recording first"):
        recover(writer.folder)
    writer.finish()
    assert find_unfinished(tmp_path) == ()
    assert open_session(writer.folder).document.state == "complete"


def test_two_recoveries_do_not_meet(cut_off: Path, tmp_path: Path) -> None:
    with FolderLock(cut_off) as lock:
        assert lock.is_held
        assert find_unfinished(tmp_path) == ()
        with pytest.raises(SessionError, match="is being written"):
            recover(cut_off)
    assert recover(cut_off).frames == 60


def test_on_a_drive_without_locks_what_grows_is_left_alone_and_the_rest_finished(
    cut_off: Path, tmp_path: Path, no_locks: None
) -> None:
    (cut_off / "session.lock").touch()
    assert find_unfinished(tmp_path) == ()
    with pytest.raises(SessionError, match="its drive knows no locks"):
        recover(cut_off)
    for path in cut_off.iterdir():
        os.utime(path, (time.time() - 120, time.time() - 120))
    assert [each.path for each in find_unfinished(tmp_path)] == [cut_off]
    assert recover(cut_off).frames == 60
    assert open_session(cut_off).document.state == "recovered"


def test_a_torn_line_of_csv_is_cut_off(cut_off: Path) -> None:
    grown = cut_off / "readings.part.csv"
    whole = grown.read_text()
    grown.write_text(whole + "61,2.03,1,10")
    recover(cut_off)
    assert (cut_off / "readings.csv").read_text() == whole


def test_a_video_that_does_not_play_stays_aside(cut_off: Path) -> None:
    grown = cut_off / "video.part.mp4"
    grown.write_bytes(grown.read_bytes()[:40])
    recovered = recover(cut_off)
    assert any("video.part.mp4 does not play" in note for note in recovered.notes)
    session = open_session(cut_off)
    assert session.document.video is None
    assert grown.exists()
    assert len(session.series.face(1)) == 60


def test_a_session_cut_off_before_its_first_frame(make_writer: Any, tmp_path: Path) -> None:
    writer = make_writer()
    left = tmp_path / "left"
    shutil.copytree(writer.folder, left)
    writer.abort()
    recovered = recover(left)
    assert (recovered.frames, recovered.duration_s) == (0, 0.0)
    assert open_session(left).document.state == "recovered"
    assert find_unfinished(tmp_path) == ()


def test_a_journal_that_ends_at_once(cut_off: Path) -> None:
    (cut_off / "readings.part.journal").write_bytes(b"")
    recovered = recover(cut_off)
    assert any("readings.parquet" in note for note in recovered.notes)
    assert open_session(cut_off).readings.name == "readings.csv"
    assert recovered.frames == 60


def test_dropped_frames_of_a_file_are_none(make_writer: Any, make_result: Any, tmp_path: Path) -> None:
    clip = SourceInfo("x.mp4", 320, 180, 30.0, is_live=False, path=str(tmp_path / "x.mp4"))
    for folder, info, dropped in ((tmp_path / "a", clip, 0), (tmp_path / "b", None, None)):
        writer = make_writer(folder, info=info)
        for index in (0, 1, 4):
            writer.write(make_result(index), make_result().frame.image)
        writer.abort()
        recover(folder)
        assert open_session(folder).document.dropped == dropped


def test_only_names_within_the_folder_are_touched(cut_off: Path, tmp_path: Path) -> None:
    document = json.loads((cut_off / "session.json").read_text())
    secret = tmp_path / "secret.part.mp4"
    secret.write_bytes(b"secret")
    (cut_off / "session.json").write_text(json.dumps(document | {"video": "../secret.mp4"}))
    with pytest.raises(SessionError, match="no file of its own folder"):
        recover(cut_off)
    (cut_off / "video.part.mp4").unlink()
    (cut_off / "video.part.mp4").symlink_to(secret)
    (cut_off / "session.json").write_text(json.dumps(document))
    assert recover(cut_off).frames == 60
    assert secret.read_bytes() == b"secret"
    assert open_session(cut_off).document.video is None


def test_damaged_sessions_are_passed_over_in_a_folder_of_many(cut_off: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "session.json").write_text("{")
    (tmp_path / "file.txt").touch()
    assert [each.path for each in find_unfinished(tmp_path)] == [cut_off]
    assert find_unfinished(tmp_path / "nowhere") == ()
    with pytest.raises(SessionError, match="is damaged"):
        recover(bad)
    with pytest.raises(SessionError, match="neither a session"):
        recover(tmp_path / "file.txt")


def test_of_many_sessions_none_is_read_but_for_its_description(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = record(3)
    for number in range(100):
        (tmp_path / f"x{number}").mkdir()
        shutil.copy(folder / "session.json", tmp_path / f"x{number}" / "session.json")
    opened: list[str] = []
    real = open

    def noted(path: Any, *arguments: Any, **options: Any) -> Any:
        opened.append(Path(path).name)
        return real(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", noted)
    assert find_unfinished(tmp_path) == ()
    assert set(opened) == {"session.json"}
    assert len(opened) == 101


def write_journal(target: Path, make_result: Any, make_reading: Any, frames: int = 60) -> Path:
    log = open_readings(target, EXPRESSIONS, model="net")
    for index in range(frames):
        log.write(make_result(index, [make_reading()]), None)
    log.abort()
    return log.part_path


def test_a_bare_table_is_finished(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    journal = write_journal(tmp_path / "x.parquet", make_result, make_reading)
    assert [each.path for each in find_unfinished(tmp_path)] == [journal]
    recovered = recover(journal)
    assert (recovered.path, recovered.frames) == (tmp_path / "x.parquet", 60)
    assert names(tmp_path) == ["x.parquet"]
    assert pq.read_schema(tmp_path / "x.parquet").metadata[b"model"] == b"net"
    with pytest.raises(SessionError, match="no such file"):
        recover(journal)


def test_a_bare_table_whose_name_is_taken(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    journal = write_journal(tmp_path / "x.parquet", make_result, make_reading, 60)
    done = open_readings(tmp_path / "x.parquet", EXPRESSIONS)
    done.write(make_result(0, [make_reading()]), None)
    done.finish()
    assert recover(journal).path == tmp_path / "x-2.parquet"
    assert read_series(tmp_path / "x.parquet").frame_count == 1


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_bare_table_that_is_there_already(
    tmp_path: Path, make_result: Any, make_reading: Any, is_damaged: bool
) -> None:
    """Cut off between the renaming of the table and the deleting of its journal."""
    journal = write_journal(tmp_path / "y.parquet", make_result, make_reading, 60)
    if is_damaged:
        flip_a_bit(journal, journal.stat().st_size * 2 // 3)
    kept = journal.read_bytes()
    first = recover(journal)
    (tmp_path / "y.damaged.journal").unlink(missing_ok=True)
    journal.write_bytes(kept)
    assert recover(journal) == first
    assert names(tmp_path) == (["y.damaged.journal"] if is_damaged else []) + ["y.parquet"]
    if is_damaged:
        assert (tmp_path / "y.damaged.journal").read_bytes() == kept


def test_a_bare_table_under_way_is_left_alone(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    log = open_readings(tmp_path / "x.parquet", EXPRESSIONS)
    for index in range(60):
        log.write(make_result(index, [make_reading()]), None)
    assert find_unfinished(tmp_path) == ()
    with pytest.raises(SessionError, match="is being written"):
        recover(log.part_path)
    log.finish()
    assert names(tmp_path) == ["x.parquet"]


def test_a_journal_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.part.journal"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(AppError) as caught:
        recover(path)
    assert "\n" not in str(caught.value)
    assert path.exists()


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_bit_costs_its_own_record_and_is_said(
    tmp_path: Path, make_result: Any, make_reading: Any, seed: int
) -> None:
    """One bit anywhere in the journal: what is lost is said, the rest is there, the original is kept."""
    whole = recover(write_journal(tmp_path / "whole.parquet", make_result, make_reading, frames=200))
    journal = write_journal(tmp_path / "x.parquet", make_result, make_reading, frames=200)
    data = bytearray(journal.read_bytes())
    rng = np.random.default_rng(seed)
    data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
    journal.write_bytes(data)

    recovered = recover(journal)

    assert recovered.frames >= whole.frames - 14  # FLUSH_S of rows are one record
    kept = tmp_path / "x.damaged.journal"
    if recovered.frames < whole.frames or recovered.notes:
        assert kept.read_bytes() == data
        (note,) = recovered.notes
        assert "could not be read" in note
        assert "\n" not in note
    assert not journal.exists()
    assert find_unfinished(tmp_path) == ()


def test_a_session_whose_readings_are_destroyed_keeps_its_video_and_its_journal(cut_off: Path) -> None:
    journal = cut_off / "readings.part.journal"
    journal.write_bytes(b"\0" * journal.stat().st_size)
    recovered = recover(cut_off)
    assert journal.exists()
    assert (cut_off / "video.mp4").exists()
    assert any("readings.part.journal is left as it is" in note for note in recovered.notes)
    assert recovered.frames == 60  # those of the CSV


def test_a_read_only_disk_is_named(small_disk: Path, cut_off: Path) -> None:
    shutil.copytree(cut_off, small_disk / "s")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(RecordingError, match="not writable"):
        recover(small_disk / "s")
    assert np.all(open_session(cut_off).document.frames is None)
