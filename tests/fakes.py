"""Sources, finders and readers without camera, detector and network: the parts of a pipeline for tests."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, AffectError, Priors
from mien.core.face import FaceBox, FaceReading, FaceTrack
from mien.core.frame import Frame, SourceInfo
from tests.makers import Box, make_frame, make_raw, make_track

SMALL_BOX: Final = (4.0, 4.0, 40.0, 44.0)


def grey_picture(info: SourceInfo, level: int = 90) -> Image:
    """Return a picture of a source's size: (H, W, 3) uint8 BGR."""
    return np.full((info.height_px, info.width_px, 3), level, np.uint8)


class MadeSource:
    """Gives made-up pictures.

    Args:
        info: What it says of itself.
        frames: How many; None for no end.
        picture_of: Draws the picture of an index; grey by default.
        interval_s: How long each is waited for.
    """

    def __init__(
        self,
        info: SourceInfo,
        frames: int | None,
        *,
        picture_of: Callable[[int], Image] | None = None,
        interval_s: float = 0.0,
    ) -> None:
        self.info = info
        self.notice: str | None = None
        self.is_connected = True
        self.closed = threading.Event()
        self._frames = frames
        self._picture_of = picture_of or (lambda _: grey_picture(info))
        self._interval_s = interval_s

    def frames(self) -> Iterator[Frame]:
        for index in count() if self._frames is None else range(self._frames):
            if self.closed.wait(self._interval_s):
                return
            yield make_frame(index, image=self._picture_of(index), fps=self.info.fps)

    def close(self) -> None:
        self.closed.set()


class MadeFinder:
    """Finds faces where a test says so, numbered from 1 on.

    Args:
        boxes_of: Gives the boxes of a frame.
        delay_s: How long it takes.
    """

    def __init__(
        self, boxes_of: Callable[[Frame], Sequence[Box]] = lambda _: (SMALL_BOX,), *, delay_s: float = 0.0
    ) -> None:
        self.closed = 0
        self._boxes_of = boxes_of
        self._delay_s = delay_s

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        time.sleep(self._delay_s)
        boxes = self._boxes_of(frame)
        return [make_track(number, box, age_frames=frame.index) for number, box in enumerate(boxes, 1)]

    def close(self) -> None:
        self.closed += 1


class MadeReader:
    """Reads a face as ``read_face`` says; all else is like a network's reader."""

    labels: tuple[str, ...] = EXPRESSIONS
    other_labels: tuple[str, ...] = ()
    other_name: str | None = None
    priors: Priors | None = None
    other_priors: Priors | None = None
    affect_error: AffectError | None = None
    other_affect_error: AffectError | None = None
    provider_name = "cpu"
    fell_back = False

    def __init__(self, model_name: str = "net") -> None:
        self.model_name = model_name

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        return tuple(self.read_face(frame, track) for track in tracks)

    def read_face(self, frame: Frame, track: FaceTrack) -> FaceReading:
        return make_raw(track=track)

    def seen(self, image: Image, box: FaceBox) -> Image:
        return np.full((48, 48, 3), 77, np.uint8)
