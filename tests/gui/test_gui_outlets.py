"""Readings for other programs from the window: switched on, told of, and markers taken in."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fake_engine import FakeEngine
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from websockets.sync.client import connect
from windows import MakeWindow, WaitFor

from mien.gui.live.live_controller import Phase
from mien.gui.shell.main_window import MainWindow
from mien.outlets.websocket_server import WebSocketServer


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[WebSocketServer]]:
    """Servers on any free port, whatever the settings say."""
    opened: list[WebSocketServer] = []

    def on_any_port(port: int, answer: Any) -> WebSocketServer:
        opened.append(WebSocketServer(0, answer))
        return opened[-1]

    monkeypatch.setattr("mien.outlets.websocket_server.WebSocketServer", on_any_port)
    yield opened
    assert not any(server._thread.is_alive() for server in opened)


def test_nothing_is_open_by_itself(
    make_window: MakeWindow, engine: FakeEngine, wait_for: WaitFor, servers: list[WebSocketServer]
) -> None:
    wait_for(make_window(engine, "camera:0"), Phase.PLAYING)
    assert servers == []


def test_switched_on_it_shows_the_address_and_sends_what_is_seen(
    servers: list[WebSocketServer], window: MainWindow, qtbot: QtBot
) -> None:
    window.choices.change(integrations={"websocket_port": 8765})
    banner = window.messages.banner
    qtbot.waitUntil(lambda: "ws://127.0.0.1" in banner.text)
    banner.remedy.click()
    address = QGuiApplication.clipboard().text()
    assert address == servers[0].address
    with connect(address) as client:
        kinds = [json.loads(client.recv(10))["type"] for _ in range(3)]
    assert kinds == ["hello", "frame", "frame"]
    window.choices.change(integrations={"websocket_port": 0})
    qtbot.waitUntil(lambda: not servers[0]._thread.is_alive())


def test_a_marker_that_comes_in_is_told_and_belongs_to_the_recording(
    make_window: MakeWindow,
    engine: FakeEngine,
    wait_for: WaitFor,
    servers: list[WebSocketServer],
    qtbot: QtBot,
) -> None:
    window = make_window(engine, "camera:0", integrations={"websocket_port": 8765})
    wait_for(window, Phase.PLAYING)
    window.live.controller.toggle_recording()
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    session: Any = window.live.controller.recorder.session
    marked: list[tuple[Any, ...]] = []
    session.add_marker = lambda *marker: marked.append(marker)
    window.messages.close()
    with connect(servers[0].address) as client:
        while json.loads(client.recv(10))["type"] != "frame":
            pass
        client.send('{"type": "marker", "text": "go"}')
        qtbot.waitUntil(lambda: bool(marked))
    kind, at_s, end_s, text, origin = marked[0]
    assert (kind, end_s, text, origin) == ("event", None, "go", "websocket")
    assert at_s >= 0.0
    assert window.messages.banner.text == "Marker: go"


def test_what_cannot_be_had_is_said(
    make_window: MakeWindow, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    window = make_window(engine)
    window.choices.change(integrations={"virtual_camera": "any"})
    qtbot.waitUntil(lambda: "pyvirtualcam is not installed" in window.messages.banner.text)
