"""State_dicts with made-up weights, by the names and shapes that torchvision writes; no network among them.

Each is spelled out from the papers' tables and the library's names, apart from the code that rebuilds them.
"""

from typing import Any

import torch

State = dict[str, Any]
V2 = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
"""MobileNetV2: expansion, channels, blocks."""
V3_LARGE = (
    *((3, 16, 16, 0), (3, 64, 24, 0), (3, 72, 24, 0), (5, 72, 40, 1), (5, 120, 40, 1), (5, 120, 40, 1)),
    *((3, 240, 80, 0), (3, 200, 80, 0), (3, 184, 80, 0), (3, 184, 80, 0), (3, 480, 112, 1), (3, 672, 112, 1)),
    *((5, 672, 160, 1), (5, 960, 160, 1), (5, 960, 160, 1)),
)
"""MobileNetV3: kernel, expanded channels, channels, whether there is squeeze and excitation."""
V3_SMALL = (
    *((3, 16, 16, 1), (3, 72, 24, 0), (3, 88, 24, 0), (5, 96, 40, 1), (5, 240, 40, 1), (5, 240, 40, 1)),
    *((5, 120, 48, 1), (5, 144, 48, 1), (5, 288, 96, 1), (5, 576, 96, 1), (5, 576, 96, 1)),
)
B0 = ((1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3), (6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1))
"""EfficientNet-B0: expansion, kernel, channels, blocks."""
EFFICIENT_V2_S = (
    *((1, 3, 24, 2, 0), (4, 3, 48, 4, 0), (4, 3, 64, 4, 0)),
    *((4, 3, 128, 6, 1), (6, 3, 160, 9, 1), (6, 3, 256, 15, 1)),
)
"""EfficientNetV2-S: expansion, kernel, channels, blocks, whether it is no fused block."""


class Maker:
    """Fills a state_dict with numbers at which no layer dies or bursts."""

    def __init__(self, seed: int = 0) -> None:
        self.state: State = {}
        self._chance = torch.Generator().manual_seed(seed)

    def put(self, name: str, *shape: int, scale: float = 1.0, shift: float = 0.0) -> None:
        self.state[name] = torch.randn(shape, generator=self._chance) * scale + shift

    def conv(self, name: str, out: int, within: int, side: int, bias: bool = False) -> None:
        self.put(f"{name}.weight", out, within, side, side, scale=(within * side * side) ** -0.5)
        if bias:
            self.put(f"{name}.bias", out, scale=0.1)

    def linear(self, name: str, out: int, within: int) -> None:
        self.put(f"{name}.weight", out, within, scale=within**-0.5)
        self.put(f"{name}.bias", out, scale=0.1)

    def norm(self, name: str, width: int, is_batch: bool = True) -> None:
        self.put(f"{name}.weight", width, scale=0.1, shift=1.0)
        self.put(f"{name}.bias", width, scale=0.1)
        if is_batch:
            self.put(f"{name}.running_mean", width, scale=0.1)
            self.state[f"{name}.running_var"] = torch.rand(width, generator=self._chance) + 0.5
            self.state[f"{name}.num_batches_tracked"] = torch.tensor(1)

    def pair(self, conv: str, norm: str, out: int, within: int, side: int) -> None:
        self.conv(conv, out, within, side)
        self.norm(norm, out)


def eighth(value: float) -> int:
    """Round to a multiple of 8, as these papers do."""
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


def resnet(blocks: tuple[int, ...], wide: bool, labels: int) -> State:
    """ResNet-18 or -34 where not wide, -50 and deeper where it is."""
    make, within = Maker(), 64
    make.pair("conv1", "bn1", 64, 3, 7)
    for stage, count in enumerate(blocks):
        width = 64 << stage
        out = width * 4 if wide else width
        for place in range(count):
            at = f"layer{stage + 1}.{place}"
            sizes = [(width, within, 1), (width, width, 3), (out, width, 1)]
            for number, size in enumerate(sizes if wide else [(width, within, 3), (width, width, 3)], 1):
                make.pair(f"{at}.conv{number}", f"{at}.bn{number}", *size)
            if within != out:
                make.pair(f"{at}.downsample.0", f"{at}.downsample.1", out, within, 1)
            within = out
    make.linear("fc", labels, within)
    return make.state


def mobilenet_v2(labels: int) -> State:
    make, within, place = Maker(), 32, 1
    make.pair("features.0.0", "features.0.1", 32, 3, 3)
    for expansion, width, count in V2:
        for _ in range(count):
            at, inner = f"features.{place}.conv", within * expansion
            if expansion > 1:
                make.pair(f"{at}.0.0", f"{at}.0.1", inner, within, 1)
            number = 1 if expansion > 1 else 0
            make.pair(f"{at}.{number}.0", f"{at}.{number}.1", inner, 1, 3)
            make.pair(f"{at}.{number + 1}", f"{at}.{number + 2}", width, inner, 1)
            within, place = width, place + 1
    make.pair("features.18.0", "features.18.1", 1280, within, 1)
    make.linear("classifier.1", labels, 1280)
    return make.state


def mobilenet_v3(blocks: tuple[tuple[int, int, int, int], ...], hidden: int, labels: int) -> State:
    make, within = Maker(), 16
    make.pair("features.0.0", "features.0.1", 16, 3, 3)
    for place, (side, inner, width, squeezes) in enumerate(blocks, 1):
        at, number = f"features.{place}.block", 0
        if inner != within:
            make.pair(f"{at}.0.0", f"{at}.0.1", inner, within, 1)
            number = 1
        make.pair(f"{at}.{number}.0", f"{at}.{number}.1", inner, 1, side)
        if squeezes:
            number += 1
            make.conv(f"{at}.{number}.fc1", eighth(inner / 4), inner, 1, bias=True)
            make.conv(f"{at}.{number}.fc2", inner, eighth(inner / 4), 1, bias=True)
        make.pair(f"{at}.{number + 1}.0", f"{at}.{number + 1}.1", width, inner, 1)
        within = width
    last = len(blocks) + 1
    make.pair(f"features.{last}.0", f"features.{last}.1", 6 * within, within, 1)
    make.linear("classifier.0", hidden, 6 * within)
    make.linear("classifier.3", labels, hidden)
    return make.state


def efficientnet(stages: tuple[tuple[int, ...], ...], stem: int, labels: int) -> State:
    make, within = Maker(), stem
    make.pair("features.0.0", "features.0.1", stem, 3, 3)
    for stage, (expansion, side, width, count, *kind) in enumerate(stages, 1):
        for place in range(count):
            at, inner, number = f"features.{stage}.{place}.block", within * expansion, 0
            if kind == [0]:
                make.pair(f"{at}.0.0", f"{at}.0.1", inner if expansion > 1 else width, within, side)
            else:
                if expansion > 1:
                    make.pair(f"{at}.0.0", f"{at}.0.1", inner, within, 1)
                    number = 1
                make.pair(f"{at}.{number}.0", f"{at}.{number}.1", inner, 1, side)
                make.conv(f"{at}.{number + 1}.fc1", within // 4, inner, 1, bias=True)
                make.conv(f"{at}.{number + 1}.fc2", inner, within // 4, 1, bias=True)
                number += 1
            if kind != [0] or expansion > 1:
                make.pair(f"{at}.{number + 1}.0", f"{at}.{number + 1}.1", width, inner, 1)
            within = width
    last = len(stages) + 1
    make.pair(f"features.{last}.0", f"features.{last}.1", 1280, within, 1)
    make.linear("classifier.1", labels, 1280)
    return make.state


def convnext(depths: tuple[int, ...], widths: tuple[int, ...], labels: int) -> State:
    make = Maker()
    make.conv("features.0.0", widths[0], 3, 4, bias=True)
    make.norm("features.0.1", widths[0], is_batch=False)
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if stage:
            make.norm(f"features.{2 * stage}.0", widths[stage - 1], is_batch=False)
            make.conv(f"features.{2 * stage}.1", width, widths[stage - 1], 2, bias=True)
        for place in range(depth):
            at = f"features.{2 * stage + 1}.{place}"
            make.put(f"{at}.layer_scale", width, 1, 1)
            make.conv(f"{at}.block.0", width, 1, 7, bias=True)
            make.norm(f"{at}.block.2", width, is_batch=False)
            make.linear(f"{at}.block.3", 4 * width, width)
            make.linear(f"{at}.block.5", width, 4 * width)
    make.norm("classifier.0", widths[-1], is_batch=False)
    make.linear("classifier.2", labels, widths[-1])
    return make.state


def vit(depth: int, width: int, inner: int, labels: int, side: int = 224) -> State:
    make = Maker()
    make.put("class_token", 1, 1, width)
    make.conv("conv_proj", width, 3, 16, bias=True)
    make.put("encoder.pos_embedding", 1, (side // 16) ** 2 + 1, width)
    for place in range(depth):
        at = f"encoder.layers.encoder_layer_{place}"
        make.norm(f"{at}.ln_1", width, is_batch=False)
        make.put(f"{at}.self_attention.in_proj_weight", 3 * width, width, scale=width**-0.5)
        make.put(f"{at}.self_attention.in_proj_bias", 3 * width, scale=0.1)
        make.linear(f"{at}.self_attention.out_proj", width, width)
        make.norm(f"{at}.ln_2", width, is_batch=False)
        make.linear(f"{at}.mlp.0", inner, width)
        make.linear(f"{at}.mlp.3", width, inner)
    make.norm("encoder.ln", width, is_batch=False)
    make.linear("heads.head", labels, width)
    return make.state


def parameters(state: State) -> int:
    """Count what is trained, as the libraries' tables do."""
    kept = (value for name, value in state.items() if "running_" not in name and "num_batches" not in name)
    return sum(int(value.numel()) for value in kept)
