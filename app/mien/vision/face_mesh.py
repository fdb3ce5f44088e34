"""The mesh of each face of a frame: cut out around the last mesh of the same face, or around its box."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox, FaceTrack
from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Affine, iou_matrix
from mien.core.quality import pose_of
from mien.inference.landmark_session import SIDE_PX, LandmarkSession, MeshAnswers
from mien.vision.crops import warp

ROOM: Final = 1.5
"""Side of the crop, in sides of the face's bounds: what the network was trained on."""

SAME_PLACE: Final = 0.4
"""Overlap of a face's box with its last mesh, from which on the mesh says where to cut."""

PRESENT: Final = 0.5
"""Below this there is no face in the crop, and its points mean nothing."""

DEPTH: Final = 1.4
"""The network's depth is flatter than its widths and heights: of a head that turns by 20 degrees it shows 17. With
depth made so much deeper, turns of portraits that were warped by known angles come out right on average
(``python -m mien_models.landmarks.judge``; chosen on every other portrait, judged on the others)."""

_EYES: Final = (33, 263)
"""Outer corners of the right and the left eye."""


class MeshFinder:
    """Finds the meshes of one stream's faces. Used by one thread at a time.

    Args:
        session: The network.
    """

    def __init__(self, session: LandmarkSession) -> None:
        self._session = session
        self._last: dict[int, FaceMesh] = {}

    def find(self, image: Image, tracks: Sequence[FaceTrack], known: Sequence[FaceTrack]) -> list[FaceMesh | None]:
        """Return the mesh of each face, None where none was found.

        Args:
            image: (H, W, 3) uint8 BGR.
            tracks: The faces that are looked at.
            known: All faces of the frame: of others the last mesh is forgotten.
        """
        alive = {track.track_id for track in known}
        self._last = {track_id: mesh for track_id, mesh in self._last.items() if track_id in alive}
        bases = [self._last.get(track.track_id) for track in tracks]
        cuts = [
            cut_of_box(track.box) if last is None or not _fits(last, track.box) else cut_of_mesh(last)
            for track, last in zip(tracks, bases, strict=True)
        ]
        meshes = self._look(image, cuts)
        # The box of a detector is a rough place: a face that was cut by it is looked at once more, by its mesh.
        rough = [
            at
            for at, (track, last) in enumerate(zip(tracks, bases, strict=True))
            if (last is None or not _fits(last, track.box)) and meshes[at] is not None
        ]
        closer = self._look(image, [cut_of_mesh(mesh) for at in rough if (mesh := meshes[at]) is not None])
        for at, mesh in zip(rough, closer, strict=True):
            meshes[at] = mesh
        for track, mesh in zip(tracks, meshes, strict=True):
            if mesh is None:
                self._last.pop(track.track_id, None)
            else:
                self._last[track.track_id] = mesh
        return meshes

    def _look(self, image: Image, cuts: Sequence[Affine]) -> list[FaceMesh | None]:
        if not cuts:
            return []
        size = (SIDE_PX, SIDE_PX)
        answers = self._session.run(np.stack([warp(image, cut, size) for cut in cuts]))
        return [_placed(answers, at, cut) for at, cut in enumerate(cuts)]


def cut_of_box(box: FaceBox) -> Affine:
    """Return the transform from the picture to the crop around a detector's box."""
    middle = np.array([(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2])
    return _cut(middle, ROOM * max(box.width_px, box.height_px), math.radians(pose_of(box)[1]))


def cut_of_mesh(mesh: FaceMesh) -> Affine:
    """Return the transform from the picture to the crop around a mesh: upright by the corners of its eyes."""
    across = mesh.points[_EYES[1], :2] - mesh.points[_EYES[0], :2]
    turn = math.atan2(float(across[1]), float(across[0]))
    cos, sin = math.cos(turn), math.sin(turn)
    upright = mesh.points[:, :2].astype(np.float64) @ np.array([[cos, -sin], [sin, cos]])
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = np.array([[cos, -sin], [sin, cos]]) @ ((low + high) / 2)
    return _cut(middle, ROOM * float((high - low).max()), turn)


def _cut(middle: npt.NDArray[np.float64], side: float, turn: float) -> Affine:
    """Return the transform that brings a turned square of the picture upright into the crop."""
    scale = SIDE_PX / max(side, 1.0)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    matrix = np.array([[cos, sin], [-sin, cos]])
    return np.hstack([matrix, (SIDE_PX / 2 - matrix @ middle)[:, None]])


def _placed(answers: MeshAnswers, at: int, cut: Affine) -> FaceMesh | None:
    """Return a mesh in pixels of the picture."""
    presence = float(answers.presence[at])
    points = answers.points[at].astype(np.float64)
    if presence < PRESENT or not np.isfinite(points).all():
        return None
    scale = math.hypot(cut[0, 0], cut[1, 0])
    placed: Floats = np.empty_like(answers.points[at])
    placed[:, :2] = np.linalg.solve(cut[:, :2], (points[:, :2] - cut[:, 2]).T).T
    placed[:, 2] = DEPTH * points[:, 2] / scale
    return FaceMesh(placed, presence, answers.blendshapes[at])


def _fits(mesh: FaceMesh, box: FaceBox) -> bool:
    low, high = mesh.points[:, :2].min(axis=0), mesh.points[:, :2].max(axis=0)
    bounds = np.array([[*low, *high]], np.float64)
    return float(iou_matrix(bounds, np.array([box.xyxy]))[0, 0]) >= SAME_PLACE
