"""Finished analyses, kept so that nothing is computed twice, and the notes people made on the videos."""

import hashlib
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from mien.errors import AppError, SourceError
from mien.pipeline.reading_digest import reading_digest
from mien.places import data_folder, make_private_folder
from mien.session.document_file import load_document
from mien.session.folder_lock import is_being_written
from mien.session.stored import StoredSession, open_session
from mien.settings import Settings
from mien.sinks.part_file import write_whole

MAX_BYTES: Final = 1_000_000_000
"""Of readings that are kept: some fifty hours of one face."""

_CHUNK_BYTES: Final = 1 << 20
_ENDS_BYTES: Final = 1 << 18
_MAX_MEMO_BYTES: Final = 4_000_000


class AnalysisStore:
    """A folder with an analysis for each video, network and choice.

    It lies at ``SOURCE/CHOICE``, two digests: of the video's bytes, and of the network's bytes, the detector and
    the settings that change readings. Each is a session folder without a video. Beside them, in ``SOURCE``, stand
    the markers: people made them, so that they are neither evicted nor cleared.

    Args:
        folder: Where; by default among the user's data.
        max_bytes: Beyond this, the analyses that were not used for the longest time are deleted.
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder or data_folder() / "analyses"
        self._max_bytes = max_bytes

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def source_key(self, path: Path, go_on: Callable[[], bool] = lambda: True) -> str:
        """Return the sha256 of a video, remembered for as long as size, time and both ends stay the same.

        Args:
            path: The file.
            go_on: Asked between megabytes; False gives up.

        Raises:
            SourceError: The file cannot be read, or ``go_on`` said False.
        """
        try:
            quick = _quick_digest(path)
            known = self._memo().get(quick)
            if known is None:
                known = _digest(path, go_on)
                self._remember(quick, known)
        except OSError as error:
            raise SourceError(f"{path}: cannot be read ({error.strerror}); check the file") from error
        return known

    def notes_folder(self, source_key: str) -> Path:
        """Return where the markers of a video stand."""
        return self._folder / source_key[:32]

    def folder_for(self, source_key: str, settings: Settings) -> Path:
        """Return where the analysis of a video under these choices stands or will stand.

        Raises:
            ModelError: The network is missing.
        """
        return self.notes_folder(source_key) / choice_key(settings)

    def find(self, folder: Path) -> StoredSession | None:
        """Return a finished analysis, or None. What was cut off or damaged is deleted, what grows stays."""
        if not folder.is_dir() or is_being_written(folder):
            return None
        try:
            stored = open_session(folder)
            if stored.document.state == "complete":
                len(stored.series.face_ids())
                os.utime(folder)
                return stored
        except (AppError, OSError):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        return None

    def free_place(self, folder: Path) -> Path:
        """Return where to write an analysis: there, or beside it while another window writes the same one."""
        if not folder.exists():
            return folder
        beside = (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))
        return next(place for place in beside if not place.exists())

    def make_room(self) -> None:
        """Delete the analyses that were not used for the longest time, until the rest is small enough."""
        entries = sorted(self._entries(), key=lambda entry: entry[0])
        total = sum(size for _, size, _ in entries)
        for _, size, folder in entries[:-1]:
            if total <= self._max_bytes:
                return
            if is_being_written(folder):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            total -= size

    def clear(self) -> int:
        """Delete all analyses but those that are being made; return the bytes that became free. Markers stay."""
        freed = 0
        for _, size, folder in self._entries():
            if is_being_written(folder):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            freed += 0 if folder.exists() else size
        return freed

    def clear_cut_off(self) -> int:
        """Delete the analyses that a kill cut off, and return how many. Those that are being made stay."""
        left = [folder for _, _, folder in self._entries() if _is_cut_off(folder)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return len(left)

    def size_bytes(self) -> int:
        """Return what all analyses take."""
        return sum(size for _, size, _ in self._entries())

    def _entries(self) -> list[tuple[float, int, Path]]:
        """Return time of last use, size and folder of each analysis."""
        entries = []
        for folder in self._folder.glob("*/*/"):
            try:
                size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
                entries.append((folder.stat().st_mtime, size, folder))
            except OSError:
                continue
        return entries

    def _memo(self) -> dict[str, str]:
        path = self._folder / "known.json"
        try:
            if path.stat().st_size <= _MAX_MEMO_BYTES:
                return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            pass
        return {}

    def _remember(self, quick: str, key: str) -> None:
        make_private_folder(self._folder)
        write_whole(self._folder / "known.json", msgspec.json.encode({**self._memo(), quick: key}))


def _is_cut_off(folder: Path) -> bool:
    try:
        return load_document(folder).state == "recording" and not is_being_written(folder)
    except (AppError, OSError):
        return False


def choice_key(settings: Settings) -> str:
    """Return a digest of the network, or of both, and of all choices that change what is read, a turn included.

    Raises:
        ModelError: The network is missing.
    """
    turn = settings.camera.rotate_deg
    return reading_digest(settings.reading)[:32] + (f"-turned{turn}" if turn else "")


def _quick_digest(path: Path) -> str:
    """Digest size, time of change and both ends of a file."""
    status = path.stat()
    digest = hashlib.sha256(os.fsencode(path.resolve()) + f" {status.st_size} {status.st_mtime_ns}".encode())
    with path.open("rb") as file:
        digest.update(file.read(_ENDS_BYTES))
        if status.st_size > 2 * _ENDS_BYTES:
            file.seek(-_ENDS_BYTES, os.SEEK_END)
            digest.update(file.read(_ENDS_BYTES))
    return digest.hexdigest()


def _digest(path: Path, go_on: Callable[[], bool] = lambda: True) -> str:
    digest = hashlib.sha256()
    if path.exists() and not path.is_file():
        raise SourceError(f"{path}: no regular file; save it to a disk first")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            if not go_on():
                raise SourceError(f"{path}: reading was cancelled; open it again")
    return digest.hexdigest()
