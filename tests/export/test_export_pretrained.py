"""Folders of `save_pretrained`: labels from id2label, preprocessing from its file, no layer left at random."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import recognise
from mien_export.loaders import load
from mien_export.request import ExportRequest

# The library asks at its import, and must not look for anything outside the folder.
os.environ["HF_HUB_OFFLINE"] = "1"
torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
transformers = pytest.importorskip("transformers", reason="transformers, of the extra train, is not installed")

torch.set_num_threads(1)

LABELS = ["Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral"]
CANONICAL = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}


def small_network(kind: str) -> Any:
    """A network that says "surprise"."""
    torch.manual_seed(0)
    named = {"id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    if kind == "vit":
        sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
        config = transformers.ViTConfig(image_size=32, **sizes, **named)
        network = transformers.ViTForImageClassification(config)
    else:
        family = "ConvNextV2" if kind == "convnextv2" else "ConvNext"
        config = getattr(transformers, f"{family}Config")(hidden_sizes=[4, 4, 8, 8], depths=[1, 1, 1, 1], **named)
        network = getattr(transformers, f"{family}ForImageClassification")(config)
    with torch.no_grad():
        network.classifier.weight.normal_(std=0.2)
        network.classifier.bias.copy_(torch.eye(7)[5] * 6)
    return network.eval()


def saved(folder: Path, kind: str, preprocessor: dict[str, Any], is_pickle: bool = False) -> Path:
    network = small_network(kind)
    network.config.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = [type(network).__name__]
    (folder / "config.json").write_text(json.dumps(config))
    if is_pickle:
        torch.save(network.state_dict(), folder / "pytorch_model.bin")
    else:
        network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps({"do_rescale": True, **preprocessor}))
    return folder


def loaded(folder: Path) -> Any:
    return load(recognise(folder), ExportRequest(folder, folder / "unwritten.onnx"))


def test_a_transformer_exports_without_a_word(tmp_path: Path, export: Callable[..., Any]) -> None:
    half = {"size": {"height": 32, "width": 32}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    exported = export(saved(tmp_path / "vit", "vit", half))

    assert exported.read_faces()[0]["label"] == "surprise"
    assert exported.manifest.labels == CANONICAL
    assert exported.manifest.input.mean == exported.manifest.input.std == (0.5, 0.5, 0.5)
    assert exported.manifest.provenance["architecture"] == "vit-base"
    assert exported.manifest.provenance["labels_from"] == "checkpoint"
    assert "transformers" in exported.manifest.provenance["exported_with"]


@pytest.mark.parametrize(("kind", "edge"), [("convnext", 224), ("convnextv2", 384)])
@pytest.mark.parametrize("is_pickle", [False, True])
def test_convnets_are_read_at_their_plain_size(tmp_path: Path, kind: str, edge: int, is_pickle: bool) -> None:
    described = {"size": {"shortest_edge": edge}, "crop_pct": 0.875, **IMAGENET}
    folder = saved(tmp_path / kind, kind, described, is_pickle)

    network = loaded(folder)

    assert network.facts.size_wh == (edge, edge)
    assert network.facts.normalisation.mean == tuple(IMAGENET["image_mean"])
    picture = np.random.default_rng(0).random((1, 3, 64, 64)).astype(np.float32)
    with torch.no_grad():
        expected = small_network(kind)(torch.from_numpy(picture)).logits.numpy()
    assert network.answer(picture).expression == pytest.approx(expected, abs=1e-6)
    assert network.facts.labels[int(expected.argmax())] == "Surprise"


def test_a_missing_layer_is_not_filled_at_random(tmp_path: Path) -> None:
    folder = saved(tmp_path / "vit", "vit", {"size": 32}, is_pickle=True)
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    del state["classifier.weight"]
    torch.save(state, folder / "pytorch_model.bin")

    with pytest.raises(ExportError, match=r"lack classifier\.weight"):
        loaded(folder)


class Evil:
    """Runs code when it is unpickled without care."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_runs_code_and_code_beside_the_config_do_not_run(tmp_path: Path) -> None:
    folder = saved(tmp_path / "vit", "vit", {"size": 32}, is_pickle=True)
    proof = tmp_path / "code ran"
    torch.save({"classifier.weight": Evil(proof)}, folder / "pytorch_model.bin")
    with pytest.raises(UnsupportedCheckpoint, match="cannot read it"):
        loaded(folder)

    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "mine",
        "auto_map": {"AutoConfig": "code.Mine", "AutoModelForImageClassification": "code.M"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "code.py").write_text(f"import os; os.mkdir({str(proof)!r})")
    with pytest.raises(UnsupportedCheckpoint, match="cannot read it") as caught:
        loaded(folder)

    assert not proof.exists()
    assert "\n" not in str(caught.value)


def test_damaged_folders_are_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")

    with pytest.raises(ExportError, match=r"config\.json: damaged"):
        loaded(tmp_path)
