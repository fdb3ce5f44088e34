"""A folder of pictures, or a single picture, as a source."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mien.capture.listing import IMAGE_SUFFIXES, list_folder
from mien.capture.still import count_pages, page_times, read_still
from mien.core.arrays import Image
from mien.core.frame import Frame, SourceInfo, SourceKind
from mien.errors import VideoUnreadable, printable

DEFAULT_FPS: Final = 1.0
"""A picture a second: long enough to look at in the recording, and a time that is easily read as a number."""

NAMES_IN_NOTICE: Final = 3


class ImageFolder:
    """Pictures in natural order of their names ("2.jpg" before "10.jpg"), each one a frame.

    Every page of a TIFF and every frame of an animated WebP or PNG is a picture.

    The n-th picture has the index n and the time n / fps; those of a single animation are shown when it says. One
    that cannot be read is left out, its index too, and named in ``notice``. Sizes may differ from picture to
    picture; ``info`` has the first one's.
    """

    def __init__(self, path: str | Path, fps: float = DEFAULT_FPS) -> None:
        """Find the pictures.

        Args:
            path: A folder, not searched further down, or one picture.
            fps: Pictures per second of media time.

        Raises:
            VideoUnreadable: There is no such folder or file, or not one picture that can be read.
        """
        if fps <= 0:
            raise ValueError(f"ImageFolder: expected fps beyond 0, got {fps}")
        self._path = Path(path)
        self._fps = fps
        self._pages = [(path, page) for path in _list_images(self._path) for page in range(count_pages(path))]
        is_animation = len(self._pages) > 1 and self._path.is_file()
        self._times_s = page_times(self._path) if is_animation else None
        if self._times_s is not None:
            self._fps = (len(self._times_s) - 1) / self._times_s[-1]
        self._closed = threading.Event()
        self._unreadable: list[str] = []
        self._start = 0
        first = self._first_readable()
        self._info = SourceInfo(
            name=printable(self._path.name or str(self._path)),
            width_px=first.shape[1],
            height_px=first.shape[0],
            fps=self._fps,
            is_live=False,
            frame_count=len(self._pages),
            path=str(self._path),
            kind=SourceKind.FOLDER if self._path.is_dir() else SourceKind.FILE,
        )

    @property
    def info(self) -> SourceInfo:
        """The number of pictures, and the size of the first."""
        return self._info

    @property
    def notice(self) -> str | None:
        """Which pictures could not be read so far, or None."""
        count = len(self._unreadable)
        if not count:
            return None
        names = ", ".join(map(printable, self._unreadable[:NAMES_IN_NOTICE])) + (
            ", …" if count > NAMES_IN_NOTICE else ""
        )
        return f"{count} of {len(self._pages)} pictures could not be read: {names}"

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures that can be read."""
        for index in range(self._start, len(self._pages)):
            if self._closed.is_set():
                return
            path, page = self._pages[index]
            try:
                image = read_still(path, page)
            except VideoUnreadable:
                self._unreadable.append(path.name)
            else:
                yield Frame(image, index, self._time_s(index), time.monotonic())

    def _time_s(self, index: int) -> float:
        if self._times_s is not None and index < len(self._times_s):
            return self._times_s[index]
        return (index - self._start) / self._fps

    def close(self) -> None:
        """End ``frames`` after the picture at hand."""
        self._closed.set()

    def _first_readable(self) -> Image:
        for index, (path, page) in enumerate(self._pages):
            try:
                image = read_still(path, page)
            except VideoUnreadable:
                if len(self._pages) == 1:
                    raise
                self._unreadable.append(path.name)
            else:
                self._start = index
                return image
        raise VideoUnreadable(
            f"{self._path}: none of its {len(self._pages)} pictures can be read; try another copy"
        )


def _list_images(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    try:
        found = [
            entry for entry in list_folder(path) if entry.suffix.lower() in IMAGE_SUFFIXES and entry.is_file()
        ]
    except FileNotFoundError as error:
        raise VideoUnreadable(f"{path}: no such file or folder; check the path") from error
    except OSError as error:
        raise VideoUnreadable(f"{path}: cannot be listed ({error.strerror}); give yourself permission") from error
    if not found:
        raise VideoUnreadable(f"{path}: holds no pictures (JPEG, PNG, WebP, TIFF, BMP…); choose another folder")
    return found
