from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_models.data import Split, open_faces
from mien_models.data.targets import LABELS
from mien_models.evaluation.changes import CHANGES, Change
from mien_models.evaluation.network import Answers, JudgedNetwork
from mien_models.evaluation.stress import stress
from tests.networks import manifest_of, write_network

HAPPINESS, CONTEMPT = LABELS.index("happiness"), LABELS.index("contempt")


def happy_network(folder: Path, **manifest: object) -> Path:
    """A network that sees happiness in everything, and even more contempt."""
    logits = [0.0] * 8
    logits[HAPPINESS], logits[CONTEMPT] = 3.0, 9.0
    return write_network(folder / "happy.onnx", manifest_of(**manifest), logits=logits)


def test_labels_are_matched_by_name_not_by_place(tmp_path: Path) -> None:
    labels = ["Contempt", "Sad", "surprise", "happy", "anger", "disgust", "fear", "neutral"]
    network = JudgedNetwork(happy_network(tmp_path, labels=labels))
    answers = network.ask([np.full((48, 48), 128, np.uint8)])
    assert LABELS[int(answers.probabilities[0].argmax())] == "neutral"  # the eighth output, where contempt was
    assert answers.affect is not None
    assert answers.affect[0] == pytest.approx([0.5, -0.25])


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


def test_answers_for_a_face_and_its_mirror_image_are_averaged() -> None:
    one, other = Answers(np.array([[0.9, 0.1]]), np.array([[0.5, 0.0]])), Answers(np.array([[0.3, 0.7]]), None)
    assert one.averaged_with(other).probabilities.tolist() == [pytest.approx([0.6, 0.4])]
    assert one.averaged_with(other).affect is None


@pytest.mark.shared
def test_the_shipped_network_reads_real_faces(shared: Path) -> None:
    from mien_models.catalog import ZOO

    archive = shared / "data" / "fer2013plus.npz"
    if not archive.is_file():
        pytest.skip("../shared/data is not here")
    faces = open_faces(archive, by_votes=True).of(Split.TEST).take(np.arange(300))
    answers = JudgedNetwork(ZOO / "mien-s.onnx").ask([faces.pictures[row] for row in range(300)])
    assert answers.affect is not None
    assert (answers.probabilities.argmax(axis=1) == faces.expression).mean() > 0.7
    happy, sad = (faces.expression == LABELS.index(name) for name in ("happiness", "sadness"))
    assert answers.affect[happy, 0].mean() > 0.3 > -0.1 > answers.affect[sad, 0].mean()
