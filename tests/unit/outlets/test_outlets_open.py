import json
import subprocess
import sys
from typing import Any

import pytest

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.outlets import IntegrationSettings, open_outlets
from mien.outlets.websocket_server import WebSocketServer
from mien.settings import Settings


def test_by_default_nothing_is_open(camera_info: SourceInfo) -> None:
    choices = Settings().integrations
    assert choices == IntegrationSettings()
    with open_outlets(choices) as outlets:
        assert outlets.notes == ()
        assert outlets.sinks(camera_info, EXPRESSIONS) == []


def test_the_settings_name_what_is_wanted() -> None:
    settings = Settings().changed(integrations={"lsl": True, "websocket_port": 9000, "virtual_camera": "any"})
    assert settings.integrations == IntegrationSettings(lsl=True, websocket_port=9000, virtual_camera="any")


def test_nothing_of_it_is_loaded_before_it_is_wanted() -> None:
    heavy = "{'websockets', 'asyncio', 'pylsl', 'pyvirtualcam', 'cv2', 'av'}"
    code = (
        "import sys; from mien.outlets import IntegrationSettings, open_outlets;"
        f"open_outlets(IntegrationSettings()); print(*sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_one_server_serves_one_run_after_the_other(
    camera_info: SourceInfo, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from websockets.sync.client import connect

    monkeypatch.setattr("mien.outlets.websocket_server.WebSocketServer", any_port)
    with open_outlets(IntegrationSettings(websocket_port=1)) as outlets:
        (note,) = outlets.notes
        with connect(note.rpartition(" ")[2]) as client:
            for _ in range(2):
                sinks = outlets.sinks(camera_info, EXPRESSIONS)
                kinds = [kind_of(client.recv(5))]
                for sink in sinks:
                    sink.write(make_result(), None)
                    sink.finish()
                kinds += [kind_of(client.recv(5)), kind_of(client.recv(5))]
                assert kinds == ["hello", "frame", "end"]


def kind_of(message: str | bytes) -> object:
    return json.loads(message)["type"]


def any_port(port: int, answer: Any) -> WebSocketServer:
    return WebSocketServer(0, answer)
