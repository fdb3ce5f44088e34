"""`mien annotate FOLDER`, from the command line's arguments to the files on disk."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mien.cli import run
from tests.clips import write_short_clip

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A folder with two films, one of them deeper, and a file that is none."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    write_short_clip(folder / "a.mp4")
    write_short_clip(folder / "deep" / "b.mkv", frames=8)
    (folder / "broken.mp4").write_text("this is no video")
    return folder


def summary_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "summary.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_is_read_and_gone_on_with(
    films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["annotate", str(films), "-r", "-o", str(out), "-j", "2"]
    assert run(arguments) == 1
    text = capsys.readouterr()
    assert "3 files: 2 done, 1 failed" in text.out
    assert text.err.count("\n") == 1
    assert "broken.mp4: not a video" in text.err
    rows = {Path(row["file"]).name: row for row in summary_of(out)}
    assert [rows[name]["state"] for name in ("a.mp4", "b.mkv", "broken.mp4")] == ["done", "done", "failed"]
    assert rows["a.mp4"]["frames"] == "12"
    assert rows["b.mkv"]["outputs"] == "deep/b.mien.mp4; deep/b.mien.csv"
    (films / "broken.mp4").unlink()
    assert run([*arguments, "--json"]) == 0
    items = json.loads(capsys.readouterr().out)
    assert [(Path(item["file"]).name, item["state"]) for item in items] == [
        ("a.mp4", "up to date"),
        ("b.mkv", "up to date"),
    ]
    assert items[0]["summary"]["frames"] == 12
    assert [row["state"] for row in summary_of(out)] == ["done", "done"]


def test_readings_alone_beside_the_films(films: Path) -> None:
    (films / "broken.mp4").unlink()
    assert run(["annotate", str(films), "--no-video", "--readings", ".parquet", "--quiet"]) == 0
    assert sorted(path.name for path in films.iterdir()) == [
        ".mien-batch.jsonl",
        "a.mien.parquet",
        "a.mp4",
        "deep",
        "summary.csv",
    ]


def test_bad_arguments_give_one_line(films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        ([films, "-o", tmp_path / "x.mp4"], "name a folder"),
        ([films, "--readings", "x.csv"], "name an ending"),
        ([films, "--clean-video", "x.mp4"], "--clean-video"),
        ([films, "--jobs", "2", "--model", "nobody"], "no such network"),
        ([films / "deep", "camera", "--jobs", "2"], "only files can wait"),
        ([tmp_path / "in" / "none", "-r"], "cannot be read"),
    ):
        assert run(["annotate", *map(str, arguments), "--quiet"]) == 1
        error = capsys.readouterr().err.strip().splitlines()
        assert all(line.startswith("mien: ") for line in error)
        assert words in error[0]
    assert run(["annotate", str(films), "--jobs", "many"]) == 2


def test_a_folder_of_pictures_is_one_film_or_many(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(pictures / name), np.full((48, 64, 3), 90, np.uint8))
    assert run(["annotate", str(pictures), "-o", str(tmp_path / "film.mp4"), "--quiet"]) == 0
    assert (tmp_path / "film.mp4").exists()
    assert run(["annotate", str(pictures), "-o", str(tmp_path / "many"), "-j", "1", "--quiet"]) == 0
    assert {path.name for path in (tmp_path / "many").iterdir()} == {
        *("1.mien.png", "1.mien.csv", "2.mien.png", "2.mien.csv", "summary.csv", ".mien-batch.jsonl")
    }


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_completes_what_runs_and_the_next_run_goes_on(tmp_path: Path) -> None:
    films = tmp_path / "in"
    films.mkdir()
    write_short_clip(films / "short.mp4", frames=3)
    write_short_clip(films / "a long one.mp4", frames=90)
    command = [sys.executable, "-m", "mien", "annotate", str(films), "-j", "1", "-o", str(tmp_path / "out")]
    # A group of its own, like a terminal's: Ctrl-C reaches all processes of it.
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline_s = time.monotonic() + 60
    while not list(tmp_path.glob("out/*.part.csv")) and process.poll() is None:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    printed, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (130, "")
    assert "goes on from here" in printed
    assert not list(tmp_path.glob("out/*.part*"))
    assert [row["state"] for row in summary_of(tmp_path / "out")] == ["waiting", "waiting"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [row["frames"] for row in summary_of(tmp_path / "out")] == ["90", "3"]
