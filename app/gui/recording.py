"""A recording under way: its outputs as one sink that tells the window how far it is and when it is done."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.arrays import Image
from app.core.face import FrameResult
from app.sinks.sink import Sink


class Recording:
    """Passes everything on to its outputs.

    Args:
        path: The video.
        outputs: The recorder and what is written beside it.
        on_finished: Called from the sink's thread once all outputs are complete, or given up.

    Attributes:
        is_complete: All of it lies under its final name.
    """

    wants_picture = True

    def __init__(self, path: Path, outputs: Sequence[Sink], on_finished: Callable[["Recording"], None]) -> None:
        self.path = path
        self._outputs = tuple(outputs)
        self._on_finished = on_finished
        self.is_complete = False
        self._first_s: float | None = None
        self._last_s = 0.0

    @property
    def duration_s(self) -> float:
        """Media time that was recorded so far."""
        return self._last_s - self._first_s if self._first_s is not None else 0.0

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Take one result."""
        for output in self._outputs:
            output.write(result, picture if output.wants_picture else None)
        if self._first_s is None:
            self._first_s = result.frame.timestamp_s
        self._last_s = result.frame.timestamp_s

    def finish(self) -> None:
        """Complete all outputs; what never got a picture leaves nothing behind."""
        if self._first_s is None:
            self.abort()
            return
        for output in self._outputs:
            output.finish()
        self.is_complete = True
        self._on_finished(self)

    def abort(self) -> None:
        """Stop after a failure."""
        for output in self._outputs:
            output.abort()
        self._on_finished(self)
