"""Describes a face by 256 numbers, so that two pictures of the same person can be told from two people.

The network is MobileFaceNet (Chen, Liu, Gao and Han, "MobileFaceNets", arXiv 1804.07573);
`models/mien_models/zoo/descriptor/` has the file and its card.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import cv2
import numpy as np

from mien.core.arrays import Floats, Image
from mien.core.face import Condition, FaceBox
from mien.errors import ModelError
from mien.inference.session import start_session
from mien.places import zoo_folder
from mien.vision.face_axes import Vector, points_of

if TYPE_CHECKING:
    import onnxruntime as ort

SIDE_PX: Final = 112
PLACES: Final = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [56.1396, 92.2848]])
"""Where eyes, nose and mouth lie in the crops that the network was trained on (InsightFace's ArcFace template)."""


class Describer(Protocol):
    """Describes faces."""

    def crops(self, image: Image, boxes: Sequence[FaceBox]) -> Image:
        """Return the faces as the network sees them, (N, 112, 112, 3) uint8 BGR."""

    def describe(self, crops: Image) -> Floats:
        """Return a vector of length 1 for each crop, (N, numbers): the more alike, the larger their product."""


class FaceDescriber:
    """The network. Used by one thread at a time.

    Args:
        path: Its file; the shipped one by default.

    Raises:
        ModelError: It is missing or damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._session: ort.InferenceSession
        path = path or zoo_folder() / "descriptor" / "mobileface.onnx"
        if not path.is_file():
            raise ModelError(f"{path} is missing; install Mien again")
        self._session, _ = start_session(path, "cpu", threads=1)

    def crops(self, image: Image, boxes: Sequence[FaceBox]) -> Image:
        """Return the faces as the network sees them; see ``Describer``."""
        return np.stack([_crop(image, points_of(box)) for box in boxes])

    def describe(self, crops: Image) -> Floats:
        """Return a vector for each crop; see ``Describer``."""
        rgb = np.ascontiguousarray(crops[..., ::-1], dtype=np.float32)
        vectors: Floats = self._session.run(["descriptors"], {"faces": rgb})[0]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)

    def condition(self, crops: Image) -> list[Condition]:
        """Return what stands in the way of reading each crop."""
        rgb = np.ascontiguousarray(crops[..., ::-1], dtype=np.float32)
        chances: Floats = self._session.run(["condition"], {"faces": rgb})[0]
        return [Condition(*row) for row in chances.tolist()]


def _crop(image: Image, points: Vector) -> Image:
    matrix = _similarity(points, PLACES)
    # OpenCV counts from the centre of the first pixel, Mien from its corner; so do the places.
    matrix[:, 2] += matrix[:, :2].sum(axis=1) / 2
    crop = cv2.warpAffine(
        image, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, dtype=np.uint8)


def _similarity(points: Vector, places: Vector) -> Vector:
    """Return the turn, scale and shift (2, 3) that bring points nearest to places (Umeyama 1991)."""
    middle, goal = points.mean(axis=0), places.mean(axis=0)
    source, target = points - middle, places - goal
    size = float((source**2).sum()) or 1.0
    cos = float((source * target).sum()) / size
    sin = float((source[:, 0] * target[:, 1] - source[:, 1] * target[:, 0]).sum()) / size
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.hstack([turn, (goal - turn @ middle)[:, None]])
