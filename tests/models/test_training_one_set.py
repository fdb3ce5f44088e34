"""Training the architectures that people have checkpoints of, up to the network that the program runs."""

import json
import sys
import types
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")
pytest.importorskip("onnxscript", reason="onnxscript, of the extra train, is not installed")

from mien.core.emotion import EXPRESSIONS  # noqa: E402 - after the skips
from mien.vision.crops import prepare_crop  # noqa: E402
from mien_export.convert import export_checkpoint  # noqa: E402
from mien_export.request import ExportRequest  # noqa: E402
from mien_models.data import DataError, LabelledFaces, Split  # noqa: E402
from mien_models.data.packed import pixels_of  # noqa: E402
from mien_models.data.pictures import ArrayPictures  # noqa: E402
from mien_models.evaluation.labelled import ask_about  # noqa: E402
from mien_models.evaluation.network import JudgedNetwork  # noqa: E402
from mien_models.training import history  # noqa: E402
from mien_models.training.build_learner import build_learner  # noqa: E402
from mien_models.training.checkpoint import read_checkpoint  # noqa: E402
from mien_models.training.course import Course  # noqa: E402
from mien_models.training.face_store import as_input  # noqa: E402
from mien_models.training.folds import fold_of, parse_fold, spread  # noqa: E402
from mien_models.training.history import show_in_tensorboard  # noqa: E402
from mien_models.training.learner import Learner, Order, copied, parameters_of, put_back  # noqa: E402
from mien_models.training.one_set import AUGMENTATIONS, OneSet  # noqa: E402
from mien_models.training.recipe import input_for, labels_for  # noqa: E402
from mien_models.training.run import BEST, Training, near_copies_of, parts_of, train, trainer_of  # noqa: E402
from mien_models.training.trainer import Trainer  # noqa: E402
from mien_models.training.verdict import judge  # noqa: E402
from mien_networks.registry import ARCHITECTURES  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL: dict[str, dict[str, Any]] = {
    "cnn-a": {"widths": [2, 2, 2, 2], "dense": [8]},
    "cnn-b": {"widths": [2, 4], "pooled": [2, 4]},
    "cnn-c": {"stages": 2, "kernels": 4, "dense_layers": 1, "neurons": 8},
    "cnn-c-inception": {"stages": 2, "kernels": 16, "dense_layers": 1, "neurons": 8},
    "vit-tiny-a": {"depth": 1},
    "mini-xception": {"widths": [8, 8]},
    "vgg19": {"side_px": 32, "width": 2, "dense": [8, 8, 8, 8]},
    "resnet18-va": {"width": 8},
    "vit-base": {
        "image_size": 32,
        "patch_size": 16,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
    },
    "convnext-tiny": {"image_size": 32, "hidden_sizes": [4, 4, 4, 4], "depths": [1, 1, 1, 1]},
    "convnextv2-tiny": {"image_size": 32, "hidden_sizes": [4, 4, 4, 4], "depths": [1, 1, 1, 1]},
}
"""Options that make each family train in an instant; the two EfficientNets have none.

No narrower than 8 where a convolution of one pixel takes strides of two: going back through one of fewer channels,
with channels last, torch 2.13 corrupts memory.
"""


def some_faces(per_class: int = 8, affect: bool = True) -> LabelledFaces:
    """Faces whose brightness tells the class; a quarter is val."""
    generator = np.random.default_rng(0)
    expression = np.arange(len(EXPRESSIONS)).repeat(per_class)
    pixels = generator.integers(0, 30, (len(expression), 48, 48)) + 28 * expression[:, None, None]
    points = (
        np.stack([expression / 4 - 1, 1 - expression / 4], axis=1)
        if affect
        else np.full((len(expression), 2), np.nan)
    )
    split = np.where(np.arange(len(expression)) % 4 == 0, Split.VAL, Split.TRAIN)
    return LabelledFaces(
        "made up",
        ArrayPictures(pixels.astype(np.uint8)),
        expression.astype(np.int64),
        points.astype(np.float32),
        split.astype(np.int8),
    )


def order_of(architecture_id: str, classes: int = 7, **changes: Any) -> Order:
    options = SMALL[architecture_id] | changes.pop("options", {})
    return Order(architecture_id, labels_for(architecture_id, classes), options=options, device="cpu", **changes)


def run_of(folder: Path, order: Order, **changes: Any) -> tuple[Trainer, OneSet]:
    """A trainer, and the faces that it judges by."""
    faces = some_faces()
    named = {
        name: changes.pop(name) for name in ("split", "augment", "balance", "label_smoothing") if name in changes
    }
    course = Course(**{"epochs": 2, "threads": 1, "rate": 0.01} | changes)
    training = Training(
        order, Path("made up"), folder, course, **{"batch_size": 8, "augment": "geometric"} | named
    )
    trainer, parts = trainer_of(training, faces.of(Split.TRAIN), faces.of(Split.VAL), faces.of(Split.TEST))
    return trainer, parts["held_out"]


def test_labels_keep_the_order_of_the_published_code_whatever_their_number() -> None:
    assert labels_for("cnn-c", 7) == ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
    assert labels_for("cnn-a", 8) == (
        *("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
        "contempt",
    )
    assert labels_for("vgg19", 6) == ("anger", "fear", "happiness", "neutral", "sadness", "surprise")
    assert labels_for("resnet18-va", 8)[:2] == ("neutral", "happiness")
    for architecture_id in ARCHITECTURES:
        for classes in (6, 7, 8):
            assert len(labels_for(architecture_id, classes)) == classes


def test_faces_enter_as_the_published_code_prepares_them() -> None:
    white = torch.ones(1, 3, 4, 4)
    assert as_input(white, input_for("vgg19", (224, 224))).unique().tolist() == [255.0]
    assert input_for("vgg19", (224, 224)).colour == "BGR"
    assert as_input(white, input_for("resnet18-va", None)).unique().tolist() == [1.0]
    assert as_input(white[:, :1], input_for("mini-xception", (64, 64))).unique().tolist() == [1.0]
    assert as_input(white[:, :1] * 0, input_for("mini-xception", (64, 64))).unique().tolist() == [-1.0]
    imagenet = as_input(white, input_for("convnext-tiny", (224, 224)))[0, :, 0, 0]
    assert imagenet.tolist() == pytest.approx([(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225])


def test_batches_are_what_evaluation_would_see() -> None:
    faces, spec = some_faces(), input_for("mini-xception", (64, 64))
    batches = OneSet(faces, labels_for("mini-xception", 7), spec, 5)
    assert len(batches.faces) == 56  # without contempt
    expected = np.concatenate([prepare_crop(batches.faces.pictures[row], spec) for row in range(5)])
    one_level = 2 / 255  # what rounding to bytes may differ by, here and in OpenCV
    assert batches.to_judge(0).images.numpy() == pytest.approx(expected, abs=1.01 * one_level)
    assert abs(batches.to_judge(0).images.numpy() - expected).mean() < 0.2 * one_level


def test_each_face_comes_once_a_pass_and_any_batch_can_be_had_again() -> None:
    batches = OneSet(some_faces(), EXPRESSIONS, input_for("cnn-b", (48, 48)), 8, 3, AUGMENTATIONS["full"])
    seen = torch.cat([batches.batch(step).expression.argmax(1) for step in range(batches.steps_a_pass)])
    assert torch.bincount(seen).tolist() == [8] * 8
    first, again = batches.batch(11), batches.batch(11)
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, batches.batch(12).images)


def test_rare_classes_are_weighted_or_shown_more_often() -> None:
    faces = some_faces()
    rare = faces.take(np.concatenate([np.arange(8), [8]]))  # eight neutral faces, one happy one
    spec = input_for("cnn-b", (48, 48))
    weights = OneSet(rare, EXPRESSIONS, spec, 3).class_weights()
    assert weights[:2].tolist() == pytest.approx([9 / 16, 9 / 2])
    sampled = OneSet(rare, EXPRESSIONS, spec, 3, balance="sampling")
    labels = torch.cat([sampled.batch(step).expression.argmax(1) for step in range(60)])
    assert 0.35 < float((labels == 1).float().mean()) < 0.65


@pytest.mark.parametrize(
    ("architecture_id", "changes"),
    [
        ("cnn-c", {}),
        ("cnn-b", {"affect": True}),
        ("resnet18-va", {"affect": True}),
        ("vit-base", {}),
    ],
)
def test_a_run_that_was_killed_ends_as_an_unbroken_one(
    tmp_path: Path, architecture_id: str, changes: dict[str, Any]
) -> None:
    order = order_of(architecture_id, **changes)
    run_of(tmp_path / "whole", order)[0].run()
    run_of(tmp_path / "broken", order)[0].run(stop_after_epochs=1)
    run_of(tmp_path / "broken", order)[0].run()
    whole, broken = (torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("whole", "broken"))
    assert [row["epoch"] for row in broken["history"]] == [1, 2]
    for key, value in whole["network"].items():
        assert torch.equal(value, broken["network"][key]), key


@pytest.mark.parametrize(
    "architecture_id", ["cnn-a", "cnn-c", "mini-xception", "vgg19", "resnet18-va", "convnext-tiny"]
)
def test_the_loss_falls(tmp_path: Path, architecture_id: str) -> None:
    trainer, _ = run_of(tmp_path, order_of(architecture_id), steps=24, steps_an_epoch=6, rate=0.003)
    trainer.run()
    losses = [row["train_loss"] for row in trainer.history]
    assert losses[-1] < losses[0]


def test_patience_ends_a_run_and_the_best_weights_come_back(tmp_path: Path) -> None:
    trainer, held_out = run_of(tmp_path, order_of("cnn-c"), steps=200, steps_an_epoch=1, patience=2, rate=1e-9)
    trainer.run()
    assert len(trainer.history) < 200
    best = min(trainer.history, key=lambda row: row["held_out_loss"])["epoch"]
    assert len(trainer.history) == best + 2
    put_back(trainer.learner, read_checkpoint(tmp_path / BEST)["tensors"])
    verdict = judge(trainer.learner, held_out)
    assert verdict.loss == pytest.approx(trainer.history[best - 1]["held_out_loss"], abs=1e-4)


def test_another_run_in_the_folder_is_not_gone_on_with(tmp_path: Path) -> None:
    run_of(tmp_path, order_of("cnn-c"))[0].run(stop_after_epochs=1)
    with pytest.raises(DataError, match="holds another run"):
        run_of(tmp_path, order_of("cnn-c", classes=6))[0].run()


@pytest.mark.parametrize("architecture_id", ["cnn-b", "mini-xception", "resnet18-va", "vit-base"])
def test_a_frozen_backbone_does_not_move(architecture_id: str, tmp_path: Path) -> None:
    trainer, _ = run_of(tmp_path, order_of(architecture_id, freeze_backbone=True), steps=3)
    before = copied(trainer.learner)
    learning = sum(parameter.numel() for parameter in trainer.learner.parameters())
    assert 0 < learning < parameters_of(trainer.learner)
    trainer.run()
    moved = sum(
        value.numel()
        for name, value in trainer.learner.tensors().items()
        if value.dtype == torch.float32 and not torch.equal(value, before[name])
    )
    statistics = 2 * 256 if architecture_id == "cnn-b" else 0  # of the normalisation among its new layers
    assert 0 < moved <= learning + statistics


@pytest.mark.parametrize(("architecture_id", "new"), [("vgg19", 4), ("cnn-b", 4)])
def test_with_a_frozen_backbone_all_parameters_of_the_new_layers_learn(
    architecture_id: str, new: int, tmp_path: Path
) -> None:
    """Normalisation between them as well, and what it has seen: the project's VGG19 has one."""
    trainer, _ = run_of(tmp_path, order_of(architecture_id, freeze_backbone=True), steps=3)
    model: Any = trainer.learner._model  # type: ignore[attr-defined]
    weighted = [layer for layer in model.layers if layer.weights]
    learning = [layer for layer in weighted if layer.trainable_weights]
    if architecture_id == "vgg19":
        place = [layer.name for layer in weighted].index("fc2")
        assert learning == weighted[place + 1 :]
    assert len(learning) == new
    normalisation = next(layer for layer in learning if type(layer).__name__ == "BatchNormalization")
    before = [weight.numpy().copy() for weight in normalisation.weights]
    assert len(normalisation.trainable_weights) == 2
    trainer.run()
    for weight, old in zip(normalisation.weights, before, strict=True):
        assert not np.array_equal(weight.numpy(), old), weight.name


def test_what_cannot_be_trained_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no head for valence"):
        build_learner(order_of("vit-base", affect=True))
    (tmp_path / "weights.pth").write_bytes(b"spam")
    with pytest.raises(DataError, match="--pretrained"):
        build_learner(order_of("resnet18-va", pretrained=tmp_path / "weights.pth"))
    torch.save({"other.weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(DataError, match="fits 0% of this network"):
        build_learner(order_of("resnet18-va", pretrained=tmp_path / "other.pth"))
    with pytest.raises(DataError, match="cannot be read"):
        build_learner(order_of("vit-base", pretrained=tmp_path))


def test_pretrained_weights_of_each_framework_are_taken_over(tmp_path: Path) -> None:
    def weights(network: Learner) -> list[torch.Tensor]:
        return [value for value in network.tensors().values() if value.dtype == torch.float32]

    first = build_learner(order_of("resnet18-va", classes=8, seed=1))
    bare = {key.removeprefix("resnet."): value for key, value in first.module.state_dict().items()}  # type: ignore[attr-defined]
    torch.save(bare, tmp_path / "resnet.pth")
    again = build_learner(order_of("resnet18-va", classes=6, pretrained=tmp_path / "resnet.pth"))
    assert torch.equal(weights(again)[0], weights(first)[0])

    vit = build_learner(order_of("vit-base", classes=8, seed=1))
    folder = vit.release(tmp_path, {})
    second = build_learner(Order("vit-base", labels_for("vit-base", 6), pretrained=folder, device="cpu"))
    assert torch.equal(weights(second)[0], weights(vit)[0])

    vgg = build_learner(order_of("vgg19", classes=6, seed=1))
    vgg._model.save_weights(tmp_path / "vgg.weights.h5")  # type: ignore[attr-defined]
    third = build_learner(order_of("vgg19", classes=7, pretrained=tmp_path / "vgg.weights.h5"))
    assert torch.equal(weights(third)[0], weights(vgg)[0])


def test_near_copies_of_what_is_learned_are_counted() -> None:
    faces = some_faces()
    brighter = np.clip(pixels_of(faces).astype(int) + 3, 0, 255).astype(np.uint8)
    parts = {
        "a": replace(faces, pictures=ArrayPictures(brighter)).take(np.arange(6, 12)),
        "b": faces.take(np.array([20])),
    }
    assert near_copies_of(faces.take(np.arange(10)), parts) == {"a": 4, "b": 0}


def test_a_set_is_divided_as_it_says_or_as_the_user_says() -> None:
    faces = some_faces(16)
    learned, held_out, test = parts_of(faces, "", 0)
    assert (len(learned), len(held_out), len(test)) == (96, 32, 0)
    learned, held_out, test = parts_of(faces, "50/25/25", 0)
    assert (len(learned), len(held_out), len(test)) == (64, 32, 32)
    undivided = faces.take(faces.split == Split.TRAIN)
    learned, held_out, test = parts_of(undivided, "", 0)
    assert len(learned) + len(held_out) == 96
    assert 5 <= len(held_out) <= 12


@pytest.mark.parametrize(
    ("architecture_id", "classes", "affect"),
    [
        ("cnn-a", 7, False),
        ("vit-tiny-a", 8, True),
        ("mini-xception", 6, True),
        ("resnet18-va", 7, False),
        ("resnet18-va", 8, True),
        ("convnext-tiny", 7, False),
    ],
)
def test_what_was_trained_is_exported_without_a_word_and_runs_in_the_program(
    tmp_path: Path, architecture_id: str, classes: int, affect: bool
) -> None:
    order = order_of(architecture_id, classes, affect=affect)
    trainer, held_out = run_of(tmp_path, order, steps=12, steps_an_epoch=12)
    trainer.run()
    put_back(trainer.learner, read_checkpoint(tmp_path / BEST)["tensors"])
    released = next(path for name in ("best", "best.keras", "best.pt") if (path := tmp_path / name).exists())

    report = export_checkpoint(ExportRequest(released, tmp_path / "net.onnx"))

    assert report.manifest.labels == order.labels
    assert report.parity.top_label_agreement == 1.0
    judged = JudgedNetwork(tmp_path / "net.onnx")
    faces = held_out.faces
    answers = ask_about(judged, faces)
    assert (answers.affect is not None) == affect
    spec = trainer.learner.input_spec
    shown = np.concatenate([prepare_crop(faces.pictures[row], spec) for row in range(8)])  # as the program does
    with torch.no_grad():
        logits, *others = trainer.learner.answer(torch.from_numpy(shown), training=False)
    expected = torch.softmax(logits.double(), 1).numpy()
    columns = [EXPRESSIONS.index(label) for label in order.labels]
    assert answers.probabilities[: len(expected), columns] == pytest.approx(expected, abs=2e-4)
    if answers.affect is not None:
        assert answers.affect[: len(expected)] == pytest.approx(np.clip(others[0].numpy(), -1, 1), abs=2e-4)


def test_one_command_leaves_history_pictures_and_figures(tmp_path: Path) -> None:
    import cv2

    data = tmp_path / "data"
    for label in ("happy", "sad", "anger"):
        (data / label).mkdir(parents=True)
        for number in range(6):
            face = np.random.default_rng(number).integers(0, 256, (48, 48), dtype=np.uint8)
            cv2.imwrite(str(data / label / f"{number}.png"), face)
    out = tmp_path / "run"
    training = Training(
        order_of("cnn-c"),
        data,
        out,
        Course(epochs=2, threads=1),
        batch_size=4,
        split="60/20/20",
        augment="full",
        balance="weights",
        label_smoothing=0.1,
    )
    result = train(training)
    assert result["best"]["epoch"] in (1, 2)
    assert result["faces"] == {"train": 11, "held_out": 4, "test": 3} or sum(result["faces"].values()) == 18
    names = {path.name for path in out.iterdir()}
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "near-copies" in page.lower()
    assert page.count("<img") == 3
    header, *rows = (out / "confusion-held_out.csv").read_text(encoding="utf-8").splitlines()
    assert len(header.split(",")) == 8
    assert sum(int(cell) for row in rows for cell in row.split(",")[1:]) == result["faces"]["held_out"]
    assert {"history.csv", "curves.png", "confusion-held_out.png", "confusion-test.png", "best.keras"} <= names
    assert json.loads((out / "result.json").read_text())["parameters"] == result["parameters"]
    # The pictures of each number are the same for all three labels: identical ones never lie on both sides.
    assert result["near_copies"] == {"held_out": 0, "test": 0}
    assert (
        (out / "history.csv").read_text().startswith("epoch,steps,passes,minutes,rate,train_loss,train_accuracy")
    )
    with zipfile.ZipFile(out / "best.keras") as archive:
        facts = json.loads(archive.read("mien.json"))
    assert facts["provenance"]["training"]["augmentation"] == "full"
    assert facts["provenance"]["training"]["balance"] == "weights"
    before = (out / "last.pt").stat().st_mtime_ns
    assert train(training)["test"] == result["test"]
    assert (out / "last.pt").stat().st_mtime_ns == before  # a finished run is not gone on with
    with pytest.raises(DataError, match=r"holds another run .*split 60/20/20, not 40/30/30"):
        train(replace(training, split="40/30/30"))  # would be judged by faces that were learned


def test_people_are_never_divided_and_each_is_judged_in_one_fold() -> None:
    faces = replace(some_faces(16), groups=np.array([f"person {number % 10}" for number in range(128)]))
    tested: list[str] = []
    for fold in range(1, 6):
        parts = fold_of(faces, f"{fold}/5", 0)
        people = [set(part.groups.tolist()) for part in parts if part.groups is not None]
        assert not people[0] & people[1]
        assert not (people[0] | people[1]) & people[2]
        tested += people[2]
    assert sorted(tested) == sorted({f"person {number}" for number in range(10)})
    learned, held_out, test = parts_of(faces, "60/20/20", 0)
    assert not {*learned.groups} & {*held_out.groups, *test.groups}  # type: ignore[misc]


@pytest.mark.parametrize("text", ["0/5", "6/5", "1/1", "1/99", "a", "1"])
def test_an_odd_fold_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="--fold"):
        parse_fold(text)


def test_folds_come_to_a_mean_and_a_spread() -> None:
    said = spread([{"accuracy": 0.5, "loss": 1.0}, {"accuracy": 0.7, "loss": 1.0, "ccc_valence": 0.1}])
    assert said == {"accuracy": {"mean": 0.6, "sd": 0.1414}, "loss": {"mean": 1.0, "sd": 0.0}}


def test_a_network_with_affect_on_faces_without_says_what_is_missing(tmp_path: Path) -> None:
    import cv2

    for label in ("happy", "sad"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(4):
            face = np.random.default_rng(number).integers(0, 256, (48, 48), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "data" / label / f"{number}.png"), face)
    training = Training(order_of("resnet18-va", affect=True), tmp_path / "data", tmp_path / "out")
    with pytest.raises(DataError, match=r"no face has valence and arousal, which resnet18-va .*--no-affect"):
        train(training)


def test_an_epoch_s_figures_go_to_tensorboard_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, float, int]] = []

    class SummaryWriter:
        def __init__(self, folder: str) -> None:
            assert folder == str(tmp_path / "tensorboard")

        def add_scalar(self, name: str, value: float, step: int) -> None:
            written.append((name, value, step))

        def close(self) -> None:
            written.append(("closed", 0.0, 0))

    row = {"epoch": 1, "steps": 7, "train_loss": 2.0, "held_out_macro_f1": 0.3}
    show_in_tensorboard(row, tmp_path)
    assert not written or history.find_spec("tensorboard")
    written.clear()
    monkeypatch.setattr(history, "find_spec", lambda name: object())
    module = types.ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    show_in_tensorboard(row, tmp_path)
    assert written == [("train_loss", 2.0, 7), ("held_out_macro_f1", 0.3, 7), ("closed", 0.0, 0)]
