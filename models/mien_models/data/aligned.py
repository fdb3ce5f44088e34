"""How faces lie in the crops that Mien's own networks learn from and are asked about."""

from __future__ import annotations

from typing import Final

from mien.inference.manifest import CropSpec, InputSpec

EYE_Y: Final = 0.381
EYE_DISTANCE: Final = 0.361
"""Where FER2013 has its eyes, as fractions of the crop.

Medians over the 686 near-frontal of 1,123 Training faces in which YuNet found landmarks (enlarged four times).
Spread, 5th to 95th percentile: height 0.26 to 0.47, distance 0.28 to 0.48, roll -11 to 13 degrees (standard
deviation 7.4).
"""

FACE_PX: Final = 96
RIM_PX: Final = 10
STORED_PX: Final = FACE_PX + 2 * RIM_PX
"""A side of a stored crop: the face that a network sees, with a rim that augmentation can move it in."""


def _aligned(side_px: int, eye_y: float, eye_distance: float) -> InputSpec:
    return InputSpec(
        name="image",
        size_wh=(side_px, side_px),
        layout="NCHW",
        colour="GRAY",
        scale=1.0 / 255.0,
        mean=(0.0,),
        std=(1.0,),
        crop=CropSpec(align="eyes", eye_y=eye_y, eye_distance=eye_distance),
    )


INPUT: Final = _aligned(FACE_PX, EYE_Y, EYE_DISTANCE)
"""What the manifest of an exported network says of its faces."""

STORED: Final = _aligned(STORED_PX, (RIM_PX + EYE_Y * FACE_PX) / STORED_PX, EYE_DISTANCE * FACE_PX / STORED_PX)
"""The crop of the network, `FACE_PX` a side, with `RIM_PX` around it."""
