"""Prints how steadily known faces are seen in crops of several sizes: what `CROP_PX` and `CROP_SIDES` come from.

    python tests/benchmarks/closer_looks.py PORTRAIT…

Each portrait is drawn 110, 224 or 400 px wide amid gray; its face, as a look at the whole picture sees it, is then
looked for up to a tenth of its side beside where it is, and seven times more where it was seen. Errors are the
mean over eyes, nose and mouth, in distances of the eyes: the median and the 95th percentile.
"""

import sys
import time
from dataclasses import dataclass, field

import cv2
import numpy as np

from mien.composition import open_detector
from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.settings import Settings
from mien.vision import anchor_detector
from mien.vision.anchor_detector import AnchorDetector

CROPS = ((128, 1.5), (128, 1.3), (96, 1.5), (96, 1.3), (96, 1.2), (64, 1.3), (64, 1.2))
WIDTHS_PX = (110, 224, 400)
ASIDE = 0.1
LOOKS = 8


@dataclass
class Result:
    """What one size of crops came to."""

    lost: int = 0
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)


def scenes(paths: list[str], detector: AnchorDetector) -> list[tuple[Image, FaceBox]]:
    """Return pictures with one face each, and the face."""
    found = []
    for index, path in enumerate(paths):
        picture = cv2.imread(path)
        assert picture is not None, f"{path}: no picture"
        width = WIDTHS_PX[index % len(WIDTHS_PX)]
        way = cv2.INTER_AREA if width < picture.shape[1] else cv2.INTER_CUBIC
        drawn = cv2.resize(picture, (width, round(width * picture.shape[0] / picture.shape[1])), interpolation=way)
        scene = np.asarray(
            cv2.copyMakeBorder(drawn, *[width // 3] * 4, cv2.BORDER_CONSTANT, value=[110] * 3), np.uint8
        )
        faces = detector.find_close(scene)
        if len(faces) == 1:
            found.append((scene, faces[0]))
    return found


def beside(box: FaceBox, generator: np.random.Generator) -> FaceBox:
    """Return the box shifted at random."""
    x, y = generator.uniform(-ASIDE, ASIDE, 2) * max(box.width_px, box.height_px)
    return FaceBox(box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y, box.score, box.landmarks)


def error(seen: FaceBox, known: FaceBox) -> float:
    """Return how far the points lie apart, in distances of the eyes."""
    assert seen.landmarks is not None
    assert known.landmarks is not None
    eyes = np.linalg.norm(known.landmarks[1] - known.landmarks[0])
    return float(np.linalg.norm(seen.landmarks - known.landmarks, axis=1).mean() / eyes)


def follow(detector: AnchorDetector, faces: list[tuple[Image, FaceBox]]) -> Result:
    """Look for each face again and again."""
    result, generator = Result(), np.random.default_rng(1)
    for scene, known in faces:
        seen: FaceBox | None = beside(known, generator)
        for look in range(LOOKS):
            assert seen is not None
            seen = detector.look_again(scene, [seen])[0]
            if seen is None:
                result.lost += 1
                break
            if look == 0:
                result.first.append(error(seen, known))
        else:
            assert seen is not None
            result.last.append(error(seen, known))
            result.heights.append(seen.height_px / known.height_px)
    return result


def main() -> None:
    """Print the table."""
    detector = open_detector(Settings())
    assert isinstance(detector, AnchorDetector)
    faces = scenes(sys.argv[1:], detector)
    print(f"{len(faces)} faces\n")
    print("| crop px | sides | lost | error at first | after eight looks | height of the box | ms a look |")
    print("| --: | --: | --: | --- | --- | --: | --: |")
    for px, sides in CROPS:
        anchor_detector.CROP_PX, anchor_detector.CROP_SIDES = px, sides  # type: ignore[misc]
        started_s = time.process_time()
        result = follow(detector, faces)
        spent_ms = 1e3 * (time.process_time() - started_s) / (LOOKS * len(faces))
        errors = (np.percentile(each, [50, 95]) for each in (result.first, result.last))
        first, last = (" / ".join(f"{value:.3f}" for value in pair) for pair in errors)
        height = float(np.median(result.heights))
        print(f"| {px} | {sides} | {result.lost} | {first} | {last} | {height:.2f} | {spent_ms:.1f} |", flush=True)


if __name__ == "__main__":
    main()
