"""`mien annotate` with outlets: what other programs get, and what is open to whom meanwhile."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.patience import PATIENCE_S

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def annotating(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run on the test picture, with the WebSocket on a port that was free a moment ago."""
    command = [sys.executable, "-m", "mien", "annotate", "synthetic", "--seconds", "60", "--no-video"]
    command += ["--readings", str(tmp_path / "out.csv"), "--websocket-port", str(free_port())]
    run = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    yield run
    run.terminate()
    run.communicate(timeout=PATIENCE_S)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address_of(run: "subprocess.Popen[str]") -> str:
    """The one line that shows the token."""
    assert run.stderr is not None
    line = run.stderr.readline()
    found = re.search(r"ws://127\.0\.0\.1:\d+/\?token=\S{32}", line)
    assert found is not None, line
    return found.group()


def test_readings_arrive_while_they_are_made_and_markers_are_answered(
    annotating: "subprocess.Popen[str]",
) -> None:
    with connect(address_of(annotating)) as client:
        hello = json.loads(client.recv(timeout=PATIENCE_S))
        first, second = (json.loads(client.recv(timeout=PATIENCE_S)) for _ in range(2))
        client.send('{"type": "marker", "text": "now"}')
        answers: list[dict[str, Any]] = []
        while not answers:
            message = json.loads(client.recv(timeout=PATIENCE_S))
            answers += [message] if message["type"] == "marker" else []
    assert hello["source"]["width_px"] > 0
    assert "happiness" in hello["labels"]
    assert first["frame"] < second["frame"]
    assert first["time_s"] < second["time_s"] <= answers[0]["time_s"] + 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_only_the_loopback_address_is_bound(annotating: "subprocess.Popen[str]") -> None:
    address = address_of(annotating)
    with connect(address) as client:
        client.recv(timeout=PATIENCE_S)
        listening = [row for row in sockets_of(annotating.pid) if row[1] == "0A" or row[0] == "udp"]
    port = int(re.findall(r":(\d+)/", address)[0])
    assert listening == [("tcp", "0A", f"0100007F:{port:04X}")]


def sockets_of(pid: int) -> list[tuple[str, str, str]]:
    """Protocol, state and own address of every internet socket of a process."""
    mine = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            mine.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            continue  # closed meanwhile
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            row = line.split()
            if f"socket:[{row[9]}]" in mine:
                found.append((table[:3], row[3] if table.startswith("tcp") else "udp", row[1]))
    return found


def test_outlets_kept_for_the_window_stay_shut_on_the_command_line(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.json").write_text(
        json.dumps({"integrations": {"websocket_port": free_port(), "lsl": True}})
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mien", "annotate", "synthetic", "--seconds", "0.2", "--no-video"),
            *("--readings", str(tmp_path / "out.csv")),
        ],
        cwd=REPOSITORY,
        env=os.environ | {"MIEN_CONFIG": str(config)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "WebSocket" not in done.stderr + done.stdout


def test_many_files_and_an_outlet_do_not_go_together(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"never opened")
    done = subprocess.run(
        [sys.executable, "-m", "mien", "annotate", str(tmp_path), "--recursive", "--websocket"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "many files at once are nothing to follow live" in done.stderr
