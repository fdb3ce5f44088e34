"""From what the user names, files and folders, to the files that Mien can read."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.capture.listing import IMAGE_SUFFIXES, list_folder
from mien.capture.open import ADDRESS
from mien.errors import SourceError

VIDEO_SUFFIXES: Final = frozenset(
    (
        *(".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".wmv", ".asf", ".flv", ".f4v", ".3gp", ".3g2"),
        *(
            ".mpg",
            ".mpeg",
            ".m2v",
            ".vob",
            ".ts",
            ".mts",
            ".m2ts",
            ".mxf",
            ".ogv",
            ".ogg",
            ".dv",
            ".mjpeg",
            ".gif",
        ),
    )
)

SESSION_FILE: Final = "session.json"
LIVE_NAMES: Final = ("camera", "synthetic", "synthetic-live")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read.

    Attributes:
        path: Where it lies.
        root: The folder that the user named, or the file's own.
        inner: The way that results in another folder keep: from the root, and with its name where several
            folders were named.
    """

    path: Path
    root: Path
    inner: Path = Path()


def find_inputs(
    named: Iterable[str | os.PathLike[str]], *, recursive: bool = False, leave_out: Path | None = None
) -> list[Found]:
    """Return the videos and pictures among what was named, folders in natural order of their names.

    Hidden files, Mien's own results, recorded sessions and the folder of the results are passed over. A file that
    is named itself is taken whatever its name, even if it is not there: reading it will say so.

    Args:
        named: Files and folders.
        recursive: Look into the folders of folders.
        leave_out: A folder that is not looked into.

    Raises:
        SourceError: A camera or a stream was named, or there is nothing to read.
    """
    names = [os.fspath(name) for name in named]
    folders = sum(os.path.isdir(name) for name in names)
    barred = leave_out.absolute() if leave_out is not None else None
    found: dict[Path, Found] = {}
    for name in names:
        path = Path(name)
        if not path.exists() and (ADDRESS.match(name) or name.partition(":")[0] in LIVE_NAMES):
            raise SourceError(f"{name}: only files can wait in a queue; annotate it by itself, without --jobs")
        root = path.absolute()
        if not path.is_dir():
            found.setdefault(root, Found(root, root.parent))
            continue
        for entry in _walk(root, barred, recursive=recursive):
            inner = entry.parent.relative_to(root.parent if folders > 1 else root)
            found.setdefault(entry, Found(entry, root, inner))
    if not found:
        deeper = "" if recursive else ", or look into its folders as well (--recursive)"
        raise SourceError(f"{', '.join(names)}: no video or picture in there; choose another folder{deeper}")
    return list(found.values())


def holds_videos(folder: Path) -> bool:
    """Whether there is a video in a folder; one that holds pictures alone may be a film in pieces."""
    return any(path.suffix.lower() in VIDEO_SUFFIXES for path in _walk(folder.absolute(), None, recursive=False))


def _walk(folder: Path, barred: Path | None, *, recursive: bool) -> Iterator[Path]:
    """Yield the files of a folder that can be read, then those of its folders.

    Raises:
        SourceError: It cannot be listed.
    """
    try:
        entries = list_folder(folder)
    except OSError as error:
        raise SourceError(f"{folder}: cannot be listed ({error.strerror}); give yourself permission") from error
    for entry in entries:
        suffix = entry.suffix.lower()
        is_readable = suffix in VIDEO_SUFFIXES or suffix in IMAGE_SUFFIXES
        if is_readable and entry.is_file():
            yield entry
    for entry in entries if recursive else ():
        # A link to a folder may lead round in a circle.
        if entry.is_dir() and not entry.is_symlink() and entry != barred and not (entry / SESSION_FILE).exists():
            yield from _walk(entry, barred, recursive=True)
