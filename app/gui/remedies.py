"""What to offer with an error: the message says what is wrong, the button does what helps."""

from typing import Final

from app.errors import AppError, CameraUnavailable, ModelError, RecordingError, VideoUnreadable

_REMEDIES: Final[tuple[tuple[type[AppError], str, str], ...]] = (
    (CameraUnavailable, "Try again", "retry"),
    (VideoUnreadable, "Open another", "open"),
    (ModelError, "Use the default network", "default_model"),
    (RecordingError, "Show the folder", "show_recordings"),
)


def remedy_of(error: AppError) -> tuple[str, str]:
    """Return what the button says and which command it calls; both empty where nothing helps."""
    for kind, text, command in _REMEDIES:
        if isinstance(error, kind):
            return text, command
    return "", ""
