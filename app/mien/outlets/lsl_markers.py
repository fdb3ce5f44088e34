"""Marker streams of the Lab Streaming Layer on their way into the session."""

import threading
from types import ModuleType
from typing import Any, Final

from mien.outlets.lsl_library import clock_offset_s
from mien.outlets.marker_inbox import MarkerInbox

MAX_STREAMS: Final = 8
POLL_S: Final = 0.05
CLOCK_TIMEOUT_S: Final = 1.0
_MAX_BUFFERED_S: Final = 30


class LslMarkers:
    """Finds every stream of type "Markers" and passes its samples on, on a thread of its own.

    Args:
        pylsl: See ``load_pylsl``.
        inbox: Where they go.
    """

    def __init__(self, pylsl: ModuleType, inbox: MarkerInbox) -> None:
        self._pylsl = pylsl
        self._inbox = inbox
        self._offset_s = clock_offset_s(pylsl)
        self._inlets: dict[str, Any] = {}
        self._lost: set[str] = set()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mien-lsl-markers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End. Safe twice."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        resolver = self._pylsl.ContinuousResolver("type", "Markers")
        while not self._ending.wait(POLL_S):
            self._join_new(resolver.results())
            for uid, inlet in list(self._inlets.items()):
                try:
                    self._take_all(inlet)
                except self._pylsl.util.LostError:
                    del self._inlets[uid]
                    self._lost.add(uid)
        self._inlets.clear()

    def _join_new(self, streams: list[Any]) -> None:
        for stream in streams:
            uid = stream.uid()
            # A stream whose program has ended is still found for a while.
            if uid in self._inlets or uid in self._lost or len(self._inlets) >= MAX_STREAMS:
                continue
            self._inlets[uid] = self._pylsl.StreamInlet(stream, max_buflen=_MAX_BUFFERED_S, recover=False)

    def _take_all(self, inlet: Any) -> None:  # noqa: ANN401
        while not self._ending.is_set():
            sample, stamp_s = inlet.pull_sample(timeout=0.0)
            if sample is None:
                return
            monotonic_s = stamp_s + self._correction_s(inlet) - self._offset_s
            self._inbox.receive(" ".join(str(value) for value in sample), "lsl", monotonic_s=monotonic_s)

    def _correction_s(self, inlet: Any) -> float:  # noqa: ANN401
        """Return what turns the sender's clock into this machine's; nothing where it does not answer in time."""
        try:
            return float(inlet.time_correction(timeout=CLOCK_TIMEOUT_S))
        except self._pylsl.util.TimeoutError:
            return 0.0
