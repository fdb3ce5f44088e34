"""How a face moves: which points of the mesh are lips, lids and brows, and where a pose takes them.

Places are in units of the distance between the eyes' middles, with the axes of the face: x along the eyes to the
right of the picture, y down the face. The amounts were chosen by eye, and by what Mien's networks read then.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """What a face does; 0 is rest, 1 is clearly done. Angles in degrees.

    Attributes:
        smile: Lip corners up and out, teeth shown: 1 is the portrait as it was taken.
        glow: How much of the smile's light and folds stays on the cheeks without it.
        jaw: Jaw down.
        frown: Lip corners down.
        press: Lips pressed together.
        stretch: Lip corners out.
        narrow: Lip corners in.
        lip_raised: Upper lip up.
        brows_up: Both brows up.
        brows_inner_up: Their inner ends up.
        brows_down: Down and together.
        furrow: Lines between the brows.
        blink: Lids closed.
        wide: Lids wide open.
        squint: Lower lids up.
        yaw: Head turned to the right of the picture.
        pitch: Head bent down.
        roll: Head tilted clockwise.
    """

    smile: float = 0.0
    glow: float = 0.0
    jaw: float = 0.0
    frown: float = 0.0
    press: float = 0.0
    stretch: float = 0.0
    narrow: float = 0.0
    lip_raised: float = 0.0
    brows_up: float = 0.0
    brows_inner_up: float = 0.0
    brows_down: float = 0.0
    furrow: float = 0.0
    blink: float = 0.0
    wide: float = 0.0
    squint: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True, slots=True)
class Eye:
    """Points of an eye, each row from the outer to the inner corner.

    Attributes:
        corners: Outer, inner.
        upper, lower: The rims of the lids.
        fold, socket: The two rows of points above the upper rim.
        below: The row below the lower rim.
    """

    corners: tuple[int, int]
    upper: tuple[int, ...]
    lower: tuple[int, ...]
    fold: tuple[int, ...]
    socket: tuple[int, ...]
    below: tuple[int, ...]

    @property
    def contour(self) -> list[int]:
        """All around the opening."""
        return [self.corners[0], *self.upper, self.corners[1], *reversed(self.lower)]


EYES: Final = (
    Eye(
        (33, 133),
        (246, 161, 160, 159, 158, 157, 173),
        (7, 163, 144, 145, 153, 154, 155),
        (247, 30, 29, 27, 28, 56, 190),
        (113, 225, 224, 223, 222, 221, 189),
        (25, 110, 24, 23, 22, 26, 112),
    ),
    Eye(
        (263, 362),
        (466, 388, 387, 386, 385, 384, 398),
        (249, 390, 373, 374, 380, 381, 382),
        (467, 260, 259, 257, 258, 286, 414),
        (342, 445, 444, 443, 442, 441, 413),
        (255, 339, 254, 253, 252, 256, 341),
    ),
)
UPPER_LIP: Final = (
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
)
"""Four rows of points from the mouth's opening outwards, each from corner to corner."""
LOWER_LIP: Final = (
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
)
OPENING: Final = [*UPPER_LIP[0], *reversed(LOWER_LIP[0][1:-1])]
LIPS: Final = [*UPPER_LIP[-1], *reversed(LOWER_LIP[-1][1:-1])]
BROWS: Final = (
    ((46, 53, 52, 65, 55), (70, 63, 105, 66, 107)),
    ((276, 283, 282, 295, 285), (300, 293, 334, 296, 336)),
)
"""The right and the left brow: lower and upper row, from the temple inwards."""
NOSE: Final = (168, 6, 197, 195, 5, 4, 1, 98, 97, 2, 326, 327, 129, 358, 64, 294, 48, 278)
_WINGS: Final = (129, 358, 64, 294, 48, 278, 98, 327)
_CHIN: Final = (152, 148, 176, 377, 400, 149, 378, 175, 199, 200, 18, 83, 313, 171, 396, 208, 428)
_JAW: Final = {150: 1.0, 379: 1.0, 136: 0.75, 172: 0.75, 365: 0.75, 397: 0.75}
_CHEEKS: Final = (50, 280, 205, 425, 101, 330, 117, 346)
_REST_SEAM: Final = 0.085
"""How far below the corners of the smile the closed lips meet."""


def moved_points() -> list[int]:
    """Return the points that ``displacement`` says something of."""
    rows: list[tuple[int, ...]] = [*UPPER_LIP, *(row[1:-1] for row in LOWER_LIP)]
    for eye in EYES:
        rows += [tuple(eye.contour), eye.fold, eye.socket, eye.below]
    rows += [row for brow in BROWS for row in brow]
    rows += [NOSE, _CHIN, tuple(_JAW), _CHEEKS]
    return list(dict.fromkeys(point for row in rows for point in row))


def displacement(pose: Pose, face: Points) -> Points:
    """Return by how much a pose moves each point of a face that smiles, (468, 2).

    Args:
        pose: What it does.
        face: (468, 2), where the points are.
    """
    moves = np.zeros_like(face)
    _move_lips(moves, pose, face)
    _move_brows(moves, pose)
    _move_lids(moves, pose, face)
    rest = 1 - pose.smile
    moves[list(_CHIN), 1] += 0.30 * pose.jaw - 0.012 * rest
    for point, share in _JAW.items():
        moves[point, 1] += 0.16 * pose.jaw * share
    for point in _CHEEKS:
        moves[point] += [-0.015 * rest * np.sign(face[point, 0]), 0.045 * rest]
    for point in _WINGS:
        moves[point] += [-0.022 * rest * np.sign(face[point, 0] - face[4, 0]), 0.012 * rest]
    return moves


def _move_lips(moves: Points, pose: Pose, face: Points) -> None:
    middle = (face[78] + face[308]) / 2
    half = (face[308, 0] - face[78, 0]) / 2
    rims = [face[list(rows[0])] - middle for rows in (UPPER_LIP, LOWER_LIP)]
    for rows, rim, is_upper in ((UPPER_LIP, rims[0], True), (LOWER_LIP, rims[1], False)):
        for number, row in enumerate(rows):
            for point in row if is_upper else row[1:-1]:
                x, y = face[point] - middle
                along = float(np.clip(x / half, -1.15, 1.15))
                from_rim = y - float(np.interp(along * half, rim[:, 0], rim[:, 1]))
                moves[point] += _lip_move(pose, (x, y), along, from_rim, number / 3, is_upper=is_upper)


def _lip_move(
    pose: Pose, place: tuple[float, float], along: float, from_rim: float, outwards: float, *, is_upper: bool
) -> Points:
    """Return where a point of a lip goes.

    Args:
        pose: What the face does.
        place: Where the point is, from the middle between the mouth's corners.
        along: -1 in the right corner to 1 in the left.
        from_rim: How far below the lip's own rim it lies.
        outwards: 0 at the opening to 1 at the skin.
        is_upper: Of the upper lip.
    """
    x, y = place
    out = min(abs(along), 1.0)
    inner, rest = 1 - out**2, 1 - pose.smile
    thickness = (1.15 if is_upper else 1.08) * from_rim
    target = _REST_SEAM + 0.018 * inner + thickness
    dx = rest * -0.20 * x
    dy = rest * (target - y)
    dx += (-0.13 * pose.jaw - 0.15 * pose.narrow + 0.10 * pose.stretch + 0.01 * pose.frown) * along
    dy += 0.16 * pose.jaw * out**1.5 + 0.03 * pose.stretch * out**2 + pose.frown * (0.075 * out**2 - 0.02 * inner)
    dy -= 0.6 * pose.press * thickness * outwards
    if is_upper:
        dy -= 0.045 * pose.jaw * (1 - out**2.2) + 0.06 * pose.lip_raised * inner
    else:
        dy += 0.34 * pose.jaw * (1 - out**2.2)
    return np.array([dx, dy])


def _move_brows(moves: Points, pose: Pose) -> None:
    for side, brow in zip((-1, 1), BROWS, strict=True):
        for row in brow:
            for inner, point in zip(np.linspace(0, 1, len(row)), row, strict=True):
                raised = 0.15 * pose.brows_up * (0.8 + 0.2 * np.sin(np.pi * inner))
                raised += pose.brows_inner_up * (0.14 * inner**1.5 - 0.02 * (1 - inner))
                lowered = (0.075 * inner + 0.02) * pose.brows_down
                together = 0.06 * inner * (pose.brows_down + 0.4 * pose.brows_inner_up)
                moves[point] += [-side * together, lowered - raised]


def _move_lids(moves: Points, pose: Pose, face: Points) -> None:
    squint = pose.squint - 0.35 * (1 - pose.smile)
    for eye in EYES:
        for upper, lower, fold, socket, below in zip(
            eye.upper, eye.lower, eye.fold, eye.socket, eye.below, strict=True
        ):
            gap = face[lower, 1] - face[upper, 1]
            moves[upper, 1] += 0.86 * pose.blink * gap + 0.12 * pose.squint * gap
            moves[upper, 1] -= 0.030 * pose.wide * (1 - 0.3 * pose.blink)
            moves[lower, 1] += 0.012 * pose.wide - (0.14 * pose.blink + 0.22 * squint * (1 - pose.blink)) * gap
            moves[fold, 1] += (
                0.55 * pose.blink * gap - 0.03 * pose.wide - 0.05 * pose.brows_up + 0.01 * pose.brows_down
            )
            moves[socket, 1] += 0.12 * pose.blink * gap - 0.09 * pose.brows_up + 0.035 * pose.brows_down
            moves[below, 1] -= (0.10 * squint + 0.05 * pose.blink) * gap
