"""After set-up nothing touches the network: without any route Mien works, and it does not even try."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "assets" / "mien_assets" / "demo.mp4"
# Telemetry of libraries tends to keep quiet on build servers.
NOT_ON_CI = {name: value for name, value in os.environ.items() if name != "CI"} | {"PYTHONDONTWRITEBYTECODE": "1"}


# With --seccomp-bpf only these calls stop the program, and not every one.
STRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg,bind,listen"]


def annotate(folder: Path) -> list[str]:
    """A second of video goes through all that a longer one does."""
    return [
        *(sys.executable, "-m", "mien", "annotate", str(DEMO), "--seconds", "1"),
        *("-o", str(folder / "out.mp4"), "--readings", str(folder / "out.parquet"), "--quiet"),
    ]


def can_unshare() -> bool:
    return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


def can_trace() -> bool:
    return shutil.which("strace") is not None and (
        subprocess.run([*STRACE, "true"], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_it_works_in_an_empty_network_namespace(tmp_path: Path) -> None:
    if not can_unshare():
        pytest.skip("no right to make a network namespace here")
    done = subprocess.run(["unshare", "-n", *annotate(tmp_path)], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.mp4").stat().st_size > 10_000
    assert (tmp_path / "out.parquet").stat().st_size > 1_000


@pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")
def test_it_does_not_even_try(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is missing or forbidden here")
    trace = tmp_path / "trace"
    done = subprocess.run(
        [*STRACE, "-o", str(trace), *annotate(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env=NOT_ON_CI,
    )
    assert done.returncode == 0, done.stderr
    network = [line for line in trace.read_text().splitlines() if re.search(r"AF_INET|AF_PACKET", line)]
    assert network == []


def test_the_trace_would_show_a_look_up(tmp_path: Path) -> None:
    """The check above can fail: a program that looks a name up is seen."""
    if sys.platform != "linux" or not can_trace():
        pytest.skip("strace is missing or forbidden here")
    trace = tmp_path / "trace"
    look_up = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 0.2)\nexcept OSError: pass"
    command = [*STRACE, "-o", str(trace), sys.executable, "-c", look_up]
    subprocess.run(command, check=True, capture_output=True)
    assert "AF_INET" in trace.read_text()
