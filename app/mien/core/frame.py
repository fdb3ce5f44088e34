"""A frame, and the source that it comes from."""

from dataclasses import dataclass

from mien.core.arrays import Image, read_only, require_bgr


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before its first frame.

    Attributes:
        name: For people: a camera's name, a file's name.
        width_px: Width after rotation is applied; 0 where it is not known beforehand.
        height_px: Height after rotation is applied; 0 where it is not known beforehand.
        fps: Nominal frames per second; 0.0 where it is not known.
        is_live: True where frames come whether they are wanted or not.
        frame_count: How many frames to expect, or None. A hint for progress, never a promise.
        has_audio: Whether sound comes along.
        path: The file, or None.
    """

    name: str
    width_px: int
    height_px: int
    fps: float
    is_live: bool
    frame_count: int | None = None
    has_audio: bool = False
    path: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: (H, W, 3) uint8 BGR, read-only.
        index: From 0, counted at capture; a gap is a frame that was passed over, dropped, or lost on its way.
        timestamp_s: Media time in seconds, from 0 at the first frame of the source, strictly increasing.
        captured_at_s: ``time.monotonic()`` when it was captured or decoded; for latency only.
    """

    image: Image
    index: int
    timestamp_s: float
    captured_at_s: float

    def __post_init__(self) -> None:
        require_bgr("Frame.image", self.image)
        if self.index < 0:
            raise ValueError(f"Frame.index: expected 0 or more, got {self.index}")
        object.__setattr__(self, "image", read_only(self.image))

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self.image.shape[1]), int(self.image.shape[0])
