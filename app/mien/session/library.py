"""What was recorded and analysed on this machine, for a list to choose from."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from mien.errors import AppError, RecordingError, SessionError, printable
from mien.session.document import SessionDocument
from mien.session.document_file import load_document
from mien.session.folder_lock import is_being_written
from mien.session.layout import THUMBNAIL, file_within, is_plain, is_session

MAX_SESSIONS: Final = 5000
"""More are not listed; the newest come first."""
_DEPTH: Final = 3
"""Projects are folders: sessions are looked for in them, and in folders in those."""

Kind = Literal["recorded", "analysed"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in the list.

    Attributes:
        folder: The session's own.
        opens: What is opened to see it: the folder, or the video that was analysed.
        name: For people.
        kind: A recording has its video with it; an analysis belongs to a video elsewhere.
        made_at: By the clock of the machine that made it, with its zone where that is known.
        duration_s: Media time, or None where it was cut off.
        persons: How many faces have a picture; 0 where none was kept.
        networks: Which read it.
        thumbnail: A small picture of the scene, or None.
        is_complete: Whether it was finished.
    """

    folder: Path
    opens: Path
    name: str
    kind: Kind
    made_at: datetime
    duration_s: float | None
    persons: int
    networks: tuple[str, ...]
    thumbnail: Path | None
    is_complete: bool

    def matches(self, words: str) -> bool:
        """Whether name, folder, networks or date have all of these words."""
        text = f"{self.name} {self.opens} {' '.join(self.networks)} {self.made_at:%Y-%m-%d %d %B}".casefold()
        return all(word in text for word in words.casefold().split())


def list_sessions(recordings: Path, kept: Path, others: Iterable[Path] = ()) -> list[Listed]:
    """Return what there is, the newest first. Slow: a small file of each is read; what is damaged is left out.

    Args:
        recordings: Where recordings go; sessions in folders there belong as well.
        kept: Where analyses of videos are kept.
        others: Sessions elsewhere that were opened before, and other paths, which are passed over.
    """
    found: dict[Path, Listed] = {}
    for folder in (*_sessions_in(recordings, _DEPTH), *(path for path in others if is_session(path))):
        with contextlib.suppress(AppError, OSError, ValueError):
            found.setdefault(folder.resolve(), _recorded(folder))
    analysed: dict[Path, Listed] = {}
    for folder in _sessions_in(kept, 2):
        with contextlib.suppress(AppError, OSError, ValueError):
            listed = _analysed(folder)
            if listed is not None:
                before = analysed.get(listed.opens)
                if before is None or before.made_at < listed.made_at:
                    analysed[listed.opens] = listed
    everything = sorted((*found.values(), *analysed.values()), key=lambda each: each.made_at, reverse=True)
    return everything[:MAX_SESSIONS]


def rename_session(folder: Path, name: str) -> Path:
    """Give a session's folder another name; return where it lies now.

    Raises:
        SessionError: The name is none for a folder, is taken, or somebody writes the session.
        RecordingError: The folder cannot be renamed.
    """
    name = name.strip()
    if not is_plain(name) or name.startswith(".") or name.rstrip(". ") != name:
        raise SessionError(f'"{name}": no name for a folder; leave out / \\ : and points at its ends')
    target = folder.with_name(name)
    if target == folder:
        return folder
    if target.exists():
        raise SessionError(f'"{name}": there is one of this name already; choose another name')
    if is_being_written(folder):
        raise SessionError(f"{folder.name}: is still being written; rename it afterwards")
    try:
        return folder.rename(target)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be renamed ({error.strerror}); close it elsewhere") from error


def _sessions_in(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the sessions in a folder and in those within; links are not followed."""
    try:
        children = [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for child in children:
        if is_session(child):
            yield child
        elif depth > 1:
            yield from _sessions_in(child, depth - 1)


def _recorded(folder: Path) -> Listed:
    return _listed(folder, load_document(folder), "recorded", folder, printable(folder.name))


def _analysed(folder: Path) -> Listed | None:
    """Return a kept analysis, or None where its video is gone or it was never finished."""
    document = load_document(folder)
    video = document.source.file
    if video is None or document.state != "complete" or not video.is_file():
        return None
    return _listed(folder, document, "analysed", video, printable(video.name))


def _listed(folder: Path, document: SessionDocument, kind: Kind, opens: Path, name: str) -> Listed:
    return Listed(
        folder=folder,
        opens=opens,
        name=name,
        kind=kind,
        made_at=datetime.fromisoformat(document.started_at).astimezone(),
        duration_s=document.duration_s,
        persons=sum(1 for _ in folder.glob("face-*.jpg")),
        networks=tuple(network.name for network in document.networks),
        thumbnail=file_within(folder, THUMBNAIL),
        is_complete=document.state != "recording",
    )
