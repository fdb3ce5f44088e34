"""From one painted result to all sinks, each at its own pace."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mien.core.arrays import Image, read_only
from mien.core.face import FrameResult
from mien.pipeline.channel import Channel, WhenFull
from mien.pipeline.contracts import Paint
from mien.pipeline.stats import Stopwatches
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


class FanOut:
    """All sinks of a run. Sinks may come and go while it goes on, from any thread.

    Args:
        capacity: Results that may wait before each sink.
        when_full: What a slow sink means.
        on_failure: Called with what went wrong in a sink that has no ``on_failure`` of its own.
    """

    def __init__(self, capacity: int, when_full: WhenFull, on_failure: Failed) -> None:
        self._capacity = capacity
        self._when_full = when_full
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._threads: list[SinkThread] = []
        self._leaving: list[SinkThread] = []
        self._is_over = False

    def add(self, sink: Sink, on_failure: Failed | None = None) -> None:
        """Send results to one more sink, from the next one on; see ``Pipeline.add_sink``."""

        def failed(error: BaseException) -> None:
            with self._lock:
                self._threads = [one for one in self._threads if one.sink is not sink]
            (on_failure or self._on_failure)(error)

        thread = SinkThread(sink, self._when_full, self._capacity, failed)
        with self._lock:
            self._threads.append(thread)
            comes_late = self._is_over
        if comes_late:
            thread.end()

    def remove(self, sink: Sink) -> None:
        """Send no more results to ``sink``; it finishes on its own thread."""
        with self._lock:
            leaving = [one for one in self._threads if one.sink is sink]
            self._threads = [one for one in self._threads if one.sink is not sink]
            self._leaving = [one for one in self._leaving if not one.join(0.0)] + leaving
        for thread in leaving:
            thread.end()

    def put(self, result: FrameResult, paints: tuple[Paint, Paint], watches: Stopwatches) -> None:
        """Hand a result to all sinks, painted where they want a picture.

        Args:
            result: The next one.
            paints: How it is painted, and how for a screen. Each way is painted once, however many want it.
            watches: Measure the painting.
        """
        with self._lock:
            threads = list(self._threads)
        pictures: dict[Paint, Image] = {}
        for thread in threads:
            picture: Image | None = None
            if thread.sink.wants_picture:
                paint = paints[thread.sink.is_screen]
                if paint not in pictures:
                    with watches.measure("paint"):
                        pictures[paint] = read_only(paint(result))
                picture = pictures[paint]
            thread.put(PaintedResult(result, picture))

    def end(self) -> None:
        """No more results: all sinks write what waits, then finish."""
        with self._lock:
            self._is_over = True
        for thread in self.threads():
            thread.end()

    def abort(self) -> None:
        """Stop all sinks after a failure elsewhere."""
        for thread in self.threads():
            thread.abort()

    def threads(self) -> tuple[SinkThread, ...]:
        """Return those of all sinks, with those that are finishing."""
        with self._lock:
            return (*self._threads, *self._leaving)

    @property
    def is_running(self) -> bool:
        """Whether any sink still works."""
        return any(not thread.join(0.0) for thread in self.threads())

    @property
    def left_out(self) -> int:
        """Results that sinks which keep all were too slow for."""
        return sum(thread.dropped for thread in self.threads() if thread.sink.keeps_all)
