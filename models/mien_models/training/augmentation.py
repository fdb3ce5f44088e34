"""Augmentation of a whole batch at once in torch: what webcams, detectors and rooms do to a face.

Everything draws from one `torch.Generator` on the pictures' device, so that a run can be repeated and resumed
exactly. Pictures are (N, 1,
H, W) float32 in the range 0-1, before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Generator, Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class AugmentationConfig:
    """How strong and how often. Chances are 0-1; geometry is uniform within ± the bound.

    Attributes:
        rotation_deg: Roll that is left after alignment, and the roll of FER2013 itself (standard deviation 7.4).
        scale: Relative error of size, as from the detector.
        shift: Error of place, as a fraction of the side.
        gamma: Exponent is exp(uniform(±gamma)): dim rooms and bright windows.
        light: Chance of a light that falls off across the face.
        blur: Chance of a soft picture (Gaussian, standard deviation 0.4 to 1.4 px).
        noise: Chance of sensor noise, standard deviation up to `noise_std`.
        noise_std: In units of the range 0-1.
        compression: Chance of JPEG-like blocks.
        erasing: Chance of a patch that hides something: a hand, hair, a mask.
        mixup: Alpha of the beta distribution by which another face is mixed in, targets and all
            (`mien_models.training.mixing`); 0 mixes nothing.
    """

    rotation_deg: float = 14.0
    scale: float = 0.15
    shift: float = 0.07
    gamma: float = 0.6
    light: float = 0.3
    blur: float = 0.2
    noise: float = 0.35
    noise_std: float = 0.06
    compression: float = 0.2
    erasing: float = 0.35
    mixup: float = 0.0


def _uniform(count: int, low: float, high: float, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator, device=generator.device) * (high - low) + low


def _some(count: int, chance: float, generator: Generator) -> Tensor:
    """Indices (M,) of the pictures that an effect with this chance falls on."""
    return torch.nonzero(torch.rand(count, generator=generator, device=generator.device) < chance).flatten()


def move(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Mirror, turn, scale and shift each picture; the border repeats its last pixel."""
    count = len(images)
    angle = torch.deg2rad(_uniform(count, -config.rotation_deg, config.rotation_deg, generator))
    zoom = torch.exp(_uniform(count, -config.scale, config.scale, generator))
    mirror = torch.where(_uniform(count, 0.0, 1.0, generator) < 0.5, -1.0, 1.0)
    shift = _uniform(2 * count, -2 * config.shift, 2 * config.shift, generator).view(count, 2)
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    matrix = torch.stack(
        [torch.stack([cos * mirror, -sin, shift[:, 0]], 1), torch.stack([sin * mirror, cos, shift[:, 1]], 1)], 1
    )
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def relight(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Change gamma, contrast and brightness; on some, let the light fall off in one direction."""
    count, _, height, width = images.shape
    exponent = torch.exp(_uniform(count, -config.gamma, config.gamma, generator)).view(-1, 1, 1, 1)
    contrast = torch.exp(_uniform(count, -0.35, 0.35, generator)).view(-1, 1, 1, 1)
    offset = _uniform(count, -0.1, 0.1, generator).view(-1, 1, 1, 1)
    images = ((images.clamp(1e-4, 1.0) ** exponent - 0.5) * contrast + 0.5 + offset).clamp(0.0, 1.0)
    lit = _some(count, config.light, generator)
    direction = _uniform(len(lit), 0.0, 2 * math.pi, generator).view(-1, 1, 1)
    depth = _uniform(len(lit), 0.2, 0.8, generator).view(-1, 1, 1)
    across = torch.linspace(-0.7, 0.7, width, device=images.device).view(1, 1, width) * torch.cos(direction)
    down = torch.linspace(-0.7, 0.7, height, device=images.device).view(1, height, 1) * torch.sin(direction)
    images[lit] = images[lit] * (1.0 - depth * (0.5 + 0.5 * (across + down))).unsqueeze(1)
    return images


def soften(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Blur some pictures with a separable Gaussian of their own."""
    chosen = _some(len(images), config.blur, generator)
    if len(chosen) == 0:
        return images
    sigma = _uniform(len(chosen), 0.4, 1.4, generator).view(-1, 1)
    taps = torch.exp(-0.5 * (torch.arange(-3.0, 4.0, device=images.device).view(1, 7) / sigma) ** 2)
    taps = taps / taps.sum(1, keepdim=True)
    picture = functional.pad(images[chosen, 0].unsqueeze(0), (3, 3, 3, 3), mode="replicate")
    picture = functional.conv2d(picture, taps.view(-1, 1, 1, 7), groups=len(chosen))
    images[chosen] = functional.conv2d(picture, taps.view(-1, 1, 7, 1), groups=len(chosen)).transpose(0, 1)
    return images


@cache
def _cosine_basis() -> Tensor:
    """Return the (8, 8) orthonormal DCT-II matrix, one basis function a row."""
    k, n = torch.arange(8.0).view(8, 1), torch.arange(8.0).view(1, 8)
    basis = torch.cos(math.pi * (2 * n + 1) * k / 16) * 0.5
    basis[0] *= math.sqrt(0.5)
    return basis


def compress(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Quantise 8x8 cosine coefficients of some pictures, high frequencies harder, as JPEG and webcam MJPG do."""
    chosen = _some(len(images), config.compression, generator)
    if len(chosen) == 0:
        return images
    _, _, height, width = images.shape
    basis = _cosine_basis().to(images.device)
    blocks = images[chosen, 0].view(-1, height // 8, 8, width // 8, 8).transpose(2, 3)
    coefficients = basis @ blocks @ basis.T
    frequency = torch.arange(8.0).view(8, 1) + torch.arange(8.0).view(1, 8)
    step = _uniform(len(chosen), 0.02, 0.12, generator).view(-1, 1, 1, 1, 1) * (1.0 + 0.5 * frequency)
    coefficients = torch.round(coefficients / step) * step
    restored = (basis.T @ coefficients @ basis).transpose(2, 3).reshape(-1, 1, height, width)
    images[chosen] = restored
    return images


def roughen(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Add sensor noise to some pictures."""
    chosen = _some(len(images), config.noise, generator)
    strength = _uniform(len(chosen), 0.0, config.noise_std, generator).view(-1, 1, 1, 1)
    noise = torch.randn((len(chosen), *images.shape[1:]), generator=generator, device=images.device)
    images[chosen] = images[chosen] + noise * strength
    return images


def erase(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Cover a rectangle of some pictures with one gray (random erasing, arXiv:1708.04896)."""
    count, _, height, width = images.shape
    chosen = _some(count, config.erasing, generator)
    size = _uniform(2 * len(chosen), 0.12, 0.45, generator).view(-1, 2)
    centre = _uniform(2 * len(chosen), 0.0, 1.0, generator).view(-1, 2)
    rows = (torch.arange(height, device=images.device) + 0.5).view(1, height) / height
    columns = (torch.arange(width, device=images.device) + 0.5).view(1, width) / width
    inside_y = (rows - centre[:, :1]).abs() < size[:, :1] / 2
    inside_x = (columns - centre[:, 1:]).abs() < size[:, 1:] / 2
    covered = (inside_y.unsqueeze(2) & inside_x.unsqueeze(1)).unsqueeze(1)
    gray = _uniform(len(chosen), 0.0, 1.0, generator).view(-1, 1, 1, 1)
    images[chosen] = torch.where(covered, gray, images[chosen])
    return images


def augment(images: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Return a changed copy of a batch.

    Args:
        images: (N, 1, H, W) float32, range 0-1; H and W multiples of 8.
        config: Strengths.
        generator: The only source of chance.

    Returns:
        (N, 1, H, W) float32, range 0-1.
    """
    images = move(images, config, generator)
    for effect in (relight, soften, roughen, compress, erase):
        images = effect(images, config, generator)
    return images.clamp(0.0, 1.0)
