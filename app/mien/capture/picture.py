"""From a decoded frame to a picture: BGR, right colours, upright, whole lines, square pixels, one size."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from mien.capture.tone_map import HDR_TRANSFERS, tone_map_filters
from mien.core.arrays import Image

if TYPE_CHECKING:
    from av import VideoFrame
    from av.filter import Graph

HD_HEIGHT_PX: Final = 720
"""From this height on, video that does not name its colours is BT.709, below it BT.601, as players do."""

COLOURS_UNSPECIFIED: Final = 2  # AVCOL_SPC_UNSPECIFIED
FULL_RANGE: Final = 2  # AVCOL_RANGE_JPEG

MIN_STRETCH: Final = 0.02
MAX_STRETCH: Final = 1.5
"""A pixel whose aspect ratio is off by less than the first is square enough (rounding of encoders); off by
more than the second it is taken for damage."""

Matrix = npt.NDArray[np.int32]


class PictureMaker:
    """Converts the frames of one stream. swscale takes about 0.5 ms for 1280x720, of 5 ms with decoding.

    All pictures have the size of the first: a stream whose size changes on the way is scaled to it, so that boxes
    stay in one coordinate system.

    Args:
        pixel_aspect: Width of a pixel over its height; the picture is widened by it.

    Attributes:
        changes: What was done to the pictures so far beside decoding them, for people.
    """

    def __init__(self, pixel_aspect: float = 1.0) -> None:
        from av.video.reformatter import Colorspace, VideoReformatter

        self.changes: dict[str, None] = {}
        stretch = max(pixel_aspect, 1 / pixel_aspect) - 1 if pixel_aspect > 0 else 0.0
        self._pixel_aspect = pixel_aspect if MIN_STRETCH <= stretch <= MAX_STRETCH else 1.0
        if self._pixel_aspect != 1.0:
            self._note(f"pixels of {pixel_aspect:.3g}:1 made square")
        self._reformatter = VideoReformatter()
        self._rotation_deg: int | None = None
        self._matrix: Matrix | None = None
        self._bt709 = Colorspace.ITU709
        self._filters: Graph | None = None
        self._filters_for: tuple[object, ...] = ()
        self._size_wh: tuple[int, int] | None = None

    def make(self, frame: "VideoFrame") -> Image:
        """Return the picture of a frame: (H, W, 3) uint8 BGR, C-contiguous, upright; alpha is dropped."""
        if frame.rotation != self._rotation_deg:
            self._turn_as(frame)
        if frame.interlaced_frame or frame.color_trc in HDR_TRANSFERS:
            frame = self._filtered(frame)
        unnamed_hd = (
            frame.colorspace == COLOURS_UNSPECIFIED
            and frame.color_range != FULL_RANGE  # full range without a name is JPEG's: BT.601
            and frame.height >= HD_HEIGHT_PX
        )
        bgr = self._reformatter.reformat(
            frame,
            width=max(1, round(frame.width * self._pixel_aspect)),
            format="bgr24",
            src_colorspace=self._bt709 if unnamed_hd else None,
            threads=1,
        )
        image = cast(Image, bgr.to_ndarray())
        image = np.ascontiguousarray(image if self._matrix is None else upright(image, self._matrix))
        return self._at_first_size(image)

    def _note(self, change: str) -> None:
        self.changes[change] = None

    def _turn_as(self, frame: "VideoFrame") -> None:
        self._rotation_deg = frame.rotation
        self._matrix = display_matrix(frame)
        if self._rotation_deg:
            self._note(f"turned by {self._rotation_deg % 360}° as the file says")

    def _filtered(self, frame: "VideoFrame") -> "VideoFrame":
        """Return the frame without combs and in ordinary colours."""
        key = (frame.width, frame.height, frame.format.name, frame.interlaced_frame, frame.color_trc)
        if self._filters is None or key != self._filters_for:
            self._filters, self._filters_for = self._new_filters(frame), key
        self._filters.push(frame)
        return cast("VideoFrame", self._filters.pull())

    def _new_filters(self, frame: "VideoFrame") -> "Graph":
        from av.filter import Graph

        graph = Graph()
        chain = [
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base,
            )
        ]
        if frame.interlaced_frame:
            # One field alone, its lines doubled: no combs, and no wait for the next frame as with better filters.
            chain += [graph.add("field", "type=top"), graph.add("scale", f"w=iw:h={frame.height}")]
            self._note("de-interlaced")
        if frame.color_trc in HDR_TRANSFERS:
            chain += tone_map_filters(graph, frame.color_trc)
            self._note(f"tone-mapped from {HDR_TRANSFERS[frame.color_trc]} to BT.709")
        chain.append(graph.add("buffersink"))
        for one, next_one in pairwise(chain):
            one.link_to(next_one)
        graph.configure()
        return graph

    def _at_first_size(self, image: Image) -> Image:
        height, width = image.shape[:2]
        if self._size_wh is None:
            self._size_wh = (width, height)
        if self._size_wh == (width, height):
            return image
        self._note(f"scaled to {self._size_wh[0]}x{self._size_wh[1]}, since its size changes on the way")
        return fitted(image, self._size_wh)


def fitted(image: Image, size_wh: tuple[int, int]) -> Image:
    """Scale a picture into another size, centred, with black beside it where its shape differs."""
    width, height = size_wh
    factor = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(image, inner, interpolation=interpolation), np.uint8)
    if inner == size_wh:
        return scaled
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = scaled
    return canvas


def display_matrix(frame: "VideoFrame") -> Matrix | None:
    """Return the 3x3 display matrix that a camera or phone wrote beside the picture, or None.

    Not for every frame: PyAV's ``side_data`` ties the frame into a cycle, which keeps its pixels until the
    next garbage collection.
    """
    matrix = frame.side_data.get("DISPLAYMATRIX")
    return None if matrix is None else np.frombuffer(bytes(cast(Any, matrix)), dtype=np.int32).reshape(3, 3)


def upright(image: Image, matrix: Matrix) -> Image:
    """Turn and mirror a picture as its display matrix says, to the nearest quarter turn.

    The matrix maps a position (x, y) of the stored picture to (a x + c y, b x + d y) on screen, with rows
    (a, b, u), (c, d, v), (x, y, w) in fixed point (ISO/IEC 14496-12, track header).

    Args:
        image: (H, W, 3).
        matrix: (3, 3) int32.

    Returns:
        A view of the same pixels, (H, W, 3) or (W, H, 3).
    """
    a, b = (int(value) for value in matrix[0, :2])
    c, d = (int(value) for value in matrix[1, :2])
    if abs(b) > abs(a):
        turned = image.swapaxes(0, 1)
        across, down = c, b
    else:
        turned = image
        across, down = a, d
    return turned[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
