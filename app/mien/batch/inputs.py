"""From what the user names, files and folders, to the files that Mien can read."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.capture.listing import IMAGE_SUFFIXES, list_folder
from mien.capture.source_spec import is_picture, parse_source
from mien.core.frame import SourceKind
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


@dataclass(frozen=True, slots=True)
class Found:
    """Something to be read.

    Attributes:
        path: Where it lies; something to call it by where it is no file.
        root: The folder that the user named, or the file's own.
        inner: The way that results in another folder keep: from the root, and with its name where several
            folders were named.
        kind: What it is.
        spec: What to open, where that is no file.
    """

    path: Path
    root: Path
    inner: Path = Path()
    kind: SourceKind = SourceKind.FILE
    spec: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is no file: a camera, a stream, a test picture."""
        return not self.kind.is_place

    @property
    def is_film(self) -> bool:
        """Whether it is a folder whose pictures are the frames of one film."""
        return self.kind is SourceKind.FOLDER

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture."""
        return self.kind is SourceKind.FILE and is_picture(self.path)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What there is to read.

    Attributes:
        found: In the order in which it was named.
        has_folders: Whether a folder was named, and looked into.
        left_out: What was not looked into, and why, in lines.
    """

    found: tuple[Found, ...]
    has_folders: bool = False
    left_out: tuple[str, ...] = ()


def find_inputs(
    named: Iterable[str | os.PathLike[str]],
    *,
    recursive: bool = False,
    as_film: bool = False,
    leave_out: Path | None = None,
) -> Inputs:
    """Return the videos and pictures among what was named, folders in natural order of their names.

    Hidden files, Mien's own results, recorded sessions and the folder of the results are skipped. A file that
    is named itself is taken whatever its name, even if it is not there: reading it will say so.

    Args:
        named: Files and folders, or one camera or stream.
        recursive: Look into the folders of folders.
        as_film: Take the pictures of a folder for the frames of a film.
        leave_out: A folder that is not looked into.

    Raises:
        SourceError: A camera or a stream was named beside other inputs, a folder is a session or cannot be listed,
            or there is nothing to read.
    """
    names = [os.fspath(name) for name in named]
    specs = [parse_source(name) for name in names]
    live = [spec for spec in specs if not spec.kind.is_place]
    if live and len(specs) > 1:
        raise SourceError(f"{live[0].text}: only files can wait in a queue; annotate it by itself")
    if live:
        return Inputs((Found(Path(live[0].text), Path(), kind=live[0].kind, spec=live[0].text),))
    folders = sum(spec.kind is SourceKind.FOLDER for spec in specs)
    walk = _Walk(leave_out.absolute() if leave_out is not None else None, recursive=recursive)
    found: dict[Path, Found] = {}
    for spec in specs:
        assert spec.path is not None
        root = spec.path.absolute()
        if spec.kind is SourceKind.FILE:
            found.setdefault(root, Found(root, root.parent))
            continue
        if os.path.exists(root / SESSION_FILE):
            raise SourceError(
                f"{spec.text}: is a recorded session, whose readings are there already (mien convert; Session in "
                "Python); to read its video anew, name that: video.mp4 in it"
            )
        for entry in walk.files(root):
            kind = SourceKind.FILE
            if as_film and is_picture(entry):
                entry, kind = entry.parent, SourceKind.FOLDER
            above = Path() if entry == root else entry.parent.relative_to(root.parent if folders > 1 else root)
            found.setdefault(entry, Found(entry, root, above, kind))
    if not found:
        deeper = "" if recursive else ", or look into its folders as well (--recursive)"
        raise SourceError(f"{', '.join(names)}: no video or picture in there; choose another folder{deeper}")
    return Inputs(tuple(found.values()), folders > 0, tuple(walk.left_out))


class _Walk:
    """Looks into folders."""

    def __init__(self, barred: Path | None, *, recursive: bool) -> None:
        self.left_out: list[str] = []
        self._barred = barred
        self._recursive = recursive

    def files(self, folder: Path) -> Iterator[Path]:
        """Yield the files of a folder that can be read, then those of its folders.

        Raises:
            SourceError: It cannot be listed; one within it that cannot is left out.
        """
        try:
            visible = list_folder(folder)
        except OSError as error:
            raise SourceError(
                f"{folder}: cannot be listed ({error.strerror}); give yourself permission"
            ) from error
        yield from self._files(visible)

    def _files(self, entries: list[Path]) -> Iterator[Path]:
        for entry in entries:
            suffix = entry.suffix.lower()
            is_readable = suffix in VIDEO_SUFFIXES or suffix in IMAGE_SUFFIXES
            if is_readable and os.path.isfile(entry):
                yield entry
        for entry in entries if self._recursive else ():
            # A link to a folder may lead round in a circle.
            if not os.path.isdir(entry) or os.path.islink(entry) or entry == self._barred:
                continue
            try:
                inside = list_folder(entry)
            except OSError as error:
                self.left_out.append(f"{entry}: left out, since it cannot be listed ({error.strerror})")
                continue
            if not os.path.exists(entry / SESSION_FILE):
                yield from self._files(inside)
