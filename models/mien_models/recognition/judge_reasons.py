"""How often "mouth covered", "eyes covered", "cut off" and "upside down" are said where they hold, and where not.

    python -m mien_models.recognition.judge_reasons FOLDER_OR_ZIP [--split val] [--pictures 100]

Covers are painted over faces of the pictures; each painted picture is searched anew, as the program would.
`--split` takes only those that the `labels.csv` beside the archive puts there: the layer that says what is covered
learned from the train faces of the sets, and is judged fairly by others alone.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from mien.composition import open_closer
from mien.core.face import FaceBox, Reason
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
        self._detector = open_closer(Settings())
        self._describer = FaceDescriber()
        self.counts: dict[str, Count] = {}

    def find(self, picture: Picture) -> FaceBox | None:
        """Return the largest face of a picture, as the first of a stream."""
        faces = self._detector.find_all(picture)
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


def pictures_of(source: Path, split: str = "") -> Iterator[Picture]:
    """Yield the pictures of a folder or a zip archive; with a split, those of it."""
    wanted: set[str] | None = None
    if split:
        with (source.parent / "labels.csv").open(encoding="utf-8") as file:
            wanted = {row["file"] for row in csv.DictReader(file) if row["split"] == split}
    if source.is_dir():
        contents: Iterator[bytes] = (path.read_bytes() for path in sorted(source.glob("*.jpg")))
    else:
        archive = zipfile.ZipFile(source)
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        contents = (archive.read(name) for name in names if wanted is None or Path(name).name in wanted)
    for content in contents:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if picture is not None:
            yield np.asarray(picture, dtype=np.uint8)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="a folder of pictures, or a zip archive")
    parser.add_argument("--split", default="", help="train, val or test, as labels.csv beside the archive says")
    parser.add_argument("--pictures", type=int, default=100, help="so many of them, the first ones")
    chosen = parser.parse_args()
    judge, rng = Judge(), np.random.default_rng(0)
    expected: dict[str, Reason | None] = {"nothing": None}
    for picture in itertools.islice(pictures_of(chosen.source, chosen.split), chosen.pictures):
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
