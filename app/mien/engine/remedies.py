"""What the window says of an error, and what it offers: the message in its own words, the button that helps."""

import re
from typing import Final

from mien.errors import (
    AppError,
    CameraUnavailable,
    DetectorUnavailable,
    ModelError,
    OutletError,
    OutsideVideo,
    ProviderUnavailable,
    RecordingError,
    SessionError,
    StageError,
    UnfinishedSession,
    VideoUnreadable,
)
from mien.settings import Settings

_CLAUSE: Final = re.compile(r"(?:; |, (?:or )?)(?=[^;,]*(?:`|(?<!\w)--\w))[^;,]*")
"""What advises to type a command or an option."""
_BRACKET: Final = re.compile(r" \([^()]*(?:`|(?<!\w)--\w)[^()]*\)")


def words_of(error: AppError) -> str:
    """Return what the window says of an error: the message without what is typed at a command line."""
    return words_in(str(error))


def words_in(message: str) -> str:
    """Return what the window says of an error's message: without what is typed at a command line."""
    return _CLAUSE.sub("", _BRACKET.sub("", message))


def remedy_of(error: AppError, settings: Settings) -> tuple[str, str]:
    """Return what the button says and which command it calls; both empty where nothing in the window helps."""
    match error:
        case CameraUnavailable():
            return "Try again", "retry"
        case OutsideVideo():
            return "Open its video", "open_outside"
        case UnfinishedSession():
            return "Finish it", "finish_session"
        case SessionError() | VideoUnreadable():
            return "Open another", "open"
        case DetectorUnavailable() if settings.reading.detector != "retinaface":
            return "Use RetinaFace", "default_detector"
        case ProviderUnavailable() if settings.compute.provider != "auto":
            return "Let Mien choose", "any_provider"
        case ModelError() if settings.reading.model:
            return "Use the default network", "default_model"
        case RecordingError():
            return "Show the folder", "show_recordings"
        case OutletError():
            return "Open the settings", "settings"
        case StageError() if error.__cause__ is not None:
            return "Report…", "report"
    return "", ""


def file_remedy_of(kind: str, settings: Settings) -> tuple[str, str]:
    """Return what helps a file of Batch that failed, as ``remedy_of`` does.

    Args:
        kind: The name of the error's class.
        settings: How files are read.
    """
    reading = settings.reading
    match kind:
        case "DetectorUnavailable" if reading.detector != "retinaface":
            return "Use RetinaFace", "default_detector"
        case "ProviderUnavailable" if settings.compute.provider != "auto":
            return "Let Mien choose", "any_provider"
        case "ModelError" | "ManifestError" if reading.model:
            return "Use the default network", "default_model"
        case "SettingsError":
            return "Choose its settings…", "file_settings"
        case "MemoryError":
            return "Read one at a time", "one_at_a_time"
        case "RecordingError":
            return "Show the results", "show_results"
        case "VideoUnreadable" | "SourceError":
            return "Show the file", "show_source"
    return "", ""
