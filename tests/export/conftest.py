"""What the export tests share: networks whose answers are known, and a reader of exported files."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.core.arrays import Floats
from mien.core.emotion import Emotion
from mien.inference.manifest import METADATA_KEY, Manifest, parse_manifest
from mien_export.convert import ExportReport, export_checkpoint
from mien_export.request import ExportRequest
from mien_export.samples import as_batch, face_crops
from mien_networks.facts import Facts

# Keras reads it once, at its first import, and would ask for TensorFlow without it.
os.environ["KERAS_BACKEND"] = "torch"


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported file, opened as the program opens it."""

    session: Any
    manifest: Manifest

    def ask(self, batch: Floats) -> dict[str, Floats]:
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(None, {self.manifest.input.name: batch}), strict=True))

    def read_faces(self, count: int = 3) -> list[dict[str, float | str]]:
        """Answer faces as the program would: the top label, and valence and arousal by name."""
        answers = self.ask(as_batch(face_crops(None, count), self.manifest.input))
        expression = self.manifest.outputs.expression
        rows = answers[expression.name].astype(np.float64)
        if expression.kind == "logits":
            rows = np.exp(rows - rows.max(axis=1, keepdims=True))
            rows /= rows.sum(axis=1, keepdims=True)
        read: list[dict[str, float | str]] = [
            {"label": Emotion(self.manifest.labels, row.astype(np.float32)).label} for row in rows
        ]
        if self.manifest.outputs.affect is not None:
            affect = self.manifest.outputs.affect
            for face, row in zip(read, answers[affect.name], strict=True):
                face.update(zip(affect.order, map(float, row), strict=True))
        return read


def open_exported(path: Path) -> Exported:
    from onnxruntime import InferenceSession

    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    text = session.get_modelmeta().custom_metadata_map[METADATA_KEY]
    return Exported(session, parse_manifest(text, path.name))


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Exported]:
    """Export a checkpoint with options, and open what came of it."""

    def run(checkpoint: Path, architecture_id: str | None = None, trust: bool = False, **facts: Any) -> Exported:
        output = tmp_path / "exported.onnx"
        report: ExportReport = export_checkpoint(
            ExportRequest(checkpoint, output, architecture_id, Facts(**facts), trust=trust, overwrite=True)
        )
        exported = open_exported(output)
        assert exported.manifest == report.manifest
        return exported

    return run


@pytest.fixture
def run_export() -> Callable[..., str]:
    """Run the command, and return what it prints."""
    from click.testing import CliRunner

    from mien_export.cli import export_command

    def run(*arguments: str | Path) -> str:
        result = CliRunner().invoke(export_command, [str(each) for each in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run
