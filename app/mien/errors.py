"""Everything Mien refuses, as one tree of exceptions.

::

    AppError
    ├── SourceError
    │   ├── CameraUnavailable
    │   └── VideoUnreadable
    ├── ModelError
    │   ├── DetectorUnavailable
    │   ├── ManifestError
    │   └── ProviderUnavailable
    ├── StageError
    ├── RecordingError
    ├── SettingsError
    ├── SessionError
    │   ├── OutsideVideo
    │   └── UnfinishedSession
    ├── OutletError
    └── ExportError
        ├── ParityError
        └── UnsupportedCheckpoint

A message is one line for the person who uses the program: it names the thing and the remedy. The end of a
stream is not an error.
"""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Return a text as any screen and any UTF-8 file takes it.

    Bytes of a file's name that are no UTF-8 become ``\xe4``, and so do control characters, which would reach a
    terminal as commands.
    """
    return _UNPRINTABLE.sub(lambda match: _escaped(ord(match[0])), text)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" where a known word is near, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _escaped(code: int) -> str:
    # Python keeps a byte that is no UTF-8 as the surrogate 0xdc00 + byte.
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return f"\\x{byte:02x}" if byte < 0x100 else f"\\u{byte:04x}"


class AppError(Exception):
    """Base of all errors whose message is meant for the user."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(printable(each) if isinstance(each, str) else each for each in arguments))


class SourceError(AppError):
    """Pictures cannot be had from a source."""


class CameraUnavailable(SourceError):
    """A camera is missing, in use, or forbidden."""


class VideoUnreadable(SourceError):
    """A file is missing, empty, damaged, or holds no picture."""


class ModelError(AppError):
    """A network cannot be used."""


class DetectorUnavailable(ModelError):
    """The face detector that was chosen cannot be used: its file is missing, damaged or another network."""


class ManifestError(ModelError):
    """A network does not describe itself, or describes itself wrongly."""


class ProviderUnavailable(ModelError):
    """An execution provider that was asked for by name cannot be used here."""


class StageError(AppError):
    """A part of Mien failed for a reason that is not the user's doing; a fault of ours, if it has a cause."""


def unexpected(error: Exception, where: str = "") -> StageError:
    """Return what the user is told of an exception that nobody expected; it is its cause.

    Args:
        error: The fault.
        where: In what part, or while reading what; may be empty.
    """
    said = " ".join(str(error).split()) or type(error).__name__
    told = StageError(f"{where}{': ' if where else ''}{said}; please report this, `--verbose` shows where")
    told.__cause__ = error
    return told


class RecordingError(AppError):
    """An output cannot be written, or cannot be written any more."""


class SettingsError(AppError):
    """A settings file or an option is unusable."""


class SessionError(AppError):
    """A recorded session or a table of readings cannot be read."""


class OutsideVideo(SessionError):
    """A session has no video of its own and names a file elsewhere, which a stranger may have put there.

    Args:
        session: The session's name.
        video: What it names, as text; it was not looked at.
    """

    def __init__(self, session: str, video: str) -> None:
        super().__init__(
            f"{session}: its video is {video}, outside the session; open it if you know who made the session"
        )
        self.video = video


class UnfinishedSession(SessionError):
    """A recording was cut off, or something still writes it.

    Args:
        folder: The session's.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: not complete yet; where nothing writes it any more, run `mien recover`")
        self.folder = folder


class OutletError(AppError):
    """Readings cannot be sent to other programs as was asked."""


class ExportError(AppError):
    """A checkpoint was not turned into a network for the program."""


class ParityError(ExportError):
    """The exported network does not answer as the original does."""


class UnsupportedCheckpoint(ExportError):
    """A checkpoint's format or architecture is unknown, or opening it would run code from it."""
