"""To add an architecture: one file, one line."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")
pytest.importorskip("onnxscript", reason="onnxscript, of the extra train, is not installed")

from mien.errors import ExportError  # noqa: E402 - after the skips
from mien_export.convert import export_checkpoint  # noqa: E402
from mien_export.request import ExportRequest  # noqa: E402
from mien_models.__main__ import parser  # noqa: E402
from mien_models.data import DataError  # noqa: E402
from mien_models.training.recipe import build_with, recipe_of  # noqa: E402
from mien_networks.registry import ARCHITECTURES, build, names_of, spec_of  # noqa: E402

FILE = """
from torch import nn

from mien_networks.facts import NORMALISATIONS, Facts
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC = ArchitectureSpec(
    architecture_id="one-layer",
    framework="torch",
    facts=Facts(
        labels=("sadness", "happiness"),
        size_wh=(8, 8),
        layout="NCHW",
        colour="GRAY",
        normalisation=NORMALISATIONS["-1-1"],
        kind="logits",
    ),
    recipe=Recipe(batch_size=4, rate=0.02),
)


def build(config):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, config["label_count"]))
"""


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_line_names_a_file_that_says_the_same_of_itself(name: str) -> None:
    spec = spec_of(name)
    assert spec.architecture_id == name
    assert name in names_of(spec.framework)
    if spec.recipe is not None and spec.facts.labels is not None:
        assert len(spec.facts.labels) == spec.recipe.classes


def test_an_architecture_of_one_file_and_one_line_is_trained_exported_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one_layer.py").write_text(FILE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(ARCHITECTURES, "one-layer", ("torch", "one_layer"))
    for label, shade in (("happy", 200), ("sad", 50)):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(8):
            face = np.random.default_rng(number).integers(shade, shade + 50, (8, 8), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "data" / label / f"{number}.png"), face)
    words = ["--architecture", "one-layer", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "run")]
    arguments = parser().parse_args(["train", *words, "--classes", "7", "--steps", "40", "--device", "cpu"])
    arguments.run(arguments)

    report = export_checkpoint(ExportRequest(tmp_path / "run" / "best.pt", tmp_path / "net.onnx"))

    assert report.manifest.labels[:2] == ("sadness", "happiness")
    assert report.manifest.input.size_wh == (8, 8)
    assert report.manifest.input.mean == (0.5,)
    sys.modules.pop("one_layer", None)


def test_what_cannot_be_built_or_trained_is_said() -> None:
    with pytest.raises(ExportError, match="--architecture resnet-1000: unknown; known are averaged"):
        recipe_of("resnet-1000")
    with pytest.raises(ExportError, match="exists as a file alone"):
        build("emotiefflib-mtl-mbf")
    with pytest.raises(DataError, match=r"mobilenet: cannot be built with --set .*widht"):
        build_with("mobilenet", {"widht": 3})
    with pytest.raises(DataError, match=r"cnn-c-inception: cannot be built .*multiple of 16"):
        build_with("cnn-c-inception", {"kernels": 8})
    with pytest.raises(DataError, match="retinaface-m025: is not trained here"):
        recipe_of("retinaface-m025")
