"""Faults of Mien's own: what is kept of them, and that a report tells nothing of the user's unless asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mien.crash_report import report_text
from mien.errors import VideoUnreadable
from mien.faults import ELSEWHERE, Fault, fault_of, find_dead, keep_fault, last_fault, place_of
from mien.places import log_folder
from mien.settings import Settings, save_settings

OWN = "from mien.own_process import declare_own\nfrom mien.log_file import open_log\n"
OWN += "from mien.faults import watch_faults\ndeclare_own()\nopen_log()\nwatch_faults()\n"
DIE = OWN + "import faulthandler\nfrom mien.faults import DeathWatch\nwatch = DeathWatch()\nwatch.begin()\n"

SECRETS = ("anna", "krank", "studie", "heimlich")
SETTINGS = Settings().changed(
    reading={"model": "/home/anna/studie/net.onnx", "every": 3},
    shown={"prior": "balanced"},
    own={"expressions": ("heimlich = au06 > 0.5",)},
    window={"recent_files": ("/home/anna/krank.mp4",)},
    camera={"source": "camera:Annas Kamera", "size_wh": (640, 480)},
)


@pytest.fixture(autouse=True)
def _own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_LOG", str(tmp_path / "log"))


def python(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "error",
    [
        VideoUnreadable("/home/anna/krank.mp4: damaged"),
        KeyError("krank"),
        ValueError("could not convert string to float: 'Anna'"),
        OSError(2, "No such file", "/home/anna/studie"),
        RuntimeError("Load model from net studie.onnx failed"),
        TypeError("expected a number, got 'krank'"),  # a word that is known from the recent files
        TypeError("not usable: /home/anna/x"),
        TypeError("not usable: C:\\Users\\anna"),
    ],
)
def test_a_report_tells_nothing_of_the_users_unless_asked(error: Exception) -> None:
    fault = fault_of(raised(ZeroDivisionError("division by zero"), raised(error)), "annotate")
    text = report_text(fault, SETTINGS).casefold()
    assert [word for word in SECRETS if word in text] == []
    assert str(Path.home()).casefold() not in text
    assert os.path.dirname(__file__).casefold() not in text
    assert "message left out" in text
    assert "zerodivisionerror: division by zero" in text  # Python's own words
    asked = report_text(fault, SETTINGS, with_names=True)
    assert "/home/anna/studie/net.onnx" in asked
    assert "heimlich = au06" in asked
    assert " ".join(str(error).split()) in asked
    assert __file__ in asked


def test_a_report_says_where_and_with_what() -> None:
    caught: Exception | None = None
    try:
        json.loads("{")
    except json.JSONDecodeError as error:
        caught = error
    assert caught is not None
    fault = fault_of(caught, "the window")
    text = report_text(fault, SETTINGS, doing="Opened\na clip", screen="Qt 6, xcb")
    lines = [line.strip() for line in text.splitlines()]
    assert "What:     JSONDecodeError, in the window" in lines
    assert "Screen:   Qt 6, xcb" in lines
    assert 'shown.prior = "balanced"' in lines
    assert "reading.every = 3" in lines
    assert "reading.model = (text left out)" in lines
    assert "camera.size_wh = [640,480]" in lines
    assert "own.expressions = 1 of them" in lines
    assert any(line.startswith("python/json/decoder.py:") for line in lines)
    assert any(line.startswith(f"{ELSEWHERE}:") for line in lines)  # this test
    assert "Opened" in lines
    assert "a clip" in lines
    assert "window.recent_files" not in text


def test_where_files_of_a_program_lie() -> None:
    import numpy

    import mien.faults

    assert place_of(mien.faults.__file__) == "mien/faults.py"
    assert place_of(numpy.__file__) == "site-packages/numpy/__init__.py"
    assert place_of("<frozen importlib._bootstrap>") == "<frozen importlib._bootstrap>"
    assert place_of("/home/mien/site-packages/x.py") == ELSEWHERE


def test_what_killed_a_process_is_found_once_at_the_next_start() -> None:
    alive = subprocess.Popen(
        [sys.executable, "-c", DIE + "print('up', flush=True)\ninput()\nwatch.end()\n"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert alive.stdout is not None
    assert alive.stdout.readline() == "up\n"
    assert python(DIE + "faulthandler._sigsegv()").returncode != 0
    fault = find_dead()
    assert fault is not None
    assert fault.summary == "Segmentation fault"
    assert last_fault() == fault
    assert find_dead() is None  # told once; the other one lives
    assert len(list(log_folder().glob("died-of-*"))) == 1
    alive.communicate("\n")
    assert list(log_folder().glob("died-of-*")) == []


def test_a_dump_is_told_without_paths() -> None:
    dump = "Fatal Python error: Aborted\n\nThread 0x1 (most recent call first):\n"
    dump += '  File "/home/anna/krank.py", line 3 in f'
    fault = Fault(when="2026-01-01", where="the window", dump=dump)
    text = report_text(fault, Settings())
    assert f'File "{ELSEWHERE}", line 3 in f' in text
    assert "What:     Aborted, in the window" in text
    assert "/home/anna/krank.py" in report_text(fault, Settings(), with_names=True)


def test_a_killed_process_leaves_no_report() -> None:
    assert python(DIE + "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)").returncode != 0
    assert find_dead() is None
    assert list(log_folder().glob("died-of-*")) == []


def test_what_nobody_catches_is_kept_once() -> None:
    program = OWN + "from mien.faults import listen\ntold = []\nlisten(told.append)\nimport threading\n"
    program += "def fail():\n    raise KeyError('x')\n"
    program += "for _ in range(3):\n    thread = threading.Thread(target=fail, name='t')\n"
    program += "    thread.start()\n    thread.join()\nprint(len(told))\n"
    assert python(program).stdout == "1\n"
    fault = last_fault()
    assert fault is not None
    assert (fault.summary, fault.where) == ("KeyError", "thread t")
    assert fault.raised[-1].message == "'x'"


def test_a_script_keeps_nothing() -> None:
    program = "import mien.cli.cameras as it\nfrom mien.cli import run\n"
    program += "it.cameras.callback = lambda **options: 1 / 0\nrun(['cameras'])\n"
    python(program)
    assert last_fault() is None


def test_a_fault_of_a_command_can_be_reported(tmp_path: Path) -> None:
    program = OWN + "import sys\nimport mien.cli.cameras as it\nfrom mien.cli import run\n"
    program += "it.cameras.callback = lambda **options: 1 / 0\nrun(['cameras', '--json'])\n"
    done = python(program)
    assert "please report this; `mien doctor --report FILE` writes what is needed for it" in done.stderr
    save_settings(SETTINGS)
    target = tmp_path / "crash.txt"
    told = subprocess.run(
        [sys.executable, "-m", "mien", "doctor", "--report", str(target)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "read it before you give it to anybody" in told.stdout
    text = target.read_text(encoding="utf-8")
    assert "What:     ZeroDivisionError, in mien cameras" in text
    assert "anna" not in text
    assert target.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_without_a_fault_there_is_no_report() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mien", "doctor", "--report", "-"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no fault of Mien's own is known here" in done.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"when": 1}', b"[" * 100_000, b" " * 2_000_000])
def test_a_damaged_file_of_a_fault_is_none(content: bytes) -> None:
    log_folder().mkdir(parents=True)
    (log_folder() / "last-fault.json").write_bytes(content)
    assert last_fault() is None


def test_names_that_are_no_text_are_kept() -> None:
    keep_fault(fault_of(ValueError("a\udce4b"), "the window"))
    fault = last_fault()
    assert fault is not None
    assert fault.raised[-1].message == "a\\udce4b"
