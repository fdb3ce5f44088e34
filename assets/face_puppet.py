"""A portrait whose face can be posed: the mesh that Mien finds in it is moved, and the picture goes with it.

A pose moves the points of lips, lids, brows and jaw. A thin-plate spline carries the rest of the face along; the
picture is cut into triangles between the points and put together again. Eyeballs and teeth lie behind the skin:
they stay where they are when a lid or a lip moves. Light and folds of the smile leave the cheeks with the smile.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from face_pose import EYES, LIPS, LOWER_LIP, NOSE, OPENING, Pose, displacement, moved_points
from mien.core.face import FaceBox, FaceTrack
from mien.core.face_mesh import FaceMesh
from mien.core.landmarks import CONTOURS
from mien.inference.landmark_session import LandmarkSession
from mien.vision.face_mesh import MeshFinder

Points = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Image = npt.NDArray[np.uint8]

_GRID_PX: Final = 36.0
"""Distance of the points around the face."""
_OUTLINE: Final = list(CONTOURS[0][:-1])
_MOUTH: Final = (24.0, 18.0, 40.0)
_TONGUE: Final = (60.0, 55.0, 125.0)
"""Colours inside a mouth, BGR."""
_CHEEKS: Final = (
    *(
        129,
        142,
        100,
        118,
        117,
        123,
        147,
        213,
        192,
        214,
        210,
        211,
        170,
        140,
        171,
        175,
        396,
        369,
        395,
        431,
        430,
        434,
    ),
    *(416, 433, 376, 352, 346, 347, 329, 371, 358, 327, 326, 2, 97, 98),
)
"""Around the part of the face that a smile folds and lights."""


class FacePuppet:
    """A picture with one face that smiles, enlarged enough for a lid of some pixels to close.

    Args:
        image: (H, W, 3) uint8 BGR.
        box: Where the face is.
    """

    def __init__(self, image: Image, box: FaceBox) -> None:
        self._image = image
        mesh = _mesh_of(image, box)
        face = mesh.points[:468, :2].astype(np.float64)
        eyes = [(face[eye.corners[0]] + face[eye.corners[1]]) / 2 for eye in EYES]
        self._middle = (eyes[0] + eyes[1]) / 2
        self._unit = float(np.hypot(*(eyes[1] - eyes[0])))
        across = (eyes[1] - eyes[0]) / self._unit
        self._axes = np.array([across, [-across[1], across[0]]])
        self._rest = np.vstack([face, _around(face, image.shape)])
        self._local = (self._rest - self._middle) @ self._axes.T / self._unit
        self._triangles = _triangles(self._rest, image.shape)
        self._moved = moved_points()
        self._spline, self._held = self._carry()
        depth = mesh.points[:468, 2].astype(np.float64) / self._unit
        # The steep sides of the face would fold over each other: they are taken to be as deep as the cheeks.
        depth = np.minimum(depth, np.quantile(depth, 0.6))
        # What lies around the face is as deep as the outline beside it: nothing folds there when the head turns.
        away = np.hypot(*(self._rest[468:, None] - face[None, _OUTLINE]).transpose(2, 0, 1))
        self._depth = np.concatenate([depth, depth[np.array(_OUTLINE)[away.argmin(axis=1)]]])
        self._cheeks, self._relaxed = self._relaxed_skin()
        self._furrow = self._furrow_lines()
        self._behind_lips = self._teeth()

    def posed(self, pose: Pose) -> Image:
        """Return the picture with its face posed, (H, W, 3) uint8 BGR."""
        moves = np.zeros((len(self._held), 2))
        shift = displacement(pose, self._local[:468])
        moves[: len(self._moved)] = shift[self._moved]
        points = self._turned(self._local + self._spline @ moves, pose)
        steady = self._turned(self._local, pose)
        skin = self._image + (1 - pose.smile) * (1 - pose.glow) * self._cheeks * (self._relaxed - self._image)
        skin *= 1 - 0.32 * pose.furrow * self._furrow
        picture = _warped(np.clip(skin, 0, 255).astype(np.uint8), self._rest, points, self._triangles)
        for eye in EYES:
            around = [*eye.contour, *eye.fold, *eye.below]
            ball = self._carried(self._image, around, steady, stretched=1 + 0.22 * pose.wide)
            picture = _laid_over(picture, ball, _filled(points[eye.contour], picture.shape, 0.8))
        opening = points[OPENING]
        inside = self._inside_mouth(points, steady)
        shade = np.clip((_filled(opening, picture.shape, 0.03 * self._unit) - 0.25) / 0.6, 0, 1)
        inside *= 1 - (1 - pose.smile) * 0.55 * (1 - shade)
        return _laid_over(picture, inside, _filled(opening, picture.shape, 1.0))

    def _carry(self) -> tuple[Points, list[int]]:
        """Return the matrix from the moves of the held points to those of all, and which are held."""
        away = np.hypot(*((self._local - [0, 0.6]) / [1, 1.25]).T)
        far = [point for point in range(468, len(self._rest)) if away[point] > 1.35]
        fixed = [point for point in _OUTLINE if point not in self._moved]
        held = [*self._moved, *fixed, *far[::3]]
        domain = self._local.copy()
        # Points of the lower lip lie close to the upper one's and go elsewhere: for the spline they lie apart.
        domain[[point for row in LOWER_LIP for point in row[1:-1]], 1] += 0.06
        base = np.hstack([np.ones((len(held), 1)), domain[held]])
        system = np.block(
            [[_plate(domain[held], domain[held]) + 1e-4 * np.eye(len(held)), base], [base.T, np.zeros((3, 3))]]
        )
        everywhere = np.hstack([_plate(domain, domain[held]), np.ones((len(domain), 1)), domain])
        return everywhere @ np.linalg.inv(system)[:, : len(held)], held

    def _turned(self, points: Points, pose: Pose) -> Points:
        """Return points of the face's own axes in pixels, with the head turned; far from it nothing moves."""
        yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
        nearer = 0.25 - self._depth
        turned = points + np.stack(
            [
                nearer * np.sin(yaw) + points[:, 0] * (np.cos(yaw) - 1),
                nearer * np.sin(pitch) + (points[:, 1] - 0.4) * (np.cos(pitch) - 1),
            ],
            axis=1,
        )
        neck = np.array([0, 1.5])
        turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        turned = (turned - neck) @ turn.T + neck
        away = np.hypot(*((self._local - [0, 0.35]) / [1.05, 1.45]).T)
        weight = np.clip((1.9 - away) / 0.9, 0, 1)
        weight = (weight**2 * (3 - 2 * weight))[:, None]
        return np.asarray(self._middle + (points + weight * (turned - points)) @ self._axes * self._unit)

    def _carried(
        self, image: Image | Floats, around: Sequence[int], steady: Points, stretched: float = 1.0
    ) -> Floats:
        """Return a picture of what lies behind the skin: it goes with the head alone."""
        matrix, _ = cv2.estimateAffinePartial2D(
            self._rest[list(around)].astype(np.float32), steady[list(around)].astype(np.float32)
        )
        middle_y = self._rest[list(around), 1].mean()
        matrix = matrix @ np.array([[1, 0, 0], [0, stretched, (1 - stretched) * middle_y], [0, 0, 1]])
        size_wh = (image.shape[1], image.shape[0])
        return np.asarray(cv2.warpAffine(image, matrix, size_wh, flags=cv2.INTER_CUBIC), np.float32)

    def _inside_mouth(self, points: Points, steady: Points) -> Floats:
        inside = self._carried(self._behind_lips, [*_OUTLINE, *NOSE], steady)
        gap = float(np.hypot(*(points[14] - points[13]))) / self._unit
        tongue = np.zeros(inside.shape[:2], np.uint8)
        middle = tuple(int(each) for each in np.round(points[14] + 0.02 * self._unit * self._axes[1]))
        reach = (round(0.2 * self._unit), round(0.1 * self._unit))
        cv2.ellipse(tongue, middle, reach, 0, 0, 360, 255, -1, cv2.LINE_AA)
        share = _soft(tongue / 255, 0.045 * self._unit)[..., None] * 0.75 * np.clip((gap - 0.2) / 0.2, 0, 1)
        return np.asarray(inside * (1 - share) + np.array(_TONGUE) * share, np.float32)

    def _teeth(self) -> Floats:
        """Return what lies behind the lips: the teeth that the smile shows, and dark."""
        shown = _filled(self._rest[OPENING], self._image.shape, 0.018 * self._unit)
        return np.asarray(self._image * shown + np.array(_MOUTH) * (1 - shown), np.float32)

    def _furrow_lines(self) -> Floats:
        lines = np.zeros(self._image.shape[:2], np.float32)
        face, width = self._rest, max(2, int(0.022 * self._unit))
        for low, high in ((55, 107), (285, 336)):
            ends = (
                0.65 * face[low] + 0.35 * face[8] + 0.02 * self._unit * self._axes[1],
                0.6 * face[high] + 0.4 * face[9],
            )
            start, end = (tuple(int(each) for each in np.round(place)) for place in ends)
            cv2.line(lines, start, end, 1.0, width, cv2.LINE_AA)
        return _soft(lines, 0.014 * self._unit)[..., None]

    def _area(self, points: Iterable[int], grown: float = 0.0) -> Floats:
        """Return 1 inside a line around points and 0 outside, (H, W); ``grown`` by so much."""
        area = np.zeros(self._image.shape[:2], np.float32)
        cv2.fillPoly(area, [np.round(self._rest[list(points)]).astype(np.int32)], 1.0)
        side = 2 * int(abs(grown) * self._unit) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        return np.asarray((cv2.dilate if grown > 0 else cv2.erode)(area, kernel), np.float32)

    def _relaxed_skin(self) -> tuple[Floats, Floats]:
        """Return where the smile shows on the skin, (H, W, 1), and the skin without it, (H, W, 3)."""
        unit = self._unit
        where = _soft(np.clip(self._area(_CHEEKS) - self._area(LIPS, 0.025), 0, 1), 0.05 * unit)
        where *= 1 - _soft(self._area(LIPS, 0.02), 2.5)
        corners = np.zeros_like(where)
        for point in (61, 291, 76, 306):
            place = tuple(int(each) for each in np.round(self._rest[point]))
            cv2.circle(corners, place, int(0.035 * unit), 1.0, -1)
        where = np.maximum(where, 0.85 * _soft(corners, 0.015 * unit))
        plain = self._area(_OUTLINE, -0.10) * (1 - self._area(LIPS, 0.05))
        for eye in EYES:
            plain *= 1 - self._area(eye.contour, 0.12)
        for point in (2, 98, 327, 97, 326):
            cv2.circle(plain, tuple(int(each) for each in np.round(self._rest[point])), int(0.1 * unit), 0.0, -1)
        image = self._image.astype(np.float32)
        # What is darker than its surroundings is a fold, what is much lighter shines; neither is taken.
        grey = cv2.cvtColor(self._image, cv2.COLOR_BGR2GRAY).astype(np.float32)
        usual = _averaged(grey[..., None], plain, 0.25 * unit)[..., 0]
        plain *= ((grey > usual - 9) & (grey < usual + 22)).astype(np.float32)
        pores = np.clip(image - _soft(image, 2.2), -10, 10)
        return where[..., None], np.asarray(_averaged(image, plain, 0.20 * unit) + 0.8 * pores, np.float32)


def _mesh_of(image: Image, box: FaceBox) -> FaceMesh:
    """Return the mesh of the one face."""
    finder, track = MeshFinder(LandmarkSession()), FaceTrack(1, box, 1)
    for _ in range(4):  # Each look starts from the last one and settles.
        (mesh,) = finder.find(image, [track], [track])
    if mesh is None:
        raise SystemExit("no face was found in the portrait; check out assets/mien_assets/portrait.png again")
    return mesh


def _around(face: Points, shape: tuple[int, ...]) -> Points:
    """Return points around the face: a coarse grid over the whole picture."""
    height, width = shape[:2]
    across = np.linspace(0, width - 1, round(width / _GRID_PX) + 1)
    down = np.linspace(0, height - 1, round(height / _GRID_PX) + 1)
    grid = np.stack(np.meshgrid(across, down), -1).reshape(-1, 2)
    outline = face[_OUTLINE].astype(np.float32)
    is_outside = [cv2.pointPolygonTest(outline, (float(x), float(y)), True) < -0.35 * _GRID_PX for x, y in grid]
    return np.asarray(grid[is_outside])


def _triangles(points: Points, shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Return the triangles of Delaunay between points, (T, 3) indices."""
    places = [(float(x), float(y)) for x, y in points.astype(np.float32)]
    subdivision = cv2.Subdiv2D((-10, -10, shape[1] + 20, shape[0] + 20))
    for place in places:
        subdivision.insert(place)
    index = {place: at for at, place in enumerate(places)}
    corners = [
        [(float(each[at]), float(each[at + 1])) for at in (0, 2, 4)] for each in subdivision.getTriangleList()
    ]
    return np.array(
        [[index[place] for place in each] for each in corners if all(place in index for place in each)]
    )


def _warped(image: Image, rest: Points, points: Points, triangles: npt.NDArray[np.int64]) -> Image:
    """Return a picture whose triangles lie elsewhere."""
    height, width = image.shape[:2]
    which = np.full((height, width), -1, np.int32)
    fixed = np.round(points * 16).astype(np.int32)
    for number, triangle in enumerate(triangles):
        cv2.fillConvexPoly(which, fixed[triangle], number, cv2.LINE_8, 4)
    target = np.concatenate([points[triangles], np.ones((len(triangles), 3, 1))], axis=2)
    target[np.abs(np.linalg.det(target)) < 1e-3] = np.eye(3)
    matrices = np.linalg.solve(target, rest[triangles]).astype(np.float32)[which]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    source = x[..., None] * matrices[..., 0, :] + y[..., None] * matrices[..., 1, :] + matrices[..., 2, :]
    source = np.where(which[..., None] < 0, np.stack([x, y], -1), source).astype(np.float32)
    return np.asarray(
        cv2.remap(image, source[..., 0], source[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _plate(of: Points, to: Points) -> Points:
    """Return the kernel of a thin plate between points."""
    squared = ((of[:, None] - to[None]) ** 2).sum(-1) + 1e-12
    return np.asarray(0.5 * squared * np.log(squared))


def _soft(image: npt.NDArray[np.floating], sigma_px: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(image.astype(np.float32), (0, 0), sigma_px), np.float32)


def _averaged(image: Floats, weight: Floats, sigma_px: float) -> Floats:
    """Return the local average of what has weight, (H, W, C)."""
    total = _soft(image * weight[..., None], sigma_px).reshape(image.shape)
    return np.asarray(total / (_soft(weight, sigma_px)[..., None] + 1e-4), np.float32)


def _filled(polygon: Points, shape: tuple[int, ...], sigma_px: float) -> Floats:
    """Return 1 inside a polygon and 0 outside with a soft edge, (H, W, 1)."""
    area = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(area, [np.round(polygon * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return _soft(area / 255, sigma_px)[..., None]


def _laid_over(below: Image, above: Floats, share: Floats) -> Image:
    return np.asarray(np.clip(below * (1 - share) + above * share, 0, 255), np.uint8)
