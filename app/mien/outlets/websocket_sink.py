"""The readings of one run on their way to the programs that are connected, and markers on their way in."""

from collections.abc import Sequence

import msgspec

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.frame import SourceInfo
from mien.outlets.marker_inbox import MarkerInbox
from mien.outlets.messages import MarkerMessage, encode, frame_message, hello
from mien.outlets.websocket_server import WebSocketServer
from mien.sinks.sink import Sink


class WebSocketSink(Sink):
    """A sink that sends each result, and never waits.

    Args:
        server: Which outlives the run.
        info: Of the source.
        labels: The network's.
        other_labels: The second network's, or empty.
    """

    def __init__(
        self, server: WebSocketServer, info: SourceInfo, labels: Sequence[str], other_labels: Sequence[str]
    ) -> None:
        self._server = server
        self._dropped_before = server.dropped
        self._is_over = False
        server.greet(encode(hello(info, labels, other_labels)))

    @property
    def notice(self) -> str | None:
        """Who was too slow, or None."""
        dropped = self._server.dropped - self._dropped_before
        return f"WebSocket: {dropped} too slow and dropped" if dropped else None

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Send one result."""
        if self._server.is_used:
            self._server.send(encode(frame_message(result)))

    def finish(self) -> None:
        """Say that the run is over. Safe twice."""
        if not self._is_over:
            self._is_over = True
            self._server.farewell(encode({"type": "end"}))

    def abort(self) -> None:
        """As ``finish``."""
        self.finish()


def answer_markers(inbox: MarkerInbox, message: str | bytes) -> tuple[str, bool]:
    """Take a message from a program; return the answer to it, and whether it made sense."""
    try:
        asked = msgspec.json.decode(message, type=MarkerMessage)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return encode({"type": "error", "message": str(error)}), False
    marker = inbox.receive(asked.text, "websocket", kind=asked.kind, at_s=asked.time_s, end_s=asked.end_s)
    if marker is None:
        return encode({"type": "error", "message": "no picture yet, or the marker ends before it begins"}), True
    return encode({"type": "marker", "time_s": marker.at_s, "end_s": marker.end_s, "text": marker.text}), True
