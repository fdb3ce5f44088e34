"""Files of torch: every form that people save, the order of what they answer, and pickles that would run code."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import recognise
from mien_export.loaders import load
from mien_export.request import ExportRequest
from mien_networks.facts import Normalisation

torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
pytest.importorskip("onnxscript", reason="onnxscript, of the extra train, is not installed")

from mien_networks.registry import build  # noqa: E402 - after the skip

torch.set_num_threads(1)

SMALL = {"width": 4}
"""Options of a ResNet that exports in a second."""
SMALL_SAID = {"architecture": "resnet18-va", "config": SMALL}


def knowing(network: Any, prefix: str, label: int, affect: tuple[float, float]) -> Any:
    """Make a network answer one label and one point of affect, hardly moved by the picture."""
    torch.manual_seed(0)
    heads = network.get_submodule(prefix)
    with torch.no_grad():
        for head, answer in ((heads.fc_exp, torch.eye(8)[label] * 6), (heads.fc_av, torch.tensor(affect))):
            head.weight.normal_(std=0.002)
            head.bias.copy_(answer)
    return network


def resnet(**config: Any) -> Any:
    """A ResNet that says "surprise", calm and pleasant."""
    return knowing(build("resnet18-va", **config), "resnet.fc", 3, (-0.6, 0.8))


def saved(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


def read_without_export(path: Path, trust: bool = False) -> dict[str, Any]:
    """Load a checkpoint and name what it answers to noise: writing ONNX takes seconds, and is tested elsewhere."""
    network = load(recognise(path), ExportRequest(path, path.with_suffix(".onnx"), trust=trust))
    answer = network.answer(np.random.default_rng(0).random((2, 3, 64, 64), np.float32))
    assert answer.affect is not None
    top = int(answer.expression[0].argmax())
    order, labels = network.facts.affect_order, network.facts.labels
    affect = dict(zip(order, map(float, answer.affect[0]), strict=True)) if order else {}
    return {"top": top, "label": labels[top] if labels else None, "facts": network.facts, **affect}


def small(state: Any, **more: Any) -> dict[str, Any]:
    return {"model": state, **SMALL_SAID, **more}


@pytest.fixture(scope="module")
def own_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Mien's own training saves; "sadness" is on top, valence −0.9 before arousal 0.4."""
    torch.manual_seed(0)
    config = {"stem_width": 8, "widths": [8, 8], "strides": [2, 2], "depths": [1, 1]}
    network = build("mien-net", **config)
    with torch.no_grad():
        network.expression.weight.normal_(std=0.05)
        network.expression.bias.copy_(torch.eye(8)[3] * 6)
        network.affect.weight.normal_(std=0.05)
        network.affect.bias.copy_(torch.atanh(torch.tensor([-0.9, 0.4])))
    labels = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
    content = {
        "model": network.state_dict(),
        "config": config,
        "architecture": "mien-net",
        "labels": labels,
        "input": {
            "size_wh": [48, 48],
            "layout": "NCHW",
            "colour": "GRAY",
            "crop": {"align": "eyes", "eye_y": 0.35},
        },
        "temperature": 1.7,
        "provenance": {"trained_on": "faces", "licence": "MIT"},
    }
    return saved(tmp_path_factory.mktemp("own") / "mien.pt", content)


def test_our_own_checkpoint_says_everything_itself(
    own_checkpoint: Path, export: Callable[..., Any], tmp_path: Path
) -> None:
    exported = export(own_checkpoint)

    face = exported.read_faces()[0]
    assert face["label"] == "sadness"
    assert face["valence"] == pytest.approx(-0.9, abs=0.1)
    assert face["arousal"] == pytest.approx(0.4, abs=0.1)
    manifest = exported.manifest
    assert manifest.name == "exported"
    assert manifest.input.crop.eye_y == 0.35
    assert manifest.outputs.expression.temperature == 1.7
    record = manifest.provenance
    assert (record["trained_on"], record["licence"], record["labels_from"]) == ("faces", "MIT", "checkpoint")
    assert len(record["checkpoint_sha256"]) == 64
    assert record["exported_with"]["torch"] == torch.__version__.partition("+")[0]
    assert record["opset"] == 20
    assert record["parity"]["samples"] == 30

    # The batch is free and named, and the file tells nothing of this machine.
    assert exported.session.get_inputs()[0].shape == ["batch", 1, 48, 48]
    assert exported.ask(np.zeros((7, 1, 48, 48), np.float32))["logits"].shape == (7, 8)
    content = (tmp_path / "exported.onnx").read_bytes()
    for trace in (os.fsencode(Path(__file__).parents[2]), b".py", b"stack_trace"):
        assert trace not in content


def test_the_answer_by_the_labels_of_fer2013_is_there_beside_the_other(
    tmp_path: Path, export: Callable[..., Any]
) -> None:
    config = {"side_px": 32, "blocks": 2, "fer2013_count": 7}
    torch.manual_seed(0)
    network = build("mobilenet", **config)
    with torch.no_grad():
        network.get_submodule("expression").bias.copy_(torch.eye(8)[3] * 6)
        network.get_submodule("fer2013").bias.copy_(torch.eye(7)[4] * 6)
    content = {
        "model": network.state_dict(),
        "config": config,
        "architecture": "mobilenet",
        "labels": ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"],
        "input": {"size_wh": [48, 48], "colour": "GRAY"},
        "temperature": 1.0,
        "fer2013_temperature": 1.25,
    }
    exported = export(saved(tmp_path / "two-heads.pt", content))
    said = exported.manifest.outputs.fer2013
    assert (said.name, said.temperature) == ("fer2013_logits", 1.25)
    answers = exported.ask(np.zeros((3, 1, 48, 48), np.float32))
    assert answers["fer2013_logits"].shape == (3, 7)
    assert answers["fer2013_logits"].argmax(axis=1).tolist() == [4, 4, 4]
    assert exported.read_faces()[0]["label"] == "sadness"  # what the program shows


def foreign_forms() -> dict[str, Callable[[Any], Any]]:
    optimizer = {"state": {}, "param_groups": [{"lr": 1e-4, "params": [0]}]}
    return {
        "model beside lists and numpy numbers": lambda state: small(
            state,
            optimizer=optimizer,
            scheduler={"gamma": 0.5},
            losses=[1.0, np.float64(0.5)],
            best=np.array([1.0]),
        ),
        "state_dict": lambda state: {"state_dict": state, **SMALL_SAID, "epoch": 3},
        "model_state_dict": lambda state: {"model_state_dict": state, **SMALL_SAID},
        "wrapped by DataParallel": lambda state: small({f"module.{key}": value for key, value in state.items()}),
    }


@pytest.mark.parametrize("form", foreign_forms())
def test_foreign_dicts_are_read(tmp_path: Path, form: str) -> None:
    path = saved(tmp_path / "best.pth", foreign_forms()[form](resnet(**SMALL).state_dict()))

    assert read_without_export(path)["label"] == "surprise"


def test_resnet_with_two_heads_answers_arousal_first(tmp_path: Path, export: Callable[..., Any]) -> None:
    exported = export(saved(tmp_path / "best.pth", small(resnet(**SMALL).state_dict())), size_wh=(64, 64))

    face = exported.read_faces()[0]
    assert face["label"] == "surprise"
    assert face["arousal"] == pytest.approx(-0.6, abs=0.2)
    assert face["valence"] == pytest.approx(0.8, abs=0.2)
    assert exported.manifest.outputs.affect.order == ("arousal", "valence")
    assert exported.manifest.input.colour == "RGB"
    assert (exported.manifest.input.mean, exported.manifest.input.std) == ((0.0,), (1.0,))
    assert exported.manifest.provenance["labels_from"] == "architecture"


def test_a_bare_state_dict_is_known_by_its_keys(tmp_path: Path) -> None:
    read = read_without_export(saved(tmp_path / "weights.pt", resnet().state_dict()))

    assert read["label"] == "surprise"
    assert read["arousal"] == pytest.approx(-0.6, abs=0.2)
    assert read["facts"].size_wh == (224, 224)
    assert read["facts"].provenance["architecture"] == "resnet18-va"


def test_safetensors_alone(tmp_path: Path) -> None:
    save_file = pytest.importorskip("safetensors.torch", reason="safetensors is not installed").save_file
    save_file(resnet().state_dict(), tmp_path / "model.bin")

    assert read_without_export(tmp_path / "model.bin")["label"] == "surprise"


def test_efficientnet_with_two_heads(tmp_path: Path, export: Callable[..., Any]) -> None:
    torch.manual_seed(0)
    network = knowing(build("efficientnet-b0-va"), "efficientnet._fc", 6, (0.9, -0.5))
    for module in network.modules():  # untrained, its features fade to nothing on the way
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        # Enough pictures for their statistics to hold for others too.
        network.train()(torch.rand(32, 3, 64, 64))
    path = saved(tmp_path / "best.pth", {"model": network.state_dict(), "optimizer": {}})

    exported = export(path, size_wh=(64, 64))

    face = exported.read_faces()[0]
    assert face["label"] == "anger"
    assert face["arousal"] == pytest.approx(0.9, abs=0.5)
    assert face["valence"] == pytest.approx(-0.5, abs=0.5)


@pytest.mark.parametrize(
    ("architecture", "parameters"), [("resnet18-va", 11_181_642), ("efficientnet-b0-va", 4_020_358)]
)
def test_networks_have_the_published_number_of_parameters(architecture: str, parameters: int) -> None:
    assert sum(parameter.numel() for parameter in build(architecture).parameters()) == parameters


class Evil:
    """Runs code when it is unpickled without care."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_pickle_that_runs_code_is_refused_and_does_not_run(
    tmp_path: Path, export: Callable[..., Any], is_zip: bool
) -> None:
    proof = tmp_path / "code ran"
    path = tmp_path / "evil.pth"
    torch.save({"model": {}, "extra": Evil(proof)}, path, _use_new_zipfile_serialization=is_zip)

    with pytest.raises(UnsupportedCheckpoint, match=r"runs code .* --trust"):
        export(path)

    assert not proof.exists()


def test_a_pickled_module_opens_only_with_trust(tmp_path: Path) -> None:
    path = saved(tmp_path / "whole.pt", resnet(**SMALL))

    with pytest.raises(UnsupportedCheckpoint, match="--trust"):
        read_without_export(path)

    assert read_without_export(path, trust=True)["top"] == 3


def test_what_cannot_be_known_is_asked_for(tmp_path: Path, export: Callable[..., Any]) -> None:
    unknown = saved(tmp_path / "unknown.pt", {"state_dict": {"conv.weight": torch.zeros(3)}})

    with pytest.raises(UnsupportedCheckpoint, match=r"name it with --architecture \(mien-net, .*resnet18-va"):
        export(unknown)
    with pytest.raises(UnsupportedCheckpoint, match="do not fit resnet18-va"):
        export(unknown, "resnet18-va")
    with pytest.raises(ExportError, match="unknown; known are"):
        export(unknown, "resnet-1000")
    with pytest.raises(UnsupportedCheckpoint, match="no state_dict"):
        export(saved(tmp_path / "notes.pt", {"epoch": 3}))


def test_a_config_that_claims_terabytes_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    state = resnet(**SMALL).state_dict()
    claim = {"model": state, "architecture": "resnet18-va", "config": {"width": 1_000_000}}

    with pytest.raises(UnsupportedCheckpoint, match="do not fit"):
        read_without_export(saved(tmp_path / "claim.pt", claim))


def test_damaged_files_are_one_clear_line(
    own_checkpoint: Path, tmp_path: Path, export: Callable[..., Any]
) -> None:
    whole = own_checkpoint.read_bytes()
    for name, content in {"cut.pt": whole[: len(whole) // 2], "pickle.pt": b"\x80\x02}q\x00."}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ExportError) as caught:
            export(tmp_path / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


class Scripted(torch.nn.Module):
    """Average brightness → three numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.head = torch.nn.Linear(1, 3)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.head(image.mean(dim=(2, 3)))


class Writing(Scripted):
    """Writes a file as soon as it runs."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        answer = self.head(image.mean(dim=(2, 3)))
        torch.ops.aten.save(answer, "written-by-the-archive")
        return answer


def scripted(path: Path, network: Any) -> Path:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(network).save(str(path))
    return path


def test_torchscript_runs_only_where_it_is_trusted(
    tmp_path: Path, export: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Scripted()
    with torch.no_grad():
        network.head.bias.copy_(torch.tensor([0.0, 0.0, 9.0]))
    said = {"labels": ("a", "b", "c"), "size_wh": (16, 16), "colour": "GRAY", "normalisation": Normalisation()}

    exported = export(scripted(tmp_path / "net.pt", network), trust=True, **said)
    assert exported.read_faces()[0]["label"] == "c"
    assert exported.manifest.outputs.expression.kind == "logits"

    monkeypatch.chdir(tmp_path)
    archive = scripted(tmp_path / "writing.pt", Writing())
    hidden = tmp_path / "hidden.pt"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(hidden, "w") as copy:
        for entry in source.infolist():
            copy.writestr(entry.filename.replace(".py", ".PY"), source.read(entry))
    for path in (archive, hidden):
        with pytest.raises(UnsupportedCheckpoint, match=r"can read and write your files.* --trust"):
            export(path, **said)
    assert not (tmp_path / "written-by-the-archive").exists()
