"""Short clips and pictures with a real face, for tests that run the whole program.

They are half as large as the demo clip and the portrait: the first search of a picture then costs a seventh, and
most tests read a few pictures each.
"""

from collections.abc import Container
from functools import cache
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np

from mien.core.arrays import Image
from mien.places import demo_clip

FRAMES = 12
SIZE_WH = (480, 270)
PORTRAIT_PX = 256


@cache
def pictures_of_demo(frames: int = FRAMES, start: int = 0) -> tuple[Image, ...]:
    """Return some frames of the demo clip, half as large: (270, 480, 3) uint8 BGR each."""
    with av.open(str(demo_clip())) as source:
        decoded = islice(source.decode(video=0), start, start + frames)
        return tuple(
            cv2.resize(frame.to_ndarray(format="bgr24"), SIZE_WH, interpolation=cv2.INTER_AREA)
            for frame in decoded
        )


def write_short_clip(path: Path, frames: int = FRAMES, start: int = 0, grey: Container[int] = ()) -> Path:
    """Write some frames of the demo clip as a video of 30 a second; the ones in ``grey`` as grey pictures."""
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        (stream.width, stream.height), stream.pix_fmt = SIZE_WH, "yuv420p"
        for index, picture in enumerate(pictures_of_demo(frames, start), start):
            shown = np.full_like(picture, 128) if index in grey else picture
            target.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))
        target.mux(stream.encode(None))
    return path


@cache
def portrait() -> Image:
    """Return the portrait that comes with Mien, half as large: (256, 256, 3) uint8 BGR."""
    whole = cv2.imread(str(demo_clip().with_name("portrait.png")))
    assert whole is not None
    return cv2.resize(whole, (PORTRAIT_PX, PORTRAIT_PX), interpolation=cv2.INTER_AREA)


def write_portrait(path: Path) -> Path:
    """Write the portrait as a picture of the kind that the name says."""
    assert cv2.imwrite(str(path), portrait())
    return path
