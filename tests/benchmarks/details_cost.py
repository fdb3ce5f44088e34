"""Prints what the face in detail costs for one, two and four faces, and what the expression keeps of its frames.

    python tests/benchmarks/details_cost.py [SECONDS]

First the stage alone, on one thread: CPU time a frame and a face, with every face of every frame looked at. Then a
camera of 30 frames a second, made of the portrait that comes with Mien, through all of the pipeline, without and
with details: frames read a second, and how many faces have details. A busy machine shows in both columns.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from mien.composition import build_closer, build_pipeline, build_reader, open_detector
from mien.core.arrays import Image, read_only
from mien.core.face import FaceTrack, FrameResult
from mien.core.frame import Frame, SourceInfo
from mien.places import demo_clip
from mien.settings import Settings
from mien.sinks.sink import Sink

FPS = 30.0
SIDE_PX = 360
FACES = (1, 2, 4)
ROUNDS = 30


class Portraits:
    """A camera before which so many people stand still; it waits for nobody."""

    notice = None

    def __init__(self, faces: int, seconds: float) -> None:
        self.image = picture_of(faces)
        self._seconds = seconds
        height, width = self.image.shape[:2]
        self.info = SourceInfo(f"{faces} faces", width, height, FPS, is_live=True)

    def frames(self) -> Iterator[Frame]:
        """Yield the picture at the camera's pace; what nobody took in time is passed over."""
        began_s, index = time.monotonic(), 0
        while (now_s := time.monotonic() - began_s) < self._seconds:
            index = max(int(now_s * FPS), index + 1)
            time.sleep(max(index / FPS - now_s, 0.0))
            yield Frame(self.image, index, index / FPS, time.monotonic())

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Counting(Sink):
    """Counts what comes, after a second of warming up."""

    wants_picture = False
    frames: int = 0
    faces: int = 0
    looked: int = 0
    first_s: float = 0.0
    last_s: float = 0.0

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Take a result."""
        if result.frame.timestamp_s < 1.0:
            return
        self.first_s = self.first_s or time.monotonic()
        self.last_s = time.monotonic()
        self.frames += 1
        self.faces += len(result.readings)
        self.looked += sum(reading.raw.details is not None for reading in result.readings)

    def finish(self) -> None:
        """Nothing is open."""

    def abort(self) -> None:
        """Nothing is open."""


def picture_of(faces: int) -> Image:
    """Return the portrait so many times beside one another."""
    portrait = cv2.imread(str(demo_clip().with_name("portrait.png")))
    assert portrait is not None
    height = SIDE_PX * portrait.shape[0] // portrait.shape[1]
    return read_only(np.ascontiguousarray(np.hstack([cv2.resize(portrait, (SIDE_PX, height))] * faces)))


def stage_cost_ms(faces: int) -> tuple[int, float]:
    """Return how many faces were found, and the CPU time that their details take a frame."""
    settings = Settings().changed(reading={"face_details": True}, compute={"threads": 1})
    closer, reader, detector = (
        build_closer(settings, is_live=False),
        build_reader(settings),
        open_detector(settings),
    )
    assert closer is not None
    frame = Frame(picture_of(faces), 0, 0.0, time.monotonic())
    boxes = detector.detect(frame)
    readings = reader.read(frame, [FaceTrack(at, box, 0) for at, box in enumerate(boxes, start=1)])
    detector.close()
    spent = []
    for at in range(ROUNDS):
        began_s = time.thread_time()
        closer.look(Frame(frame.image, at, at / FPS, time.monotonic()), readings)
        spent.append(time.thread_time() - began_s)
    return len(readings), 1e3 * float(np.median(spent[3:]))


def live(faces: int, seconds: float, *, details: bool) -> Counting:
    """Return what came of a camera."""
    settings = Settings().changed(reading={"face_details": details})
    counting = Counting()
    pipeline = build_pipeline(settings, Portraits(faces, seconds + 1.0), [counting])
    pipeline.start()
    assert pipeline.join(seconds + 60.0)
    return counting


def main() -> None:
    """Print both tables."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print("| faces | CPU ms a frame | CPU ms a face |\n| --: | --: | --: |")
    for faces in FACES:
        found, cost_ms = stage_cost_ms(faces)
        print(f"| {found} | {cost_ms:.1f} | {cost_ms / max(found, 1):.1f} |")
    print("\n| faces | frames/s without | frames/s with details | faces with details |\n| --: | --: | --: | --: |")
    for faces in FACES:
        rates = []
        for details in (False, True):
            counting = live(faces, seconds, details=details)
            rates.append((counting.frames - 1) / max(counting.last_s - counting.first_s, 1e-3))
        share = counting.looked / max(counting.faces, 1)
        print(f"| {faces} | {rates[0]:.1f} | {rates[1]:.1f} | {share:.0%} |")


if __name__ == "__main__":
    main()
