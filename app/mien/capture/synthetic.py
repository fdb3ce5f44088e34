"""A test picture: moving gradients with the number and the time of the frame burnt in."""

import threading
import time
from collections.abc import Iterator

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.frame import Frame, SourceInfo, SourceKind


class SyntheticSource:
    """Draws frames; the same ones every time."""

    def __init__(
        self,
        size_wh: tuple[int, int] = (1280, 720),
        fps: float = 30.0,
        frame_count: int | None = None,
        is_live: bool = False,
    ) -> None:
        """Prepare to draw.

        Args:
            size_wh: Width and height in pixels, 1 or more.
            fps: Frames per second, beyond 0.
            frame_count: How many frames, or None for no end.
            is_live: Draw at ``fps`` by the clock, skipping frames that nobody took in time; otherwise as fast as
                they are taken.
        """
        if min(size_wh) < 1 or fps <= 0 or (frame_count is not None and frame_count < 0):
            raise ValueError(f"SyntheticSource: expected positive figures, got {size_wh}, {fps}, {frame_count}")
        self._info = SourceInfo("Test picture", *size_wh, fps, is_live, frame_count, kind=SourceKind.SYNTHETIC)
        self._closed = threading.Event()
        width, height = size_wh
        across = np.linspace(0, 255, width, dtype=np.float32)[None, :]
        down = np.linspace(0, 255, height, dtype=np.float32)[:, None]
        self._blue = np.broadcast_to(across, (height, width)).astype(np.uint8)
        self._green = np.broadcast_to(down, (height, width)).astype(np.uint8)
        self._red = ((across + down) / 2).astype(np.uint8)

    @property
    def info(self) -> SourceInfo:
        """As it was ordered."""
        return self._info

    @property
    def notice(self) -> str | None:
        """Nothing ever goes wrong."""
        return None

    def frames(self) -> Iterator[Frame]:
        """Yield the frames, in time where it is live."""
        start_s = time.monotonic()
        index = 0
        count = self._info.frame_count
        while (count is None or index < count) and not self._closed.is_set():
            if self._info.is_live:
                late_s = time.monotonic() - start_s - index / self._info.fps
                if late_s < 0 and self._closed.wait(-late_s):
                    return
                index = max(index, int((time.monotonic() - start_s) * self._info.fps))
                if count is not None and index >= count:
                    return
            yield Frame(self._draw(index), index, index / self._info.fps, time.monotonic())
            index += 1

    def close(self) -> None:
        """End ``frames``."""
        self._closed.set()

    def _draw(self, index: int) -> Image:
        """Draw one frame: gradients that move by two levels a frame, and a line of text on a dark band."""
        shift = np.uint8(2 * index % 256)
        image = np.dstack([self._blue + shift, self._green - shift, self._red])
        scale = min(self._info.width_px / 640, self._info.height_px / 360)
        text = f"frame {index}  {index / self._info.fps:.3f} s"
        image[: round(60 * scale)] //= 4
        at = (round(20 * scale), round(42 * scale))
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), max(1, round(2 * scale)))
        return image
