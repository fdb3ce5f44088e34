"""A frame, and the source that it comes from."""

from dataclasses import dataclass
from enum import StrEnum

from mien.core.arrays import Image, read_only, require_bgr


class SourceKind(StrEnum):
    """What a source is; the values stand in ``session.json``."""

    CAMERA = "camera"
    FILE = "file"
    FOLDER = "folder"
    """Of pictures."""
    STREAM = "stream"
    SYNTHETIC = "synthetic"

    @property
    def is_place(self) -> bool:
        """Whether it lies on a disk."""
        return self in (SourceKind.FILE, SourceKind.FOLDER)


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
        start_s: Media time at which an excerpt of a file begins; recordings of it begin there as well.
        remarks: What was done to the pictures, and what else people should know of them, each a few words.
        kind: What it is.
    """

    name: str
    width_px: int
    height_px: int
    fps: float
    is_live: bool
    frame_count: int | None = None
    has_audio: bool = False
    path: str | None = None
    start_s: float = 0.0
    remarks: tuple[str, ...] = ()
    kind: SourceKind = SourceKind.FILE

    @property
    def zero_s(self) -> float | None:
        """Media time that is time 0 in a recording of it; None where that is the first picture's."""
        return None if self.is_live else self.start_s


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: (H, W, 3) uint8 BGR, read-only.
        index: From 0, counted at capture; a gap is a frame that was passed over, dropped, or lost on its way.
        timestamp_s: Media time in seconds, strictly increasing: of a file its own, as a player shows it; of other
            sources from 0 at the first frame.
        captured_at_s: ``time.monotonic()`` when it was captured or decoded; for latency only.
        passed_over: Frames of the source so far that nobody took in time; 0 for a file.
        damaged: Frames of the source so far that came damaged, and were left out; 0 for a file, which says so in
            its notice.
    """

    image: Image
    index: int
    timestamp_s: float
    captured_at_s: float
    passed_over: int = 0
    damaged: int = 0

    def __post_init__(self) -> None:
        require_bgr("Frame.image", self.image)
        if self.index < 0:
            raise ValueError(f"Frame.index: expected 0 or more, got {self.index}")
        object.__setattr__(self, "image", read_only(self.image))

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self.image.shape[1]), int(self.image.shape[0])
