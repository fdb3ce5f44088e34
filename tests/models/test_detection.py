"""The tables of how well a detector finds, on pictures and answers that are known."""

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien_models.evaluation.detection import as_markdown, crop_tables, tables

PINK = (180, 120, 240)


def find_pink(image: Image) -> list[FaceBox]:
    """Take the pink pixels for the face."""
    rows, columns = np.nonzero((np.abs(image.astype(int) - PINK) < 30).all(axis=2))
    if not len(rows):
        return []
    return [FaceBox(float(columns.min()), float(rows.min()), columns.max() + 1.0, rows.max() + 1.0, 0.9)]


def find_and_invent(image: Image) -> list[FaceBox]:
    return [*find_pink(image), FaceBox(0.0, 0.0, 5.0, 5.0, 0.9)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four portraits, one of them without a face, a clip, and crops of two sets."""
    (tmp_path / "diffusionfer").mkdir()
    for number in range(4):
        picture = np.zeros((224, 224, 3), np.uint8)
        if number != 2:
            picture[40:180, 60:160] = PINK
        cv2.imwrite(str(tmp_path / "diffusionfer" / f"{number}.jpg"), picture)
    clip = cv2.VideoWriter(str(tmp_path / "no_face_540p.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 25, (960, 540))
    for _ in range(3):
        clip.write(np.full((540, 960, 3), 60, np.uint8))
    clip.release()
    pixels, split = np.zeros((5, 48, 48), np.uint8), np.array([0, 0, 1, 1, 1])
    np.savez(tmp_path / "fer2013plus.npz", pixels=pixels, split=split)
    (tmp_path / "expw").mkdir()
    (tmp_path / "expw" / "labels.csv").write_text("file,split\n0.jpg,val\n1.jpg,train\n")
    with zipfile.ZipFile(tmp_path / "expw" / "images.zip", "w") as archive:
        for number in range(2):
            archive.writestr(
                f"{number}.jpg", cv2.imencode(".jpg", np.full((90, 80, 3), 255, np.uint8))[1].tobytes()
            )
    return tmp_path


def test_hits_misses_and_false_boxes_are_counted(data: Path) -> None:
    rows = {row.what: (row.faces, row.found, row.false) for row in tables(find_pink, data, data, None, 0)}
    assert rows["diffusionfer, 224x224"] == (4, 3, 0)
    assert rows["pasted into 1280x720, 320 px"] == (4, 3, 0)
    assert rows["no_face_540p.mp4, 3 pictures"] == (0, 0, 0)
    assert not any(what.startswith(("ratedweb", "rafdb")) for what in rows)
    more = {row.what: (row.faces, row.found, row.false) for row in tables(find_and_invent, data, data, None, 0)}
    assert more["pasted into 1280x720, 320 px"][2] >= 3
    assert more["no_face_540p.mp4, 3 pictures"] == (0, 0, 3)


def test_crops_are_those_of_the_test_parts_at_48_px(data: Path) -> None:
    sizes: list[tuple[int, ...]] = []

    def find(image: Image) -> list[FaceBox]:
        sizes.append(image.shape)
        return [FaceBox(0.0, 0.0, 48.0, 48.0, 1.0)]

    rows = [(row.what, row.faces, row.found) for row in crop_tables(find, data, 0)]
    assert rows == [
        ("FER2013 PublicTest, 48x48, given as crops", 3, 3),
        ("expw val, 48x48, given as crops", 1, 1),
    ]
    assert sizes == [(48, 48, 3)] * 4
    assert len(list(as_markdown(crop_tables(find, data, 2)))) == 4
