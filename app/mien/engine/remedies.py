"""What to offer with an error: the message says what is wrong, the button does what helps."""

from mien.errors import (
    AppError,
    CameraUnavailable,
    ModelError,
    ProviderUnavailable,
    RecordingError,
    VideoUnreadable,
)
from mien.settings import Settings


def remedy_of(error: AppError, settings: Settings) -> tuple[str, str]:
    """Return what the button says and which command it calls; both empty where nothing in the window helps."""
    match error:
        case CameraUnavailable():
            return "Try again", "retry"
        case VideoUnreadable():
            return "Open another", "open"
        case ProviderUnavailable() if settings.compute.provider != "auto":
            return "Let Mien choose", "any_provider"
        case ModelError() if settings.reading.model:
            return "Use the default network", "default_model"
        case RecordingError():
            return "Show the folder", "show_recordings"
    return "", ""
