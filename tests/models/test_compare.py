"""Several networks by the same faces."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_models.compare.run import compare
from mien_models.compare.table import as_markdown
from mien_models.data import DataError
from tests.networks import LABELS, manifest_of, write_network

pytest.importorskip("onnx", reason="onnx is not installed")


def faces_in(folder: Path, labels: tuple[str, ...] = ("happy", "sad", "contempt")) -> Path:
    """Bright pictures, four of each class."""
    for label in labels:
        (folder / label).mkdir(parents=True)
        for number in range(4):
            cv2.imwrite(str(folder / label / f"{number}.png"), np.full((20, 20), 200 + number, np.uint8))
    return folder


def network(path: Path, top: str, labels: list[str] | None = None) -> Path:
    """A network that answers one label."""
    labels = labels or LABELS
    return write_network(
        path, manifest_of(name=path.stem, labels=labels), logits=[3.0 * (label == top) for label in labels]
    )


def test_all_are_scored_on_the_expressions_that_they_share(tmp_path: Path) -> None:
    six = ["neutral", "sad", "surprise", "happy", "anger", "boredom", "fear", "contemptuous"]
    models = [network(tmp_path / "a.onnx", "happiness"), network(tmp_path / "b.onnx", "boredom", six)]

    comparison = compare(models, faces_in(tmp_path / "data", ("happy", "sad", "disgust")))

    assert comparison.labels == ("happiness", "sadness")
    assert "share with the data (happiness, sadness)" in comparison.as_text()
    by_name = {row.name: row for row in comparison.rows}
    assert by_name["a"].faces == by_name["b"].faces == 8
    assert by_name["a"].accuracy == pytest.approx(4 / 8)
    assert by_name["b"].accuracy == pytest.approx(4 / 8)  # its boredom left out, the rest ties but for brightness


def test_the_table_is_written_in_every_form(tmp_path: Path) -> None:
    models = [network(tmp_path / "sad.onnx", "sadness"), network(tmp_path / "angry.onnx", "anger")]
    comparison = compare(models, faces_in(tmp_path / "data", ("happy", "sad")), limit=6)
    comparison.write(tmp_path / "out")

    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        f"compare.{ending}" for ending in ("csv", "json", "md", "png")
    }
    content = json.loads((tmp_path / "out" / "compare.json").read_text())
    assert content["networks"][0]["name"] == "sad"
    assert content["networks"][0]["faces"] == 6
    assert content["networks"][0]["size_bytes"] == models[0].stat().st_size
    with (tmp_path / "out" / "compare.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["ms_a_face_batch_1"]) > 0
    assert float(rows[0]["ms_a_face_batch_8"]) > 0
    assert "| sad | 8 | 16x16 GRAY |" in as_markdown(comparison.rows)
    assert "they share" in comparison.as_text()  # two of the eight


def test_a_set_without_common_expressions_is_refused(tmp_path: Path) -> None:
    model = network(
        tmp_path / "net.onnx", "anger", ["anger", "boredom", "disgust", "x", "neutral", "y", "z", "happy"]
    )
    with pytest.raises(DataError, match="share 1 expressions"):
        compare([model], faces_in(tmp_path / "data", ("happy", "contempt")))
