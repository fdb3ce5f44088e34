"""Whether a file, and the way of reading it, are still the same."""

import errno
import hashlib
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final

import msgspec

from mien.capture.source_spec import is_picture
from mien.inference.catalog import DEFAULT_MODEL, find_model
from mien.pipeline.reading_digest import file_sha256, reading_digest
from mien.runs.task import Task
from mien.settings import Settings
from mien.version import VERSION

SAMPLE_BYTES: Final = 65_536

PICTURE_SETTINGS: Final = ("cover", "codec", "hardware", "quality")
SESSION_SETTINGS: Final = ("record_overlay",)


class Fingerprint(msgspec.Struct, frozen=True):
    """What tells one state of a file from another, without reading all of it.

    Attributes:
        size_bytes: Of the file.
        modified_ns: Time of the last change.
        quick_hash: SHA-256 of its beginning, middle and end.
    """

    size_bytes: int
    modified_ns: int
    quick_hash: str = ""

    @classmethod
    def of(cls, path: Path) -> "Fingerprint":
        """Take that of a file that is there, or of a folder whose pictures are a film.

        Raises:
            OSError: It cannot be read.
        """
        stat = path.stat()
        if S_ISDIR(stat.st_mode):
            return cls._of_folder(path)
        if not S_ISREG(stat.st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for start in (0, stat.st_size // 2, max(stat.st_size - SAMPLE_BYTES, 0)):
                file.seek(start)
                digest.update(file.read(SAMPLE_BYTES))
        return cls(stat.st_size, stat.st_mtime_ns, digest.hexdigest())

    @classmethod
    def _of_folder(cls, path: Path) -> "Fingerprint":
        stats = sorted((entry.name, entry.stat()) for entry in os.scandir(path) if entry.is_file())
        inside = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats if is_picture(Path(name))]
        digest = hashlib.sha256(msgspec.json.encode(inside)).hexdigest()
        return cls(sum(size for _, size, _ in inside), 0, digest)

    @classmethod
    def of_output(cls, path: Path) -> "Fingerprint | None":
        """Return size and time of an output, a file or a folder, or None where there is none."""
        try:
            stat = path.stat()
        except OSError:
            return None
        # A session may be added to: markers, names, exports.
        return cls(0, 0) if path.is_dir() else cls(stat.st_size, stat.st_mtime_ns)


class Networks(msgspec.Struct, frozen=True):
    """The SHA-256 of the networks that read.

    Attributes:
        first: Of the one whose readings count.
        other: Of the second one; empty where there is none.
    """

    first: str
    other: str = ""


def networks_of(settings: Settings) -> Networks:
    """Return what the files of the networks are at this moment.

    Raises:
        ModelError: There is no such network.
    """
    other = file_sha256(find_model(settings.reading.compare)) if settings.reading.compare else ""
    return Networks(file_sha256(find_model(settings.reading.model or DEFAULT_MODEL)), other)


def reading_of(settings: Settings, task: Task) -> str:
    """Return a SHA-256 of all that raw readings depend on beside the source: while it stays they need no reading.

    Raises:
        ModelError: There is no such network.
    """
    part = (task.start_s, task.seconds, task.track, task.rotate_deg)
    ingredients = (VERSION, reading_digest(settings.reading), part)
    return hashlib.sha256(msgspec.json.encode(ingredients)).hexdigest()


def recipe_of(settings: Settings, task: Task) -> str:
    """Return a SHA-256 of all that results depend on beside the source: if it changes, they are made anew.

    Raises:
        ModelError: There is no such network.
    """
    ingredients: dict[str, object] = {
        "reading": reading_of(settings, task),
        "shown": settings.shown,
        "own": {"expressions": settings.own.expressions},
        "outputs": [path.suffix.lower() for path in task.outputs],
        "task": (task.session is not None, task.clean, task.subtitles_of, task.table is not None),
    }
    if task.has_pictures:
        ingredients |= {name: getattr(settings.video, name) for name in PICTURE_SETTINGS}
    if task.session is not None:
        ingredients |= {name: getattr(settings.video, name) for name in SESSION_SETTINGS}
    return hashlib.sha256(msgspec.json.encode(ingredients, order="sorted")).hexdigest()
