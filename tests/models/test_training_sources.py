"""What a run begins with and learns from: a backbone, a teacher, faces of other sets."""

import csv
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.errors import AppError  # noqa: E402 - after the check that torch is there
from mien_models.architectures import build  # noqa: E402
from mien_models.training import companions  # noqa: E402
from mien_models.training.backbone import backbone_file, read_backbone  # noqa: E402
from mien_models.training.checkpoint import judge, save_release, trained_on  # noqa: E402
from mien_models.training.companions import balanced, evenly, load_web_faces  # noqa: E402
from mien_models.training.config import DataConfig, OptimiserConfig, TeacherConfig, TrainingConfig  # noqa: E402
from mien_models.training.faces import FaceSet  # noqa: E402
from mien_models.training.targets import LABELS  # noqa: E402
from mien_models.training.teacher import distilled, teacher_probabilities  # noqa: E402
from tests.networks import manifest_of, write_network  # noqa: E402

NETWORK = {"stem_width": 8, "widths": [8], "strides": [2], "depths": [1]}


def faces_of(labels: list[int]) -> FaceSet:
    count = len(labels)
    pixels = np.random.default_rng(count).integers(0, 256, (count, 48, 48), dtype=np.uint8)
    expression = np.eye(8, dtype=np.float32)[labels]
    return FaceSet(pixels, expression, np.zeros((count, 2), np.float32), np.zeros(count, np.float32))


def test_companions_drawn_evenly_follow_the_set_and_balanced_ones_its_root() -> None:
    faces = faces_of([0] * 90 + [1] * 10)
    chance = torch.Generator().manual_seed(0)
    plain, root = evenly(faces, 4000).draw(chance), balanced(faces, 4000).draw(chance)
    assert plain.expression[:, 1].mean() == pytest.approx(0.1, abs=0.02)
    assert root.expression[:, 1].mean() == pytest.approx(0.25, abs=0.02)  # √10 / (√90 + √10)


def test_the_same_chance_draws_the_same_companions() -> None:
    companions_of_two = evenly(faces_of([0, 1, 2, 3]), 3)
    first, again = (companions_of_two.draw(torch.Generator().manual_seed(9)).expression for _ in range(2))
    assert np.array_equal(first, again)


def test_web_faces_are_cut_out_anew_and_those_without_a_face_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = np.full((112, 112), 90, np.uint8)
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for name in ("a.png", "b.png"):
            archive.writestr(name, cv2.imencode(".png", picture)[1].tobytes())
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "expression"), ("a.png", "fear"), ("b.png", "happiness")])
    from mien.core.face import FaceBox

    eyes = np.array([[50, 60], [90, 60], [70, 80], [55, 100], [85, 100]], np.float32)
    answers = iter([None, FaceBox(30, 30, 110, 120, 1.0, eyes)])
    monkeypatch.setattr(companions, "largest_face", lambda detector, image: next(answers))
    monkeypatch.setattr(companions.cv2.FaceDetectorYN, "create", lambda *rest: None)
    faces = load_web_faces(tmp_path, Path("yunet.onnx"))
    assert faces.pixels.shape == (1, 48, 48)
    assert LABELS[int(faces.expression[0].argmax())] == "happiness"
    assert faces.affect_weight.tolist() == [0.0]


@pytest.mark.parametrize(
    ("architecture", "options"),
    [("mien-net", NETWORK), ("mobilenet", {"side_px": 32, "blocks": 2, "fer2013_count": 7})],
)
def test_a_teacher_is_asked_about_the_face_and_its_mirror_image(
    tmp_path: Path, architecture: str, options: dict[str, Any]
) -> None:
    faces = faces_of([0, 1, 2])
    config = TrainingConfig("t", architecture, DataConfig("nowhere"), network=options)
    network = build(architecture, **options).eval()
    torch.nn.init.normal_(network.get_submodule("expression").weight)
    weights = network.state_dict()
    save_release(tmp_path / "t.pt", config, weights, judge(config, weights, faces), {})
    temperature = torch.load(tmp_path / "t.pt", weights_only=True)["temperature"]
    images = torch.from_numpy(faces.pixels / np.float32(255)).unsqueeze(1)
    with torch.inference_mode():
        plain, mirrored = (torch.softmax(network(view)[0] / temperature, 1) for view in (images, images.flip(3)))
    said, *fer2013 = teacher_probabilities(tmp_path / "t.pt", faces.pixels)
    assert [answer.shape for answer in fer2013] == ([(3, 7)] if "fer2013_count" in options else [])
    assert said == pytest.approx(((plain + mirrored) / 2).numpy(), abs=1e-5)
    assert said.sum(1) == pytest.approx(1.0)


def test_an_onnx_teacher_is_mixed_in_by_its_share_and_affect_left_alone(tmp_path: Path) -> None:
    logits = [0.0] * 8
    logits[3] = 50.0
    path = write_network(tmp_path / "sure.onnx", manifest_of(), logits=logits)
    faces = faces_of([0, 3])
    mixed = distilled(faces, TeacherConfig(str(path), share=0.75))
    assert mixed.expression[0, [0, 3]] == pytest.approx([0.25, 0.75])
    assert mixed.expression[1, 3] == pytest.approx(1.0)
    assert mixed.affect is faces.affect
    assert mixed.fer2013 is None


def test_a_teacher_with_a_head_for_fer2013_has_its_say_there_where_there_is_a_label(tmp_path: Path) -> None:
    outputs = manifest_of()["outputs"] | {"fer2013": {"name": "fer2013_logits", "temperature": 2.0}}
    logits = [0.0, 0.0, 100.0, 0.0, 0.0, 0.0, 0.0]
    path = write_network(tmp_path / "two.onnx", manifest_of(outputs=outputs), fer2013=logits)
    labels = np.zeros((2, 7), np.float32)
    labels[0, 5] = 1.0
    mixed = distilled(replace(faces_of([0, 3]), fer2013=labels), TeacherConfig(str(path), share=0.75))
    assert mixed.fer2013 is not None
    assert mixed.fer2013[0, [2, 5]] == pytest.approx([0.75, 0.25])
    assert not mixed.fer2013[1].any()


def test_a_teacher_of_other_labels_is_refused(tmp_path: Path) -> None:
    torch.save({"labels": ["happy", "sad"]}, tmp_path / "other.pt")
    with pytest.raises(ValueError, match="same labels in the same order"):
        teacher_probabilities(tmp_path / "other.pt", np.zeros((1, 48, 48), np.uint8))


def test_the_temperature_suits_the_label_that_most_people_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is always 98 % sure of the first label, which half of the people's first choices are."""
    logits = torch.tensor([[4.0] + [-2.0] * 7])

    class Sure(torch.nn.Module):
        def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return logits.repeat(len(image), 1), torch.zeros(len(image), 2)

    monkeypatch.setattr("mien_models.training.checkpoint.build", lambda *name, **config: Sure())
    faces = replace(faces_of([0] * 40), plurality=np.array([0] * 19 + [1] * 19 + [-1] * 2))
    config = TrainingConfig("t", "mien-net", DataConfig("nowhere"))
    verdict = judge(config, {}, faces)
    first = float(torch.softmax(logits / verdict.temperature, 1)[0, 0])
    assert first == pytest.approx(0.5, abs=0.01)
    assert judge(config, {}, replace(faces, plurality=None)).temperature < 1.0
    assert verdict.loss < 0.01  # the choice of the checkpoint goes by the targets, as before


def test_weights_are_found_in_an_installed_package_without_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "some_weights"
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('run')\n")
    torch.save({"a": torch.ones(2)}, folder / "models" / "net.pth")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert backbone_file("package:some_weights") == folder / "models" / "net.pth"
    assert read_backbone("package:some_weights")["a"].tolist() == [1.0, 1.0]
    assert "some_weights" not in sys.modules
    torch.save({}, folder / "other.pth")
    with pytest.raises(FileNotFoundError, match="2 files of weights"):
        backbone_file("package:some_weights")


@pytest.mark.parametrize("source", ["package:no_such_weights", "nowhere.pth"])
def test_missing_weights_are_named(source: str) -> None:
    with pytest.raises(FileNotFoundError, match=source.removeprefix("package:")):
        read_backbone(source)


def test_weights_that_would_run_code_are_refused(tmp_path: Path) -> None:
    torch.save({"a": OptimiserConfig()}, tmp_path / "evil.pth")
    with pytest.raises(Exception, match=r"Weights only load failed"):
        read_backbone(str(tmp_path / "evil.pth"))


def graph(folder: Path, **changes: object) -> Path:
    """A TensorFlow.js graph with its weights in two files."""
    weights = [
        {"name": "kernel", "shape": [1, 1, 2, 3], "dtype": "float32"},
        {"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {"name": "axis", "shape": [], "dtype": "int32"},
    ]
    raw = np.arange(6, dtype="<f4").tobytes() + np.array([0.5, -2.0], "<f2").tobytes() + np.int32(3).tobytes()
    (folder / "a.bin").write_bytes(raw[:10])
    (folder / "b.bin").write_bytes(raw[10:])
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights} | changes]
    path = folder / "model.json"
    path.write_text(json.dumps({"weightsManifest": manifest}))
    return path


def test_the_weights_of_a_graph_are_read_by_name(tmp_path: Path) -> None:
    weights = read_backbone(str(graph(tmp_path)))
    assert set(weights) == {"kernel", "half"}
    assert weights["kernel"].tolist() == [[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]]
    assert weights["half"].tolist() == [0.5, -2.0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paths": ["a.bin"]}, "model.json: not a readable"),
        ({"paths": ["../a.bin"]}, "outside the folder"),
        ({"paths": ["c.bin"]}, "No such file"),
        ({"weights": []}, "the manifest says 0"),
        ({"weights": [{"name": "huge", "shape": [1 << 40], "dtype": "float32"}]}, "not a readable"),
        ({"weights": [{"name": "odd", "shape": [1], "dtype": "nonsense"}]}, "not a readable"),
    ],
)
def test_a_graph_that_is_none_is_refused(changes: dict[str, object], reason: str, tmp_path: Path) -> None:
    with pytest.raises(AppError, match=reason):
        read_backbone(str(graph(tmp_path, **changes)))


def test_the_file_says_all_that_it_was_trained_on() -> None:
    config = TrainingConfig(
        "net",
        "mien-net",
        DataConfig("fer.npz", synthetic="diffusionfer", web="data/muxspace"),
        start_from_backbone="package:lite0_weights",
        teacher=TeacherConfig("zoo/mien-m.onnx"),
    )
    for part in ("FER+", "DiffusionFER", "muxspace", "lite0_weights", "mien-m"):
        assert part in trained_on(config)
    assert "muxspace" not in trained_on(replace(config, data=DataConfig("fer.npz")))
