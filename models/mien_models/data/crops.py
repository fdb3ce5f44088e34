"""Faces of a set as a network wants them cut out."""

from typing import Any

import cv2
import msgspec
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.inference.manifest import InputSpec
from mien.vision.crops import crop_face
from mien_models.data.faces import LabelledFaces
from mien_models.data.pictures import Picture


def face_crop(faces: LabelledFaces, row: int, spec: InputSpec, detector: Any = None) -> Picture:  # noqa: ANN401
    """Return one face, (h, w) gray or (h, w, 3) BGR uint8, for `mien.vision.crops.prepare_crop`.

    Sets hold faces that are cut out already, so the picture is taken whole. Only where the network wants its faces
    turned and scaled by the eyes, and these are known from the set or found by a detector, is it cut anew.

    Args:
        faces: The set.
        row: Which face.
        spec: The network's input.
        detector: An OpenCV `FaceDetectorYN`, or None.
    """
    picture = faces.pictures[row]
    if spec.crop.align != "eyes":
        return picture
    box = _known_box(faces, row, picture)
    if box is None and detector is not None:
        from mien_models.training.synthetic import largest_face

        box = largest_face(detector, _in_colour(picture))
    if box is None:
        return picture
    colour = "BGR" if picture.ndim == 3 else "GRAY"
    return crop_face(_in_colour(picture), box, msgspec.structs.replace(spec, colour=colour))


def _known_box(faces: LabelledFaces, row: int, picture: Picture) -> FaceBox | None:
    eyes = None if faces.eyes is None else faces.eyes[row]
    if eyes is None or not np.isfinite(eyes).all():
        return None
    return FaceBox(0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]), 1.0, eyes)


def _in_colour(picture: Picture) -> Image:
    if picture.ndim == 3:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
