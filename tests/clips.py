"""Short clips with a real face, for tests that run the whole program."""

from collections.abc import Container
from itertools import islice
from pathlib import Path

import av

from mien.places import demo_clip

FRAMES = 12


def write_short_clip(path: Path, frames: int = FRAMES, start: int = 0, grey: Container[int] = ()) -> Path:
    """Write some frames of the demo clip as a video of 30 a second; the ones in ``grey`` as grey pictures."""
    with av.open(str(demo_clip())) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        pictures = source.streams.video[0]
        stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
        for index, frame in enumerate(islice(source.decode(pictures), start, start + frames)):
            picture = frame.to_ndarray(format="bgr24")
            if index in grey:
                picture[:] = 128
            target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        target.mux(stream.encode(None))
    return path
