"""What a script learns of files of a folder that cannot be read."""

import warnings
from collections.abc import Sequence

from mien.errors import SourceError


def all_failed(failures: Sequence[str]) -> SourceError:
    """Return the error of a folder of which no file could be read."""
    more = f" (and {len(failures) - 1} more files of the folder)" if len(failures) > 1 else ""
    return SourceError(f"{failures[0]}{more}")


def warn_of(failures: Sequence[str], count: int) -> None:
    """Warn whoever called the API of files that could not be read."""
    if failures:
        told = f"{len(failures)} of {count} files could not be read, or not wholly: {failures[0]}"
        warnings.warn(told + ("; …" if len(failures) > 1 else ""), stacklevel=4)
