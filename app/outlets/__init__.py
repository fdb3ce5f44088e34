"""Ways out to other programs, while readings are made: Lab Streaming Layer, WebSocket, virtual camera."""

from app.outlets.live_outlets import LiveOutlets
from app.outlets.marker_inbox import IncomingMarker, MarkerInbox
from app.outlets.outlets import OutletChoices, Outlets, open_outlets

__all__ = ["IncomingMarker", "LiveOutlets", "MarkerInbox", "OutletChoices", "Outlets", "open_outlets"]
