"""A face detector from checkpoint to ONNX, with random weights."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch")

from mien.inference.detector_session import DetectorSession  # noqa: E402
from mien_export.cli import export_command  # noqa: E402
from mien_networks.registry import build  # noqa: E402


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    path: Path = tmp_path_factory.mktemp("detector") / "mobilenet0.25_Final.pth"
    # Old files have the wrapper's name before every key.
    torch.save({f"module.{key}": value for key, value in build("retinaface-m025").state_dict().items()}, path)
    return path


def test_a_checkpoint_becomes_a_detector_of_any_size(checkpoint: Path, tmp_path: Path) -> None:
    output = tmp_path / "finder.onnx"
    done = CliRunner().invoke(
        export_command, [str(checkpoint), "-o", str(output), "--quantise", "float16", "--licence", "MIT"]
    )
    assert done.exit_code == 0, done.output
    assert "face detector finder, recognised as torch checkpoint" in done.output
    session = DetectorSession(output, "cpu")
    assert session.manifest.name == "finder"
    assert session.manifest.provenance["licence"] == "MIT"
    assert session.manifest.provenance["weights"]["stored_as"] == "float16"
    assert session.manifest.provenance["parity"]["samples"] == 36
    for count, height, width in [(1, 32, 32), (3, 64, 160), (2, 320, 192)]:
        answers = session.run(np.zeros((count, 3, height, width), np.float32))
        assert answers.scores.shape == (count, session.anchor_count(height, width))
        assert answers.points.shape[2] == 10


@pytest.mark.parametrize(("option", "words"), [("--labels=a,b", "has no labels"), ("--quantise=int8", "float16")])
def test_what_a_detector_has_not_is_refused(checkpoint: Path, tmp_path: Path, option: str, words: str) -> None:
    output = tmp_path / "finder.onnx"
    done = CliRunner().invoke(export_command, [str(checkpoint), "-o", str(output), option])
    assert words in str(done.exception)
    assert not output.exists()
