"""From a decoded frame to a picture: BGR, right colours, upright, with square pixels."""

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Image

if TYPE_CHECKING:
    from av import VideoFrame

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
    """Converts the frames of one stream. swscale takes about 0.5 ms for 1280x720, of 5 ms with decoding."""

    def __init__(self, pixel_aspect: float = 1.0) -> None:
        """Prepare the conversion.

        Args:
            pixel_aspect: Width of a pixel over its height; the picture is widened by it.
        """
        from av.video.reformatter import Colorspace, VideoReformatter

        stretch = max(pixel_aspect, 1 / pixel_aspect) - 1 if pixel_aspect > 0 else 0.0
        self._pixel_aspect = pixel_aspect if MIN_STRETCH <= stretch <= MAX_STRETCH else 1.0
        self._reformatter = VideoReformatter()
        self._rotation_deg: int | None = None
        self._matrix: Matrix | None = None
        self._bt709 = Colorspace.ITU709

    def make(self, frame: "VideoFrame") -> Image:
        """Return the picture of a frame: (H, W, 3) uint8 BGR, C-contiguous, upright; alpha is dropped."""
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
        if frame.rotation != self._rotation_deg:
            self._rotation_deg = frame.rotation
            self._matrix = display_matrix(frame)
        return np.ascontiguousarray(image if self._matrix is None else upright(image, self._matrix))


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
