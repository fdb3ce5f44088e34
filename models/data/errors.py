"""What this room refuses."""

from app.errors import AppError


class DataError(AppError):
    """A set of faces cannot be used."""
