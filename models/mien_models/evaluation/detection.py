"""How well a face detector finds: portraits, crops, faces pasted into a scene, large photos, a film without faces.

Every picture is looked at as a single one, as `mien annotate` does with photos. A face counts as found where a
box that may begin a face (`FIRM_SCORE`) shares 0.4 or more with it, intersection over union; in a portrait or a
crop, where there is such a box at all.
"""

from __future__ import annotations

import csv
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.core.geometry import iou_matrix
from mien.vision.detector import FIRM_SCORE, FaceDetector

SCENE_WH: Final = (1280, 720)
PASTED_PX: Final = (48, 64, 96, 160, 320, 480, 720, 1000)
MIN_SHARE: Final = 0.4
CROP_PX: Final = 48
TEST_CROPS: Final = "FER2013 PublicTest, 48x48"
APART_S: Final = 60.0
"""Pictures come so far apart that a detector takes each for a new one."""

Find = Callable[[Image], list[FaceBox]]
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: For people.
        faces: How many there are.
        found: How many were found.
        false: Boxes where no face is.
        per_picture_s: Seconds of processor time.
    """

    what: str
    faces: int
    found: int
    false: int
    per_picture_s: float


def single_pictures(detector: FaceDetector) -> Find:
    """Return a function that finds the firm faces of pictures that have nothing to do with each other."""
    shown = 0

    def find(image: Image) -> list[FaceBox]:
        nonlocal shown
        shown += 1
        boxes = detector.detect(Frame(image, shown, shown * APART_S, 0.0))
        return [box for box in boxes if box.score >= FIRM_SCORE]

    return find


def tables(find: Find, data: Path, media: Path, odd: Path | None, limit: int) -> Iterator[Row]:
    """Yield the rows, one after the other; a set that is not there is left out.

    Args:
        find: See `single_pictures`.
        data: The folder with the sets.
        media: The folder with the clips.
        odd: The folder that `odd-media` wrote, or None.
        limit: At most so many pictures of each set, evenly chosen; 0 for all.
    """
    portraits = _some(sorted((data / "diffusionfer").glob("*.jpg")), limit)
    for what, pictures in (
        ("diffusionfer, 224x224", map(_read, portraits)),
        ("ratedweb, 224x224", _zipped(data / "ratedweb", "", limit)),
        ("rafdb val, aligned, 100x100", _zipped(data / "rafdb", "val", limit)),
    ):
        yield from _one_each(what, pictures, find)
    clip = media / "no_face_540p.mp4"
    scenes = list(_frames(clip))
    if scenes and portraits:
        for side in PASTED_PX:
            yield _pasted(side, _some(portraits, min(limit, 20) or 20), scenes, find)
    for name in ("faces_12mp", "faces_48mp"):
        if odd is not None and (odd / f"{name}.csv").is_file():
            yield _photo(odd, name, find)
    started_s = time.process_time()
    false = sum(len(find(scene)) for scene in scenes)
    if scenes:
        spent_s = (time.process_time() - started_s) / len(scenes)
        yield Row(f"{clip.name}, {len(scenes)} pictures", 0, 0, false, spent_s)


def crop_tables(find: Find, data: Path, limit: int) -> Iterator[Row]:
    """Yield the rows of pictures that are given as crops; a set that is not there is left out.

    Args:
        find: See `single_pictures`, of a detector that takes each picture for a face.
        data: The folder with the sets.
        limit: At most so many pictures of each set, evenly chosen; 0 for all.
    """
    archive = data / "fer2013plus.npz"
    if archive.is_file():
        with np.load(archive) as arrays:
            faces = list(arrays["pixels"][arrays["split"] == 1])
        gray = _some(faces, limit)
        yield from _one_each(f"{TEST_CROPS}, given as crops", map(_coloured, gray), find)
    shrunk = (_shrunk(picture) for picture in _zipped(data / "expw", "val", limit))
    yield from _one_each(f"expw val, {CROP_PX}x{CROP_PX}, given as crops", shrunk, find)


def as_markdown(rows: Iterator[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| pictures | faces | found | | false boxes | ms a picture |"
    yield "| --- | --: | --: | --: | --: | --: |"
    for row in rows:
        share = f"{row.found / row.faces:.1%}" if row.faces else ""
        time_ms = row.per_picture_s * 1000
        yield f"| {row.what} | {row.faces} | {row.found} | {share} | {row.false} | {time_ms:.0f} |"


def _one_each(what: str, pictures: Iterator[Image], find: Find) -> Iterator[Row]:
    """Yield the row of pictures of one face each; none where there are no pictures."""
    faces = found = more = 0
    started_s = time.process_time()
    for picture in pictures:
        boxes = find(picture)
        faces += 1
        found += bool(boxes)
        more += max(len(boxes) - 1, 0)
    if faces:
        yield Row(what, faces, found, more, (time.process_time() - started_s) / faces)


def _pasted(side: int, portraits: list[Path], scenes: list[Image], find: Find) -> Row:
    """Paste portraits of ``side`` px into scenes, at places of chance; what does not fit is cut off."""
    generator = np.random.default_rng(side)
    width, height = SCENE_WH
    found = false = 0
    spent_s = 0.0
    for index, path in enumerate(portraits):
        portrait = _read(path)
        face = max(find(portrait), key=lambda box: box.width_px, default=None)
        scene = cv2.resize(scenes[index * len(scenes) // len(portraits)], SCENE_WH)
        x, y = (int(generator.integers(0, max(length - side, 0) + 1)) for length in SCENE_WH)
        way = cv2.INTER_AREA if side < portrait.shape[1] else cv2.INTER_CUBIC
        drawn = cv2.resize(portrait, (side, side), interpolation=way)[: height - y, : width - x]
        scene[y : y + drawn.shape[0], x : x + drawn.shape[1]] = drawn
        started_s = time.process_time()
        boxes = find(np.asarray(scene, dtype=np.uint8))
        spent_s += time.process_time() - started_s
        if face is None:
            continue
        truth = np.array(face.xyxy) * side / portrait.shape[1] + np.array([x, y, x, y])
        hits = [_share(box, np.minimum(truth, [width, height, width, height])) for box in boxes]
        found += any(hit >= MIN_SHARE for hit in hits)
        false += sum(hit < MIN_SHARE for hit in hits)
    return Row(f"pasted into 1280x720, {side} px", len(portraits), found, false, spent_s / max(len(portraits), 1))


def _photo(folder: Path, name: str, find: Find) -> Row:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        truths = [
            np.array([float(row[key]) for key in ("left", "top", "right", "bottom")], dtype=np.float64)
            for row in csv.DictReader(file)
        ]
    picture = _read(folder / f"{name}.jpg")
    started_s = time.process_time()
    boxes = find(picture)
    spent_s = time.process_time() - started_s
    found = sum(any(_share(box, truth) >= MIN_SHARE for box in boxes) for truth in truths)
    false = sum(all(_share(box, truth) < MIN_SHARE for truth in truths) for box in boxes)
    return Row(f"{name}.jpg, 60 to 400 px", len(truths), found, false, spent_s)


def _share(box: FaceBox, truth: np.ndarray) -> float:
    return float(iou_matrix(np.array([box.xyxy]), truth[None])[0, 0])


def _some(entries: list[Entry], limit: int) -> list[Entry]:
    """Return at most so many entries, evenly chosen; all where ``limit`` is 0."""
    count = min(limit or len(entries), len(entries))
    return [entries[index * len(entries) // count] for index in range(count)]


def _coloured(gray: np.ndarray) -> Image:
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _shrunk(picture: Image) -> Image:
    return np.asarray(cv2.resize(picture, (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _read(path: Path) -> Image:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), dtype=np.uint8)


def _zipped(folder: Path, split: str, limit: int) -> Iterator[Image]:
    if not (folder / "images.zip").is_file():
        return
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        wanted = {row["file"] for row in csv.DictReader(file) if not split or row["split"] == split}
    with zipfile.ZipFile(folder / "images.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.rpartition("/")[2] in wanted)
        for name in _some(names, limit):
            content = np.frombuffer(archive.read(name), dtype=np.uint8)
            yield np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), dtype=np.uint8)


def _frames(clip: Path) -> Iterator[Image]:
    capture = cv2.VideoCapture(str(clip))
    while True:
        is_read, image = capture.read()
        if not is_read:
            break
        yield np.asarray(image, dtype=np.uint8)
    capture.release()
