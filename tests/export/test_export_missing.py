"""What a checkpoint does not say is asked for all at once, in the terminal or in a file to fill in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from mien.errors import ExportError
from mien_export import asking
from mien_export.asking import export_asking
from mien_export.convert import export_checkpoint
from mien_export.missing import MissingFacts
from mien_export.request import ExportRequest
from mien_export.spec_file import read_spec
from mien_networks.facts import Facts

onnx = pytest.importorskip("onnx", reason="onnx, of the dependency group export, is not installed")


def network(path: Path, shape: list[Any], affect: bool = False) -> Path:
    """Write a network that averages colours; of no size where the shape says none."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    chance = np.random.default_rng(0)
    widths = {"y": 3, "z": 2} if affect else {"y": 3}
    nodes = [helper.make_node("GlobalAveragePool", ["x"], ["p"]), helper.make_node("Flatten", ["p"], ["f"])]
    nodes += [helper.make_node("MatMul", ["f", f"w{name}"], [name]) for name in widths]
    weights = [
        onnx.numpy_helper.from_array(chance.normal(size=(shape[1], width)).astype(np.float32), f"w{name}")
        for name, width in widths.items()
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(name, kind, ["n", width]) for name, width in widths.items()],
        weights,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def missing(path: Path, **facts: Any) -> MissingFacts:
    with pytest.raises(MissingFacts) as raised:
        export_checkpoint(ExportRequest(path, path.with_name("out.onnx"), None, Facts(**facts)))
    return raised.value


def test_all_that_is_missing_is_named_at_once_with_the_number_of_labels(tmp_path: Path) -> None:
    error = missing(network(tmp_path / "a.onnx", ["n", 3, 16, 16], affect=True))
    assert error.names == ("colour", "normalise", "labels", "affect_order")
    assert str(error) == (
        "a.onnx: its colour order, normalisation, 3 labels and order of valence and arousal are not in the file; "
        "say them with --colour, --normalise, --labels and --affect-order"
    )


def test_where_the_size_is_unknown_too_it_is_asked_for_with_the_rest(tmp_path: Path) -> None:
    path = network(tmp_path / "a.onnx", ["n", 1, "h", "w"])
    assert missing(path).names == ("input_size", "normalise", "labels")
    assert str(missing(path, labels=("a", "b", "c"), size_wh=(16, 16))) == (
        "a.onnx: its normalisation is not in the file; say it with --normalise, such as 0-1"
    )


def test_without_a_terminal_a_file_is_written_and_its_answers_are_taken(
    tmp_path: Path, run_export: Callable[..., str]
) -> None:
    path, output = network(tmp_path / "a.onnx", ["n", 3, 16, 16]), tmp_path / "out.onnx"
    with pytest.raises(ExportError, match=r"are not in the file; .* or fill in .*out\.toml and add --spec "):
        run_export(path, "-o", output)
    text = (tmp_path / "out.toml").read_text()
    assert "in the order of its output, between commas (3 of them), such as: " in text
    filled = text.replace('colour = ""', 'colour = "bgr"')
    filled = filled.replace('labels = ""', 'labels = ["happy", "sad", "fear"]')
    (tmp_path / "out.toml").write_text(filled)
    with pytest.raises(ExportError, match="its normalisation is not in the file"):
        run_export(path, "-o", output, "--spec", tmp_path / "out.toml")
    assert (tmp_path / "out.toml").read_text() == filled
    said = run_export(path, "-o", output, "--spec", tmp_path / "out.toml", "--normalise", "0-1")
    assert "16x16 BGR" in said
    assert "happiness, sadness, fear" in said


def test_in_a_terminal_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["rgb", "imagenet", "happy,sad,fear"])
    seen: list[str] = []

    def prompt(question: str, value_proc: Callable[[str], Any], err: bool) -> Any:
        seen.append(question)
        with pytest.raises(click.UsageError):
            value_proc("?")
        return value_proc(next(answers))

    monkeypatch.setattr(asking.click, "prompt", prompt)
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    output = tmp_path / "out.onnx"
    said = export_asking(ExportRequest(network(tmp_path / "a.onnx", ["n", 3, 16, 16]), output), None)
    assert "16x16 RGB" in said
    assert len(seen) == 3
    assert not (tmp_path / "out.toml").exists()


def test_a_spec_says_architecture_class_and_options(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(
        'architecture = "cnn-b"\nmodule = "net.py:Net"\ninput_size = [48, 40]\ncolour = ""\nlicence = "MIT"\n'
        "[config]\nlabels = 5\n"
    )
    spec = read_spec(path)
    assert (spec.architecture, spec.module, spec.config) == ("cnn-b", str(tmp_path / "net.py:Net"), {"labels": 5})
    assert (spec.facts.size_wh, spec.facts.colour) == ((48, 40), None)
    assert spec.facts.provenance == {"licence": "MIT"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = ", "cannot be read as TOML"),
        ('color = "rgb"', "says color, which is not known; known are labels"),
        ('colour = "cmyk"', "colour: expected rgb, bgr or gray"),
        ('labels = "one"', "labels: expected two labels or more"),
        ("labels = true", "labels: expected a text"),
        ('config = "x"', "expected a table"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "spec.toml").write_text(text)
    with pytest.raises(ExportError, match=message) as raised:
        read_spec(tmp_path / "spec.toml")
    assert "\n" not in str(raised.value)
