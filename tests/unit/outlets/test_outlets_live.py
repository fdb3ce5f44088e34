"""Outlets that follow the choices of a window, on a real pipeline without a network."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from websockets.sync.client import connect

from mien.capture.synthetic import SyntheticSource
from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS
from mien.core.face import FaceReading, FaceTrack, FrameResult
from mien.core.frame import Frame
from mien.errors import OutletError
from mien.outlets import IncomingMarker, IntegrationSettings, LiveOutlets
from mien.outlets.websocket_server import WebSocketServer
from mien.pipeline.pipeline import Pipeline
from tests.patience import PATIENCE_S


class Nobody:
    """Finds no face and reads none."""

    labels = EXPRESSIONS
    model_name, provider_name, fell_back, other_name = "none", "cpu", False, None
    priors = other_priors = None
    affect_error = other_affect_error = None
    other_labels = ()

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        return []

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        return ()

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "mien.outlets.websocket_server.WebSocketServer",
        lambda port, answer: WebSocketServer(0 if port == 1 else port, answer),
    )


@pytest.fixture
def failures() -> list[BaseException]:
    return []


@pytest.fixture
def live(failures: list[BaseException]) -> Iterator[LiveOutlets]:
    live = LiveOutlets(failures.append)
    yield live
    live.close()
    live.close()
    assert failures == []


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    yield from running()


def running() -> Iterator[Pipeline]:
    def paint(result: FrameResult) -> Image:
        return result.frame.image

    nobody: Any = Nobody()
    pipeline = Pipeline(SyntheticSource((64, 48), is_live=True), nobody, nobody, paint)
    pipeline.start()
    yield pipeline
    pipeline.stop()
    assert pipeline.join(PATIENCE_S)


def kind_of(message: str | bytes) -> object:
    return json.loads(message)["type"]


def test_what_runs_is_sent_as_soon_as_it_is_chosen(live: LiveOutlets, pipeline: Pipeline) -> None:
    live.attach(pipeline)
    (note,) = live.choose(IntegrationSettings(websocket_port=1))
    with connect(note.split()[-1]) as client:
        assert kind_of(client.recv(10)) == "hello"
        assert kind_of(client.recv(10)) == "frame"


def test_the_next_source_goes_to_the_same_programs(live: LiveOutlets, pipeline: Pipeline) -> None:
    (note,) = live.choose(IntegrationSettings(websocket_port=1))
    assert live.choose(IntegrationSettings(websocket_port=1)) == ()
    with connect(note.split()[-1]) as client:
        live.attach(pipeline)
        kinds = [kind_of(client.recv(10)) for _ in range(3)]
        for following in running():
            live.attach(following)
            while kinds.count("hello") < 2 or kinds[-1] != "frame":
                kinds.append(kind_of(client.recv(10)))
            live.close()
    assert kinds[:2] == ["hello", "frame"]


def test_what_is_switched_off_is_closed_and_markers_still_find_the_same_listener(
    live: LiveOutlets, pipeline: Pipeline
) -> None:
    arrived: list[IncomingMarker] = []
    live.inbox.add_listener(arrived.append)
    live.attach(pipeline)
    for _ in range(2):
        (note,) = live.choose(IntegrationSettings(websocket_port=1))
        with connect(note.split()[-1]) as client:
            while kind_of(client.recv(10)) != "frame":
                pass
            client.send('{"type": "marker", "text": "x"}')
            while (kind := kind_of(client.recv(10))) != "marker":
                # The clock of the markers takes each frame on its own thread, perhaps after the client has it.
                if kind == "error":
                    client.send('{"type": "marker", "text": "x"}')
        assert live.choose(IntegrationSettings()) == ()
        with pytest.raises(OSError, match="refused"), connect(note.split()[-1]):
            pass
    assert [one.origin for one in arrived] == ["websocket"] * 2
    assert pipeline.is_running


def test_what_cannot_be_had_leaves_nothing_open_and_the_source_running(
    live: LiveOutlets, pipeline: Pipeline
) -> None:
    live.attach(pipeline)
    (note,) = live.choose(IntegrationSettings(websocket_port=1))
    port = int(note.split(":")[-1].split("/")[0])
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OutletError, match="cannot be used"):
            live.choose(IntegrationSettings(websocket_port=taken.getsockname()[1]))
    with pytest.raises(OSError, match="refused"), connect(f"ws://127.0.0.1:{port}/"):
        pass
    assert pipeline.is_running
    assert len(live.choose(IntegrationSettings(websocket_port=1))) == 1
