"""The commands of the tutorial on published networks, with a handful of steps."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")
pytest.importorskip("onnxscript", reason="onnxscript, of the extra train, is not installed")

import cv2

from mien.inference.session import OnnxSession
from mien_export.cli import export_command
from mien_models.__main__ import parser

PAGE = Path(__file__).parents[2] / "docs/tutorials/published-network.md"
LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.strip().splitlines()]


def test_the_tutorial_leads_to_a_network_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place, label in enumerate(LABELS):
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(10):
            face = np.random.default_rng(10 * place + number).integers(0, 256, (48, 48), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "faces" / label / f"{number}.png"), face)
    train, export, published, window, judge = commands()
    assert train[:4] == ["python", "-m", "mien_models", "train"]
    small = ["--steps", "3", "--batch", "8", "--threads", "1", "--set", "widths=[2,4]", "--set", "pooled=[2,4]"]
    arguments = parser().parse_args([*train[3:], *small])
    arguments.run(arguments)
    for name in ("history.csv", "curves.png", "summary.html", "best.keras"):
        assert (tmp_path / "runs/cnn-b" / name).is_file()
    assert export[:3] == ["python", "-m", "mien_export"]
    export_command(export[3:], standalone_mode=False)
    assert OnnxSession(tmp_path / "cnn-b.onnx", provider="cpu").manifest.labels[3:5] == ("happiness", "sadness")
    assert published[3:] == ["published.h5", "--architecture", "cnn-b", "-o", "cnn-b.onnx", "--overwrite"]
    assert window == ["mien", "--model", "cnn-b.onnx"]
    assert judge == ["mien", "judge", "cnn-b.onnx", "faces"]
