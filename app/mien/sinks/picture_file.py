"""A single frame as an image file, with overlay or without."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.errors import RecordingError
from mien.sinks.output_path import check_output
from mien.sinks.part_file import PartFile
from mien.sinks.sink import Sink

PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg")


class PictureFile(Sink):
    """A sink that takes one frame and saves it.

    Args:
        target: The image: .png, .jpg or .jpeg.
        picture_of: What makes the picture that is saved; None saves the painted one.
        overwrite: Whether a file of that name may be replaced.

    Attributes:
        wants_picture: See ``Sink``.

    Raises:
        RecordingError: The target cannot be written.
    """

    def __init__(
        self,
        target: Path,
        *,
        picture_of: Callable[[FrameResult], Image] | None = None,
        overwrite: bool = False,
    ) -> None:
        check_output(target, PICTURE_SUFFIXES, overwrite=overwrite)
        self.wants_picture = picture_of is None
        self._picture_of = picture_of
        self._part = PartFile(target, overwrite=overwrite)
        self._is_written = False

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Save the picture. See ``Sink``."""
        target = self._part.target
        if self._is_written:
            raise RecordingError(f"{target}: an image holds one frame and the input has more; name a .mp4 file")
        if self._picture_of is not None:
            picture = self._picture_of(result)
        assert picture is not None, "asked for by wants_picture"
        done, data = cv2.imencode(target.suffix.lower(), picture)
        if not done:
            raise RecordingError(f"{target}: the picture cannot be saved in this format; name a .png file")
        try:
            self._part.write(data.tobytes())
        except OSError as error:
            raise self._part.failure(error) from error
        self._is_written = True

    def finish(self) -> None:
        """Put the file under its name. Safe twice.

        Raises:
            RecordingError: No frame came, or the name is taken.
        """
        if self._part.closed:
            return
        if not self._is_written:
            self._part.discard()
            raise RecordingError(f"{self._part.target}: not one frame came, so there is no picture")
        self._part.publish()

    def abort(self) -> None:
        """Leave nothing behind: the frame is still in the input."""
        if not self._part.closed:
            self._part.discard()
