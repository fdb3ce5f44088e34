"""The sink for a screen: the latest picture, and one wake-up however many come."""

import threading
from collections.abc import Callable

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.sinks.sink import Sink


class LatestResult(Sink):
    """Keeps the newest result until somebody looks; never blocks, never piles up.

    Args:
        on_ready: Called from the sink's thread when a result waits and no call is on its way already.
    """

    wants_picture = True
    is_screen = True
    keeps_all = False

    def __init__(self, on_ready: Callable[[], None]) -> None:
        self._on_ready = on_ready
        self._lock = threading.Lock()
        self._latest: tuple[FrameResult, Image] | None = None

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Put a result in place of the one before."""
        assert picture is not None
        with self._lock:
            is_announced = self._latest is not None
            self._latest = (result, picture)
        if not is_announced:
            self._on_ready()

    def take(self) -> tuple[FrameResult, Image] | None:
        """Return the newest result and picture, (H, W, 3) uint8 BGR, or None where it was taken already."""
        with self._lock:
            latest, self._latest = self._latest, None
        return latest
