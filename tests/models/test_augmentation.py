import pytest

torch = pytest.importorskip("torch")

from mien_models.training.augmentation import (  # noqa: E402 - after the check that torch is there
    AugmentationConfig,
    augment,
    compress,
    erase,
    move,
    relight,
    roughen,
    soften,
)

ALWAYS = AugmentationConfig(light=1.0, blur=1.0, noise=1.0, compression=1.0, erasing=1.0)
NEVER = AugmentationConfig(
    rotation_deg=0, scale=0, shift=0, gamma=0, light=0, blur=0, noise=0, compression=0, erasing=0
)


def faces(count: int = 6) -> torch.Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(1))


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


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


@pytest.mark.parametrize("effect", [soften, roughen, compress, erase])
def test_an_effect_with_no_chance_changes_nothing(effect: object) -> None:
    assert callable(effect)
    assert torch.equal(effect(faces(), NEVER, generator()), faces())


def test_without_geometry_only_mirroring_is_left() -> None:
    moved, original = move(faces(16), NEVER, generator()), faces(16)
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
