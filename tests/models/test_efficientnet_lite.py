import pytest

torch = pytest.importorskip("torch")

from mien_networks.efficientnet_lite import DepthwiseConv, EfficientNetLite  # noqa: E402
from mien_networks.registry import build  # noqa: E402 - after the check that torch is there

SMALL = {"side_px": 32, "blocks": 3, "has_head": False}


def published(network: EfficientNetLite) -> dict[str, torch.Tensor]:
    """Weights for three colours, as the published file has them, and its own classifier."""
    generator = torch.Generator().manual_seed(1)
    weights = {
        key: torch.rand(value.shape, generator=generator) if value.is_floating_point() else value
        for key, value in network.state_dict().items()
        if not key.startswith(("expression.", "affect."))
    }
    weights["_conv_stem.weight"] = torch.rand(32, 3, 3, 3, generator=generator)
    return weights | {"_fc.weight": torch.zeros(1000, 1280)}


def test_answers_logits_and_a_point_of_affect_for_faces_of_any_size() -> None:
    network = build("efficientnet-lite0", **SMALL).eval()
    with torch.inference_mode():
        for side in (32, 48):
            logits, affect = network(torch.rand(2, 1, side, side))
            assert logits.shape == (2, 8)
            assert affect.shape == (2, 2)
            assert float(affect.abs().max()) <= 1.0


def test_the_whole_network_has_the_published_number_of_weights() -> None:
    count = sum(value.numel() for key, value in build("efficientnet-lite0").named_parameters() if "." in key)
    heads, three_colours = 10 * 1280 + 10, 2 * 32 * 9
    assert count - heads + three_colours == 3_371_008  # 4,652,008 with a classifier of 1000 classes


def test_a_backbone_is_taken_over_with_its_colours_summed_and_the_heads_left_alone() -> None:
    network = build("efficientnet-lite0", **SMALL)
    assert isinstance(network, EfficientNetLite)
    weights = published(network)
    head = network.expression.weight.clone()
    network.load_backbone(weights)
    state = network.state_dict()
    assert torch.allclose(state["_conv_stem.weight"], weights["_conv_stem.weight"].sum(1, keepdim=True))
    assert torch.equal(state["_blocks.2._project_conv.weight"], weights["_blocks.2._project_conv.weight"])
    assert torch.equal(network.expression.weight, head)


@pytest.mark.parametrize(("key", "message"), [("missing", "is missing in the file"), ("shape", "needed")])
def test_a_backbone_that_does_not_fit_is_named(key: str, message: str) -> None:
    network = build("efficientnet-lite0", **SMALL)
    assert isinstance(network, EfficientNetLite)
    weights = published(network)
    if key == "missing":
        del weights["_bn0.weight"]
    else:
        weights["_bn0.weight"] = torch.zeros(3)
    with pytest.raises(ValueError, match=message):
        network.load_backbone(weights)


@pytest.mark.parametrize(("kernel", "side"), [(5, 3), (5, 4), (5, 5), (3, 2), (5, 2)])
def test_padding_by_hand_changes_no_answer(kernel: int, side: int) -> None:
    layer = DepthwiseConv(4, kernel, 1)
    features = torch.rand(2, 4, side, side)
    plain = torch.nn.functional.conv2d(features, layer.weight, None, 1, kernel // 2, groups=4)
    assert torch.allclose(layer(features), plain, atol=1e-6)


@pytest.mark.parametrize("option", [{"side_px": 100_000}, {"blocks": 17}, {"stem_stride": 0}])
def test_sizes_from_a_stranger_are_bounded(option: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="side_px of 16 to 512"):
        build("efficientnet-lite0", **option)


def test_whole_blocks_are_left_out_in_training_only() -> None:
    torch.manual_seed(0)
    network = build("efficientnet-lite0", **(SMALL | {"drop_connect": 0.9, "dropout": 0.0}))
    faces = torch.rand(4, 1, 32, 32)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 0.0
    network.train()
    assert not torch.equal(network(faces)[0], network(faces)[0])
    network.eval()
    assert torch.equal(network(faces)[0], network(faces)[0])
