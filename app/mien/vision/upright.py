"""Which way up pictures are, told by the heads in them."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.frame import Frame
from mien.core.quality import pose_of
from mien.vision.describer import FaceDescriber
from mien.vision.detector import FaceDetector

TURNS: Final = (0, 90, 180, 270)
CLEARLY: Final = 1.5
"""Times as much must speak for a turn as for the pictures as they are."""

_PAUSE_S: Final = 10.0
"""Between two pictures, for detectors that follow faces from frame to frame."""


def upright_turn(pictures: Sequence[Image], detector: FaceDetector, describer: FaceDescriber) -> int:
    """Return by how much pictures must be turned clockwise for their heads to be upright: 0, 90, 180 or 270.

    Args:
        pictures: (H, W, 3) uint8 BGR, of one camera that does not turn meanwhile.
        detector: Finds faces, some of them also in pictures that lie on their side.
        describer: Tells heads that are the other way up.
    """
    evidence = dict.fromkeys(TURNS, 0.0)
    looks = 0
    for picture in pictures:
        for turn_deg in TURNS:
            turned = np.ascontiguousarray(np.rot90(picture, -(turn_deg // 90)))
            looks += 1
            found = detector.detect(Frame(turned, looks, looks * _PAUSE_S, 0.0))
            faces = [box for box in found if box.landmarks is not None]
            if not faces:
                continue
            conditions = describer.condition(describer.crops(turned, faces))
            for box, condition in zip(faces, conditions, strict=True):
                _, roll_deg = pose_of(box)
                upright = max(math.cos(math.radians(roll_deg)), 0.0) * (1.0 - condition.upside_down)
                evidence[turn_deg] += box.score * upright
    best = max(TURNS, key=evidence.__getitem__)
    return best if evidence[best] > CLEARLY * evidence[0] else 0
