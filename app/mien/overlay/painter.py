"""Draws readings on a picture, for screen and recording alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox, FrameResult, ShownReading
from mien.overlay.cover import Cover, cover_faces
from mien.overlay.gauges import draw_gauge, gauge_rects
from mien.overlay.layout import FacePlaces, FaceRoom, Layout
from mien.overlay.mesh_lines import draw_mesh
from mien.overlay.outline import draw_outline
from mien.overlay.rect import Rect
from mien.overlay.share_bars import StackForm, StackShape, draw_stack, shape_of, stack_size_wh
from mien.overlay.style import Sizes, bgr, colour_of, sizes_for, text_px_for
from mien.overlay.tag import Tag, TagForm, draw_tag, tag_of, tag_size_wh

_MAX_SIDE_PX: Final = 1 << 20
"""Boxes are cut here, far outside any picture, so that coordinates stay in OpenCV's range."""


@dataclass(frozen=True, slots=True)
class _Face:
    """A reading, ready to be drawn."""

    reading: ShownReading
    box: Rect
    visible: Rect
    sizes: Sizes
    tag: Tag
    stack: StackShape


class Painter:
    """Paints the results of one stream. Used by one thread at a time.

    It remembers where it put each face's texts, so that they stay where they were; a new stream gets a new
    painter.

    Args:
        cover: Whether faces are hidden: "none", "blur" or "plate".
        mirror: Whether the picture is shown as in a mirror; texts are not mirrored.
        bars: Whether the stack of probabilities is drawn where there is room.
        gauges: Whether valence and arousal are drawn where the network gives them.
        mesh: Whether the lines of the mesh are drawn, and the axes of the head, where a face has details.
        names: What stands on a face's tag in place of its track id.
    """

    def __init__(
        self,
        *,
        cover: Cover | str = Cover.NONE,
        mirror: bool = False,
        bars: bool = True,
        gauges: bool = True,
        mesh: bool = False,
        names: Mapping[int, str] | None = None,
    ) -> None:
        self._cover = Cover(cover)
        self._mirror = mirror
        self._bars = bars
        self._gauges = gauges
        self._mesh = mesh
        self._names = dict(names or {})
        self._layout = Layout()
        self._text_px: dict[int, int] = {}

    @property
    def cover(self) -> Cover:
        """Whether faces are hidden."""
        return self._cover

    def paint(self, result: FrameResult) -> Image:
        """Return the frame with everything that was read from it.

        Args:
            result: The frame, which stays as it is, and its readings.

        Returns:
            (H, W, 3) uint8 BGR, a new array.
        """
        image = result.frame.image
        picture: Image = np.empty(image.shape, np.uint8)
        if self._mirror:
            cv2.flip(image, 1, dst=picture)
        else:
            np.copyto(picture, image)
        size_wh = result.frame.size_wh
        boxes = [self._shown(reading.track.box, size_wh[0]) for reading in result.readings]
        cover_faces(picture, boxes, self._cover)
        faces = [
            face
            for reading, box in zip(result.readings, boxes, strict=True)
            if (face := self._face(reading, box, size_wh, (result.model, result.other_model))) is not None
        ]
        self._text_px = {face.tag.track_id: face.sizes.text for face in faces}
        faces.sort(key=lambda face: face.tag.track_id)
        places = self._layout.arrange([self._room(face, size_wh) for face in faces], size_wh)
        for face in faces:
            colour = bgr(colour_of(face.tag.label))
            draw_outline(picture, face.box, colour, face.sizes, dashed=not face.reading.usable)
            details = face.reading.raw.details
            if self._mesh and details is not None and self._cover is Cover.NONE:
                draw_mesh(picture, details, face.sizes, size_wh[0] if self._mirror else None)
        for face, where in zip(faces, places, strict=True):
            _draw_texts(picture, face, where)
        return picture

    def _shown(self, box: FaceBox, width_px: int) -> FaceBox:
        """Return the box as it lies in the picture that is shown."""
        if not self._mirror:
            return box
        return FaceBox(width_px - box.x2, box.y1, width_px - box.x1, box.y2, box.score)

    def _face(
        self, reading: ShownReading, box: FaceBox, size_wh: tuple[int, int], models: tuple[str, str | None]
    ) -> _Face | None:
        """Return what to draw of a reading, or None where nothing of it is in the picture."""
        left, top, right, bottom = (round(min(max(side, -_MAX_SIDE_PX), _MAX_SIDE_PX)) for side in box.xyxy)
        whole = Rect(left, top, max(right, left + 1), max(bottom, top + 1))
        visible = whole.clipped(size_wh)
        if visible.width < 1 or visible.height < 1:
            return None
        track_id = reading.track.face_id
        last_px = self._text_px.get(track_id)
        sizes = sizes_for(text_px_for(whole.height, size_wh[1], last_px))
        tag = tag_of(reading, self._names.get(track_id, ""))
        return _Face(reading, whole, visible, sizes, tag, shape_of(reading, models))

    def _room(self, face: _Face, size_wh: tuple[int, int]) -> FaceRoom:
        sizes = face.sizes
        wanted = self._gauges and face.reading.affect is not None
        gauges = gauge_rects(face.visible, sizes, size_wh) if wanted else None
        thickness_px = gauges[0].height + sizes.gap if gauges is not None else 0
        stacks = [stack_size_wh(face.stack, form, sizes) for form in StackForm] if self._bars else []
        return FaceRoom(
            track_id=face.tag.track_id,
            box=face.visible,
            gap_px=sizes.gap,
            below_px=thickness_px,
            left_px=thickness_px,
            gauges=gauges or (),
            tag_sizes_wh=tuple(tag_size_wh(face.tag, form, sizes) for form in TagForm),
            stack_sizes_wh=tuple(stacks),
        )


def _draw_texts(picture: Image, face: _Face, where: FacePlaces) -> None:
    certain, affect = face.reading.usable, face.reading.affect
    if affect is not None:
        for rect, value in zip(where.gauges, (affect.valence, affect.arousal), strict=False):
            if rect is not None:
                draw_gauge(picture, rect, value, face.sizes, certain=certain)
    if where.stack is not None:
        form, rect = where.stack
        emotions = [(face.reading.emotion, certain)]
        if face.reading.other is not None:
            emotions.append((face.reading.other.emotion, face.reading.other.usable))
        draw_stack(picture, rect.left, rect.top, face.stack, emotions, StackForm(form), face.sizes)
    if where.tag is not None:
        form, rect = where.tag
        draw_tag(picture, rect.left, rect.top, face.tag, TagForm(form), face.sizes)
