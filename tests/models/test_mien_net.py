import pytest

torch = pytest.importorskip("torch")

from mien.errors import AppError  # noqa: E402
from mien_networks.mien_net import MienNetConfig  # noqa: E402
from mien_networks.registry import build  # noqa: E402 - after the check that torch is there

SMALL = {"stem_width": 8, "widths": [8, 16], "strides": [1, 2], "depths": [1, 1], "label_count": 8}


def test_answers_logits_and_a_point_of_affect() -> None:
    network = build("mien-net", **SMALL).eval()
    with torch.inference_mode():
        logits, affect = network(torch.rand(3, 1, 48, 48))
    assert logits.shape == (3, 8)
    assert affect.shape == (3, 2)
    assert float(affect.abs().max()) <= 1.0


def test_brightness_and_contrast_hardly_matter() -> None:
    torch.manual_seed(0)
    network = build("mien-net", **SMALL).eval()
    torch.nn.init.normal_(network.get_submodule("expression").weight)
    face = 0.2 + 0.6 * torch.rand(1, 1, 48, 48)
    with torch.inference_mode():
        plain, dim = network(face)[0], network(0.5 * face + 0.1)[0]
    assert float((plain - dim).abs().max()) < 0.1 * float(plain.abs().max())


def test_a_flat_picture_gives_finite_answers() -> None:
    network = build("mien-net", **SMALL).eval()
    with torch.inference_mode():
        assert bool(torch.isfinite(network(torch.zeros(1, 1, 48, 48))[0]).all())


def test_the_same_options_rebuild_the_same_network() -> None:
    config = MienNetConfig(**SMALL)  # type: ignore[arg-type]
    first, second = build("mien-net", **SMALL), build("mien-net", **config.as_dict())
    assert {key: value.shape for key, value in first.state_dict().items()} == {
        key: value.shape for key, value in second.state_dict().items()
    }


def test_wrong_options_are_named() -> None:
    with pytest.raises(AppError, match="nobody: unknown; known are"):
        build("nobody")
    with pytest.raises(ValueError, match="one entry a stage"):
        build("mien-net", widths=[8, 16], depths=[1])
    with pytest.raises(TypeError):
        build("mien-net", colour="blue")
