"""A server without a screen: nothing but the window needs Qt, and no part of it is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mien.places import demo_clip
from tests.clips import write_short_clip

BLOCKED = """
import importlib.machinery
import sys

find = importlib.machinery.PathFinder.find_spec

def find_others(name, *arguments):
    return None if name.partition(".")[0] in ("PySide6", "shiboken6", "miniaudio") else find(name, *arguments)

importlib.machinery.PathFinder.find_spec = find_others
"""


def run_blocked(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-c", BLOCKED + program, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def mien(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_blocked("from mien.cli import run\nsys.exit(run(sys.argv[1:]))", *arguments)


def test_the_blocker_blocks() -> None:
    assert "No module named 'PySide6" in run_blocked("import PySide6.QtCore").stderr


def test_a_video_is_annotated_converted_and_reported_without_qt(tmp_path: Path) -> None:
    table, again = tmp_path / "readings.csv", tmp_path / "again.parquet"
    video = tmp_path / "annotated.mp4"
    done = mien(
        "annotate", str(write_short_clip(tmp_path / "clip.mp4")), "-o", str(video), "--readings", str(table)
    )
    assert done.returncode == 0, done.stderr
    assert video.stat().st_size > 10_000
    assert len(table.read_text("utf-8").splitlines()) > 10
    done = mien("convert", str(table), "-o", str(again))
    assert done.returncode == 0, done.stderr
    assert again.is_file()


@pytest.mark.parametrize("command", ["judge", "export", "bench", "doctor", "annotate", "models"])
def test_every_command_but_the_window_can_be_asked_for_help(command: str) -> None:
    done = mien(command, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: mien ")


def test_the_python_interface_needs_no_qt() -> None:
    program = "import mien\nfrom mien import analyse, annotate, read\nread(sys.argv[1])\nprint('read')"
    photo = Path(__file__).resolve().parents[2] / "assets" / "mien_assets" / "icons" / "mien-256.png"
    done = run_blocked(program, str(photo if photo.is_file() else demo_clip()))
    assert (done.returncode, done.stdout.strip()) == (0, "read"), done.stderr


def test_doctor_takes_a_server_for_well() -> None:
    done = mien("doctor")
    assert "the window: " in done.stdout, done.stdout
    assert "No module named" not in done.stdout


def test_the_window_says_what_it_needs_and_leaves_no_traceback() -> None:
    program = "import os\nos.environ['QT_QPA_PLATFORM'] = 'offscreen'\nfrom mien.cli import run\nsys.exit(run([]))"
    done = run_blocked(program)
    assert done.returncode == 1
    assert "mien[window]" in done.stderr
    assert "Traceback" not in done.stderr
