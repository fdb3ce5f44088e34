import shutil
from pathlib import Path

import numpy as np
import pytest

from mien.errors import AppError
from mien.inference.admission import open_network
from mien.inference.catalog import find_model
from mien.places import demo_clip
from mien_models.own.fit import FOLDS, fit, fit_layer
from mien_models.own.make import make_own


def clouds(apart: float, count: int = 30, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three clouds of points in 20 dimensions, each point with a mirror image close by."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), count)
    middle = random.normal(size=(3, 20)) * apart
    points = middle[labels] + random.normal(size=(3 * count, 20))
    return np.stack([points, points + 0.05], axis=1).astype(np.float32), labels.astype(np.int64)


def test_classes_that_lie_apart_are_told_apart_on_pictures_that_were_held_out() -> None:
    features, labels = clouds(apart=1.5)
    fitted = fit(features, labels, 3)
    assert (fitted.answers == labels).mean() > 0.95
    assert (fitted.layer.logits(features[:, 0].astype(float)).argmax(axis=1) == labels).mean() > 0.97


def test_labels_that_mean_nothing_are_guessed_and_no_more() -> None:
    features, labels = clouds(apart=1.5)
    fitted = fit(features, np.random.default_rng(1).permutation(labels), 3)
    assert (fitted.answers == labels).mean() < 0.55
    assert fitted.temperature > 1.0, "answers that are often wrong have to be said with little confidence"


def test_a_rare_class_weighs_as_much_as_a_frequent_one() -> None:
    features, labels = clouds(apart=0.6)
    rare = np.concatenate([np.arange(60), np.arange(60, 66)])
    layer = fit_layer(features[rare], labels[rare], 3, 1e-2)
    said = layer.logits(features[66:, 0].astype(float)).argmax(axis=1)
    assert (said == 2).mean() > 0.5


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two classes that differ in brightness, of one and the same face."""
    cv2 = pytest.importorskip("cv2")
    portrait = cv2.imread(str(demo_clip().with_name("portrait.png")))
    for name, gain in (("bright", 1.0), ("dim", 0.35)):
        folder = tmp_path / "my-pictures" / name
        folder.mkdir(parents=True)
        for number in range(FOLDS + 1):
            changed = np.clip(portrait * (gain + 0.02 * number), 0, 255).astype(np.uint8)
            cv2.imwrite(str(folder / f"{number}.png"), changed)
    return tmp_path / "my-pictures"


def test_a_folder_for_each_class_becomes_a_network_that_the_program_runs(pictures: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx, of the extra train, is not installed")
    (pictures / "dim" / "notes.txt").write_text("no picture")
    (pictures / "dim" / "broken.png").write_bytes(b"no picture either")
    made = make_own(pictures, tmp_path / "mine.onnx", "mien-s")
    assert made.classes == ("bright", "dim")
    assert made.counts == (FOLDS + 1, FOLDS + 1)
    assert len(made.left_out) == 1
    assert "broken.png" in made.left_out[0]
    session, base = open_network(made.path, provider="cpu"), open_network(find_model("mien-s"), provider="cpu")
    assert session.manifest.labels == ("bright", "dim")
    assert session.manifest.name == "mine"
    batch = np.random.default_rng(0).uniform(0, 1, (3, 1, 80, 80)).astype(np.float32)
    expressions, affect = session.run(batch)
    assert expressions.shape == (3, 2)
    np.testing.assert_allclose(affect, base.run(batch)[1], atol=1e-5)
    assert made.path.stat().st_size < find_model("mien-s").stat().st_size
    assert "95 % interval" in "\n".join(made.lines())


def test_what_cannot_become_a_network_is_said_in_one_line(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.onnx"
    with pytest.raises(AppError, match="no such folder"):
        make_own(tmp_path / "nothing", out)
    shutil.rmtree(pictures / "dim")
    with pytest.raises(AppError, match="holds 1 folders; one for each class is needed"):
        make_own(pictures, out)
    (pictures / "few").mkdir()
    shutil.copy(pictures / "bright" / "0.png", pictures / "few" / "0.png")
    with pytest.raises(AppError, match=r"too few pictures with a face in few \(1\)"):
        make_own(pictures, out)
    with pytest.raises(AppError, match=r"has to end in \.onnx"):
        make_own(pictures, tmp_path / "mine.txt")
