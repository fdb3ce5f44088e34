"""A frame on its way through the stages."""

from dataclasses import dataclass, field

from mien.core.face import FaceReading, FaceTrack
from mien.core.frame import Frame


@dataclass(slots=True, eq=False)
class Work:
    """A frame on its way, with what is known of it so far."""

    frame: Frame
    tracks: list[FaceTrack] = field(default_factory=list)
    readings: tuple[FaceReading, ...] = ()
    model: str = ""
    other_model: str | None = None
    times_s: dict[str, float] = field(default_factory=dict)
