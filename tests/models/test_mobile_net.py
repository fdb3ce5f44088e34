"""MobileNet: what it answers, and that published weights mean the same in it."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from mien_networks.mien_net import even_out  # noqa: E402
from mien_networks.mobile_net import BLOCKS, MobileNet, SeparableBlock  # noqa: E402
from mien_networks.registry import build  # noqa: E402 - after the check that torch is there

SMALL: dict[str, Any] = {"side_px": 32, "blocks": 3}


def published(blocks: int) -> dict[str, Any]:
    """Weights as the file names and shapes them: kernels (H, W, in, out), a factor for each depthwise channel."""
    generator = torch.Generator().manual_seed(1)

    def some(*shape: int) -> Any:
        return torch.randn(shape, generator=generator) * 0.3

    weights = {"conv1/convolution/merged_input": some(3, 3, 3, 32) * 0.02, "conv1_bn/batchnorm_1/sub": some(32)}
    channels = 32
    for number, (channels_out, _) in enumerate(BLOCKS[:blocks], start=1):
        weights |= {
            f"conv_dw_{number}/depthwise_kernel": some(3, 3, channels, 1),
            f"conv_dw_{number}_bn/batchnorm_1/mul": some(channels),
            f"conv_dw_{number}_bn/batchnorm_1/sub": some(channels),
            f"conv_pw_{number}/convolution/merged_input": some(1, 1, channels, channels_out),
            f"conv_pw_{number}_bn/batchnorm_1/sub": some(channels_out),
        }
        channels = channels_out
    return weights


def begun(**options: Any) -> tuple[MobileNet, dict[str, Any]]:
    network = build("mobilenet", **(SMALL | options))
    assert isinstance(network, MobileNet)
    weights = published(network.config.blocks)
    network.load_backbone(weights)
    return network.eval(), weights


def test_answers_logits_and_a_point_of_affect_for_faces_of_any_size() -> None:
    network = build("mobilenet", **SMALL).eval()
    with torch.inference_mode():
        for side in (32, 48):
            logits, affect = network(torch.rand(2, 1, side, side))
            assert logits.shape == (2, 8)
            assert affect.shape == (2, 2)
            assert float(affect.abs().max()) <= 1.0


def test_a_third_answer_comes_where_it_is_asked_for() -> None:
    answers = build("mobilenet", **SMALL, fer2013_count=7).eval()(torch.rand(2, 1, 48, 48))
    assert [tuple(answer.shape) for answer in answers] == [(2, 8), (2, 2), (2, 7)]


def test_the_whole_network_has_the_published_number_of_weights() -> None:
    trunk = build("mobilenet", blocks=13)
    count = sum(value.numel() for key, value in trunk.named_parameters() if key.startswith(("stem", "blocks")))
    normalised, three_colours = 10_944, 2 * 32 * 9
    # Published without the classifier: 3,228,864, with four numbers for each normalised channel. One is left here.
    assert count + three_colours + 3 * normalised == 3_228_864


def test_published_weights_give_the_published_answer() -> None:
    """The first block, computed as the file's own graph does: three colours, scale and shift after the kernel."""
    network, weights = begun(blocks=1)
    face = torch.rand(2, 1, 32, 32)
    levels = (even_out(face) * 64.0).expand(2, 3, 32, 32)

    def kernel(name: str, order: tuple[int, ...]) -> Any:
        return weights[name].permute(*order)

    def shifted(features: Any, name: str) -> Any:
        return torch.nn.functional.relu6(features + weights[f"{name}_bn/batchnorm_1/sub"].reshape(1, -1, 1, 1))

    conv = torch.nn.functional.conv2d
    features = shifted(conv(levels, kernel("conv1/convolution/merged_input", (3, 2, 0, 1)), None, 2, 1), "conv1")
    deep = conv(features, kernel("conv_dw_1/depthwise_kernel", (2, 3, 0, 1)), None, 1, 1, groups=32)
    deep = shifted(deep * weights["conv_dw_1_bn/batchnorm_1/mul"].reshape(1, -1, 1, 1), "conv_dw_1")
    deep = shifted(conv(deep, kernel("conv_pw_1/convolution/merged_input", (3, 2, 0, 1))), "conv_pw_1")
    expected = network.expression(deep.mean(dim=(2, 3)))
    assert torch.allclose(network(face)[0], expected, atol=1e-5)


def test_the_trunk_of_a_longer_network_of_this_family_is_taken_over() -> None:
    longer, _ = begun(blocks=5, side_px=64)
    shorter = build("mobilenet", **SMALL)
    assert isinstance(shorter, MobileNet)
    head = shorter.expression.weight.clone()
    shorter.load_backbone(longer.state_dict())
    for key, value in shorter.state_dict().items():
        if key.startswith(("stem.", "blocks.")):
            assert torch.equal(value, longer.state_dict()[key])
    assert torch.equal(shorter.expression.weight, head)


@pytest.mark.parametrize(("damage", "message"), [("missing", "is missing in the file"), ("shape", "needed")])
def test_a_backbone_that_does_not_fit_is_named(damage: str, message: str) -> None:
    network = build("mobilenet", **SMALL)
    assert isinstance(network, MobileNet)
    weights = published(3)
    if damage == "missing":
        del weights["conv_dw_2_bn/batchnorm_1/mul"]
    else:
        weights["conv1_bn/batchnorm_1/sub"] = torch.zeros(3)
    with pytest.raises(ValueError, match=message):
        network.load_backbone(weights)


@pytest.mark.parametrize("option", [{"side_px": 100_000}, {"blocks": 14}, {"blocks": 0}])
def test_sizes_from_a_stranger_are_bounded(option: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"of (32|1) to"):
        build("mobilenet", **option)


def test_a_strided_block_gives_the_same_answers_and_gradients_whichever_way_it_is_convolved() -> None:
    block = SeparableBlock(4, 6, 2)
    features = torch.randn(2, 4, 9, 10)
    gradients = []
    for is_training in (True, False):
        block.train(is_training).zero_grad(set_to_none=True)
        given = features.clone().requires_grad_()
        answer = block(given)
        answer.square().sum().backward()
        assert given.grad is not None
        assert block.depthwise.weight.grad is not None
        gradients.append((answer.detach(), given.grad, block.depthwise.weight.grad.clone()))
    for dense, strided in zip(*gradients, strict=True):
        assert dense.shape == strided.shape
        torch.testing.assert_close(dense, strided, rtol=1e-4, atol=1e-5)
    assert gradients[0][0].shape == (2, 6, 5, 5)


def test_new_norms_change_nothing_and_folded_ones_answer_as_before() -> None:
    plain, _ = begun()
    faces = torch.rand(6, 1, 32, 32)
    network = build("mobilenet", **SMALL, normalised_from=1)
    assert isinstance(network, MobileNet)
    network.begin_with(plain.state_dict(), faces)
    assert {key.split(".")[1] for key in network.state_dict() if "_norm." in key} == {"1", "2"}
    with torch.inference_mode():
        for answered, wanted in zip(network.eval()(faces), plain(faces), strict=True):
            torch.testing.assert_close(answered, wanted, rtol=1e-3, atol=1e-5)
    rate = torch.optim.SGD(network.parameters(), 0.05)
    for _ in range(3):
        rate.zero_grad()
        network.train()(torch.rand(6, 1, 32, 32))[0].square().sum().backward()
        rate.step()
    network.eval()
    alone = network.folded()
    assert alone.state_dict().keys() == plain.state_dict().keys()
    with torch.inference_mode():
        answered, wanted = alone(faces)[0], network(faces)[0]
        torch.testing.assert_close(answered, wanted, rtol=1e-3, atol=1e-5)
        assert not torch.allclose(answered, plain(faces)[0], rtol=1e-3, atol=1e-5)


def test_norms_cannot_begin_with_weights_of_another_network() -> None:
    network = build("mobilenet", **SMALL, normalised_from=1)
    assert isinstance(network, MobileNet)
    with pytest.raises(RuntimeError, match="expression"):
        network.begin_with({"stem.weight": torch.zeros(32, 1, 3, 3)}, torch.rand(2, 1, 32, 32))
