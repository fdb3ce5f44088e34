"""Small pictures of a session, for lists: one of the scene, and one of each face."""

import contextlib
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox, FrameResult, ShownReading
from mien.errors import RecordingError
from mien.overlay.cover import Cover, cover_faces
from mien.session.layout import THUMBNAIL, face_thumbnail
from mien.sinks.part_file import write_whole

SCENE_WIDTH_PX: Final = 320
FACE_SIDE_PX: Final = 128
MAX_FACES: Final = 100
"""A film has hundreds of passers-by; pictures of the first ones are enough."""

_MARGIN: Final = 0.25
_QUALITY: Final = 85


class Thumbnails:
    """Takes the first good picture of the scene and of each face.

    Where faces are to be covered they are covered here as well, and a frame in which no face was found is not
    taken: there may be one.

    Args:
        folder: Where to.
        cover: How faces are covered.
        is_wanted: False takes none at all.
    """

    def __init__(self, folder: Path, cover: Cover, *, is_wanted: bool = True) -> None:
        self._is_wanted = is_wanted
        self._folder = folder
        self._cover = cover
        self._scene_is_good = False
        self._has_scene = False
        self._face_ids: set[int] = set()

    def look(self, result: FrameResult) -> None:
        """Take from a result what is not there yet. A picture that cannot be saved is no reason to stop."""
        if not self._is_wanted:
            return
        new = [reading for reading in result.readings if self._wants(reading)]
        is_good = any(reading.usable for reading in result.readings)
        wants_scene = (is_good and not self._scene_is_good) or not (self._has_scene or self._is_covering)
        if not new and not wants_scene:
            return
        picture = result.frame.image
        if self._is_covering:
            picture = picture.copy()
            cover_faces(picture, [reading.track.box for reading in result.readings], self._cover)
        with contextlib.suppress(RecordingError, OSError):
            if wants_scene:
                self._has_scene, self._scene_is_good = True, is_good
                self._save(THUMBNAIL, _small(picture))
            for reading in new:
                self._face_ids.add(reading.track.face_id)
                self._save(face_thumbnail(reading.track.face_id), _face(picture, reading.track.box))

    def cover_from_now(self, cover: Cover) -> None:
        """Cover faces from now on; pictures that show them are deleted, and made anew from good frames."""
        if cover is not Cover.NONE and not self._is_covering:
            for name in (THUMBNAIL, *map(face_thumbnail, self._face_ids)):
                (self._folder / name).unlink(missing_ok=True)
            self._has_scene = self._scene_is_good = False
            self._face_ids.clear()
        self._cover = cover

    @property
    def _is_covering(self) -> bool:
        return self._cover is not Cover.NONE

    def _wants(self, reading: ShownReading) -> bool:
        is_new = reading.track.face_id not in self._face_ids and len(self._face_ids) < MAX_FACES
        return reading.usable and is_new

    def _save(self, name: str, picture: Image) -> None:
        done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            return
        write_whole(self._folder / name, data.tobytes())


def _small(picture: Image) -> Image:
    """Return the picture at the width of a thumbnail; smaller ones stay as they are."""
    height, width = picture.shape[:2]
    if width <= SCENE_WIDTH_PX:
        return picture
    size_wh = SCENE_WIDTH_PX, max(round(height * SCENE_WIDTH_PX / width), 1)
    return np.asarray(cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _face(picture: Image, box: FaceBox) -> Image:
    """Return the face in a square with some room around it; beyond the picture its edge is repeated."""
    side = max(round(max(box.width_px, box.height_px) * (1 + 2 * _MARGIN)), 2)
    left, top = round((box.x1 + box.x2 - side) / 2), round((box.y1 + box.y2 - side) / 2)
    height, width = picture.shape[:2]
    part = picture[max(top, 0) : min(top + side, height), max(left, 0) : min(left + side, width)]
    if part.size == 0:
        return np.zeros((FACE_SIDE_PX, FACE_SIDE_PX, 3), np.uint8)
    above, before = max(-top, 0), max(-left, 0)
    below, after = side - part.shape[0] - above, side - part.shape[1] - before
    square = cv2.copyMakeBorder(part, above, below, before, after, cv2.BORDER_REPLICATE)
    size_wh = (FACE_SIDE_PX, FACE_SIDE_PX)
    return np.asarray(cv2.resize(square, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
