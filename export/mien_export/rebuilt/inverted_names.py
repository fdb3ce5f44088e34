"""How torchvision and timm name the layers of `inverted`, and what their networks do that no shape says."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import torch
from torch import nn

from mien_export.rebuilt.inverted import Activation, Inverted, Settings

if TYPE_CHECKING:
    from mien_export.rebuilt.family import State

Plan = tuple["State", Callable[[], nn.Module]]

STAGE_STRIDES: Final = (1, 2, 2, 2, 1, 2, 1)
"""Of the first block of each stage, in all but MobileNetV3's small one."""
V3_SMALL_STAGES: Final = (2, 2, 2, 1, 2)
V2_BLOCKS: Final = (1, 2, 3, 4, 3, 3, 1)
V3_LARGE_BLOCKS: Final = (1, 2, 3, 4, 2, 3)
V3_SMALL_BLOCKS: Final = (1, 2, 3, 2, 3)
V3_RECTIFIED: Final = {15: 6, 11: 3}
"""By the number of MobileNetV3's blocks: how many of the first have ReLU; hard swish after them."""
CONV, NORM = "conv", "norm"


def torchvision_v2(state: "State") -> Plan:
    """Return MobileNetV2 by torchvision's names."""
    last = _last_feature(state)
    renamed: State = {}
    for name, value in state.items():
        if match := re.match(r"features\.(\d+)\.conv\.(.+)$", name):
            wide = f"features.{match[1]}.conv.3.weight" in state
            order = {"0.0": 0, "0.1": 1, "1.0": 2, "1.1": 3, "2": 4, "3": 5} if wide else {}
            order = order or {"0.0": 2, "0.1": 3, "1": 4, "2": 5}
            inner, _, field = match[2].rpartition(".")
            part = ("expand.conv", "expand.norm", "depth.conv", "depth.norm", "project.conv", "project.norm")
            renamed[f"blocks.{int(match[1]) - 1}.{part[order[inner]]}.{field}"] = value
        else:
            renamed[_outside(name, last, {"classifier.1": "head"})] = value
    return _plan(renamed, _by_stage(V2_BLOCKS, STAGE_STRIDES), nn.functional.relu6)


def torchvision_v3(state: "State") -> Plan:
    """Return MobileNetV3 by torchvision's names."""
    last = _last_feature(state)
    renamed: State = {}
    for name, value in state.items():
        if match := re.match(r"features\.(\d+)\.block\.(\d+)\.(.+)$", name):
            role = _role(state, f"features.{match[1]}.block", int(match[2]), match[3])
            renamed[f"blocks.{int(match[1]) - 1}.{role}"] = value
        else:
            renamed[_outside(name, last, {"classifier.0": "hidden", "classifier.3": "head"})] = value
    return _v3(renamed, 1e-3)


def torchvision_efficientnet(state: "State") -> Plan:
    """Return EfficientNet or EfficientNetV2 by torchvision's names."""
    last = _last_feature(state)
    places = _places(state, r"features\.(\d+)\.(\d+)\.block\.")
    renamed: State = {}
    for name, value in state.items():
        if match := re.match(r"features\.(\d+)\.(\d+)\.block\.(\d+)\.(.+)$", name):
            role = _role(state, f"features.{match[1]}.{match[2]}.block", int(match[3]), match[4])
            renamed[f"blocks.{places.index((int(match[1]), int(match[2])))}.{role}"] = value
        else:
            renamed[_outside(name, last, {"classifier.1": "head"})] = value
    blocks = _blocks_of(places)
    # B5 and larger, which begin with three blocks or more, and V2 have another epsilon.
    is_wide = blocks[0] > 2 or any(".fused." in name for name in renamed)
    strides = _by_stage(blocks, STAGE_STRIDES)
    return _plan(renamed, strides, nn.functional.silu, epsilon=1e-3 if is_wide else 1e-5)


def timm_v2(state: "State") -> Plan:
    """Return MobileNetV2, or EfficientNet-lite, by timm's names."""
    renamed, blocks = _from_timm(state)
    return _plan(renamed, _by_stage(blocks, STAGE_STRIDES), nn.functional.relu6)


def timm_v3(state: "State") -> Plan:
    """Return MobileNetV3 by timm's names."""
    renamed, _ = _from_timm(state)
    return _v3(renamed, 1e-5)


def timm_efficientnet(state: "State") -> Plan:
    """Return EfficientNet by timm's names."""
    renamed, blocks = _from_timm(state)
    return _plan(renamed, _by_stage(blocks, STAGE_STRIDES), nn.functional.silu)


def _v3(renamed: "State", epsilon: float) -> Plan:
    count = len({name.split(".")[1] for name in renamed if name.startswith("blocks.")})
    rectified = V3_RECTIFIED[count]
    large = (V3_LARGE_BLOCKS, STAGE_STRIDES)
    strides = _by_stage(*(large if count == sum(V3_LARGE_BLOCKS) else (V3_SMALL_BLOCKS, V3_SMALL_STAGES)))
    swish = nn.functional.hardswish
    activations: tuple[Activation, ...] = (torch.relu,) * rectified + (swish,) * (count - rectified)
    settings = Settings(strides, activations, swish, gate=nn.functional.hardsigmoid, epsilon=epsilon)
    return renamed, lambda: Inverted(renamed, settings)


def _plan(renamed: "State", strides: tuple[int, ...], activation: Activation, epsilon: float = 1e-5) -> Plan:
    settings = Settings(strides, (activation,) * len(strides), activation, activation, epsilon=epsilon)
    return renamed, lambda: Inverted(renamed, settings)


def _by_stage(blocks: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        stride if place == 0 else 1
        for count, stride in zip(blocks, strides, strict=False)
        for place in range(count)
    )


def _places(state: "State", pattern: str) -> list[tuple[int, int]]:
    """Return stage and block of all names that match, in order."""
    found = (re.match(pattern, name) for name in state)
    return sorted({(int(match[1]), int(match[2])) for match in found if match})


def _blocks_of(places: list[tuple[int, int]]) -> tuple[int, ...]:
    stages = sorted({stage for stage, _ in places})
    return tuple(sum(at == stage for at, _ in places) for stage in stages)


def _last_feature(state: "State") -> int:
    found = (re.match(r"features\.(\d+)\.0\.weight$", name) for name in state)
    return max(int(match[1]) for match in found if match)


def _outside(name: str, last: int, heads: dict[str, str]) -> str:
    """Rename what torchvision has around the blocks."""
    places = {"features.0.0": "stem.conv", "features.0.1": "stem.norm"}
    places |= {f"features.{last}.0": "last.conv", f"features.{last}.1": "last.norm", **heads}
    layer, _, field = name.rpartition(".")
    return f"{places[layer]}.{field}"


def _role(state: "State", prefix: str, number: int, rest: str) -> str:
    """Return the name of a part of torchvision's `block`: convolutions with their norms, and perhaps a squeeze."""
    if rest.startswith("fc"):
        return f"squeeze.{'reduce' if rest.startswith('fc1') else 'expand'}.{rest.partition('.')[2]}"
    found = (re.match(rf"{re.escape(prefix)}\.(\d+)\.0\.weight$", name) for name in state)
    convs = sorted(int(match[1]) for match in found if match)
    depth = next((at for at in convs if state[f"{prefix}.{at}.0.weight"].shape[1] == 1), None)
    if depth is None:
        part = "fused" if number == convs[0] else "project"
    else:
        part = "depth" if number == depth else "expand" if number < depth else "project"
    kind, _, field = rest.partition(".")
    return f"{part}.{(CONV, NORM)[int(kind)]}.{field}"


TIMM_WIDE: Final = {
    "conv_pw": "expand.conv",
    "bn1": "expand.norm",
    "conv_dw": "depth.conv",
    "bn2": "depth.norm",
    "conv_pwl": "project.conv",
    "bn3": "project.norm",
}
TIMM_PLAIN: Final = {
    "conv_dw": "depth.conv",
    "bn1": "depth.norm",
    "conv_pw": "project.conv",
    "bn2": "project.norm",
}
TIMM_SQUEEZE: Final = {"se.conv_reduce": "squeeze.reduce", "se.conv_expand": "squeeze.expand"}
TIMM_LAST: Final = {"conv": "last.conv", "bn1": "last.norm"}
TIMM_OUTER: Final = {
    "conv_stem": "stem.conv",
    "bn1": "stem.norm",
    "conv_head": "last.conv",
    "bn2": "last.norm",
    "classifier": "head",
}


def _from_timm(state: "State") -> tuple["State", tuple[int, ...]]:
    """Return a state_dict with the names of `inverted`, and the number of blocks in each stage."""
    outer = TIMM_OUTER | ({"conv_head": "hidden"} if "conv_head.bias" in state else {})
    places = [
        place
        for place in _places(state, r"blocks\.(\d+)\.(\d+)\.")
        if f"blocks.{place[0]}.{place[1]}.conv.weight" not in state
    ]
    renamed: State = {}
    for name, value in state.items():
        layer, _, field = name.rpartition(".")
        if match := re.match(r"blocks\.(\d+)\.(\d+)\.(.+)$", layer):
            prefix = f"blocks.{match[1]}.{match[2]}"
            if f"{prefix}.conv.weight" in state:
                renamed[f"{TIMM_LAST[match[3]]}.{field}"] = value
                continue
            parts = TIMM_WIDE if f"{prefix}.conv_pwl.weight" in state else TIMM_PLAIN
            place = places.index((int(match[1]), int(match[2])))
            renamed[f"blocks.{place}.{(parts | TIMM_SQUEEZE)[match[3]]}.{field}"] = value
        else:
            is_hidden = outer[layer] == "hidden" and value.ndim == 4
            renamed[f"{outer[layer]}.{field}"] = value.flatten(1) if is_hidden else value
    return renamed, _blocks_of(places)
