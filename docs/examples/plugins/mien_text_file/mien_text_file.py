"""The newest label in a text file, for OBS: `mien annotate camera --no-video --outlet text-file`."""

from pathlib import Path

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.frame import SourceInfo
from mien.sinks.sink import Sink

FILE = Path("mien-label.txt")


class TextFile(Sink):
    """A sink is told of every frame, on a thread of its own; one that is too slow misses some."""

    keeps_all = False

    def __init__(self, info: SourceInfo, labels: tuple[str, ...]) -> None:
        self._last = ""

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Write the label of the first face when it changes."""
        label = result.readings[0].label if result.readings else ""
        if label != self._last:
            self._last = label
            FILE.write_text(label, encoding="utf-8")
