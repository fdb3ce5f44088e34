"""What every sink can do."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mien.core.arrays import Image
    from mien.core.face import FrameResult


class Sink:
    """Takes results, in order, on a thread of its own. All but ``write`` is optional.

    Attributes:
        wants_picture: Whether ``write`` needs the painted picture; painting is skipped where nobody does.
        is_screen: Whether people look at themselves in it: its picture may be mirrored, all others never are.
        keeps_all: Whether every result matters to it; a screen shows the newest, and none is missed there.
        left_out: Results so far that it was too slow for. Set by whoever runs it, before each ``write`` and before
            the end.
    """

    wants_picture: bool = False
    is_screen: bool = False
    keeps_all: bool = True
    left_out: int = 0

    @property
    def notice(self) -> str | None:
        """What the user should know of the output, in a line, or None."""
        return None

    @property
    def part_path(self) -> Path | None:
        """Where the output grows, and stays after a failure; None where there is no such file."""
        return None

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Take one result.

        Args:
            result: The frame with its readings.
            picture: (H, W, 3) uint8 BGR, read-only, the frame with the overlay; None unless wanted.

        Raises:
            RecordingError: It cannot be written, with the remedy.
        """
        raise NotImplementedError

    def finish(self) -> None:
        """Complete the output and put it under its final name. Safe twice.

        Raises:
            RecordingError: It cannot be completed.
        """

    def abort(self) -> None:
        """Stop after a failure: leave nothing under the final name, and lose nothing that was written."""

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
        """Take a marker, where the output holds markers. May be called from any thread.

        Args:
            kind: What it marks.
            at_s: Media time of the source, as frames have it.
            end_s: The end of a span.
            text: What was written.
            origin: Who set it.
            event_type: The name of an event's type, or empty.
            code: What stands for that type, or empty.
        """
