"""All that streams readings to other programs while they are made, as the user chose it."""

from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Self

from mien.outlets.marker_inbox import MarkerInbox
from mien.outlets.media_clock import MediaClock
from mien.plugins import load_plugin
from mien.settings import IntegrationSettings

if TYPE_CHECKING:
    from mien.core.frame import SourceInfo
    from mien.outlets.lsl_markers import LslMarkers
    from mien.outlets.websocket_server import WebSocketServer
    from mien.sinks.sink import Sink


class Outlets:
    """Opened once, it serves one run after the other: programs stay connected from one source to the next.

    Args:
        choices: Where readings shall go.
        inbox: Where markers come in; one of its own by default.

    Attributes:
        inbox: Where markers come in.

    Raises:
        OutletError: Something of it cannot be had here; the message names the remedy.
    """

    def __init__(self, choices: IntegrationSettings, inbox: MarkerInbox | None = None) -> None:
        self._choices = choices
        self.inbox = inbox or MarkerInbox(MediaClock())
        self._pylsl: ModuleType | None = None
        self._lsl_markers: LslMarkers | None = None
        self._server: WebSocketServer | None = None
        if choices.virtual_camera:
            from mien.outlets.virtual_camera import load_pyvirtualcam

            load_pyvirtualcam()  # whether a device is there shows when the size of the pictures is known
        self._added = {name: load_plugin("outlets", name) for name in choices.added}
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the user once, a line each: where programs find what they asked for."""
        notes = []
        if self._server is not None:
            notes.append(f"WebSocket, for programs of this machine: {self._server.address}")
        if self._pylsl is not None:
            from mien.outlets.lsl_library import has_own_settings

            reach = "as your LSL settings say" if has_own_settings() else "announced on this machine only"
            notes.append(f'Lab Streaming Layer: streams "Mien face 1" and so on, {reach}; LSL knows no passwords')
        if self._choices.virtual_camera:
            notes.append("virtual camera: choose it in the other program")
        notes += [f"outlet {name}, of another package" for name in self._added]
        return tuple(notes)

    def sinks(
        self,
        info: "SourceInfo",
        labels: Sequence[str],
        other_labels: Sequence[str] = (),
        *,
        has_details: bool = False,
        own: Sequence[str] = (),
    ) -> "list[Sink]":
        """Return the sinks for one run, which never make it fail once they are open.

        Args:
            info: Of the source.
            labels: The network's.
            other_labels: The second network's, or empty.
            has_details: Whether faces are looked at closely.
            own: Names of the user's own expressions.

        Raises:
            OutletError: There is no virtual camera, or none of the size of these pictures.
        """
        sinks: list[Sink] = []
        if self._choices.virtual_camera:
            from mien.outlets.virtual_camera import VirtualCamera

            sinks.append(VirtualCamera(info, self._choices.virtual_camera))
        if self._pylsl is not None:
            from mien.outlets.lsl_sink import LslSink

            sinks.append(LslSink(self._pylsl, info, labels, has_details=has_details, own=own))
        if self._server is not None:
            from mien.outlets.websocket_sink import WebSocketSink

            sinks.append(WebSocketSink(self._server, info, labels, other_labels))
        sinks += [make(info, tuple(labels)) for make in self._added.values()]
        if self._pylsl is not None or self._server is not None:
            self.inbox.clock.begin(is_live=info.is_live)
            sinks.append(self.inbox.clock)
        return sinks

    def close(self) -> None:
        """End all connections. Safe twice."""
        if self._lsl_markers is not None:
            self._lsl_markers.close()
        if self._server is not None:
            self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def _open(self) -> None:
        if self._choices.lsl:
            from mien.outlets.lsl_library import load_pylsl
            from mien.outlets.lsl_markers import LslMarkers

            self._pylsl = load_pylsl()
            self._lsl_markers = LslMarkers(self._pylsl, self.inbox)
        if self._choices.websocket_port:
            from mien.outlets.websocket_server import WebSocketServer
            from mien.outlets.websocket_sink import answer_markers

            self._server = WebSocketServer(self._choices.websocket_port, partial(answer_markers, self.inbox))


def open_outlets(choices: IntegrationSettings) -> Outlets:
    """Open what the user chose; nothing at all happens where that is nothing.

    Raises:
        OutletError: Something of it cannot be had here; the message names the remedy.
    """
    return Outlets(choices)
