"""The programs printed in docs/outlets.md, run as they are printed."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.frame import SourceInfo
from mien.errors import OutletError
from mien.outlets import IncomingMarker, IntegrationSettings, Outlets, open_outlets
from mien.outlets.websocket_server import WebSocketServer
from tests.makers import make_reading, make_result
from tests.patience import PATIENCE_S

PAGE = Path(__file__).resolve().parents[2] / "docs" / "outlets.md"
PROGRAMS = re.findall(
    r"<!-- runs in the tests -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)
CAMERA = SourceInfo("a camera", 64, 48, 30.0, is_live=True)
SMILE = make_reading(box=(10.0, 20.0, 110.0, 140.0), affect=Affect(0.5, -0.25))


@pytest.fixture
def run_until_stopped() -> Iterator[Callable[[Outlets], None]]:
    """Runs a camera that always sees the same smile, on a thread, until the end of the test."""
    ending = threading.Event()
    threads: list[threading.Thread] = []

    def run(outlets: Outlets) -> None:
        sinks = outlets.sinks(CAMERA, EXPRESSIONS)
        started_s = time.monotonic()
        index = 0
        while not ending.wait(0.02):
            now_s = time.monotonic()
            for sink in sinks:
                sink.write(make_result(index, [SMILE], now_s - started_s, captured_at_s=now_s), None)
            index += 1
        for sink in sinks:
            sink.finish()

    def start(outlets: Outlets) -> None:
        threads.append(threading.Thread(target=run, args=(outlets,), name="mien-test-camera"))
        threads[-1].start()

    yield start
    ending.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def websocket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outlets]:
    def on_any_port(port: int, answer: Callable[[str | bytes], tuple[str, bool]]) -> WebSocketServer:
        return WebSocketServer(0, answer)

    monkeypatch.setattr("mien.outlets.websocket_server.WebSocketServer", on_any_port)
    with open_outlets(IntegrationSettings(websocket_port=1)) as outlets:
        yield outlets


@pytest.fixture
def lsl() -> Iterator[Outlets]:
    try:
        outlets = open_outlets(IntegrationSettings(lsl=True))
    except OutletError as error:
        pytest.skip(str(error))
    with outlets:
        yield outlets


def program(number: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAMS[number]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_there_are_four_programs() -> None:
    assert len(PROGRAMS) == 4


def test_the_reader_of_the_websocket(websocket: Outlets, run_until_stopped: Callable[[Outlets], None]) -> None:
    run_until_stopped(websocket)
    reader = program(0)
    threading.Timer(4.0, websocket.close).start()  # the end of Mien is the end of the reader
    output, errors = reader.communicate(websocket.notes[0].split()[-1] + "\n", timeout=PATIENCE_S)
    assert (reader.returncode, errors) == (0, "")
    lines = output.removeprefix("Address: ").splitlines()
    assert len(lines) > 10
    assert [line.split(maxsplit=1)[1] for line in lines[:-1]] == ["1 happiness 0.65 0.5"] * (len(lines) - 1)


def test_the_sender_of_a_marker(websocket: Outlets, run_until_stopped: Callable[[Outlets], None]) -> None:
    arrived: list[IncomingMarker] = []
    websocket.inbox.add_listener(arrived.append)
    run_until_stopped(websocket)
    sender = program(1)
    output, errors = sender.communicate(websocket.notes[0].split()[-1] + "\n", timeout=PATIENCE_S)
    assert (sender.returncode, errors) == (0, "")
    assert re.search(r"marked at \d+\.\d+", output)
    assert [(one.text, one.origin) for one in arrived] == [("stimulus 1", "websocket")]


def test_the_reader_of_the_lab_streaming_layer(lsl: Outlets, run_until_stopped: Callable[[Outlets], None]) -> None:
    run_until_stopped(lsl)
    reader = program(2)
    assert reader.stdout is not None
    watchdog = threading.Timer(30.0, reader.kill)
    watchdog.start()
    line = reader.stdout.readline()
    watchdog.cancel()
    reader.kill()
    _, errors = reader.communicate()
    assert "'valence': 0.5" in line, errors
    assert "'p_happiness': 0.64" in line or "'p_happiness': 0.65" in line


def test_the_sender_of_a_marker_stream(lsl: Outlets, run_until_stopped: Callable[[Outlets], None]) -> None:
    arrived: list[IncomingMarker] = []
    lsl.inbox.add_listener(arrived.append)
    run_until_stopped(lsl)
    sender = program(3)
    wait_until(lambda: bool(arrived))
    _, errors = sender.communicate("\n", timeout=PATIENCE_S)
    assert sender.returncode == 0, errors
    assert [(one.text, one.origin) for one in arrived] == [("stimulus 1", "lsl")]


def wait_until(happened: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not happened() and time.monotonic() < deadline_s:
        time.sleep(0.02)
