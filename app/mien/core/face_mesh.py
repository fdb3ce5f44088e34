"""The mesh of a face as a network found it."""

from dataclasses import dataclass

import numpy as np

from mien.core.arrays import Floats, read_only
from mien.core.landmarks import BLENDSHAPES, COUNT


@dataclass(frozen=True, slots=True, eq=False)
class FaceMesh:
    """One face.

    Attributes:
        points: (478, 3) float32, read-only, in the order of ``mien.core.landmarks``: x and y in pixels of the
            picture, z in the same scale, smaller nearer to the camera.
        presence: How likely it is that there is a face, 0 to 1.
        blendshapes: (52,) float32, read-only, 0 to 1, in the order of ``mien.core.landmarks.BLENDSHAPES``.
    """

    points: Floats
    presence: float
    blendshapes: Floats

    def __post_init__(self) -> None:
        if self.points.shape != (COUNT, 3) or self.blendshapes.shape != (len(BLENDSHAPES),):
            raise ValueError(
                f"FaceMesh: expected points ({COUNT}, 3) and blendshapes ({len(BLENDSHAPES)},), "
                f"got {self.points.shape} and {self.blendshapes.shape}"
            )
        object.__setattr__(self, "points", read_only(np.asarray(self.points, np.float32)))
        object.__setattr__(self, "blendshapes", read_only(np.asarray(self.blendshapes, np.float32)))
