"""How often "mouth covered", "eyes covered", "cut off" and "upside down" are said where they hold, and where not.

    python -m mien_models.recognition.judge_reasons FOLDER_OR_ZIP [PICTURES]

Covers are painted over faces of the pictures; each painted picture is searched anew, as the program would.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from mien.composition import open_detector
from mien.core.face import FaceBox, Reason
from mien.core.frame import Frame
from mien.core.quality import assess
from mien.settings import Settings
from mien.vision.describer import FaceDescriber
from mien_models.recognition.painted_covers import KINDS, Picture, paint


@dataclass(slots=True)
class Count:
    """What was said of one kind of picture.

    Attributes:
        shown: How many there were.
        found: In how many a face was found.
        said: Which reasons were given, None for a usable face.
    """

    shown: int = 0
    found: int = 0
    said: list[Reason | None] = field(default_factory=list)

    def line(self, name: str, expected: Reason | None) -> str:
        """Return a line of the table; "said" is the share of the faces that were found."""
        hits = sum(reason == expected for reason in self.said)
        usable = sum(reason is None for reason in self.said)
        total = max(self.found, 1)
        said = f"{100 * hits / total:.0f} %"
        return f"| {name} | {self.shown} | {self.found} | {said} | {100 * usable / total:.0f} % |"


class Judge:
    """Asks the program's own detector, describer and quality."""

    def __init__(self) -> None:
        self._describer = FaceDescriber()
        self.counts: dict[str, Count] = {}

    def find(self, picture: Picture) -> FaceBox | None:
        """Return the largest face of a picture, as the first of a stream."""
        detector = open_detector(Settings())
        faces = detector.detect(Frame(picture, 0, 0.0, 0.0))
        detector.close()
        return max(faces, key=lambda box: box.height_px, default=None)

    def say(self, name: str, picture: Picture) -> None:
        """Note what is said of a picture."""
        count = self.counts.setdefault(name, Count())
        count.shown += 1
        box = self.find(picture)
        if box is None:
            return
        count.found += 1
        crops = self._describer.crops(picture, [box])
        gray = np.asarray(cv2.cvtColor(crops[0], cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        condition = self._describer.condition(crops)[0]
        count.said.append(assess(box, gray, (picture.shape[1], picture.shape[0]), condition).reason)


def pictures_of(source: Path) -> Iterator[Picture]:
    """Yield the pictures of a folder or a zip archive."""
    if source.is_dir():
        contents: Iterator[bytes] = (path.read_bytes() for path in sorted(source.glob("*.jpg")))
    else:
        archive = zipfile.ZipFile(source)
        contents = (archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".jpg"))
    for content in contents:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if picture is not None:
            yield np.asarray(picture, dtype=np.uint8)


def main() -> None:
    """Print the table."""
    source, limit = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    judge, rng = Judge(), np.random.default_rng(0)
    expected: dict[str, Reason | None] = {"nothing": None}
    for number, picture in enumerate(pictures_of(source)):
        if number == limit:
            break
        judge.say("nothing", picture)
        box = judge.find(picture)
        if box is None or box.landmarks is None:
            continue
        points = box.landmarks.astype(np.float64)
        for part, kinds in KINDS.items():
            for kind in kinds:
                reason = {"mouth": Reason.MOUTH_COVERED, "eyes": Reason.EYES_COVERED, "beside": None}[part]
                expected[f"{part}: {kind}"] = reason
                judge.say(f"{part}: {kind}", paint(picture, points, part, kind, rng))
        expected |= {"cut at the mouth": Reason.CUT_OFF, "upside down": Reason.UPSIDE_DOWN}
        judge.say("cut at the mouth", np.ascontiguousarray(picture[: max(int(points[3, 1]), 32)]))
        judge.say("upside down", np.ascontiguousarray(picture[::-1, ::-1]))
    print("| over the face | pictures | found | said | usable |\n| --- | --: | --: | --: | --: |")
    for name, count in judge.counts.items():
        print(count.line(name, expected[name]))


if __name__ == "__main__":
    main()
