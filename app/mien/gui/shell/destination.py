"""Which tab opens what."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mien.capture.source_spec import kind_of_source
from mien.core.frame import SourceKind
from mien.gui.tab_page import Tab
from mien.places import from_home

_SESSION_FILE: Final = "session.json"


def destination_of(spec: str) -> Tab:
    """Return the tab for one thing: what is live, and folders, go to Live; files and sessions to Review."""
    kind = kind_of_source(spec)
    if kind is None or kind is SourceKind.FILE or (kind is SourceKind.FOLDER and is_session(from_home(spec))):
        return Tab.REVIEW
    return Tab.LIVE


def destination_of_drop(paths: Sequence[str]) -> Tab:
    """Return the tab for what was dropped: many files, or a folder that is no session, are work for Batch."""
    first = Path(paths[0])
    if len(paths) > 1 or (first.is_dir() and not is_session(first)):
        return Tab.BATCH
    return destination_of(paths[0])


def is_session(folder: Path) -> bool:
    """Return whether a folder holds a recorded session."""
    return (folder / _SESSION_FILE).is_file()
