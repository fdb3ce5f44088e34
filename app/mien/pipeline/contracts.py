"""What the stages of a pipeline ask of those that do the work."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from mien.core.arrays import Image
from mien.core.emotion import AffectError, Priors
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, ShownReading
from mien.core.frame import Frame
from mien.core.shown import ShownChoices


class Finder(Protocol):
    """Finds and follows the faces of one stream."""

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        """Return the faces of the next frame; ``dropped`` is how many of the run never came here so far."""

    def close(self) -> None:
        """Release the detector."""


Paint = Callable[[FrameResult], Image]
"""Draws a result: (H, W, 3) uint8 BGR."""


class Reader(Protocol):
    """Reads expressions from faces."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What the network tells apart."""

    @property
    def model_name(self) -> str:
        """The network's name."""

    @property
    def other_name(self) -> str | None:
        """The name of the second network, or None where there is none."""

    @property
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""

    @property
    def priors(self) -> Priors | None:
        """What the network's probabilities hold of what is expected, or None where it offers no choice."""

    @property
    def other_priors(self) -> Priors | None:
        """That of the second network."""

    @property
    def affect_error(self) -> AffectError | None:
        """How far its valence and arousal lie from a person's rating, or None where that was not measured."""

    @property
    def other_affect_error(self) -> AffectError | None:
        """That of the second network."""

    @property
    def provider_name(self) -> str:
        """The execution provider that really runs it."""

    @property
    def fell_back(self) -> bool:
        """Whether a faster provider was there but could not start."""

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        """Return the raw reading of each face."""

    def seen(self, image: Image, box: FaceBox) -> Image:
        """Return a face as the network gets it, (h, w, 3) uint8 BGR."""


@runtime_checkable
class ReadsSeveral(Protocol):
    """What a reader can do for whom several frames at once cost less than one after the other."""

    def read_several(self, found: Sequence[tuple[Frame, Sequence[FaceTrack]]]) -> list[tuple[FaceReading, ...]]:
        """Return for each frame what ``read`` would."""


def read_frames(
    reader: Reader, found: Sequence[tuple[Frame, Sequence[FaceTrack]]]
) -> list[tuple[FaceReading, ...]]:
    """Return the raw readings of the faces of several frames, read at once where the reader can."""
    if isinstance(reader, ReadsSeveral):
        return reader.read_several(found)
    return [reader.read(frame, tracks) for frame, tracks in found]


class CloserLook(Protocol):
    """Adds the details of faces: head pose, eyes, action units."""

    def look(self, frame: Frame, readings: Sequence[FaceReading]) -> tuple[FaceReading, ...]:
        """Return the readings with their details, in the same order."""


class ShownMaker(Protocol):
    """Makes what is shown of readings."""

    def show(
        self, time_s: float, readings: Sequence[FaceReading], model: str, other_model: str | None = None
    ) -> tuple[ShownReading, ...]:
        """Return what is shown of the readings of the next frame."""

    def choose(self, choices: ShownChoices) -> None:
        """Show otherwise from the next frame on. Safe from any thread."""
