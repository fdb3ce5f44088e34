"""Faces as a network wants them: the one preprocessing of the program, the evaluation and the export.

A crop is uint8, (h, w, C) in the colour order of the network's input. A batch is float32 in its layout, each pixel
``(pixel * scale - mean) / std``. Everything follows the ``InputSpec`` of the network's manifest.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox
from mien.core.geometry import Affine, align_box, align_eyes, eyes_of_box, shrinkage, source_bounds
from mien.inference.manifest import InputSpec

Crop = npt.NDArray[np.uint8]
"""(h, w, C) uint8 with C of 1 or 3, in the colour order of the network's input."""

MIN_EYE_DISTANCE_IN_BOX: Final = 0.1
"""Eyes closer than this to each other, as a fraction of the box's width, are a face in profile or a slip of the
detector: aligned by them, the crop would blow up a patch of cheek. Such a face is cut by its box."""


def crop_face(image: Image, box: FaceBox, spec: InputSpec) -> Crop:
    """Cut a face out of a picture, turned and scaled as the network wants it.

    What lies outside the picture repeats its border.

    Args:
        image: (H, W, 3) uint8 BGR.
        box: The face, in pixels of ``image``.
        spec: The network's input.
    """
    return _to_colour(warp(image, face_transform(box, spec), spec.size_wh), spec)


def face_transform(box: FaceBox, spec: InputSpec) -> Affine:
    """Return the transform from positions in the picture to positions in the crop, (2, 3)."""
    crop = spec.crop
    if crop.align == "box":
        return align_box(box.xyxy, spec.size_wh, crop.margin)
    eyes = eyes_of_box(box.xyxy)
    if box.landmarks is not None:
        found = box.landmarks[:2].astype(np.float64)
        if np.linalg.norm(found[1] - found[0]) >= MIN_EYE_DISTANCE_IN_BOX * box.width_px:
            eyes = found
    return align_eyes(eyes, spec.size_wh, crop.eye_y, crop.eye_distance)


def batch(image: Image, boxes: Sequence[FaceBox], spec: InputSpec) -> Floats:
    """Cut out all faces of a picture and hand them over as one batch.

    Args:
        image: (H, W, 3) uint8 BGR.
        boxes: N faces, in pixels of ``image``.
        spec: The network's input.

    Returns:
        (N, C, h, w) or (N, h, w, C) float32, contiguous, by the layout of ``spec``.
    """
    return normalise([crop_face(image, box, spec) for box in boxes], spec)


def prepare_crop(crop: npt.NDArray[np.uint8], spec: InputSpec) -> Floats:
    """Turn a face that is cut out already, as data sets have them, into a batch of one.

    Args:
        crop: (h, w), (h, w, 1) gray or (h, w, 3) BGR, uint8, of any size; it is stretched to the network's size.
        spec: The network's input.

    Returns:
        (1, C, h, w) or (1, h, w, C) float32, by the layout of ``spec``.
    """
    return normalise([_to_colour(_resize(crop, spec.size_wh), spec)], spec)


def luma(crop: Crop, spec: InputSpec) -> npt.NDArray[np.uint8]:
    """Return a crop in gray, (h, w) uint8, whatever the network's colours."""
    if spec.colour == "GRAY":
        return crop[:, :, 0]
    code = cv2.COLOR_RGB2GRAY if spec.colour == "RGB" else cv2.COLOR_BGR2GRAY
    return np.asarray(cv2.cvtColor(crop, code), dtype=np.uint8)


def normalise(crops: Sequence[Crop], spec: InputSpec) -> Floats:
    """Turn N crops of the network's size and colours into its batch; N may be 0.

    Raises:
        ValueError: A crop has another shape.
    """
    width, height = spec.size_wh
    shape = (height, width, spec.channels)
    pixels = np.empty((len(crops), *shape), dtype=np.uint8)
    for index, crop in enumerate(crops):
        if crop.shape != shape:
            raise ValueError(f"normalise: expected crops of shape {shape}, got {crop.shape}")
        pixels[index] = crop
    if spec.layout == "NCHW":
        pixels = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
    factor, offset = _line(spec)
    values = np.multiply(pixels, factor, dtype=np.float32)
    values += offset
    return values


def _line(spec: InputSpec) -> tuple[Floats, Floats]:
    """Return factor and offset of ``(pixel * scale - mean) / std``, shaped to fit the batch."""
    std = np.asarray(spec.std, dtype=np.float64)
    mean = np.asarray(spec.mean, dtype=np.float64)
    factor, offset = (
        np.broadcast_to(values, (spec.channels,)).astype(np.float32) for values in (spec.scale / std, -mean / std)
    )
    shape = (-1, 1, 1) if spec.layout == "NCHW" else (-1,)
    return factor.reshape(shape), offset.reshape(shape)


def warp(image: Image, transform: Affine, size_wh: tuple[int, int]) -> Image:
    """Draw the crop from the part of the picture that it shows.

    Bilinear sampling skips pixels when it shrinks by more than two, and a face in a 4K frame would flicker: such a
    part is halved first, which averages over all pixels and is faster than one large step.
    """
    height, width = image.shape[:2]
    halvings = max(int(math.log2(shrinkage(transform))), 0)
    x1, y1, x2, y2 = source_bounds(transform, size_wh)
    left, right = _span(x1, x2, width, 2**halvings)
    top, bottom = _span(y1, y2, height, 2**halvings)
    part = image[top:bottom, left:right]
    for _ in range(halvings):
        half_wh = max(part.shape[1] // 2, 1), max(part.shape[0] // 2, 1)
        part = _resize(part, half_wh)
    scale_x, scale_y = (right - left) / part.shape[1], (bottom - top) / part.shape[0]
    matrix = transform @ np.array([[scale_x, 0.0, left], [0.0, scale_y, top], [0.0, 0.0, 1.0]])
    # OpenCV counts from the centre of the first pixel, Mien from its corner.
    matrix[:, 2] += matrix[:, :2].sum(axis=1) / 2 - 0.5
    crop = cv2.warpAffine(part, matrix, size_wh, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, dtype=np.uint8)


def _span(low: float, high: float, limit: int, factor: int) -> tuple[int, int]:
    """Return the pixels that cover low to high with room to sample, within 0 to limit, at least one.

    Their number is a multiple of ``factor`` where there are enough, so that halving stays exact.
    """
    room = 2 * factor
    start = min(max(int(low) - room, 0), limit - 1)
    count = max(min(int(high) + 1 + room, limit) - start, 1)
    return start, start + (count // factor * factor or count)


def _resize(crop: npt.NDArray[np.uint8], size_wh: tuple[int, int]) -> npt.NDArray[np.uint8]:
    width, height = size_wh
    if crop.shape[:2] == (height, width):
        return crop
    shrinks = crop.shape[0] * crop.shape[1] > width * height
    resized = cv2.resize(crop, size_wh, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.uint8)


def _to_colour(crop: npt.NDArray[np.uint8], spec: InputSpec) -> Crop:
    """Turn gray or BGR into the network's colours, always with three axes."""
    is_gray = crop.ndim == 2 or crop.shape[2] == 1
    if spec.colour == "GRAY":
        gray = crop if is_gray else np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        return gray.reshape(*crop.shape[:2], 1)
    if is_gray:
        return np.asarray(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(crop[:, :, ::-1]) if spec.colour == "RGB" else crop
