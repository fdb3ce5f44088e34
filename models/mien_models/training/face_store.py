"""Faces where the network is: sent there once, in bytes, small, and made into its input there."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mien.inference.manifest import InputSpec
from mien.vision.crops import prepare_crop
from mien_models.data import LabelledFaces
from mien_models.data.crops import face_crop
from mien_models.data.pictures import ArrayPictures

Rows = NDArray[np.int64]

CPU: Final = torch.device("cpu")

MOST_BYTES: Final = 4 << 30
"""Of one part of a set that is kept in main memory."""

SHARE_OF_CARD: Final = 0.4
"""Of the free memory of a graphics card that faces may take; the network needs the rest."""


class FaceStore(Protocol):
    """Where batches get their faces."""

    def take(self, chosen: Rows, rows: Tensor) -> Tensor:
        """Return (N, C, h, w) uint8 on the device, in the network's colours, or gray, of any one size.

        Args:
            chosen: Which, on the processor.
            rows: The same, on the device.
        """


class KeptFaces:
    """All faces on the device.

    Args:
        pixels: (N, C, h, w) uint8.
    """

    def __init__(self, pixels: Tensor) -> None:
        self.pixels = pixels

    def take(self, chosen: Rows, rows: Tensor) -> Tensor:
        """See `FaceStore`."""
        return self.pixels[rows]


class FacesReadAnew:
    """Faces of a set that is too large to keep: read for each step.

    Args:
        faces: The set.
        spec: How they are cut.
        device: Where they go.
    """

    def __init__(self, faces: LabelledFaces, spec: InputSpec, device: torch.device) -> None:
        self._faces, self._spec, self._device = faces, spec, device

    def take(self, chosen: Rows, rows: Tensor) -> Tensor:
        """See `FaceStore`."""
        return sent(np.concatenate([cut(self._faces, int(row), self._spec) for row in chosen]), self._device)


def stored_faces(faces: LabelledFaces, spec: InputSpec, device: torch.device) -> FaceStore:
    """Return the faces as they are stored for a network: as small as they are, at most as large as it wants them.

    Args:
        faces: The set.
        spec: The network's input.
        device: Where the network is.
    """
    pictures = faces.pictures
    is_cut_anew = spec.crop.align == "eyes" and faces.eyes is not None
    if isinstance(pictures, ArrayPictures) and not is_cut_anew:
        height, width = pictures.pixels.shape[1:]
        if height * width <= spec.size_wh[0] * spec.size_wh[1]:
            kept = torch.from_numpy(np.ascontiguousarray(pictures.pixels)).unsqueeze(1)
            return _kept_or(kept, faces, spec, device)
        spec = msgspec.structs.replace(spec, colour="GRAY", mean=(0.0,), std=(1.0,))
    size = len(faces) * spec.channels * spec.size_wh[0] * spec.size_wh[1]
    if size > _room(device):
        return FacesReadAnew(faces, spec, device)
    pixels = np.concatenate([cut(faces, row, spec) for row in range(len(faces))])
    return KeptFaces(torch.from_numpy(pixels).to(device))


def _kept_or(pixels: Tensor, faces: LabelledFaces, spec: InputSpec, device: torch.device) -> FaceStore:
    """Keep pixels on the device where it has room; those in main memory are there already."""
    if device.type != "cpu" and pixels.numel() > _room(device):
        return FacesReadAnew(faces, msgspec.structs.replace(spec, colour="GRAY", mean=(0.0,), std=(1.0,)), device)
    return KeptFaces(pixels.to(device))


def _room(device: torch.device) -> int:
    if device.type != "cuda":
        return MOST_BYTES
    free, _ = torch.cuda.mem_get_info(device)
    return int(free * SHARE_OF_CARD)


def cut(faces: LabelledFaces, row: int, spec: InputSpec) -> NDArray[np.uint8]:
    """Return one face as the program cuts and resizes it, (1, C, h, w) uint8, in the network's colours."""
    plain = msgspec.structs.replace(spec, layout="NCHW", scale=1.0, mean=(0.0,), std=(1.0,))
    return prepare_crop(face_crop(faces, row, plain), plain).astype(np.uint8)


def in_size(pixels: Tensor, spec: InputSpec) -> Tensor:
    """Enlarge (N, C, h, w) uint8 to the network's size, as the program does; float32 in 0 to 1."""
    width, height = spec.size_wh
    values = pixels.float()
    if values.shape[2:] != (height, width):
        values = functional.interpolate(values, (height, width), mode="bilinear", align_corners=False).round()
    return values.div_(255.0)


def as_input(images: Tensor, spec: InputSpec) -> Tensor:
    """Turn (N, C, H, W) in 0 to 1, gray or not, into what the network takes: `(pixel * scale - mean) / std`."""
    mean, std = (
        torch.tensor(values, dtype=torch.float32).to(images.device, non_blocking=True).view(1, -1, 1, 1)
        for values in (spec.mean, spec.std)
    )
    values = (images * (255.0 * spec.scale) - mean) / std
    values = values.expand(-1, spec.channels, -1, -1)
    return values.permute(0, 2, 3, 1) if spec.layout == "NHWC" else values


def sent(values: NDArray[np.generic], device: torch.device) -> Tensor:
    """Return values on a device, without waiting for it."""
    there = torch.from_numpy(values)
    return there.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else there.to(device)
