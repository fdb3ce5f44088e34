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
from mien.overlay.screen_size import ScreenSize
from mien.overlay.share_bars import StackForm, StackShape, draw_stack, shape_of, stack_size_wh
from mien.overlay.style import MIN_TEXT_PX, Sizes, bgr, colour_of, sizes_for, text_px_for
from mien.overlay.tag import Tag, TagForm, draw_tag, tag_of, tag_size_wh
from mien.settings import OverlaySettings

ALL_PARTS: Final = OverlaySettings()
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
        parts: What is drawn.
        names: What stands on a face's tag in place of its track id.
        screen: How large the picture is shown, for pictures that go to a screen alone; None keeps their size.
    """

    def __init__(
        self,
        *,
        cover: Cover | str = Cover.NONE,
        mirror: bool = False,
        parts: OverlaySettings = ALL_PARTS,
        names: Mapping[int, str] | None = None,
        screen: ScreenSize | None = None,
    ) -> None:
        self._cover = Cover(cover)
        self._mirror = mirror
        self._parts = parts
        self._screen = screen
        self._least_px = MIN_TEXT_PX
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
            (H, W, 3) uint8 BGR, a new array; of the frame's size, or as the screen shows it.
        """
        frame_wh = result.frame.size_wh
        size_wh = self._screen.fit(frame_wh) if self._screen is not None else frame_wh
        picture = self._copied(result.frame.image, size_wh)
        scale = size_wh[0] / frame_wh[0]
        readings = [reading for reading in result.readings if reading.track.has_place]
        boxes = [self._shown(reading.track.box, scale, size_wh[0]) for reading in readings]
        cover_faces(picture, boxes, self._cover)
        faces = [
            face
            for reading, box in zip(readings, boxes, strict=True)
            if (face := self._face(reading, box, size_wh, (result.model, result.other_model))) is not None
        ]
        self._text_px = {face.tag.track_id: face.sizes.text for face in faces}
        faces.sort(key=lambda face: face.tag.track_id)
        places = self._layout.arrange([self._room(face, size_wh) for face in faces], size_wh)
        for face in faces:
            if self._parts.box:
                colour = bgr(colour_of(face.tag.label))
                draw_outline(picture, face.box, colour, face.sizes, dashed=not face.reading.usable)
            details = face.reading.raw.details
            if self._parts.mesh and details is not None and self._cover is Cover.NONE:
                draw_mesh(picture, details, face.sizes, size_wh[0] if self._mirror else None, scale)
        for face, where in zip(faces, places, strict=True):
            _draw_texts(picture, face, where)
        return picture

    def _copied(self, image: Image, size_wh: tuple[int, int]) -> Image:
        """Return the frame's pixels in an array of their own, in another size where the screen has one."""
        if self._screen is not None:
            self._least_px = round(MIN_TEXT_PX * self._screen.ratio)
        picture: Image = np.empty((size_wh[1], size_wh[0], 3), np.uint8)
        is_scaled = size_wh != (image.shape[1], image.shape[0])
        if is_scaled:
            is_smaller = size_wh[0] < image.shape[1]
            how = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
            cv2.resize(image, size_wh, dst=picture, interpolation=how)
        if self._mirror:
            cv2.flip(picture if is_scaled else image, 1, dst=picture)
        elif not is_scaled:
            np.copyto(picture, image)
        return picture

    def _shown(self, box: FaceBox, scale: float, width_px: int) -> FaceBox:
        """Return the box as it lies in the picture that is shown."""
        x1, y1, x2, y2 = (side * scale for side in box.xyxy)
        if self._mirror:
            x1, x2 = width_px - x2, width_px - x1
        return FaceBox(x1, y1, x2, y2, box.score)

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
        text_px = text_px_for(whole.height, size_wh[1], last_px, self._least_px)
        sizes = sizes_for(text_px, self._least_px)
        tag = tag_of(reading, self._names.get(track_id, ""))
        return _Face(reading, whole, visible, sizes, tag, shape_of(reading, models))

    def _room(self, face: _Face, size_wh: tuple[int, int]) -> FaceRoom:
        sizes = face.sizes
        wanted = self._parts.gauges and face.reading.affect is not None
        gauges = gauge_rects(face.visible, sizes, size_wh) if wanted else None
        thickness_px = gauges[0].height + sizes.gap if gauges is not None else 0
        stacks = [stack_size_wh(face.stack, form, sizes) for form in StackForm] if self._parts.bars else []
        return FaceRoom(
            track_id=face.tag.track_id,
            box=face.visible,
            gap_px=sizes.gap,
            below_px=thickness_px,
            left_px=thickness_px,
            gauges=gauges or (),
            tag_sizes_wh=tuple(tag_size_wh(face.tag, form, sizes) for form in TagForm if self._parts.label),
            stack_sizes_wh=tuple(stacks),
        )


def _draw_texts(picture: Image, face: _Face, where: FacePlaces) -> None:
    certain, affect = face.reading.usable, face.reading.affect
    if affect is not None:
        errors = affect.error or (0.0, 0.0)
        named = (("Valence", affect.valence, errors[0]), ("Arousal", affect.arousal, errors[1]))
        for rect, (name, value, error) in zip(where.gauges, named, strict=False):
            if rect is not None:
                draw_gauge(picture, rect, value, face.sizes, name, certain=certain, error=error)
    if where.stack is not None:
        form, rect = where.stack
        emotions = [(face.reading.emotion, certain)]
        if face.reading.other is not None:
            emotions.append((face.reading.other.emotion, face.reading.other.usable))
        draw_stack(picture, rect.left, rect.top, face.stack, emotions, StackForm(form), face.sizes)
    if where.tag is not None:
        form, rect = where.tag
        draw_tag(picture, rect.left, rect.top, face.tag, TagForm(form), face.sizes)
