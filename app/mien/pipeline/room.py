"""How many frames may wait, and what becomes of one that finds no room."""

from dataclasses import dataclass
from typing import Final

from mien.core.frame import SourceInfo
from mien.pipeline.channel import WhenFull

LIVE_CAPACITY: Final = 1
FILE_CAPACITY: Final = 8
LIVE_SINK_CAPACITY: Final = 30
"""A recorder may lag a second behind a camera before frames are left out of the recording."""

MAX_CHANNEL_BYTES: Final = 200_000_000
"""Of pictures that wait in one channel: two of 8000x4000 pixels, of 720p as many as may."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a pipeline's channels.

    Attributes:
        between_stages: Frames that may wait between two stages.
        before_sink: Results that may wait before each sink.
        when_full: What happens then.
    """

    between_stages: int
    before_sink: int
    when_full: WhenFull

    @classmethod
    def of(cls, info: SourceInfo) -> "Room":
        """Return the room for the pictures of a source: few of them where they are huge."""
        frame_bytes = max(info.width_px * info.height_px * 3, 1)
        most = max(MAX_CHANNEL_BYTES // frame_bytes, 1)
        if info.is_live:
            return cls(min(LIVE_CAPACITY, most), min(LIVE_SINK_CAPACITY, most), WhenFull.DROP_OLDEST)
        return cls(min(FILE_CAPACITY, most), min(FILE_CAPACITY, most), WhenFull.BLOCK)
