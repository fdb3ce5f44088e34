"""Ways out to other programs, while readings are made: Lab Streaming Layer, WebSocket, virtual camera."""

from mien.outlets.live_outlets import LiveOutlets
from mien.outlets.marker_inbox import IncomingMarker, MarkerInbox
from mien.outlets.outlets import OutletChoices, Outlets, open_outlets

__all__ = ["IncomingMarker", "LiveOutlets", "MarkerInbox", "OutletChoices", "Outlets", "open_outlets"]
