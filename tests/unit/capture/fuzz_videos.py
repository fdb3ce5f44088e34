"""Videos and pictures that a disk damaged: every frame that can be read, or one line. Seeded.

    python tests/unit/capture/fuzz_videos.py 1000 [SEED]

So many of each format. Libraries may say nothing of their own meanwhile.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import av
import cv2
import numpy as np

from mien.capture.open import open_source
from mien.capture.source_spec import parse_source
from mien.own_process import declare_own
from tests.fuzz_cases import Tally, damaged

FORMATS: Final = {
    "a.mp4": "libx264",
    "a.mkv": "libx264",
    "a.ts": "mpeg2video",
    "a.webm": "libvpx",
    "a.avi": "mjpeg",
    "a.jpg": "",
    "a.png": "",
    "a.webp": "",
    "a.tiff": "",
}
SIZE_WH: Final = (96, 64)


def write(path: Path, codec: str) -> None:
    """Write ten pictures, or one where there is no codec."""
    noise = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)
    picture = cv2.resize(noise, SIZE_WH)
    if not codec:
        cv2.imwrite(str(path), picture)
        return
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.roll(picture, 4 * number, 1), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@contextmanager
def silence() -> Iterator[None]:
    """Fail where a library writes to standard error."""
    declare_own()
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        yield
        said.seek(0)
        assert not (text := said.read()), text[:1000]


def read(path: Path) -> None:
    """Read all frames, as the program does."""
    with silence():
        source = open_source(parse_source(str(path)))
        for frame in source.frames():
            assert frame.image.ndim == 3
            assert np.isfinite(frame.timestamp_s)
        assert (source.notice or "-").isprintable()
        source.close()


def main(cases: int, seed: int = 1) -> None:
    """Judge so many of each format; the first one that is neither read nor refused in one line ends it."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        for file, codec in FORMATS.items():
            chance, path = random.Random(seed), Path(name) / file
            write(path, codec)
            whole = path.read_bytes()
            for number in range(cases):
                path.write_bytes(damaged(whole, chance) if number else whole)
                tally.judge(path, lambda path=path: read(path))  # type: ignore[misc]
    tally.show("videos and pictures")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3] or ["100"]))
