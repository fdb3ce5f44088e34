from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from mien_models.training.augmentation import (  # noqa: E402 - after the check that torch is there
    AugmentationConfig,
    change,
    compress,
    erase,
    move,
    relight,
    roughen,
    shrink,
    soften,
    unreadable,
)
from mien_models.training.chance import Chance  # noqa: E402
from mien_models.training.one_set import GEOMETRIC  # noqa: E402

ALWAYS = AugmentationConfig(light=1.0, small=1.0, blur=1.0, noise=1.0, compression=1.0, erasing=1.0)
NEVER = AugmentationConfig(
    rotation_deg=0,
    scale=0,
    shift=0,
    gamma=0,
    contrast=0,
    brightness=0,
    light=0,
    small=0,
    blur=0,
    noise=0,
    compression=0,
    erasing=0,
)
SIZE = (48, 48)


def faces(count: int = 6) -> torch.Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(1))


def generator(seed: int = 3) -> Chance:
    return Chance(seed)


def augment(images: torch.Tensor, config: AugmentationConfig, chance: Chance) -> torch.Tensor:
    return change(move(images, config, chance, SIZE), config, chance)


@pytest.mark.parametrize("config", [AugmentationConfig(), ALWAYS, NEVER])
def test_shape_type_and_range_are_kept(config: AugmentationConfig) -> None:
    changed = augment(faces(), config, generator())
    assert changed.shape == (6, 1, 48, 48)
    assert changed.dtype == torch.float32
    assert 0.0 <= float(changed.min()) <= float(changed.max()) <= 1.0


def test_the_input_is_left_alone_and_chance_comes_from_the_generator_alone() -> None:
    before = faces()
    torch.manual_seed(0)
    first = augment(before, ALWAYS, generator())
    torch.manual_seed(99)
    second = augment(before, ALWAYS, generator())
    assert torch.equal(before, faces())
    assert torch.equal(first, second)
    assert not torch.equal(first, augment(before, ALWAYS, generator(4)))


@pytest.mark.parametrize("effect", [shrink, soften, roughen, compress, erase, relight])
def test_an_effect_with_no_chance_changes_nothing(effect: object) -> None:
    assert callable(effect)
    assert torch.equal(effect(faces(), NEVER, generator()), faces())


def test_without_geometry_only_mirroring_is_left() -> None:
    moved, original = move(faces(16), NEVER, generator(), SIZE), faces(16)
    same = torch.isclose(moved, original, atol=1e-4).flatten(1).all(1)
    mirrored = torch.isclose(moved, original.flip(3), atol=1e-4).flatten(1).all(1)
    assert bool((same | mirrored).all())
    assert 0 < int(mirrored.sum()) < 16


def test_blur_lowers_detail_and_keeps_the_mean() -> None:
    soft = soften(faces(), ALWAYS, generator())
    assert float(soft.std()) < 0.9 * float(faces().std())
    assert float(soft.mean()) == pytest.approx(float(faces().mean()), abs=0.01)


def test_compression_keeps_flat_pictures_flat_and_close() -> None:
    flat = torch.full((4, 1, 48, 48), 0.5)
    squeezed = compress(flat.clone(), ALWAYS, generator())
    assert float(squeezed.std(dim=(2, 3)).max()) < 1e-5
    assert float((squeezed - 0.5).abs().max()) < 0.02


def test_erasing_covers_a_bounded_rectangle_with_one_gray() -> None:
    covered = erase(torch.full((32, 1, 48, 48), 2.0), ALWAYS, generator())
    share = (covered < 1.5).float().mean(dim=(1, 2, 3))
    assert float(share.max()) <= 0.46**2
    assert float(share.mean()) > 0.02
    for picture in covered:
        assert len(torch.unique(picture)) <= 2


def test_light_falls_off_to_one_side() -> None:
    lit = relight(torch.full((8, 1, 48, 48), 0.6), ALWAYS, generator())
    assert float(lit.std(dim=(2, 3)).min()) > 0.01


def test_geometric_augmentation_is_only_geometric() -> None:
    flat = torch.full((16, 3, 48, 48), 0.3)
    assert torch.allclose(augment(flat, GEOMETRIC, generator()), flat, atol=1e-6)


def test_colour_is_changed_as_gray_is() -> None:
    gray = faces(8)
    colour = augment(gray.expand(-1, 3, -1, -1).clone(), replace(ALWAYS, noise=0), generator())
    alike = augment(gray.clone(), replace(ALWAYS, noise=0), generator())
    assert torch.allclose(colour, alike.expand(-1, 3, -1, -1), atol=1e-5)


def test_faces_are_moved_and_enlarged_in_one_sampling_and_the_rim_is_left_out() -> None:
    column = torch.linspace(0, 1, 20).view(1, 1, 1, 20).expand(64, 1, 20, 20)
    middle = move(column, NEVER, generator(), (16, 16), shown=0.8)
    ahead = torch.linspace(0, 1, 20)[2:18]
    for picture in middle[:, 0, 0]:
        assert torch.allclose(picture, ahead, atol=1e-5) or torch.allclose(picture, ahead.flip(0), atol=1e-5)
    assert move(column, NEVER, generator(), (60, 40)).shape == (64, 1, 60, 40)


def test_far_faces_lose_detail_but_not_their_light() -> None:
    far = shrink(faces(), ALWAYS, generator())
    assert float(far.std()) < 0.5 * float(faces().std())
    assert float(far.mean()) == pytest.approx(float(faces().mean()), abs=0.01)


def test_a_share_of_the_pictures_is_chosen_and_none_of_them_twice() -> None:
    counts = []
    for step in range(200):
        rows = Chance(1, step).some(40, 0.25)
        assert len(set(rows.tolist())) == len(rows)
        counts.append(len(rows))
    assert sum(counts) / 200 == pytest.approx(10, abs=0.7)
    assert len(set(counts)) > 3


def test_unreadable_faces_are_shuffled_enlarged_or_covered() -> None:
    ramp = torch.linspace(0, 1, 96).view(1, 1, 1, -1).expand(300, 1, 96, 96).clone()
    changed = unreadable(ramp, generator())
    assert ((changed - ramp).abs().mean(dim=(1, 2, 3)) > 0.04).all()
    as_before = changed.flatten(1).sort(1).values
    same_pixels = (as_before - ramp.flatten(1).sort(1).values).abs().amax(1) < 1e-6
    assert 60 < int(same_pixels.sum()) < 140  # the shuffled ones
