"""Vision transformers (arXiv:2010.11929) of any depth, named as timm does."""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from mien_export.rebuilt.family import State

Plan = tuple["State", Callable[[], nn.Module]]

EPSILON: Final = 1e-6
HEAD_WIDTH: Final = 64
"""Of each attention head in all published sizes; in no shape. The huge one has 16 heads of 80."""
HUGE: Final = {1280: 16}

TORCHVISION: Final = (
    (r"^conv_proj\.", "patch_embed.proj."),
    (r"^class_token$", "cls_token"),
    (r"^encoder\.pos_embedding$", "pos_embed"),
    (r"^encoder\.ln\.", "norm."),
    (r"^encoder\.layers\.encoder_layer_(\d+)\.", r"blocks.\1."),
    (r"^heads\.head\.", "head."),
    (r"\.ln_1\.", ".norm1."),
    (r"\.ln_2\.", ".norm2."),
    (r"\.self_attention\.in_proj_", ".attn.qkv."),
    (r"\.self_attention\.out_proj\.", ".attn.proj."),
    (r"\.mlp\.(0|linear_1)\.", ".mlp.fc1."),
    (r"\.mlp\.(3|linear_2)\.", ".mlp.fc2."),
)


def from_torchvision(state: "State") -> "State":
    """Return a state_dict of torchvision with timm's names."""
    renamed = {}
    for name, value in state.items():
        for pattern, replacement in TORCHVISION:
            name = re.sub(pattern, replacement, name)
        renamed[name] = value
    return renamed


class Attention(nn.Module):
    """Attention of all places to all, over (N, T, D)."""

    def __init__(self, width: int, has_bias: bool) -> None:
        super().__init__()
        self._heads = HUGE.get(width, width // HEAD_WIDTH)
        self.qkv = nn.Linear(width, 3 * width, bias=has_bias)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Mix the tokens."""
        count, places, width = tokens.shape
        split = self.qkv(tokens).reshape(count, places, 3, self._heads, width // self._heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value)
        projected: Tensor = self.proj(mixed.transpose(1, 2).reshape(count, places, width))
        return projected


class Mlp(nn.Module):
    """Two linear layers."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, inner)
        self.fc2 = nn.Linear(inner, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform (N, T, D)."""
        transformed: Tensor = self.fc2(nn.functional.gelu(self.fc1(tokens)))
        return transformed


class Block(nn.Module):
    """Attention and MLP, each normalised before and added."""

    def __init__(self, state: "State", prefix: str) -> None:
        super().__init__()
        inner, width = state[f"{prefix}.mlp.fc1.weight"].shape
        self.norm1 = nn.LayerNorm(width, EPSILON)
        self.attn = Attention(width, f"{prefix}.attn.qkv.bias" in state)
        self.norm2 = nn.LayerNorm(width, EPSILON)
        self.mlp = Mlp(width, inner)

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform (N, T, D)."""
        tokens = tokens + self.attn(self.norm1(tokens))
        mixed: Tensor = tokens + self.mlp(self.norm2(tokens))
        return mixed


class Patches(nn.Module):
    """Squares of the picture, each as one token."""

    def __init__(self, state: "State") -> None:
        super().__init__()
        width, channels, side, _ = state["patch_embed.proj.weight"].shape
        self.proj = nn.Conv2d(channels, width, side, side, bias="patch_embed.proj.bias" in state)

    def forward(self, image: Tensor) -> Tensor:
        """(N, 3, H, W) → (N, T, D)."""
        squares: Tensor = self.proj(image).flatten(2).transpose(1, 2)
        return squares


class Vit(nn.Module):
    """(N, 3, S, S) float32 → (N, labels) float32 logits."""

    def __init__(self, state: "State") -> None:
        super().__init__()
        labels, width = state["head.weight"].shape
        places, has_class = state["pos_embed"].shape[1], "cls_token" in state
        across = math.isqrt(places - has_class)
        self.side_px = across * int(state["patch_embed.proj.weight"].shape[-1])
        self.patch_embed = Patches(state)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width)) if has_class else None
        self.pos_embed = nn.Parameter(torch.zeros(1, places, width))
        count = len({name.split(".")[1] for name in state if name.startswith("blocks.")})
        self.blocks = nn.Sequential(*(Block(state, f"blocks.{number}") for number in range(count)))
        # timm normalises the average of the tokens as `fc_norm`, or all tokens as `norm` and takes the first.
        self.norm = nn.LayerNorm(width, EPSILON) if "norm.weight" in state else nn.Identity()
        self.fc_norm = nn.LayerNorm(width, EPSILON) if "fc_norm.weight" in state else None
        self.head = nn.Linear(width, labels)

    def forward(self, image: Tensor) -> Tensor:
        """Read a batch."""
        tokens = self.patch_embed(image)
        if self.cls_token is not None:
            tokens = torch.cat([self.cls_token.expand(tokens.shape[0], -1, -1), tokens], 1)
        tokens = self.norm(self.blocks(tokens + self.pos_embed))
        if self.fc_norm is not None:
            start = 0 if self.cls_token is None else 1
            pooled = self.fc_norm(tokens[:, start:].mean(1))
        else:
            pooled = tokens[:, 0] if self.cls_token is not None else tokens.mean(1)
        logits: Tensor = self.head(pooled)
        return logits


def timm(state: "State") -> Plan:
    """Return the network of a state_dict with timm's names."""
    return state, lambda: Vit(state)


def torchvision(state: "State") -> Plan:
    """Return the network of a state_dict with torchvision's names."""
    return timm(from_torchvision(state))
