"""Ways out to other programs, while readings are made: Lab Streaming Layer, WebSocket, virtual camera."""

from mien.outlets.live_outlets import LiveOutlets
from mien.outlets.marker_inbox import IncomingMarker, MarkerInbox
from mien.outlets.outlets import Outlets, open_outlets
from mien.settings import IntegrationSettings

__all__ = ["IncomingMarker", "IntegrationSettings", "LiveOutlets", "MarkerInbox", "Outlets", "open_outlets"]
