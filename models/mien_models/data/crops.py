"""Faces of a set as a network wants them cut out."""

import msgspec
import numpy as np

from mien.core.face import FaceBox
from mien.inference.manifest import InputSpec
from mien.vision.crops import crop_face
from mien_models.data.eyes import EyeFinder, in_colour
from mien_models.data.faces import LabelledFaces
from mien_models.data.pictures import Picture


def face_crop(faces: LabelledFaces, row: int, spec: InputSpec, finder: EyeFinder | None = None) -> Picture:
    """Return one face, (h, w) gray or (h, w, 3) BGR uint8, for `mien.vision.crops.prepare_crop`.

    Sets hold faces that are cut out already, so the picture is taken whole. Only where the network wants its faces
    turned and scaled by the eyes, and these are known from the set or found by a detector, is it cut anew.

    Args:
        faces: The set.
        row: Which face.
        spec: The network's input.
        finder: Finds the eyes where the set does not say where they are, or None.
    """
    picture = faces.pictures[row]
    if spec.crop.align != "eyes":
        return picture
    eyes = None if faces.eyes is None else faces.eyes[row]
    if eyes is None or not np.isfinite(eyes).all():
        eyes = None if finder is None else finder.find(picture)
    if eyes is None:
        return picture
    box = FaceBox(0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]), 1.0, eyes)
    colour = "BGR" if picture.ndim == 3 else "GRAY"
    return crop_face(in_colour(picture), box, msgspec.structs.replace(spec, colour=colour))
