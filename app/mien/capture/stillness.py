"""Tells a camera that repeats its last picture from one that looks at something still."""

from typing import Final

import numpy as np

from mien.capture.grabber import Grabbed
from mien.core.arrays import Image

REPEAT_S: Final = 5.0
"""So long the very same picture, noise included, is suspect."""

SAMPLE_STEP_PX: Final = 8
"""Pictures are compared at every n-th pixel of every n-th row: 14 400 of them at 1280x720."""


class Stillness:
    """Watches for repetition.

    Some drivers hand out the last picture for ever after the camera has died; opening it again helps. But a
    covered lens, a privacy shutter or a virtual camera may rightly show the same picture for hours, so that
    one picture is worth one attempt.
    """

    def __init__(self) -> None:
        self._sample: Image | None = None
        self._since_s = 0.0
        self._is_suspect = False
        self._was_reopened = False

    def watch(self, grabbed: Grabbed, name: str) -> str | None:
        """Take the next picture and return a line for the screen where it has been the same for long.

        Args:
            grabbed: The picture.
            name: The camera's, for the line.
        """
        sample = grabbed.image[::SAMPLE_STEP_PX, ::SAMPLE_STEP_PX]
        if self._sample is None or not np.array_equal(sample, self._sample):
            self._sample = sample.copy()
            self._since_s = grabbed.captured_at_s
            self._is_suspect = self._was_reopened = False
            return None
        self._is_suspect = grabbed.captured_at_s - self._since_s > REPEAT_S
        if not self._is_suspect:
            return None
        return f"{name} repeats the same picture; is it covered, or has it stopped?"

    def wants_reopening(self) -> bool:
        """Return True once for a picture that has been the same for long."""
        wanted = self._is_suspect and not self._was_reopened
        self._was_reopened = self._was_reopened or wanted
        return wanted
