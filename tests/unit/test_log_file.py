"""The log: of our own processes alone, rotating, and never in the way."""

import subprocess
import sys
from pathlib import Path

import pytest

from mien.log_file import KEPT, log_failure, log_file

PROGRAM = "from mien.log_file import log_failure, open_log\nopen_log()\n"


def mien(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "mien", *words], capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def _own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_LOG", str(tmp_path / "log"))


def test_a_failure_is_logged_with_where_it_comes_from(tmp_path: Path) -> None:
    done = mien("models", "show", "nobody")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    text = log_file().read_text(encoding="utf-8")
    assert log_file() == tmp_path / "log" / "mien.log"
    assert "ERROR nobody: no such network" in text
    assert "Traceback" in text
    assert "ModelError" in text


def test_a_fault_of_ours_is_one_line(tmp_path: Path) -> None:
    program = "import sys\nimport mien.cli.cameras as it\nfrom mien.cli import run\n"
    program += "def broken() -> None:\n    raise ZeroDivisionError('by\\nnought')\n"
    program += "it.cameras.callback = lambda **options: broken()\nsys.exit(run(['cameras']))\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "mien: unexpected ZeroDivisionError: by nought; please report this\n"
    assert not log_file().exists()  # a script that imports Mien


def test_it_rotates() -> None:
    program = f"{PROGRAM}for n in range(700):\n    log_failure('x' * 10_000)\n"
    subprocess.run([sys.executable, "-c", program], check=True)
    found = sorted(path.name for path in log_file().parent.iterdir())
    assert found == ["mien.log", *(f"mien.log.{number}" for number in range(1, KEPT + 1))]
    assert all(path.stat().st_size <= 1_000_000 for path in log_file().parent.iterdir())


def test_what_is_not_caught_is_logged() -> None:
    program = f"{PROGRAM}from mien.faults import watch_faults\nwatch_faults()\nimport threading\n"
    program += "thread = threading.Thread(target=lambda: 1 / 0, name='t')\n"
    program += "thread.start()\nthread.join()\nraise ValueError('here')\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ValueError: here" in done.stderr
    text = log_file().read_text(encoding="utf-8")
    assert "uncaught in thread t" in text
    assert "ZeroDivisionError" in text
    assert "ValueError: here" in text


def test_without_a_place_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MIEN_LOG", str(tmp_path / "file" / "log"))
    assert mien("cameras").returncode == 0


def test_a_script_has_no_log() -> None:
    log_failure("nothing")
    assert not log_file().exists()
