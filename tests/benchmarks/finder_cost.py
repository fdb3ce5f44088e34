"""Prints what it costs to find and follow faces: processor time a frame, for one face and for eight.

    python tests/benchmarks/finder_cost.py PICTURE_OF_A_FACE

The picture is pasted, slowly moving, into scenes of 1280x720; the finder is the program's own.
"""

import sys
import time

import cv2
import numpy as np

from mien.composition import build_finder
from mien.core.arrays import Image
from mien.core.frame import Frame
from mien.settings import Settings

FRAMES = 120
FPS = 30.0


def scene(face: Image, count: int, index: int) -> Image:
    """Return a picture (720, 1280, 3) with so many faces of 150 px that move a pixel a frame."""
    image = np.full((720, 1280, 3), 110, np.uint8)
    for number in range(count):
        x, y = 40 + 300 * (number % 4) + index % 60, 80 + 330 * (number // 4)
        image[y : y + 200, x : x + 200] = face
    return image


def cost_ms(face: Image, count: int) -> tuple[float, int]:
    """Return milliseconds of processor time a frame, and the faces that were found in the last one."""
    finder = build_finder(Settings())
    frames = [Frame(scene(face, count, index), index, index / FPS, 0.0) for index in range(FRAMES)]
    for frame in frames[:10]:
        finder.find(frame)
    started_s = time.process_time()
    for frame in frames[10:]:
        tracks = finder.find(frame)
    spent_s = time.process_time() - started_s
    finder.close()
    return 1000 * spent_s / (FRAMES - 10), len(tracks)


def main() -> None:
    """Print the table."""
    picture = cv2.imread(sys.argv[1])
    assert picture is not None, f"{sys.argv[1]}: no picture"
    face = np.asarray(cv2.resize(picture, (200, 200), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    print("| faces | found | ms a frame |\n| --: | --: | --: |")
    for count in (0, 1, 2, 4, 8):
        spent_ms, found = cost_ms(face, count)
        print(f"| {count} | {found} | {spent_ms:.1f} |")


if __name__ == "__main__":
    main()
