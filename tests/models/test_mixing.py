import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien_models.training.losses import Targets  # noqa: E402 - after the check that torch is there
from mien_models.training.mixing import mixed_up  # noqa: E402

COUNT = 40


def a_batch() -> tuple[torch.Tensor, Targets]:
    """Flat pictures as bright as their valence, every fourth without a rating and without a label of FER2013."""
    brightness = torch.linspace(0.0, 1.0, COUNT)
    known = (torch.arange(COUNT) % 4 != 0).float()
    targets = Targets(
        expression=torch.stack([brightness, 1.0 - brightness], 1),
        affect=torch.stack([brightness, brightness], 1) + 9.0 * (1.0 - known).unsqueeze(1),  # junk where unknown
        affect_weight=known,
        fer2013=torch.stack([brightness, 1.0 - brightness], 1) * known.unsqueeze(1),
    )
    return brightness.view(COUNT, 1, 1, 1).expand(COUNT, 1, 8, 8).clone(), targets


def test_pictures_and_targets_are_mixed_in_the_same_shares_and_the_own_face_leads() -> None:
    images, targets = a_batch()
    mixed, answers = mixed_up(images, targets, 0.4, np.random.default_rng(1))
    brightness = mixed[:, 0, 0, 0]
    assert not torch.equal(mixed, images)
    assert torch.allclose(answers.expression[:, 0], brightness, atol=1e-6)
    assert torch.allclose(answers.expression.sum(1), torch.ones(COUNT))
    # At most half of any other face: nobody goes further than half the way to the darkest or the brightest one.
    assert bool(((brightness - images[:, 0, 0, 0]).abs() <= 0.5 + 1e-6).all())


def test_what_is_unknown_of_a_face_leaves_no_trace_in_the_mixture() -> None:
    images, targets = a_batch()
    _, answers = mixed_up(images, targets, 1.0, np.random.default_rng(2))
    rated = answers.affect_weight > 0
    assert bool((answers.affect[rated] <= 1.0 + 1e-5).all())
    assert bool((answers.affect[~rated] == 0.0).all())
    assert torch.allclose(answers.fer2013.sum(1), answers.affect_weight, atol=1e-6)


def test_the_same_chance_mixes_alike_and_nothing_is_mixed_at_zero() -> None:
    images, targets = a_batch()
    first, _ = mixed_up(images, targets, 0.4, np.random.default_rng(3))
    again, _ = mixed_up(images, targets, 0.4, np.random.default_rng(3))
    other, _ = mixed_up(images, targets, 0.4, np.random.default_rng(4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    unmixed, same = mixed_up(images, targets, 0.0, np.random.default_rng(3))
    assert unmixed is images
    assert same is targets
