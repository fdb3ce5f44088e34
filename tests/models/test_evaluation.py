import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_models.evaluation.changes import CHANGES, Change
from mien_models.evaluation.network import Answers, JudgedNetwork
from mien_models.evaluation.reports import expression_report
from mien_models.evaluation.run import evaluate
from mien_models.evaluation.stress import stress
from mien_models.evaluation.testsets import load_public_test
from mien_models.training.targets import LABELS
from tests.networks import manifest_of, write_network

HAPPINESS, CONTEMPT = LABELS.index("happiness"), LABELS.index("contempt")
FER_HAPPY, FER_SAD = 3, 4


def write_archive(folder: Path) -> None:
    """Four Training faces and six PublicTest ones: four happy (one of them a near-copy, one a tie), two sad."""
    votes = np.zeros((10, 10), np.int16)
    votes[:, HAPPINESS] = 10
    votes[7] = [5, 5, 0, 0, 0, 0, 0, 0, 0, 0]
    votes[8:] = [0, 0, 0, 10, 0, 0, 0, 0, 0, 0]
    near = np.full(10, np.nan, np.float32)
    near[4:] = [1.0, 50, 50, 50, 50, 50]
    np.savez(
        folder / "fer2013plus.npz",
        pixels=np.random.default_rng(0).integers(0, 256, (10, 48, 48), dtype=np.uint8),
        split=np.array([0] * 4 + [1] * 6, np.int8),
        ferplus_votes=votes,
        fer2013_label=np.array([FER_HAPPY] * 8 + [FER_SAD] * 2),
        label_ambiguous=np.zeros(10, bool),
        near_train_rmse=near,
    )


def happy_network(folder: Path, **manifest: object) -> Path:
    """A network that sees happiness in everything, and even more contempt."""
    logits = [0.0] * 8
    logits[HAPPINESS], logits[CONTEMPT] = 3.0, 9.0
    return write_network(folder / "happy.onnx", manifest_of(**manifest), logits=logits)


def test_seven_classes_are_the_eight_without_contempt(tmp_path: Path) -> None:
    write_archive(tmp_path)
    report = evaluate(happy_network(tmp_path), tmp_path, detector=None, out=None)
    seven, eight = report.expressions
    assert seven.figures.labels == LABELS[:7]
    assert seven.figures.count == 6
    assert seven.figures.accuracy == pytest.approx(4 / 6)
    assert seven.without_copies.accuracy == pytest.approx(3 / 5)
    assert eight.figures.count == 5  # without the tie
    assert eight.figures.accuracy == 0.0  # contempt everywhere


def test_a_head_for_fer2013_is_judged_by_its_own_answer(tmp_path: Path) -> None:
    write_archive(tmp_path)
    outputs = manifest_of()["outputs"] | {"fer2013": {"name": "fer2013_logits", "temperature": 2.0}}
    logits = np.eye(7)[LABELS.index("sadness")].tolist()
    model = write_network(tmp_path / "two.onnx", manifest_of(outputs=outputs), fer2013=logits)
    whole, by_head, _ = evaluate(model, tmp_path, detector=None, out=tmp_path / "out").expressions
    assert (tmp_path / "out" / "confusion-fer2013-head.png").stat().st_size > 1000
    assert whole.figures.accuracy == pytest.approx(4 / 6)  # happiness, by the picture's brightness
    assert by_head.figures.accuracy == pytest.approx(2 / 6)
    certain = np.exp(0.5) / (np.exp(0.5) + 6)  # the share of sadness at its temperature
    assert by_head.calibration.error == pytest.approx(abs(2 / 6 - certain), abs=1e-6)


def test_labels_are_matched_by_name_not_by_place(tmp_path: Path) -> None:
    labels = ["Contempt", "Sad", "surprise", "happy", "anger", "disgust", "fear", "neutral"]
    network = JudgedNetwork(happy_network(tmp_path, labels=labels))
    answers = network.ask([np.full((48, 48), 128, np.uint8)])
    assert LABELS[int(answers.probabilities[0].argmax())] == "neutral"  # the eighth output, where contempt was
    assert answers.affect is not None
    assert answers.affect[0] == pytest.approx([0.5, -0.25])


def test_a_report_is_written_with_its_pictures(tmp_path: Path) -> None:
    write_archive(tmp_path)
    report = evaluate(happy_network(tmp_path), tmp_path, detector=None, out=tmp_path / "out")
    content = json.loads((tmp_path / "out" / "report.json").read_text())
    assert content["expressions"][0]["classes"]["happiness"] == {"count": 4, "recall": 1.0, "f1": 0.8}
    assert content["affect"][0]["valence"]["network"]["ccc"] == 0.0
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".json", ".png"}
    assert "happiness      4 faces   recall 100.0%" in report.as_text()


def test_near_copies_are_told_by_their_distance(tmp_path: Path) -> None:
    write_archive(tmp_path)
    faces = load_public_test(tmp_path / "fer2013plus.npz")
    assert faces.is_copy.tolist() == [True, False, False, False, False, False]
    assert faces.plurality.tolist() == [HAPPINESS] * 3 + [-1] + [LABELS.index("sadness")] * 2


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_stronger_change_moves_a_face_further_and_chance_is_repeatable(change: Change) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)
    face = np.asarray(cv2.resize(noise, (48, 48), interpolation=cv2.INTER_CUBIC))
    distance = []
    for strength in change.strengths:
        first, again = (change.apply(face, strength, np.random.default_rng(5)) for _ in range(2))
        assert first.shape == (48, 48)
        assert first.dtype == np.uint8
        assert (first == again).all()
        distance.append(float(np.abs(first.astype(float) - face).mean()))
    assert 0 < distance[0] < distance[1] < distance[2]


def test_every_change_is_judged_at_three_strengths_against_the_same_faces(tmp_path: Path) -> None:
    faces = np.random.default_rng(0).integers(0, 256, (9, 48, 48), dtype=np.uint8)
    rows = stress(JudgedNetwork(happy_network(tmp_path)), faces, np.full(9, CONTEMPT))
    assert [row.strength for row in rows] == [0] + [1, 2, 3] * len(CHANGES)
    assert {row.faces for row in rows} == {3}
    assert {(row.accuracy, row.unchanged, row.agreement) for row in rows} == {(1.0, 1.0, 1.0)}  # it sees contempt
    assert all("{" not in row.setting for row in rows)


def test_the_average_with_the_mirror_image_is_reported_apart() -> None:
    one, other = Answers(np.array([[0.9, 0.1]]), np.array([[0.5, 0.0]])), Answers(np.array([[0.3, 0.7]]), None)
    assert one.averaged_with(other).probabilities.tolist() == [pytest.approx([0.6, 0.4])]
    assert one.averaged_with(other).affect is None
    labels, truth = ("a", "b"), np.array([1])
    report = expression_report(
        "set", one.probabilities, truth, labels, np.array([False]), averaged=other.probabilities
    )
    assert report.as_dict()["accuracy"] == 0.0
    assert report.as_dict()["flip_average"]["accuracy"] == 1.0
    assert "mirror image: accuracy 100.0%" in report.as_text()


@pytest.mark.shared
def test_the_shipped_network_reads_real_faces(shared: Path) -> None:
    from mien_models.catalog import ZOO

    archive = shared / "data" / "fer2013plus.npz"
    if not archive.is_file():
        pytest.skip("../shared/data is not here")
    faces = load_public_test(archive)
    rows = np.flatnonzero(faces.plurality >= 0)[:300]
    answers = JudgedNetwork(ZOO / "mien-s.onnx").ask(faces.pixels[rows])
    assert answers.affect is not None
    right = answers.probabilities.argmax(axis=1) == faces.plurality[rows]
    assert right.mean() > 0.7
    happy, sad = (faces.plurality[rows] == LABELS.index(name) for name in ("happiness", "sadness"))
    assert answers.affect[happy, 0].mean() > 0.3 > -0.1 > answers.affect[sad, 0].mean()
