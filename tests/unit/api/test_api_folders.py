"""A folder in Python is what it is on the command line: pictures and videos, each read by itself."""

import csv
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien import AppError, analyse, annotate, read
from mien.batch.ledger import LEDGER_NAME
from mien.cli import run
from mien.runs.set_summary import SetSummary
from tests.clips import pictures_of_demo, write_short_clip

NAMES = ["a.png", "b.png", "none.png", "sub/c.png"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures of the same face, one of them in a folder of its own, and one without a face."""
    folder = tmp_path_factory.mktemp("made") / "photos"
    (folder / "sub").mkdir(parents=True)
    pictures = pictures_of_demo(3)
    grey = np.full_like(pictures[0], 128)
    for name, picture in zip(("a", "b", "sub/c", "none"), (*pictures, grey), strict=True):
        assert cv2.imwrite(str(folder / f"{name}.png"), picture)
    return folder


@pytest.fixture
def photos(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "photos"))


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_pictures_are_read_as_on_the_command_line(photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "faces.csv"
    assert run(["annotate", str(photos), "-r", "--no-video", "--readings", str(table), "--quiet"]) == 0
    readings = analyse(photos, recursive=True)
    readings.save(tmp_path / "again.csv")
    again, rows = table_of(tmp_path / "again.csv"), table_of(table)
    assert [row["file"] for row in again] == NAMES
    assert [row["file"].removeprefix("photos/") for row in rows] == NAMES
    for row in (*rows, *again):
        del row["file"]
    assert again == rows
    assert [row["face_id"] for row in rows] == ["1", "2", "", "3"]
    assert [row["label"] == row["raw_reason"] == "" for row in rows] == [False, False, True, False]
    assert [(row["frame"], row["time_s"]) for row in rows] == [(str(n), f"{n}.000000") for n in range(4)]


def test_no_picture_smooths_another(photos: Path) -> None:
    rows = list(analyse(photos))
    assert len(rows) == 3
    for row in rows[:2]:
        assert row["p_happiness"] == row["raw_p_happiness"]
    film = list(analyse(photos, as_film=True, smoothing_s=2.0))
    assert [row["face_id"] for row in film[:2]] == [1, 1]
    assert "file" not in film[0]
    assert film[1]["p_happiness"] != film[1]["raw_p_happiness"]


def test_the_summary_is_of_all_files(photos: Path) -> None:
    summary = analyse(photos, recursive=True).summary
    assert isinstance(summary, SetSummary)
    assert (summary.frames, summary.frames_with_face, summary.faces) == (4, 3, 3)
    assert [Path(file.source).relative_to(photos).as_posix() for file in summary.files] == NAMES
    assert summary.confidence == pytest.approx(
        np.mean([file.confidence for file in summary.files if file.certain])
    )
    assert summary.notes[0] == "4 pictures, each by itself"


def test_results_come_picture_by_picture(photos: Path) -> None:
    with read(photos) as results:
        assert results.info.frame_count == 3
        found = [(results.file, result) for result in results]
    assert [file and file.name for file, _ in found] == NAMES[:3]
    assert [result.frame.index for _, result in found] == [0, 1, 2]
    assert [[face.track.face_id for face in result.readings] for _, result in found] == [[1], [2], []]
    film = [result.frame.index for result in read(photos, as_film=True)]
    assert film == [0, 1, 2]


def test_leaving_a_loop_over_a_folder_ends_all_threads(photos: Path) -> None:
    for _ in read(photos):
        break
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mien")]
    with read(photos) as results:
        for count, _ in enumerate(results):
            threading.Thread(target=results.stop).start() if count == 0 else None
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mien")]


def test_files_are_written_as_on_the_command_line(photos: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(photos, tmp_path / "other" / "photos"))
    assert run(["annotate", str(other), "-o", str(tmp_path / "cli"), "--quiet"]) == 0
    told: list[Any] = []
    summary = annotate(photos, tmp_path / "python", ".csv", progress=told.append)
    names = sorted(path.name for path in (tmp_path / "cli").iterdir())
    assert sorted(path.name for path in (tmp_path / "python").iterdir()) == names
    for name in names:
        if name.endswith(".png"):
            assert (tmp_path / "cli" / name).read_bytes() == (tmp_path / "python" / name).read_bytes()
    faces = [table_of(tmp_path / place / "pictures.mien.csv") for place in ("cli", "python")]
    for rows in faces:
        for row in rows:
            row["file"] = Path(row["file"]).name
    assert faces[0] == faces[1]
    assert isinstance(summary, SetSummary)
    assert len(summary.files) == told[-1].frames == told[-1].total == 3
    assert str(tmp_path / "python" / "pictures.mien.csv") in summary.outputs
    before = (tmp_path / "python" / "a.mien.png").stat().st_mtime_ns
    annotate(photos, tmp_path / "python", ".csv")
    assert (tmp_path / "python" / "a.mien.png").stat().st_mtime_ns == before


def test_processes_give_the_same_and_need_no_guard(photos: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    annotate(photos, readings=one)
    (photos / LEDGER_NAME).unlink()
    script = tmp_path / "script.py"
    script.write_text(
        f"from mien import annotate\nannotate({str(photos)!r}, readings={str(two)!r}, jobs=2)\nprint('once')\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "once\n"), done.stderr
    assert one.read_text() == two.read_text()


def test_a_file_that_cannot_be_read_is_told_and_costs_no_other(photos: Path, tmp_path: Path) -> None:
    (photos / "broken.png").write_text("no picture")
    with pytest.warns(UserWarning, match=r"1 of 4 files could not be read.*broken\.png"):
        readings = analyse(photos)
    assert [row["file"] for row in readings] == NAMES[:3]
    assert isinstance(readings.summary, SetSummary)
    assert "broken.png" in readings.summary.failures[0]
    with pytest.warns(UserWarning, match=r"broken\.png"):
        summary = annotate(photos, readings=tmp_path / "faces.csv")
    assert isinstance(summary, SetSummary)
    assert len(summary.failures) == 1
    with pytest.warns(UserWarning, match=r"broken\.png"):
        assert len(list(read(photos))) == 3
    for name in NAMES[:3]:
        (photos / name).write_text("nothing")
    for call in (analyse, read, lambda source: annotate(source, readings=tmp_path / "other.csv")):
        with pytest.raises(AppError, match=r"a\.png.*and 3 more files of the folder"):
            call(photos)


def test_a_mixed_folder_says_what_it_did(photos: Path) -> None:
    write_short_clip(photos / "clip.mp4", frames=3)
    readings = analyse(photos)
    assert readings.summary.notes[0] == "1 video and 3 pictures, each by itself"
    assert [(row["file"], row["frame"]) for row in readings] == [
        *(("clip.mp4", frame) for frame in range(3)),
        *((name, frame) for frame, name in enumerate(NAMES[:3])),
    ]
    assert [result.frame.index for result in read(photos)] == [0, 1, 0, 1, 2, 2]
    assert readings.columns[0] == "file"


def test_a_folder_with_nothing_to_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for call in (analyse, annotate, read):
        with pytest.raises(AppError, match="no video or picture in there"):
            call(tmp_path / "empty")
