import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.errors import OutletError
from mien.outlets import IncomingMarker, IntegrationSettings, MarkerInbox, open_outlets
from mien.outlets.media_clock import MediaClock
from mien.outlets.messages import MAX_MESSAGE_BYTES
from mien.outlets.websocket_server import MAX_CLIENTS, MAX_MISTAKES, MAX_STRANGERS, MAX_WAITING, WebSocketServer
from mien.outlets.websocket_sink import WebSocketSink, answer_markers
from tests.patience import PATIENCE_S


@pytest.fixture
def server(inbox: MarkerInbox) -> Iterator[WebSocketServer]:
    server = WebSocketServer(0, partial(answer_markers, inbox))
    yield server
    server.close()
    server.close()


@pytest.fixture
def sink(server: WebSocketServer, camera_info: SourceInfo) -> WebSocketSink:
    return WebSocketSink(server, camera_info, EXPRESSIONS, ("calm", "tense"))


def told(client: ClientConnection) -> dict[str, Any]:
    message = json.loads(client.recv(timeout=PATIENCE_S))
    assert isinstance(message, dict)
    return message


def refusal(address: str, **options: Any) -> int:
    """The status with which a connection is refused."""
    with pytest.raises(InvalidStatus) as refused, connect(address, **options):
        pass
    return int(refused.value.response.status_code)


def take_everything(client: ClientConnection) -> None:
    while True:
        client.recv(timeout=PATIENCE_S)


def wait_until(happened: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_each_result_arrives_with_all_that_was_read(
    server: WebSocketServer, sink: WebSocketSink, make_result: Any, make_reading: Any
) -> None:
    with connect(server.address) as client:
        hello = told(client)
        readings = [make_reading(3, other=True), make_reading(4, affect=False)]
        sink.write(make_result(7, 1.25, readings, time.monotonic() - 0.5), None)
        frame = told(client)
        sink.write(make_result(8, 1.5), None)
        empty = told(client)
        sink.finish()
        sink.finish()
        assert told(client) == {"type": "end"}
    assert hello["type"] == "hello"
    assert hello["labels"] == list(EXPRESSIONS)
    assert hello["other_labels"] == ["calm", "tense"]
    assert hello["source"] == {
        "name": "a camera",
        "width_px": 64,
        "height_px": 48,
        "fps": 30.0,
        "is_live": True,
    }
    assert (frame["type"], frame["frame"], frame["time_s"], frame["model"]) == ("frame", 7, 1.25, "test-net")
    assert frame["captured_unix_s"] == pytest.approx(time.time() - 0.5, abs=0.4)
    first, second = frame["faces"]
    assert (first["face_id"], first["box"], first["label"], first["usable"]) == (
        3,
        [10.0, 20.0, 110.5, 140.0],
        "happiness",
        True,
    )
    assert first["probabilities"]["happiness"] == pytest.approx(0.65, abs=1e-5)
    assert (first["valence"], first["arousal"], first["quality"]) == (0.5, -0.25, 0.8)
    assert (first["other"]["label"], first["other"]["valence"]) == ("tense", None)
    assert (second["valence"], second["other"]) == (None, None)
    assert (empty["frame"], empty["faces"]) == (8, [])


def test_whoever_comes_late_is_greeted_too_and_after_the_end_nobody_is(
    server: WebSocketServer, sink: WebSocketSink, make_result: Any
) -> None:
    sink.write(make_result(0), None)
    with connect(server.address) as client:
        assert told(client)["type"] == "hello"
    sink.finish()
    with connect(server.address) as client, pytest.raises(TimeoutError):
        client.recv(timeout=0.1)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda url: url.split("?")[0], 401),
        (lambda url: url[:-1] + ("A" if url[-1] != "A" else "B"), 401),
        (lambda url: url.split("=")[0] + "=", 401),
        (lambda url: url.split("=")[0] + "=%C3%A9%00", 401),
        (lambda url: url.replace("/?", "/readings?"), 404),
    ],
)
def test_without_the_token_nobody_gets_in(change: Any, status: int, server: WebSocketServer) -> None:
    assert refusal(change(server.address)) == status


def test_the_token_may_stand_in_a_header(server: WebSocketServer, sink: WebSocketSink) -> None:
    address = server.address.split("?")[0]
    with connect(address, additional_headers={"Authorization": f"Bearer {server.token}"}) as client:
        assert told(client)["type"] == "hello"
    assert refusal(address, additional_headers={"Authorization": "Bearer x"}) == 401


@pytest.mark.parametrize(
    "origin", ["https://example.org", "http://127.0.0.1.example.org", "http://localhost@evil"]
)
def test_pages_from_elsewhere_are_refused_even_with_the_token(origin: Any, server: WebSocketServer) -> None:
    assert refusal(server.address, origin=origin) == 403


@pytest.mark.parametrize("origin", ["null", "http://localhost:8000", "http://127.0.0.1"])
def test_pages_of_this_machine_need_the_token_like_everybody(origin: Any, server: WebSocketServer) -> None:
    with connect(server.address, origin=origin):
        pass
    assert refusal(server.address.split("?")[0], origin=origin) == 401


def test_a_name_that_was_made_to_point_here_is_refused(server: WebSocketServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        lines = [
            f"GET /?token={server.token} HTTP/1.1",
            "Host: evil.example",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {'A' * 22}==",
        ]
        plain.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert b"403" in plain.recv(1000).splitlines()[0]


def test_only_the_loopback_address_is_bound(server: WebSocketServer) -> None:
    assert server._socket.getsockname() == ("127.0.0.1", server.port)
    assert len(server.token) >= 32


def test_tokens_differ(inbox: MarkerInbox, server: WebSocketServer) -> None:
    other = WebSocketServer(0, partial(answer_markers, inbox))
    other.close()
    assert other.token != server.token


def test_markers_come_in_and_are_answered(
    server: WebSocketServer,
    sink: WebSocketSink,
    clock: MediaClock,
    arrived: list[IncomingMarker],
    make_result: Any,
) -> None:
    clock.begin(is_live=True)
    with connect(server.address) as client:
        assert told(client)["type"] == "hello"
        client.send('{"type": "marker", "text": "too early"}')
        assert told(client)["type"] == "error"
        clock.write(make_result(time_s=5.0), None)
        client.send('{"type": "marker", "text": "Reiz 1 ✓"}')
        answer = told(client)
        client.send(b'{"type":"marker","kind":"exclude","time_s":1.5,"end_s":2.5}')
        span = told(client)
        client.send('{"type": "marker", "time_s": 3, "end_s": 2}')
        assert told(client)["type"] == "error"
    assert (answer["type"], answer["text"]) == ("marker", "Reiz 1 ✓")
    assert answer["time_s"] == pytest.approx(5.0, abs=0.5)
    assert (span["time_s"], span["end_s"]) == (1.5, 2.5)
    assert [(one.kind, one.text, one.origin) for one in arrived] == [
        ("event", "Reiz 1 ✓", "websocket"),
        ("exclude", "", "websocket"),
    ]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"type": "shutdown"}',
        '{"type": "marker", "text": 5}',
        '{"type": "marker", "kind": "other"}',
        '{"type": "marker", "time_s": -1}',
        '{"type": "marker", "time_s": 1e300}',
        '{"type": "marker", "text": "' + "x" * 1001 + '"}',
        "[" * 10_000,
        b"\xff\xfe",
    ],
)
def test_what_makes_no_sense_is_answered_and_does_no_harm(
    message: Any, server: WebSocketServer, sink: WebSocketSink, arrived: list[IncomingMarker]
) -> None:
    with connect(server.address) as client:
        told(client)
        client.send(message)
        assert told(client)["type"] == "error"
    assert arrived == []


def test_whoever_sends_nothing_else_is_dropped(server: WebSocketServer, sink: WebSocketSink) -> None:
    with connect(server.address) as client:
        for _ in range(MAX_MISTAKES):
            client.send("?")
        with pytest.raises(ConnectionClosed):
            take_everything(client)


def test_a_giant_message_ends_the_connection(server: WebSocketServer, sink: WebSocketSink) -> None:
    with connect(server.address) as client:
        told(client)
        client.send("x" * (MAX_MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_client_that_does_not_read_is_dropped_and_nobody_waits_for_it(
    server: WebSocketServer, sink: WebSocketSink, make_result: Any, make_reading: Any
) -> None:
    result = make_result(readings=[make_reading(face) for face in range(1, 30)])
    with connect(server.address, max_queue=1) as slow, connect(server.address) as quick:
        told(quick)
        for _ in range(40 * MAX_WAITING):
            sink.write(result, None)
            told(quick)
            if server.dropped:
                break
        assert server.dropped == 1
        assert sink.notice == "WebSocket: 1 too slow and dropped"
        sink.write(result, None)
        assert told(quick)["type"] == "frame"
        with pytest.raises(ConnectionClosed):
            take_everything(slow)


def test_more_clients_than_there_is_room_for_are_refused(server: WebSocketServer) -> None:
    with ExitStack() as clients:
        for _ in range(MAX_CLIENTS):
            clients.enter_context(connect(server.address))
        assert refusal(server.address) == 503
    wait_until(lambda: not server.is_used)


def test_a_taken_port_is_one_clear_line(server: WebSocketServer) -> None:
    with pytest.raises(OutletError, match=rf"127\.0\.0\.1:{server.port} cannot be used .*; choose another port"):
        open_outlets(IntegrationSettings(websocket_port=server.port))


def test_what_was_said_last_still_goes_out_when_it_closes(inbox: MarkerInbox, camera_info: SourceInfo) -> None:
    server = WebSocketServer(0, partial(answer_markers, inbox))
    sink = WebSocketSink(server, camera_info, EXPRESSIONS, ())
    with connect(server.address) as client:
        told(client)
        sink.finish()
        server.close()
        assert told(client) == {"type": "end"}
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=PATIENCE_S)
    server.send("nobody is there any more")


def test_connections_without_the_token_never_pile_up(inbox: MarkerInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would hold a file of this process open, of which there are few."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("needs /proc")
    monkeypatch.setattr("mien.outlets.websocket_server.OPEN_TIMEOUT_S", 60.0)
    with closing(WebSocketServer(0, partial(answer_markers, inbox))) as server, ExitStack() as open_ones:
        client = open_ones.enter_context(connect(server.address))
        before, count = len(list(folder.iterdir())), 60
        for _ in range(count):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        with connect(server.address) as late:  # all before it have been accepted by then
            server.greet("still here")
            assert [late.recv(timeout=PATIENCE_S), client.recv(timeout=PATIENCE_S)] == ["still here"] * 2
        # Our own ends are files of this process as well.
        wait_until(lambda: len(list(folder.iterdir())) <= before + count + MAX_STRANGERS)
