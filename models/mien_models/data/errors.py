"""What this room refuses."""

from mien.errors import AppError


class DataError(AppError):
    """A set of faces cannot be used."""
