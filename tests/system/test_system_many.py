"""`mien annotate FOLDER`, from the command line's arguments to the files on disk."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.batch.ledger import LEDGER_NAME
from mien.batch.queue import BatchQueue
from mien.batch.this_process import ThisProcess
from mien.cli import run
from mien.places import demo_clip
from mien.settings import Settings
from tests.clips import write_portrait, write_short_clip
from tests.patience import PATIENCE_S

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
    with (folder / "mien-summary.csv").open(newline="") as file:
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
    items = json.loads(capsys.readouterr().out)["files"]
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
        "mien-summary.csv",
    ]


def test_bad_arguments_give_one_line(films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        ([films, "-o", tmp_path / "x.mp4"], "name a folder"),
        ([films, "--readings", "x.csv"], "name an ending"),
        ([films, "--websocket"], "leave the outlet out"),
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


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a face in two formats, a picture without one, and one that is none."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    write_portrait(folder / "face.ppm")
    write_portrait(folder / "again.png")
    cv2.imwrite(str(folder / "gray.png"), np.full((48, 64, 3), 90, np.uint8))
    (folder / "broken.jpg").write_text("this is no picture")
    return folder


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_picture_is_read_alike_however_it_is_named(pictures: Path, tmp_path: Path) -> None:
    outputs = []
    for number, options in enumerate(([], ["-j", "1"], ["-j", "4"], ["-r"])):
        out = tmp_path / f"out{number}"
        assert run(["annotate", str(pictures / "face.ppm"), "-o", str(out), "--quiet", *options]) == 0
        assert sorted(path.name for path in out.iterdir()) == ["face.mien.csv", "face.mien.png"]
        outputs.append([path.read_bytes() for path in sorted(out.iterdir())])
    assert all(each == outputs[0] for each in outputs)


def test_a_folder_of_pictures_is_a_set(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No smoothing and no numbers across pictures: each has the readings that it has alone, in one table."""
    assert run(["annotate", str(pictures / "face.ppm"), "--no-video", "--quiet"]) == 0
    (alone,) = rows_of(pictures / "face.mien.csv")
    out = tmp_path / "out"
    assert run(["annotate", str(pictures), "-o", str(out), "-j", "1"]) == 1
    text = capsys.readouterr()
    assert "4 pictures, each by itself, all faces in" in text.out
    assert "again.png: done, happiness" in text.out
    assert "gray.png: done, no face" in text.out
    assert text.err.count("\n") == 1
    assert "broken.jpg: not a picture that can be read" in text.err
    assert {path.name for path in out.iterdir()} == {
        *("face.mien.png", "again.mien.png", "gray.mien.png"),
        *("pictures.mien.csv", "mien-summary.csv", ".mien-batch.jsonl"),
    }
    rows = rows_of(out / "pictures.mien.csv")
    assert [Path(row["file"]).name for row in rows] == ["again.png", "face.ppm", "gray.png"]
    assert [row["face_id"] for row in rows] == ["1", "2", ""]
    for row in rows[:2]:
        assert (row["label"], row["confidence"], row["x1"]) == (alone["label"], alone["confidence"], alone["x1"])


def test_pictures_that_are_up_to_date_stay_in_the_table(pictures: Path, tmp_path: Path) -> None:
    (pictures / "broken.jpg").unlink()
    arguments = ["annotate", str(pictures), "--no-video", "--quiet"]
    assert run(arguments) == 0
    before = (pictures / "pictures.mien.csv").read_text()
    assert run(arguments) == 0
    assert (pictures / "pictures.mien.csv").read_text() == before
    (pictures / "gray.png").unlink()
    assert run(arguments) == 0
    assert [row["file"] for row in rows_of(pictures / "pictures.mien.csv")] == ["again.png", "face.ppm"]


def test_a_folder_of_pictures_is_a_film_on_request(pictures: Path, tmp_path: Path) -> None:
    (pictures / "broken.jpg").unlink()
    assert run(["annotate", "--as-film", str(pictures), "-o", str(tmp_path / "film.mp4"), "--quiet"]) == 0
    assert (tmp_path / "film.mp4").exists()
    assert [row["frame"] for row in rows_of(tmp_path / "film.csv")] == ["0", "1", "2"]
    assert not (pictures / "mien-summary.csv").exists()


def test_a_summary_of_the_user_is_never_replaced(films: Path) -> None:
    (films / "broken.mp4").unlink()
    for name in ("summary.csv", "mien-summary.csv"):
        (films / name).write_text("mine")
    for _ in range(2):
        assert run(["annotate", str(films), "--no-video", "--quiet"]) == 0
    assert [(films / name).read_text() for name in ("summary.csv", "mien-summary.csv")] == ["mine", "mine"]
    assert sorted(path.name for path in films.glob("*.csv")) == [
        *("a.mien.csv", "mien-summary-2.csv", "mien-summary.csv", "summary.csv"),
    ]


def test_two_inputs_make_their_folder(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    inputs = [str(films / "a.mp4"), str(films / "deep" / "b.mkv")]
    assert run(["annotate", *inputs, "-o", str(out), "--no-video", "--quiet"]) == 0
    assert {path.name for path in out.iterdir()} == {
        *("a.mien.csv", "b.mien.csv", "mien-summary.csv", ".mien-batch.jsonl"),
    }


@pytest.mark.parametrize("at", range(3))
def test_options_stand_where_one_likes_and_quiet_is_quiet(
    at: int, films: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["annotate", str(films / "a.mp4")]
    words[at:at] = ["--quiet", "--no-video", "--seconds", "0.1", "--verbose"]
    if at == 0:  # as the terminal sees it
        done = subprocess.run([sys.executable, "-m", "mien", *words], cwd=films, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    else:
        assert run(words) == 0
        assert capfd.readouterr() == ("", "")
    assert (films / "a.mien.csv").exists()


def test_the_same_batch_twice_at_once(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queue = BatchQueue(Settings(), films / LEDGER_NAME, ThisProcess())
    try:
        assert run(["annotate", str(films), "--session"]) == 1
        assert f"mien: {films}: another Mien works in this folder" in capsys.readouterr().err
    finally:
        queue.close()
    assert sorted(path.name for path in films.iterdir()) == ["a.mp4", "broken.mp4", "deep"]


def test_names_cannot_command_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = tmp_path / "\x1b]0;hacked\x07.mp4"
    name.write_text("this is no video")
    assert run(["annotate", str(name)]) == 1
    assert run(["annotate", str(tmp_path)]) == 1
    printed = "".join(capfd.readouterr())
    assert "\x1b" not in printed
    assert "\\x1b]0;hacked\\x07.mp4" in printed


@pytest.mark.parametrize("name", ["~nosuchuser/x.mp4", "x" * 300 + ".mp4", "x" * 300, "\udcff.mp4"])
def test_names_that_cannot_be_give_one_line(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        [name],
        [name, "-j", "2"],
        ["clip.mp4", "--model", name],
        ["clip.mp4", "--detector", f"{name}.onnx"],
    ):
        assert run(["annotate", *arguments]) == 1
        printed, complaint = capfd.readouterr()
        assert printed == ""
        assert complaint.startswith("mien: ")
        assert complaint.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_name_that_is_no_text_is_read_like_any_other(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (films / "broken.mp4").unlink()
    (films / "a.mp4").rename(films / "\udcff.mp4")
    for state in ("done", "up to date"):
        assert run(["annotate", str(films), "-r", "--no-video", "--json"]) == 0
        files = json.loads(capsys.readouterr().out)["files"]
        assert [item["state"] for item in files] == [state, state]
    assert sorted(Path(row["file"]).name for row in summary_of(films)) == ["\\xff.mp4", "b.mkv"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are POSIX's")
@pytest.mark.parametrize("what", ["pipe", "/dev/zero"])
def test_what_has_no_end_is_no_network_and_no_detector(
    what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.onnx"
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(what)
    for option in ("--model", "--detector", "--compare"):
        assert run(["annotate", str(demo_clip()), "-o", str(tmp_path / "x.mp4"), option, str(path)]) == 1
        complaint = capfd.readouterr().err
        assert "net.onnx" in complaint
        assert complaint.count("\n") == 1
    assert [each.name for each in tmp_path.iterdir()] == ["net.onnx"]
    for name in ("x.mp4", "x.png"):
        path.rename(path.with_name(name))
        path = path.with_name(name)
        assert run(["annotate", str(path), "--no-video"]) == 1
        complaint = capfd.readouterr().err
        assert "no regular file" in complaint or what == "/dev/zero"  # that is a device, as cameras are
        assert complaint.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_full_disk_ends_a_batch(small_disk: Path, films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (films / "broken.mp4").unlink()
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (900 << 10))
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 1024)
    assert run(["annotate", str(films), "-r", "-o", str(small_disk)]) == 1
    assert "full" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGINT)])
def test_ctrl_c_completes_what_runs_and_the_next_run_goes_on(number: int, tmp_path: Path) -> None:
    films = tmp_path / "in"
    films.mkdir()
    write_short_clip(films / "short.mp4", frames=3)
    write_short_clip(films / "a long one.mp4", frames=270)
    command = [sys.executable, "-m", "mien", "annotate", str(films), "-j", "1", "-o", str(tmp_path / "out")]
    # A group of its own, like a terminal's: Ctrl-C reaches all processes of it.
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background may ignore signals, and what ignores them is passed on.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    deadline_s = time.monotonic() + PATIENCE_S
    while not list(tmp_path.glob("out/*.part.csv")) and process.poll() is None:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    os.killpg(process.pid, number)
    printed, complaints = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, complaints) == (130, "")
    assert "goes on from here" in printed
    assert not list(tmp_path.glob("out/*.part*"))
    assert [row["state"] for row in summary_of(tmp_path / "out")] == ["waiting", "waiting"]
    if number == signal.SIGINT:  # what the others leave is the same
        assert run([*command[3:], "--quiet"]) == 0
        assert [row["frames"] for row in summary_of(tmp_path / "out")] == ["270", "3"]
