import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien.core.emotion import Affect
from mien.errors import RecordingError
from mien.sinks.snapshot import save_snapshot


@pytest.fixture
def result(make_result: Any, make_reading: Any) -> Any:
    image = np.random.default_rng(0).integers(0, 256, (30, 41, 3), np.uint8)
    readings = [make_reading(1, affect=Affect(0.25, -0.5)), make_reading(2, reason="blurred")]
    return make_result(image, index=7, time_s=1.23456789, readings=readings)


def test_both_pictures_and_the_readings(tmp_path: Path, result: Any) -> None:
    painted = np.full((30, 41, 3), (1, 2, 3), np.uint8)
    paths = save_snapshot(tmp_path / "new" / "folder", "mien", result, painted, result.frame.image)
    assert (cv2.imread(str(paths.picture)) == painted).all()
    assert (cv2.imread(str(paths.clean)) == result.frame.image).all()
    moment = json.loads(paths.readings.read_text(encoding="utf-8"))
    assert (moment["frame"], moment["time_s"], moment["size_wh"], moment["model"]) == (
        7,
        1.234568,
        [41, 30],
        "test-net",
    )
    first, second = moment["faces"]
    assert (first["face_id"], first["label"], first["valence"], first["arousal"]) == (1, "happiness", 0.25, -0.5)
    assert sum(first["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
    assert first["confidence"] == max(first["probabilities"].values())
    assert (second["usable"], second["reason"], second["valence"]) == (False, "blurred", None)
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == ["mien-clean.png", "mien.json", "mien.png"]


def test_nothing_is_ever_replaced(tmp_path: Path, result: Any) -> None:
    (tmp_path / "mien-2.json").write_text("someone else's")
    saved = [save_snapshot(tmp_path, "mien", result, result.frame.image, result.frame.image) for _ in range(3)]
    assert [paths.picture.name for paths in saved] == ["mien.png", "mien-3.png", "mien-4.png"]
    assert (tmp_path / "mien-2.json").read_text() == "someone else's"


def test_all_or_nothing_on_a_full_disk(small_disk: Path, make_result: Any) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (450, 450, 3), np.uint8)
    with pytest.raises(RecordingError, match="is full"):
        save_snapshot(small_disk, "mien", make_result(noise), noise, noise)
    assert list(small_disk.iterdir()) == []


def test_a_folder_that_cannot_be(tmp_path: Path, result: Any) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordingError, match="another folder"):
        save_snapshot(tmp_path / "file", "mien", result, result.frame.image, result.frame.image)
