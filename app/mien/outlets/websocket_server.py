"""A WebSocket on the loopback address that only programs with the token may use."""

import asyncio
import hmac
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from mien.errors import OutletError
from mien.outlets.messages import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765
MAX_CLIENTS: Final = 8
MAX_STRANGERS: Final = 4
"""Connections that have not shown the token yet; one more, and the oldest of them is cut off.

Without it any program on this machine could use up the files that this process may open, and end a recording."""

OPEN_TIMEOUT_S: Final = 3.0
MAX_WAITING: Final = 64
"""Messages that may wait for one client, two seconds of a camera: a slower one is dropped, not waited for."""

MAX_MISTAKES: Final = 10
"""So many messages that make no sense, and a client is dropped."""

CLOSE_TIMEOUT_S: Final = 1.0
_LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Answer = Callable[[str | bytes], tuple[str, bool]]


@dataclass(eq=False, slots=True)
class _Client:
    """One connection, and what waits for it."""

    connection: "ServerConnection"
    waiting: "asyncio.Queue[str]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))


class WebSocketServer:
    """Sends texts to all clients and answers theirs, on a thread of its own.

    Args:
        port: To listen on; 0 takes any that is free.
        answer: Called on that thread with each message; returns the answer, and whether the message made sense.

    Attributes:
        port: Where it listens.
        token: What a client must show.

    Raises:
        OutletError: The port is taken.
    """

    def __init__(self, port: int, answer: Answer) -> None:
        self.token = secrets.token_urlsafe(24)
        self._answer = answer
        self._clients: set[_Client] = set()
        self._strangers: list[asyncio.Transport] = []
        self._greeting: str | None = None
        self._dropped = 0
        self._pending = 0
        self._lock = threading.Lock()
        self._socket = _listen(port)
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="mien-websocket", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """The address with the token: all that a client needs."""
        return f"ws://{HOST}:{self.port}/?token={self.token}"

    @property
    def is_used(self) -> bool:
        """Whether anybody listens; nothing needs to be made into a message otherwise."""
        return bool(self._clients)

    @property
    def dropped(self) -> int:
        """How many clients were too slow so far."""
        return self._dropped

    def greet(self, text: str) -> None:
        """Send ``text`` to everybody, and from now on to whoever comes, before all else."""
        self._call(self._set_greeting, text)

    def farewell(self, text: str) -> None:
        """Send ``text`` to everybody, and greet no longer."""
        self._call(self._end_greeting, text)

    def send(self, text: str) -> None:
        """Send ``text`` to everybody. Returns at once."""
        with self._lock:
            if self._pending >= MAX_WAITING:
                return
            self._pending += 1
        self._call(self._deliver_pending, text)

    def close(self) -> None:
        """Send what waits, close all connections, and end the thread. Safe twice."""
        self._call(self._ending.set)
        self._thread.join()

    def _call(self, function: Callable[..., None], *arguments: str) -> None:
        # The loop is closed after close(): then there is nobody to tell.
        if self._thread.is_alive():
            try:
                self._loop.call_soon_threadsafe(function, *arguments)
            except RuntimeError:
                return

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        from websockets.asyncio.server import ServerConnection, serve

        strangers = self._strangers

        class CountedConnection(ServerConnection):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                super().connection_made(transport)
                strangers.append(transport)
                if len(strangers) > MAX_STRANGERS:
                    strangers.pop(0).abort()

            def connection_lost(self, error: Exception | None) -> None:
                if self.transport in strangers:
                    strangers.remove(self.transport)
                super().connection_lost(error)

        async with serve(
            self._handle,
            sock=self._socket,
            process_request=self._check,
            create_connection=CountedConnection,
            open_timeout=OPEN_TIMEOUT_S,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=4,
            write_limit=65_536,
            close_timeout=CLOSE_TIMEOUT_S,
            server_header=None,
            logger=_quiet(),
        ):
            await self._ending.wait()
            # What was said last, such as the end of a run, still goes out.
            await asyncio.wait([asyncio.ensure_future(self._drain())], timeout=CLOSE_TIMEOUT_S)

    async def _drain(self) -> None:
        while any(not client.waiting.empty() for client in self._clients):
            await asyncio.sleep(0.01)

    def _check(self, connection: "ServerConnection", request: "Request") -> "Response | None":
        """Refuse whoever is not from this machine's own programs, or does not know the token."""
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
        if host not in _LOCAL_HOSTS:
            # A web page that made its own name point to this machine.
            return connection.respond(HTTPStatus.FORBIDDEN, "wrong host\n")
        origin = request.headers.get("Origin")
        if origin is not None and origin != "null" and urlsplit(origin).hostname not in _LOCAL_HOSTS:
            return connection.respond(HTTPStatus.FORBIDDEN, "no pages from elsewhere\n")
        address = urlsplit(request.path)
        shown = parse_qs(address.query).get("token", [""])[0]
        bearer = request.headers.get("Authorization", "")
        if bearer.startswith("Bearer "):
            shown = bearer.removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self.token.encode()):
            return connection.respond(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong\n")
        if address.path != "/":
            return connection.respond(HTTPStatus.NOT_FOUND, "there is nothing here but /\n")
        if len(self._clients) >= MAX_CLIENTS:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many programs are connected\n")
        return None

    async def _handle(self, connection: "ServerConnection") -> None:
        from websockets.exceptions import ConnectionClosed

        if connection.transport in self._strangers:
            self._strangers.remove(connection.transport)
        client = _Client(connection)
        self._clients.add(client)
        if self._greeting is not None:
            client.waiting.put_nowait(self._greeting)
        sending = asyncio.ensure_future(self._send_waiting(client))
        mistakes = 0
        try:
            async for message in connection:
                text, made_sense = self._answer(message)
                mistakes += not made_sense
                self._put(client, text)
                if mistakes >= MAX_MISTAKES:
                    await connection.close(1008, "too many messages that make no sense")
        except ConnectionClosed:
            pass  # a client that goes away without a word
        finally:
            self._clients.discard(client)
            sending.cancel()

    async def _send_waiting(self, client: _Client) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                await client.connection.send(await client.waiting.get())
        except ConnectionClosed:
            return

    def _set_greeting(self, text: str) -> None:
        self._greeting = text
        self._deliver(text)

    def _end_greeting(self, text: str) -> None:
        self._greeting = None
        self._deliver(text)

    def _deliver_pending(self, text: str) -> None:
        with self._lock:
            self._pending -= 1
        self._deliver(text)

    def _deliver(self, text: str) -> None:
        for client in tuple(self._clients):
            self._put(client, text)

    def _put(self, client: _Client, text: str) -> None:
        if client not in self._clients:
            return
        try:
            client.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self._dropped += 1
            self._clients.discard(client)
            client.connection.transport.abort()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # On Windows another program could otherwise listen on the same port, and be told the token.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(MAX_CLIENTS)
    except OSError as error:
        listener.close()
        raise OutletError(
            f"WebSocket: {HOST}:{port} cannot be used ({error.strerror}); choose another port"
        ) from error
    return listener


def _quiet() -> logging.Logger:
    logger = logging.getLogger("mien.outlets.websocket")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
