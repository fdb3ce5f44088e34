"""Everything Mien refuses, as one tree of exceptions.

::

    AppError
    ├── SourceError
    │   ├── CameraUnavailable
    │   └── VideoUnreadable
    ├── ModelError
    │   ├── ManifestError
    │   └── ProviderUnavailable
    ├── StageError
    ├── RecordingError
    ├── SettingsError
    ├── SessionError
    ├── OutletError
    └── ExportError
        ├── ParityError
        └── UnsupportedCheckpoint

A message is one line for the person who uses the program: it names the thing and the remedy. The end of a
stream is not an error.
"""


class AppError(Exception):
    """Base of all errors whose message is meant for the user."""


class SourceError(AppError):
    """Pictures cannot be had from a source."""


class CameraUnavailable(SourceError):
    """A camera is missing, in use, or forbidden."""


class VideoUnreadable(SourceError):
    """A file is missing, empty, damaged, or holds no picture."""


class ModelError(AppError):
    """A network cannot be used."""


class ManifestError(ModelError):
    """A network does not describe itself, or describes itself wrongly."""


class ProviderUnavailable(ModelError):
    """An execution provider that was asked for by name cannot be used here."""


class StageError(AppError):
    """A stage of the pipeline failed for a reason that is not the user's doing."""


class RecordingError(AppError):
    """An output cannot be written, or cannot be written any more."""


class SettingsError(AppError):
    """A settings file or an option is unusable."""


class SessionError(AppError):
    """A recorded session or a table of readings cannot be read."""


class OutletError(AppError):
    """Readings cannot be sent to other programs as was asked."""


class ExportError(AppError):
    """A checkpoint was not turned into a network for the program."""


class ParityError(ExportError):
    """The exported network does not answer as the original does."""


class UnsupportedCheckpoint(ExportError):
    """A checkpoint's format or architecture is unknown, or opening it would run code from it."""
