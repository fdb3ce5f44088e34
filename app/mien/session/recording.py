"""A recording under way: a session as a sink that tells the window how far it is and when it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.session.document import BaselineRecord
from mien.sinks.sink import Sink


class SessionSink(Protocol):
    """What a recording is written to: see ``mien.session.writer.SessionWriter``."""

    wants_picture: bool
    left_out: int

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Take one result."""

    def finish(self) -> None:
        """Complete it."""

    def abort(self) -> None:
        """Stop after a failure."""

    @property
    def size_bytes(self) -> int:
        """What it takes on the disk so far."""

    @property
    def notice(self) -> str | None:
        """What is missing in it, in a line, or None."""

    def add_marker(
        self,
        kind: Literal["event", "exclude", "note"],
        at_s: float,
        end_s: float | None = None,
        text: str = "",
        origin: str = "key",
        event_type: str = "",
        code: str = "",
    ) -> None:
        """Mark a moment or a span, on the source's clock."""

    def end_marker(self, event_type: str, at_s: float, end_s: float) -> None:
        """Give the event of a type that was marked at a time its end."""

    def add_baseline(self, baseline: BaselineRecord) -> None:
        """Record a neutral face."""

    def cover_from_now(self, cover: str) -> None:
        """Take over a change of covering."""


class Recording(Sink):
    """Passes everything on to the session.

    Args:
        path: The session's folder.
        session: What is written.
        on_finished: Called from the sink's thread once all outputs are complete, or given up.

    Attributes:
        wants_picture: See ``Sink``.
        is_complete: All of it lies under its final name.
    """

    def __init__(self, path: Path, session: SessionSink, on_finished: Callable[["Recording"], None]) -> None:
        self.path = path
        self.session = session
        self.wants_picture = session.wants_picture
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
        self.session.left_out = self.left_out
        self.session.write(result, picture)
        if self._first_s is None:
            self._first_s = result.frame.timestamp_s
        self._last_s = result.frame.timestamp_s

    def finish(self) -> None:
        """Complete the session; one that never got a picture leaves nothing behind."""
        if self._first_s is None:
            self.abort()
            return
        self.session.left_out = self.left_out
        self.session.finish()
        self.is_complete = True
        self._on_finished(self)

    def abort(self) -> None:
        """Stop after a failure."""
        self.session.abort()
        self._on_finished(self)
