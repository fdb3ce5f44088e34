"""Prints from which height of its box on a face can be read, and recognised: what the limits in pixels come from.

    python tests/benchmarks/face_heights.py DATA [--faces 200]

DATA holds the sets `ratedweb` and `expw`, each with `images.zip` and `labels.csv`; their `val` parts are used.
Each face is shrunk until its box, as the program's own detector sees it, is so many pixels high, pasted amid gray,
found anew and read by the default network. "Like at full size" is the share of labels that stay as they are in the
unshrunk picture. Likeness is that of the face's description with the one of the same picture unshrunk (an upper
bound: a second picture of somebody differs in more than its size) and with those of other people.
"""

import argparse
import csv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from mien.composition import build_reader, open_detector
from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox, FaceTrack, Reason
from mien.core.frame import Frame
from mien.core.quality import sharpness_of
from mien.pipeline.face_reader import FaceReader
from mien.settings import Settings
from mien.vision.anchor_detector import AnchorDetector
from mien.vision.describer import FaceDescriber
from mien.vision.people import PeopleLimits

HEIGHTS_PX = (16, 20, 24, 28, 32, 40, 48, 64, 96)
ROOM_PX = 40
NAMES = {"happy": "happiness", "sad": "sadness", "angry": "anger"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was made of one face at one size.

    Attributes:
        label: What was read.
        is_blurred: It is called blurred.
        description: Of the face, or None where the program would make none for lack of sharpness.
    """

    label: str
    is_blurred: bool
    description: Floats | None


@dataclass
class Row:
    """What came of all faces at one size."""

    faces: int = 0
    found: int = 0
    right: int = 0
    same: int = 0
    blurred: int = 0
    likeness: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)


class Judge:
    """The parts of the program that look at a picture."""

    def __init__(self) -> None:
        settings = Settings()
        detector = open_detector(settings)
        assert isinstance(detector, AnchorDetector)
        self.detector = detector
        self.reader: FaceReader = build_reader(settings)
        self.describer = FaceDescriber()

    def see(self, picture: Image) -> tuple[FaceBox, Seen] | None:
        """Find and read the largest face; None where there is none."""
        boxes = self.detector.find_all(picture)
        if not boxes:
            return None
        box = max(boxes, key=lambda each: each.height_px)
        reading = self.reader.read(Frame(picture, 0, 0.0, 0.0), [FaceTrack(1, box, 0)])[0]
        label = self.reader.labels[int(np.argmax(reading.emotion.probabilities))]
        crops = self.describer.crops(picture, [box])
        is_sharp = sharpness_of(crops[0].mean(axis=2).astype(np.uint8)) >= PeopleLimits().min_sharpness
        description = self.describer.describe(crops)[0] if is_sharp else None
        return box, Seen(label, reading.quality.reason == Reason.BLURRED, description)


def faces_of(data: Path, name: str, limit: int) -> list[tuple[Image, str]]:
    """Return pictures and labels of a set's judging part, evenly chosen."""
    with (data / name / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"]
    rows = rows[:: max(len(rows) // limit, 1)][:limit]
    with zipfile.ZipFile(data / name / "images.zip") as archive:
        members = {member.rsplit("/", 1)[-1]: member for member in archive.namelist()}
        pictures = [
            cv2.imdecode(np.frombuffer(archive.read(members[row["file"].rsplit("/", 1)[-1]]), np.uint8), 1)
            for row in rows
        ]
    return [
        (np.asarray(picture, np.uint8), NAMES.get(row["expression"], row["expression"]))
        for picture, row in zip(pictures, rows, strict=True)
        if picture is not None
    ]


def shrunk(picture: Image, scale: float) -> Image:
    """Return the picture at another size, amid gray."""
    size_wh = max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1)
    small = cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.copyMakeBorder(small, *[ROOM_PX] * 4, cv2.BORDER_CONSTANT, value=[110] * 3), np.uint8)


def measure(judge: Judge, faces: list[tuple[Image, str]]) -> dict[int, Row]:
    """Return what came of the faces at each height; 0 stands for the unshrunk pictures."""
    rows = {height: Row() for height in (0, *HEIGHTS_PX)}
    earlier: list[Floats] = []
    for picture, truth in faces:
        whole = judge.see(shrunk(picture, 1.0))
        if whole is None:
            continue
        box, at_full_size = whole
        for height, row in rows.items():
            if height >= box.height_px:
                continue
            row.faces += 1
            seen = whole if not height else judge.see(shrunk(picture, height / box.height_px))
            if seen is not None:
                note(row, seen[1], at_full_size, truth, earlier)
        if at_full_size.description is not None:
            earlier.append(at_full_size.description)
    return rows


def note(row: Row, seen: Seen, at_full_size: Seen, truth: str, others: list[Floats]) -> None:
    """Count one face at one size."""
    row.found += 1
    row.right += seen.label == truth
    row.same += seen.label == at_full_size.label
    row.blurred += seen.is_blurred
    if seen.description is not None:
        row.others += [float(seen.description @ other) for other in others]
        if at_full_size.description is not None:
            row.likeness.append(float(seen.description @ at_full_size.description))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--faces", type=int, default=200)
    chosen = parser.parse_args()
    faces = [face for name in ("ratedweb", "expw") for face in faces_of(chosen.data, name, chosen.faces // 2)]
    print(
        "| box, px | faces | found | right | like at full size | blurred | described | alike | others above 0.5 |"
    )
    print("| --: | --: | --: | --: | --: | --: | --: | --- | --: |")
    for height, row in measure(Judge(), faces).items():
        found = max(row.found, 1)
        alike = " / ".join(f"{value:.2f}" for value in np.percentile(row.likeness or [np.nan], [5, 50]))
        others = np.mean(np.array(row.others) > PeopleLimits().same) if row.others else np.nan
        shares = f"{row.found / max(row.faces, 1):.0%} | {row.right / found:.1%} | {row.same / found:.1%}"
        described = f"{row.blurred / found:.0%} | {len(row.likeness) / found:.0%} | {alike} | {others:.2%}"
        print(f"| {height or 'as it is'} | {row.faces} | {shares} | {described} |", flush=True)


if __name__ == "__main__":
    main()
