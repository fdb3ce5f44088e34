"""The command: what it prints, what it asks for, and what it does where a framework is missing."""

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner

from mien.errors import AppError, ExportError
from mien_export import __main__
from mien_export.cli import export_command
from mien_networks import frameworks

onnx = pytest.importorskip("onnx", reason="onnx, of the extra train, is not installed")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """An ONNX file with three outputs that describes nothing."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("MatMul", ["flat", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", kind, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("y", kind, ["n", 3])],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    path = tmp_path / "net.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(export_command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_it_exports_and_says_what(network: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.onnx"

    said = run(
        network, "-o", output, "--labels", "Happy, sad,neutral", "--normalise", "0.5/0.25", "--licence", "MIT"
    )

    assert "mine, recognised as ONNX" in said
    assert "8x8 GRAY" in said
    assert "happiness, sadness, neutral" in said
    assert "20 face crops" in said
    text = onnx.load(output).metadata_props[0].value
    assert '"licence":"MIT"' in text
    assert '"mean":[0.5],"std":[0.25]' in text


def test_it_says_so_as_json(network: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.onnx"
    told = json.loads(run(network, "-o", output, "--labels", "a,b,c", "--normalise", "0-1", "--json"))
    assert told["outputs"] == [str(output)]
    assert told["size_bytes"] == output.stat().st_size
    assert any("recognised as ONNX" in line for line in told["notes"])


def test_a_folder_of_ones_own_faces_can_be_named(network: Path, tmp_path: Path) -> None:
    said = ("--labels", "a,b,c", "--normalise", "0-1", "-o", tmp_path / "o.onnx")
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(ExportError, match="no picture there"):
        run(network, *said, "--samples", empty)

    import cv2

    cv2.imwrite(str(empty / "face.png"), np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8))
    assert "20 face crops" in run(network, *said, "--samples", empty)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--labels", "happy"), "two labels or more"),
        (("--colour", "cmyk"), "expected rgb, bgr or gray"),
        (("--normalise", "somehow"), "expected one of 0-1, -1-1, 0-255, imagenet"),
        (("--input-size", "wide"), "invalid literal"),
        (("--affect-order", "joy,anger"), "expected valence,arousal or arousal,valence"),
    ],
)
def test_wrong_options_are_explained(network: Path, arguments: tuple[str, str], message: str) -> None:
    result = CliRunner().invoke(export_command, [str(network), "-o", "o.onnx", *arguments])

    assert result.exit_code == 2
    assert message in result.output


def test_an_error_is_one_line_and_exit_code_1(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["export", str(network), "-o", str(tmp_path / "o.onnx")])

    with pytest.raises(SystemExit) as caught:
        __main__.main()

    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--normalise" in error


def test_a_missing_framework_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)

    with pytest.raises(
        ExportError, match=r"needs torch, which is not installed; install it with `.*mien\[train\]'`"
    ) as caught:
        frameworks.require("torch")

    assert isinstance(caught.value, AppError)


def test_an_output_without_a_folder_is_refused_at_once(network: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="its folder does not exist"):
        run(network, "-o", tmp_path / "gone" / "o.onnx", "--labels", "a,b,c", "--normalise", "0-1")
