"""State_dicts of torchvision and timm, rebuilt: by published sizes, and against other code for the same."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.errors import UnsupportedCheckpoint
from mien_networks.facts import NORMALISATIONS

torch = pytest.importorskip("torch", reason="torch, of the dependency group export, is not installed")

from mien_export.rebuilt import rebuild  # noqa: E402 - after the skip
from tests.export import made_state_dicts as made  # noqa: E402

torch.set_num_threads(1)

PUBLISHED: dict[str, tuple[Callable[[], made.State], int, str]] = {
    "resnet18": (lambda: made.resnet((2, 2, 2, 2), False, 1000), 11_689_512, "torchvision or timm ResNet"),
    "resnet50": (lambda: made.resnet((3, 4, 6, 3), True, 1000), 25_557_032, "torchvision or timm ResNet"),
    "mobilenet_v2": (lambda: made.mobilenet_v2(1000), 3_504_872, "torchvision MobileNetV2"),
    "mobilenet_v3_large": (
        lambda: made.mobilenet_v3(made.V3_LARGE, 1280, 1000),
        5_483_032,
        "torchvision MobileNetV3",
    ),
    "mobilenet_v3_small": (
        lambda: made.mobilenet_v3(made.V3_SMALL, 1024, 1000),
        2_542_856,
        "torchvision MobileNetV3",
    ),
    "efficientnet_b0": (lambda: made.efficientnet(made.B0, 32, 1000), 5_288_548, "torchvision EfficientNet"),
    "efficientnet_v2_s": (
        lambda: made.efficientnet(made.EFFICIENT_V2_S, 24, 1000),
        21_458_488,
        "torchvision EfficientNet",
    ),
    "convnext_tiny": (
        lambda: made.convnext((3, 3, 9, 3), (96, 192, 384, 768), 1000),
        28_589_128,
        "torchvision ConvNeXt",
    ),
}
"""The number of parameters in torchvision's table of weights."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_state_dict_of_the_published_size_is_rebuilt_and_answers(name: str) -> None:
    make, count, family = PUBLISHED[name]
    state = make()
    assert made.parameters(state) == count

    rebuilt = rebuild(state, "x.pt")

    assert rebuilt is not None
    assert (rebuilt.name, rebuilt.channels, rebuilt.side_px) == (family, 3, None)
    with torch.inference_mode():
        answer = rebuilt.module.eval()(torch.rand(2, 3, 64, 64))
    assert answer.shape == (2, 1000)
    assert 0.01 < float(answer.std()) < 100


def test_a_vision_transformer_says_its_size() -> None:
    rebuilt = rebuild(made.vit(2, 192, 768, 7, side=96), "x.pt")
    assert rebuilt is not None
    assert (rebuilt.name, rebuilt.side_px) == ("torchvision ViT", 96)


def filled(model: Any) -> Any:
    """Give a network of the transformers library made-up weights and running figures."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.dtype == torch.float32:
                noise = torch.randn(value.shape, generator=generator)
                value.copy_(noise.abs() + 0.5 if name.endswith("running_var") else noise * 0.3)
    return model.eval()


def renamed(state: Any, rules: tuple[tuple[str, str], ...]) -> made.State:
    """Return a state_dict with every rule applied to every name."""
    names = {}
    for old, value in state.items():
        new = old
        for pattern, replacement in rules:
            new = re.sub(pattern, replacement, new)
        names[new] = value
    return names


HF_RESNET = (
    (r"^resnet\.embedder\.embedder\.convolution\.", "conv1."),
    (r"^resnet\.embedder\.embedder\.normalization\.", "bn1."),
    (r"^resnet\.encoder\.stages\.(\d)", lambda match: f"layer{int(match[1]) + 1}"),
    (r"\.layers\.(\d)\.layer\.(\d)\.convolution\.", lambda match: f".{match[1]}.conv{int(match[2]) + 1}."),
    (r"\.layers\.(\d)\.layer\.(\d)\.normalization\.", lambda match: f".{match[1]}.bn{int(match[2]) + 1}."),
    (r"\.layers\.(\d)\.shortcut\.convolution\.", r".\1.downsample.0."),
    (r"\.layers\.(\d)\.shortcut\.normalization\.", r".\1.downsample.1."),
    (r"^classifier\.1\.", "fc."),
)
HF_CONVNEXT = (
    (r"^convnext(v2)?\.embeddings\.patch_embeddings\.", "stem.0."),
    (r"^convnext(v2)?\.embeddings\.layernorm\.", "stem.1."),
    (r"^convnext(v2)?\.layernorm\.", "head.norm."),
    (r"^convnext(v2)?\.encoder\.", ""),
    (r"downsampling_layer\.", "downsample."),
    (r"\.layers\.", ".blocks."),
    (r"\.dwconv\.", ".conv_dw."),
    (r"\.layernorm\.", ".norm."),
    (r"\.pwconv(\d)\.", r".mlp.fc\1."),
    (r"\.grn\.", ".mlp.grn."),
    (r"\.layer_scale_parameter$", ".gamma"),
    (r"^classifier\.", "head.fc."),
)


HF_VIT = {
    "attn.proj": "attention.o_proj",
    "norm1": "layernorm_before",
    "norm2": "layernorm_after",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}


def compare(model: Any, state: made.State, family: str, side: int) -> None:
    rebuilt = rebuild(state, "x.pt")
    assert rebuilt is not None
    assert rebuilt.name == family
    batch = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = model(pixel_values=batch).logits.numpy()
        answer = rebuilt.module.eval()(batch).numpy()
    assert np.ptp(expected, axis=0).max() > 1e-4
    assert answer == pytest.approx(expected, rel=1e-3, abs=1e-5 * float(np.abs(expected).max()))


@pytest.mark.parametrize("kind", ["basic", "bottleneck"])
def test_a_resnet_answers_as_that_of_transformers(kind: str) -> None:
    transformers = pytest.importorskip("transformers")
    widths = [32, 64, 128, 256] if kind == "basic" else [64, 128, 256, 512]
    config = transformers.ResNetConfig(
        layer_type=kind, embedding_size=32, hidden_sizes=widths, depths=[2, 2, 1, 1], num_labels=7
    )
    model = filled(transformers.ResNetForImageClassification(config))
    compare(model, renamed(model.state_dict(), HF_RESNET), "torchvision or timm ResNet", 64)


@pytest.mark.parametrize("version", ["ConvNext", "ConvNextV2"])
def test_a_convnext_answers_as_that_of_transformers(version: str) -> None:
    transformers = pytest.importorskip("transformers")
    config = getattr(transformers, f"{version}Config")(
        hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 2, 1], num_labels=7
    )
    config.layer_norm_eps = 1e-6
    model = filled(getattr(transformers, f"{version}ForImageClassification")(config))
    state = renamed(model.state_dict(), HF_CONVNEXT)
    state = {name: value.flatten() if ".grn." in name else value for name, value in state.items()}
    compare(model, state, "timm ConvNeXt", 64)


def test_a_vision_transformer_answers_as_that_of_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    config = transformers.ViTConfig(
        hidden_size=128, num_attention_heads=2, num_hidden_layers=2, intermediate_size=256, image_size=64
    )
    config.layer_norm_eps, config.num_labels = 1e-6, 7
    model = filled(transformers.ViTForImageClassification(config))
    old = model.state_dict()
    state = {
        "cls_token": old["vit.embeddings.cls_token"],
        "pos_embed": old["vit.embeddings.position_embeddings"],
        "patch_embed.proj.weight": old["vit.embeddings.patch_embeddings.projection.weight"],
        "patch_embed.proj.bias": old["vit.embeddings.patch_embeddings.projection.bias"],
    }
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"], state[f"head.{kind}"] = old[f"vit.layernorm.{kind}"], old[f"classifier.{kind}"]
        for place in range(2):
            at, inner = f"blocks.{place}", f"vit.layers.{place}"
            triple = [old[f"{inner}.attention.{letter}_proj.{kind}"] for letter in "qkv"]
            state[f"{at}.attn.qkv.{kind}"] = torch.cat(triple)
            for new, name in HF_VIT.items():
                state[f"{at}.{new}.{kind}"] = old[f"{inner}.{name}.{kind}"]
    compare(model, state, "timm ViT", 64)


TIMM_B0 = (
    (r"^features\.0\.0\.", "conv_stem."),
    (r"^features\.0\.1\.", "bn1."),
    (r"^features\.8\.0\.", "conv_head."),
    (r"^features\.8\.1\.", "bn2."),
    (r"^classifier\.1\.", "classifier."),
    (r"^features\.1\.0\.block\.0\.0\.", "blocks.0.0.conv_dw."),
    (r"^features\.1\.0\.block\.0\.1\.", "blocks.0.0.bn1."),
    (r"^features\.1\.0\.block\.1\.", "blocks.0.0.se."),
    (r"^features\.1\.0\.block\.2\.0\.", "blocks.0.0.conv_pw."),
    (r"^features\.1\.0\.block\.2\.1\.", "blocks.0.0.bn2."),
    (r"^features\.(\d)\.(\d)\.block\.2\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.se."),
    (r"^features\.(\d)\.(\d)\.block\.0\.0\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.conv_pw."),
    (r"^features\.(\d)\.(\d)\.block\.0\.1\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.bn1."),
    (r"^features\.(\d)\.(\d)\.block\.1\.0\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.conv_dw."),
    (r"^features\.(\d)\.(\d)\.block\.1\.1\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.bn2."),
    (r"^features\.(\d)\.(\d)\.block\.3\.0\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.conv_pwl."),
    (r"^features\.(\d)\.(\d)\.block\.3\.1\.", lambda match: f"blocks.{int(match[1]) - 1}.{match[2]}.bn3."),
    (r"\.se\.fc1\.", ".se.conv_reduce."),
    (r"\.se\.fc2\.", ".se.conv_expand."),
)


def test_timm_and_torchvision_names_give_the_same_answers() -> None:
    state = made.efficientnet(made.B0, 32, 7)
    first, second = rebuild(state, "x"), rebuild(renamed(state, TIMM_B0), "x")
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == ("torchvision EfficientNet", "timm EfficientNet")
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(first.module.eval()(batch), second.module.eval()(batch))


def test_prefixes_and_heads_of_projects_are_seen_through() -> None:
    state = made.resnet((1, 1, 1, 1), False, 7)
    wrapped = {f"model.backbone.{name.replace('fc.', 'fc.1.')}": value for name, value in state.items()}
    rebuilt = rebuild(wrapped, "x")
    assert rebuilt is not None
    assert torch.equal(rebuilt.module.fc.bias, state["fc.bias"])


def test_what_is_of_no_family_or_only_nearly_is_refused(tmp_path: Path) -> None:
    assert rebuild({"encoder.weight": torch.zeros(3, 3)}, "x") is None
    state = made.resnet((1, 1, 1, 1), False, 7)
    with pytest.raises(UnsupportedCheckpoint, match=r"x\.pt: has the names of .* not its layers .*more\.weight"):
        rebuild(state | {"more.weight": torch.zeros(3)}, "x.pt")
    del state["layer3.0.bn1.weight"]
    with pytest.raises(UnsupportedCheckpoint, match=r"torch\.jit\.script or torch\.onnx\.export"):
        rebuild(state, "x.pt")


def test_such_a_state_dict_is_exported(tmp_path: Path, export: Callable[..., Any]) -> None:
    torch.save({"state_dict": made.mobilenet_v2(3)}, tmp_path / "best.pth")
    said = {"labels": ("anger", "sadness", "neutral"), "size_wh": (32, 32)}
    exported = export(tmp_path / "best.pth", normalisation=NORMALISATIONS["imagenet"], **said)
    assert exported.manifest.provenance["architecture"] == "torchvision MobileNetV2"
    assert exported.manifest.input.colour == "RGB"
    assert len(exported.read_faces()) == 3
