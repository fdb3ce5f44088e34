"""What a bad webcam does to the answer: the same faces dimmed, blurred, shrunk, misplaced, and judged again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.vision.crops import crop_face
from models.evaluation.network import JudgedNetwork
from models.training.synthetic import largest_face

Gray = NDArray[np.uint8]
Change = Callable[[Gray, np.random.Generator], Gray]


@dataclass(frozen=True, slots=True)
class StressFigure:
    """Accuracy under one change.

    Attributes:
        change: What was done, for people.
        accuracy: Share that is right, 0 to 1.
        agreement: Share of faces whose label is the same as without the change.
    """

    change: str
    accuracy: float
    agreement: float


def _dim(face: Gray, chance: np.random.Generator) -> Gray:
    """A dark room: an eighth of the light, and the noise that the sensor then shows."""
    dark = face.astype(np.float32) / 8.0 + chance.normal(0.0, 2.0, face.shape)
    return np.clip(dark, 0, 255).astype(np.uint8)


def _side_light(face: Gray, chance: np.random.Generator) -> Gray:
    """A window on one side: light falls to a fifth across the face."""
    ramp = np.linspace(1.0, 0.2, face.shape[1], dtype=np.float32)
    return (face * (ramp if chance.random() < 0.5 else ramp[::-1])).astype(np.uint8)


def _blur(face: Gray, chance: np.random.Generator) -> Gray:
    return np.asarray(cv2.GaussianBlur(face, (0, 0), 1.2), dtype=np.uint8)


def _shrink(face: Gray, chance: np.random.Generator) -> Gray:
    """A face of 24 pixels, enlarged again."""
    small = cv2.resize(face, (24, 24), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _compress(face: Gray, chance: np.random.Generator) -> Gray:
    """JPEG of quality 20."""
    _, encoded = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, 20])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _misplace(face: Gray, chance: np.random.Generator) -> Gray:
    """A careless detector: up to 8 degrees, 10 % of size and 6 % of place, each way."""
    height, width = face.shape
    centre = (width / 2 - 0.5, height / 2 - 0.5)
    turned = cv2.getRotationMatrix2D(centre, chance.uniform(-8, 8), chance.uniform(0.9, 1.1))
    matrix = np.asarray(turned, dtype=np.float64)
    matrix[:, 2] += chance.uniform(-0.06, 0.06, 2) * (width, height)
    moved = cv2.warpAffine(face, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)


def _mirror(face: Gray, chance: np.random.Generator) -> Gray:
    return np.ascontiguousarray(face[:, ::-1])


CHANGES: Final[dict[str, Change]] = {
    "mirrored": _mirror,
    "an eighth of the light, with noise": _dim,
    "light from one side": _side_light,
    "blurred (1.2 px of 48)": _blur,
    "face of 24 px": _shrink,
    "JPEG quality 20": _compress,
    "turned, scaled and shifted like a careless detector": _misplace,
}


ENLARGED_PX: Final = 192
BORDER_PX: Final = 64


def find_and_align(network: JudgedNetwork, detector: cv2.FaceDetectorYN, face: Gray) -> Gray | None:
    """Treat a crop of a data set as a picture: find the face in it and cut it out as the program does.

    Args:
        network: Says how it wants its faces.
        detector: YuNet.
        face: (48, 48) uint8 gray.

    Returns:
        The program's crop, or None where no face is found.
    """
    large = cv2.resize(face, (ENLARGED_PX, ENLARGED_PX), interpolation=cv2.INTER_CUBIC)
    framed = np.pad(np.asarray(large, dtype=np.uint8), BORDER_PX, mode="edge")
    picture = np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    box = largest_face(detector, picture)
    if box is None:
        return None
    crop = crop_face(picture, box, network.input_spec)
    return crop[:, :, ::-1] if network.input_spec.colour == "RGB" else crop


def stress_alignment(
    network: JudgedNetwork, detector: cv2.FaceDetectorYN, faces: Gray, truth: NDArray[np.integer]
) -> StressFigure:
    """Judge a network on faces that the program has cut out anew, where a face is found."""
    crops = [find_and_align(network, detector, face) for face in faces]
    found = np.array([crop is not None for crop in crops])
    plain = network.ask(faces[found]).probabilities.argmax(axis=1)
    top = network.ask([crop for crop in crops if crop is not None]).probabilities.argmax(axis=1)
    unchanged = float((plain == truth[found]).mean())
    return StressFigure(
        f"cut out anew by the program: {int(found.sum()):,} faces found (unchanged, these have {unchanged:.1%})",
        float((top == truth[found]).mean()),
        float((top == plain).mean()),
    )


def stress(network: JudgedNetwork, faces: Gray, truth: NDArray[np.integer]) -> list[StressFigure]:
    """Judge a network on changed faces.

    Args:
        network: Under judgement.
        faces: (N, 48, 48) uint8 gray.
        truth: (N,) index of the true label, in the order of the network's answers.

    Returns:
        One figure for each of `CHANGES`, after that of the unchanged faces.
    """
    plain = network.ask(faces).probabilities.argmax(axis=1)
    figures = [StressFigure("unchanged", float((plain == truth).mean()), 1.0)]
    for name, change in CHANGES.items():
        chance = np.random.default_rng(7)
        top = network.ask([change(face, chance) for face in faces]).probabilities.argmax(axis=1)
        figures.append(StressFigure(name, float((top == truth).mean()), float((top == plain).mean())))
    return figures
