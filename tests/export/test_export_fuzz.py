"""Damaged and bent checkpoints; ``fuzz_checkpoints.py`` makes any number of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from mien.errors import ExportError
from mien_export.loaders.keras_config import check_config, layers_of
from tests.patience import PATIENCE_S

pytest.importorskip("torch")
pytest.importorskip("keras")


@pytest.mark.timeout(300)
def test_damaged_and_bent_checkpoints_are_refused_in_one_line() -> None:
    program = Path(__file__).with_name("fuzz_checkpoints.py")
    done = subprocess.run([sys.executable, str(program), "20"], capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout) == (0, "220 checkpoints\n"), done.stderr[-2000:]


def test_a_layer_whose_class_is_no_text_is_read_as_unknown() -> None:
    config = {"config": {"layers": [{"class_name": {"a": [1]}}, {"class_name": "Dense"}]}}
    assert [layer["class_name"] for layer in layers_of(config)] == [{"a": [1]}, "Dense"]


@pytest.mark.parametrize("inner", [{}, {"config": None}, {"config": 3}, {"config": "layers"}])
def test_a_model_that_describes_no_layers_is_refused(inner: dict[str, object]) -> None:
    with pytest.raises(ExportError, match="describes no Keras model"):
        check_config({"class_name": "Sequential", **inner}, "model.json", trust=False)
