"""What is missing between the first result of an output and its last: one way of counting for all that count."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.core.face import FrameResult


class MissingFrames:
    """Counts from result to result.

    Attributes:
        dropped: Frames that came while reading took too long.
        damaged: Frames that did not come through a stream or a camera's cable.
    """

    def __init__(self) -> None:
        self.dropped = self.damaged = 0
        self._before: tuple[int, int] | None = None

    def note(self, result: "FrameResult") -> None:
        """Take the next result."""
        now = result.dropped, result.frame.damaged
        if self._before is None:
            self._before = now
        self.dropped, self.damaged = now[0] - self._before[0], now[1] - self._before[1]
