"""Markers that other programs set: one place where they come in, whatever door they came through."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from mien.outlets.media_clock import MediaClock

MAX_TEXT: Final = 1000
"""Characters of a marker's text; the rest is cut off."""

MAX_TIME_S: Final = 1e9

MarkerKind = Literal["event", "exclude", "note"]


@dataclass(frozen=True, slots=True)
class IncomingMarker:
    """A moment or a span that another program marked.

    Attributes:
        kind: "event" at a moment, "exclude" a span that statistics leave out, "note" for a text.
        at_s: Media time of the run that is on.
        end_s: Media time after at_s, or None for a moment.
        text: What the other program says of it.
        origin: The door: "websocket" or "lsl".
    """

    kind: MarkerKind
    at_s: float
    end_s: float | None
    text: str
    origin: str


Listener = Callable[[IncomingMarker], None]


class MarkerInbox:
    """Passes markers on to whoever listens: the session that is being recorded, the window. Used by any thread.

    Args:
        clock: Knows what media time it is.

    Attributes:
        clock: The same.
    """

    def __init__(self, clock: MediaClock) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` with each marker from now on, on the thread through which it came in."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def remove_listener(self, listener: Listener) -> None:
        """Call it no more."""
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one != listener)

    def receive(
        self,
        text: str,
        origin: str,
        *,
        kind: MarkerKind = "event",
        monotonic_s: float | None = None,
        at_s: float | None = None,
        end_s: float | None = None,
    ) -> IncomingMarker | None:
        """Take a marker and pass it on.

        Args:
            text: What it says.
            origin: The door.
            kind: What sort of marker.
            monotonic_s: When it was set, on the clock of ``time.monotonic()``; now by default.
            at_s: Its media time, where the sender knows it.
            end_s: The media time of its end, or None.

        Returns:
            The marker; None where nothing runs that it could belong to, or its times are no times.
        """
        start_s = self.clock.media_time_s(time.monotonic() if monotonic_s is None else monotonic_s)
        if start_s is None:
            return None
        if at_s is not None:
            start_s = at_s
        times = [start_s] if end_s is None else [start_s, end_s]
        if not all(math.isfinite(one) and 0 <= one <= MAX_TIME_S for one in times) or times != sorted(times):
            return None
        marker = IncomingMarker(kind, start_s, end_s, text[:MAX_TEXT], origin)
        with self._lock:
            listeners = self._listeners
        for listener in listeners:
            listener(marker)
        return marker
