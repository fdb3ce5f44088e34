"""Augmentation of a whole batch at once in torch: what webcams, detectors and rooms do to a face.

Everything draws from one `Chance`, so that a run can be repeated and resumed exactly. Nothing here asks the device
for a value, loops over faces or has a shape that depends on one: a graphics card is never waited for. Pictures are
(N, C, H, W) float32 in the range 0-1, before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from mien_models.training.chance import Chance

SMALL_SHARES: Final = (0.21, 0.29, 0.375, 0.5, 0.625)
"""How small some faces become, as shares of the side, before they are enlarged again."""

TILES: Final = 4
"""A side, of the tiles that unreadable faces are shuffled in."""


@dataclass(frozen=True, slots=True)
class AugmentationConfig:
    """How strong and how often. Chances are 0-1; geometry is uniform within ± the bound.

    Attributes:
        rotation_deg: Roll that is left after alignment, and the roll of FER2013 itself (standard deviation 7.4).
        scale: Relative error of size, as from the detector.
        shift: Error of place, as a fraction of the side.
        gamma: Exponent is exp(uniform(±gamma)): dim rooms and bright windows.
        contrast: Factor is exp(uniform(±contrast)).
        brightness: Offset, in units of the range 0-1.
        light: Chance of a light that falls off across the face.
        small: Chance of a face from far away: shrunk, and enlarged again.
        blur: Chance of a soft picture (Gaussian, standard deviation 0.4 to 1.4 px).
        noise: Chance of sensor noise, standard deviation up to `noise_std`.
        noise_std: In units of the range 0-1.
        compression: Chance of JPEG-like blocks.
        erasing: Chance of a patch that hides something: a hand, hair, a mask.
    """

    rotation_deg: float = 14.0
    scale: float = 0.15
    shift: float = 0.07
    gamma: float = 0.6
    contrast: float = 0.35
    brightness: float = 0.1
    light: float = 0.3
    small: float = 0.25
    blur: float = 0.2
    noise: float = 0.35
    noise_std: float = 0.06
    compression: float = 0.2
    erasing: float = 0.35


def move(
    stored: Tensor, config: AugmentationConfig, chance: Chance, size_hw: tuple[int, int], shown: float = 1.0
) -> Tensor:
    """Mirror, turn, scale and shift each picture, and bring it to the network's size, all in one sampling.

    Args:
        stored: (N, C, h, w) float32; the border repeats its last pixel.
        config: Strengths.
        chance: Of the step.
        size_hw: Of the result, (N, C, H, W).
        shown: Share of a stored side that an unmoved network sees; the rest is a rim to move in.
    """
    count = len(stored)
    angle = torch.deg2rad(chance.uniform(count, -config.rotation_deg, config.rotation_deg))
    zoom = torch.exp(chance.uniform(count, -config.scale, config.scale))
    mirror = torch.where(chance.uniform(count, 0.0, 1.0) < 0.5, -1.0, 1.0)
    shift = chance.uniform(2 * count, -2 * config.shift, 2 * config.shift).view(count, 2)
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    matrix = torch.stack(
        [torch.stack([cos * mirror, -sin, shift[:, 0]], 1), torch.stack([sin * mirror, cos, shift[:, 1]], 1)], 1
    )
    grid = functional.affine_grid(matrix * shown, [count, stored.shape[1], *size_hw], align_corners=False)
    return functional.grid_sample(stored, grid, padding_mode="border", align_corners=False)


def relight(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Change gamma, contrast and brightness; on some, let the light fall off in one direction."""
    count, _, height, width = images.shape
    if config.gamma:
        exponent = torch.exp(chance.uniform(count, -config.gamma, config.gamma)).view(-1, 1, 1, 1)
        images = images.clamp(1e-4, 1.0) ** exponent
    if config.contrast or config.brightness:
        contrast = torch.exp(chance.uniform(count, -config.contrast, config.contrast)).view(-1, 1, 1, 1)
        offset = chance.uniform(count, -config.brightness, config.brightness).view(-1, 1, 1, 1)
        images = ((images - 0.5) * contrast + (0.5 + offset)).clamp(0.0, 1.0)
    if not config.light:
        return images
    lit = chance.some(count, config.light)
    direction = chance.uniform(len(lit), 0.0, 2 * math.pi).view(-1, 1, 1)
    depth = chance.uniform(len(lit), 0.2, 0.8).view(-1, 1, 1)
    across = torch.linspace(-0.7, 0.7, width, device=images.device).view(1, 1, width) * torch.cos(direction)
    down = torch.linspace(-0.7, 0.7, height, device=images.device).view(1, height, 1) * torch.sin(direction)
    light = (1.0 - depth * (0.5 + 0.5 * (across + down))).unsqueeze(1)
    images[lit] = images[lit] * light
    return images


def shrink(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Make some faces small, as far cameras do, and enlarge them again."""
    chosen, start = chance.some(len(images), config.small), 0
    size_hw = (images.shape[2], images.shape[3])
    for share, count in zip(
        SMALL_SHARES, chance.kinds(len(chosen), len(SMALL_SHARES)), strict=True
    ):  # of sizes, not of faces
        rows = chosen[start : start + count]
        start += count
        if count:
            small_hw = (max(4, round(share * size_hw[0])), max(4, round(share * size_hw[1])))
            small = functional.interpolate(images[rows], small_hw, mode="area")
            large = functional.interpolate(small, size_hw, mode="bilinear", align_corners=False)
            images[rows] = large
    return images


def soften(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Blur some pictures with a separable Gaussian of their own."""
    chosen = chance.some(len(images), config.blur)
    if not len(chosen):
        return images
    sigma = chance.uniform(len(chosen), 0.4, 1.4).view(-1, 1)
    taps = torch.exp(-0.5 * (torch.arange(-3.0, 4.0, device=images.device).view(1, 7) / sigma) ** 2)
    taps = (taps / taps.sum(1, keepdim=True)).view(-1, 7, 1, 1, 1)
    _, _, height, width = images.shape
    wide = functional.pad(images[chosen], (3, 3, 3, 3), mode="replicate")
    across = torch.stack([taps[:, place] * wide[:, :, :, place : place + width] for place in range(7)]).sum(0)
    blurred = torch.stack([taps[:, place] * across[:, :, place : place + height] for place in range(7)]).sum(0)
    images[chosen] = blurred
    return images


def _cosine_basis(device: torch.device) -> Tensor:
    """Return the (8, 8) orthonormal DCT-II matrix, one basis function a row."""
    k, n = torch.arange(8.0, device=device).view(8, 1), torch.arange(8.0, device=device).view(1, 8)
    basis = torch.cos(math.pi * (2 * n + 1) * k / 16) * 0.5
    return torch.cat([basis[:1] * math.sqrt(0.5), basis[1:]])


def compress(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Quantise 8x8 cosine coefficients of some pictures, high frequencies harder, as JPEG and webcam MJPG do.

    What is left over at the right and below where a side is no multiple of 8 stays as it is.
    """
    chosen = chance.some(len(images), config.compression)
    if not len(chosen):
        return images
    channels, down, across = images.shape[1], images.shape[2] // 8, images.shape[3] // 8
    basis = _cosine_basis(images.device)
    some = images[chosen]
    whole = some[:, :, : 8 * down, : 8 * across]
    blocks = whole.reshape(-1, channels, down, 8, across, 8).transpose(3, 4)
    coefficients = basis @ blocks @ basis.T
    order = torch.arange(8.0, device=images.device)
    step = chance.uniform(len(chosen), 0.02, 0.12).view(-1, 1, 1, 1, 1, 1)
    step = step * (1.0 + 0.5 * (order.view(8, 1) + order.view(1, 8)))
    coefficients = torch.round(coefficients / step) * step
    restored = (basis.T @ coefficients @ basis).transpose(3, 4).reshape(whole.shape)
    some[:, :, : 8 * down, : 8 * across] = restored
    images[chosen] = some
    return images


def roughen(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Add sensor noise to some pictures."""
    chosen = chance.some(len(images), config.noise)
    strength = chance.uniform(len(chosen), 0.0, config.noise_std).view(-1, 1, 1, 1)
    images[chosen] = images[chosen] + chance.normal(len(chosen), *images.shape[1:]) * strength
    return images


def erase(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Cover a rectangle of some pictures with one gray (random erasing, arXiv:1708.04896)."""
    count, _, height, width = images.shape
    chosen = chance.some(count, config.erasing)
    size = chance.uniform(2 * len(chosen), 0.12, 0.45).view(-1, 2)
    centre = chance.uniform(2 * len(chosen), 0.0, 1.0).view(-1, 2)
    rows = (torch.arange(height, device=images.device) + 0.5).view(1, height) / height
    columns = (torch.arange(width, device=images.device) + 0.5).view(1, width) / width
    inside_y = (rows - centre[:, :1]).abs() < size[:, :1] / 2
    inside_x = (columns - centre[:, 1:]).abs() < size[:, 1:] / 2
    covered = (inside_y.unsqueeze(2) & inside_x.unsqueeze(1)).unsqueeze(1)
    gray = chance.uniform(len(chosen), 0.0, 1.0).view(-1, 1, 1, 1)
    images[chosen] = torch.where(covered, gray, images[chosen])
    return images


def change(images: Tensor, config: AugmentationConfig, chance: Chance) -> Tensor:
    """Return a batch, written into, changed by light, distance, lens, sensor, compression and what covers a face.

    Args:
        images: (N, C, H, W) float32, range 0-1.
        config: Strengths; an effect without chance takes no time.
        chance: The only source of chance.

    Returns:
        (N, C, H, W) float32, range 0-1.
    """
    if config.gamma or config.contrast or config.brightness or config.light:
        images = relight(images, config, chance)
    effects = (
        (shrink, config.small),
        (soften, config.blur),
        (roughen, config.noise),
        (compress, config.compression),
        (erase, config.erasing),
    )
    for effect, likely in effects:
        if likely:
            images = effect(images, config, chance)
    return images.clamp(0.0, 1.0)


def unreadable(images: Tensor, chance: Chance) -> Tensor:
    """Return what no expression can be read from, made of (N, 1, H, W) faces: shuffled tiles, skin, a cover.

    H and W are multiples of 4.
    """
    tiled, skin, _ = chance.kinds(len(images), 3)
    parts = (images[:tiled], images[tiled : tiled + skin], images[tiled + skin :])
    ways = (_shuffled, _patches, _covered)
    made = [way(part, chance) for way, part in zip(ways, parts, strict=True) if len(part)]
    return torch.cat(made).clamp(0.0, 1.0)


def _shuffled(images: Tensor, chance: Chance) -> Tensor:
    count, _, height, width = images.shape
    down, across = height // TILES, width // TILES
    tiles = images.reshape(count, TILES, down, TILES, across).transpose(2, 3).reshape(count, TILES**2, -1)
    order = chance.uniform(count * TILES**2, 0.0, 1.0).view(count, TILES**2).argsort(1)
    tiles = tiles.gather(1, order.unsqueeze(2).expand_as(tiles))
    return tiles.view(count, TILES, TILES, down, across).transpose(2, 3).reshape(count, 1, height, width)


def _patches(images: Tensor, chance: Chance) -> Tensor:
    """Enlarge a sixth of a side."""
    count, share = len(images), 1 / 6
    middle = chance.uniform(2 * count, share - 1.0, 1.0 - share).view(count, 2, 1)
    zoom = share * torch.eye(2, device=images.device).expand(count, 2, 2)
    grid = functional.affine_grid(torch.cat([zoom, middle], 2), list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _covered(images: Tensor, chance: Chance) -> Tensor:
    """Cover all but at most the upper quarter."""
    count, _, height, _ = images.shape
    cover = chance.uniform(count, 0.0, 1.0).view(-1, 1, 1, 1) + 0.05 * chance.normal(*images.shape)
    top = chance.uniform(count, 0.0, 0.25).view(-1, 1, 1, 1)
    rows = (torch.arange(height, device=images.device) / height).view(1, 1, -1, 1)
    return torch.where(rows >= top, cover, images)
