"""How many frames may wait, and what becomes of one that finds no room."""

from dataclasses import dataclass
from typing import Final

from mien.core.frame import SourceInfo
from mien.pipeline.channel import WhenFull

LIVE_CAPACITY: Final = 1
FILE_CAPACITY: Final = 8
LIVE_SINK_CAPACITY: Final = 30
"""A recorder may lag a second behind a camera before frames are left out of the recording."""

READ_AT_ONCE: Final = 4
"""Frames of a file whose faces the network reads in one go: a face takes 30 % less of the processor than alone."""

MAX_CHANNEL_BYTES: Final = 200_000_000
"""Of pictures that wait in one channel: two of 8000x4000 pixels, of 720p as many as may."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a pipeline's channels.

    Attributes:
        between_stages: Frames that may wait between two stages.
        before_sink: Results that may wait before each sink.
        when_full: What happens then.
        read_at_once: Frames whose faces are read in one go.
    """

    between_stages: int
    before_sink: int
    when_full: WhenFull
    read_at_once: int = 1

    @classmethod
    def of(cls, info: SourceInfo, *, is_paced: bool = False) -> "Room":
        """Return the room for the pictures of a source: few of them where they are huge.

        Args:
            info: The source.
            is_paced: It is a file that somebody watches at its own pace.
        """
        frame_bytes = max(info.width_px * info.height_px * 3, 1)
        most = max(MAX_CHANNEL_BYTES // frame_bytes, 1)
        if info.is_live:
            return cls(min(LIVE_CAPACITY, most), min(LIVE_SINK_CAPACITY, most), WhenFull.DROP_OLDEST)
        room = min(FILE_CAPACITY, most)
        return cls(room, room, WhenFull.BLOCK, 1 if is_paced else min(READ_AT_ONCE, room))
