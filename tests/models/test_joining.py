"""Networks joined into one: the mean of what they say, and only where that is fair."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.errors import AppError  # noqa: E402 - after the check that torch is there
from mien_models.architectures import build  # noqa: E402
from mien_models.training.checkpoint import judge, save_release  # noqa: E402
from mien_models.training.config import DataConfig, TrainingConfig  # noqa: E402
from mien_models.training.faces import load_fer  # noqa: E402
from mien_models.training.joining import join  # noqa: E402

SMALL = {"stem_width": 8, "widths": [8], "strides": [2], "depths": [1]}
MEMBER = {"architecture": "mien-net", "config": SMALL, "temperature": 2.0}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    votes = np.zeros((60, 10), np.int16)
    votes[np.arange(60), generator.integers(0, 8, 60)] = 10
    path = tmp_path / "fer.npz"
    np.savez(
        path,
        pixels=generator.integers(0, 256, (60, 48, 48), dtype=np.uint8),
        split=np.zeros(60, np.int8),
        ferplus_votes=votes,
        fer2013_label=np.full(60, 3),
        label_ambiguous=np.zeros(60, bool),
    )
    return path


def trained(path: Path, archive: Path, seed: int, run_seed: int = 0) -> Path:
    """A release checkpoint with weights of chance."""
    torch.manual_seed(seed)
    config = TrainingConfig(path.stem, "mien-net", DataConfig(str(archive), held_out=0.3), SMALL, seed=run_seed)
    config = replace(config, start_from_backbone="some-weights" if seed == 2 else "")
    network = build("mien-net", **SMALL)
    torch.nn.init.normal_(network.get_submodule("expression").weight)
    _, held_out = load_fer(archive, 0.5, 0.3, run_seed)
    weights = network.state_dict()
    save_release(path, config, weights, judge(config, weights, held_out), {})
    return path


def test_the_mean_of_log_probabilities_and_of_affect_is_answered() -> None:
    torch.manual_seed(0)
    network = build("averaged", members=[MEMBER, MEMBER | {"temperature": 0.5}]).eval()
    face = torch.rand(3, 1, 48, 48)
    with torch.inference_mode():
        logits, affect = network(face)
        (first, at_first), (second, at_second) = (member(face) for member in network.get_submodule("members"))
    expected = (torch.log_softmax(first / 2.0, 1) + torch.log_softmax(second / 0.5, 1)) / 2
    assert torch.allclose(logits, expected, atol=1e-6)
    assert torch.allclose(affect, (at_first + at_second) / 2, atol=1e-6)


def test_a_mirrored_network_answers_a_face_and_its_mirror_image_alike() -> None:
    torch.manual_seed(0)
    two_heads = {"architecture": "mobilenet", "config": {"side_px": 32, "blocks": 1, "fer2013_count": 7}}
    network = build("averaged", members=[MEMBER, two_heads | {"temperature": 0.5}], mirrored=True).eval()
    face = torch.rand(3, 1, 48, 48)
    with torch.inference_mode():
        answers, of_mirrored = network(face), network(face.flip(3))
        members = list(network.get_submodule("members"))
        said = [torch.log_softmax(members[0](view)[0] / 2.0, 1) for view in (face, face.flip(3))]
        said += [torch.log_softmax(members[1](view)[0] / 0.5, 1) for view in (face, face.flip(3))]
    assert [tuple(answer.shape) for answer in answers] == [(3, 8), (3, 2), (3, 7)]
    for one, other in zip(answers, of_mirrored, strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    assert torch.allclose(answers[0], torch.stack(said).mean(0), atol=1e-6)


@pytest.mark.parametrize(
    "members",
    [[], [MEMBER] * 9, [MEMBER, {"architecture": "averaged", "config": {}, "temperature": 1.0}]],
)
def test_a_strangers_members_are_bounded(members: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="averaged"):
        build("averaged", members=members)


def test_joined_networks_make_one_checkpoint_that_rebuilds_itself(tmp_path: Path, archive: Path) -> None:
    parts = [trained(tmp_path / f"{seed}.pt", archive, seed) for seed in (1, 2)]
    figures = join(parts, tmp_path / "both.pt")
    state = torch.load(tmp_path / "both.pt", weights_only=True)
    network = build(state["architecture"], **state["config"])
    network.load_state_dict(state["model"])
    first = torch.load(parts[0], weights_only=True)
    assert torch.equal(network.state_dict()["members.0.expression.weight"], first["model"]["expression.weight"])
    assert state["temperature"] == pytest.approx(figures["held_out_temperature"], abs=1e-4)
    assert state["provenance"]["name"] == "both"
    assert state["provenance"]["trained_on"].count("FER2013 Training") == 1
    assert "some-weights" in state["provenance"]["trained_on"]


def test_a_member_that_has_seen_the_faces_of_judgement_is_refused(tmp_path: Path, archive: Path) -> None:
    parts = [trained(tmp_path / f"{seed}.pt", archive, seed, run_seed=seed) for seed in (0, 1)]
    with pytest.raises(AppError, match="other faces out of training"):
        join(parts, tmp_path / "both.pt")
    assert not (tmp_path / "both.pt").exists()


def test_members_with_other_labels_are_refused(tmp_path: Path, archive: Path) -> None:
    parts = [trained(tmp_path / f"{seed}.pt", archive, seed) for seed in (1, 2)]
    state = torch.load(parts[1], weights_only=True)
    torch.save(state | {"labels": state["labels"][::-1]}, parts[1])
    with pytest.raises(AppError, match="other labels"):
        join(parts, tmp_path / "both.pt")
