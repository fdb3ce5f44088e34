"""What every source of frames can do."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from mien.core.frame import Frame, SourceInfo


class FrameSource(Protocol):
    """A source of frames. Used by one capturing thread; ``close`` and ``notice`` by any."""

    @property
    def info(self) -> SourceInfo:
        """What is known of it; complete as soon as the source is built."""

    @property
    def notice(self) -> str | None:
        """What is wrong right now, in a line for the screen ("Camera unplugged, waiting for it"), or None."""

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order; end when the source ends or is closed. Called once.

        Raises:
            SourceError: Nothing can be read (any more), and it will not come back by itself.
        """

    def close(self) -> None:
        """Release the device or file and end ``frames`` soon. Safe from any thread, and twice."""


@runtime_checkable
class Unpluggable(Protocol):
    """A source whose device can go and come back."""

    @property
    def is_connected(self) -> bool:
        """Whether the device is open, or may be: False while it is away and waited for."""
