"""From one painted result to all sinks, each at its own pace."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.pipeline.channel import Channel, WhenFull
from mien.sinks.sink import Sink

Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True, eq=False)
class PaintedResult:
    """A result, and its picture where a sink wants one."""

    result: FrameResult
    picture: Image | None


class SinkThread:
    """One sink on its own thread, behind its own channel.

    Args:
        sink: Where results go.
        when_full: What a slow sink means: waiting for it (a file), or leaving frames out (live).
        capacity: Results that may wait.
        on_failure: Called once, from the sink's thread, with what went wrong.
    """

    def __init__(self, sink: Sink, when_full: WhenFull, capacity: int, on_failure: Failed) -> None:
        self.sink = sink
        self._channel: Channel[PaintedResult] = Channel(capacity, when_full)
        self._on_failure = on_failure
        self._aborting = False
        self._thread = threading.Thread(target=self._run, name=f"mien-sink-{type(sink).__name__}", daemon=True)
        self._thread.start()

    def put(self, painted: PaintedResult) -> None:
        """Hand over a result."""
        self._channel.put(painted)

    def end(self) -> None:
        """No more results: write what waits, then finish."""
        self._channel.close()

    def abort(self) -> None:
        """Stop after a failure elsewhere: nothing of this becomes a finished output."""
        self._aborting = True
        self._channel.discard()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the thread; say whether it is done."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def dropped(self) -> int:
        """Results that the sink was too slow for."""
        return self._channel.dropped

    def _run(self) -> None:
        try:
            for painted in self._channel:
                self.sink.left_out = self._channel.dropped
                self.sink.write(painted.result, painted.picture)
            self.sink.left_out = self._channel.dropped
            if self._aborting:
                self.sink.abort()
            else:
                self.sink.finish()
        except BaseException as error:
            self._channel.discard()
            self._give_up()
            self._on_failure(error)

    def _give_up(self) -> None:
        """Leave nothing half-done after a failure; the first error is the one to report."""
        try:
            self.sink.abort()
        except Exception as error:
            # The sink failed before; that failure is on its way to the user already.
            del error
