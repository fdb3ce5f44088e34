"""What every sink can do."""

from typing import Protocol

from mien.core.arrays import Image
from mien.core.face import FrameResult


class Sink(Protocol):
    """Takes results, in order, on a thread of its own.

    Attributes:
        wants_picture: Whether ``write`` needs the painted picture; painting is skipped where nobody does.
    """

    wants_picture: bool

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Take one result.

        Args:
            result: The frame with its readings.
            picture: (H, W, 3) uint8 BGR, read-only, the frame with the overlay; None unless wanted.

        Raises:
            RecordingError: It cannot be written, with the remedy.
        """

    def finish(self) -> None:
        """Complete the output and put it under its final name. Safe twice.

        Raises:
            RecordingError: It cannot be completed.
        """

    def abort(self) -> None:
        """Stop after a failure: leave nothing under the final name, and lose nothing that was written."""
