"""JSON files that may come from anywhere, and that are never half written."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from mien.errors import RecordingError, SessionError
from mien.sinks.part_file import write_whole

T = TypeVar("T", bound=msgspec.Struct)


def read_json(path: Path, form: type[T], schema: int, max_bytes: int) -> T:
    """Read and check a file.

    Args:
        path: The file.
        form: What it must be; unknown fields are passed over, since a later Mien may add some.
        schema: The newest version that is understood; older ones are, too.
        max_bytes: A larger file is refused unread.

    Raises:
        SessionError: It is missing, too large, damaged, or of a newer Mien.
    """
    data = _bounded(path, max_bytes)
    try:
        head = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SessionError(
            f"{path}: is damaged ({error}); repair the file, or restore it from a backup"
        ) from error
    found = head.get("schema") if isinstance(head, dict) else None
    if isinstance(found, int) and found > schema:
        raise SessionError(f"{path}: made by a newer Mien (schema {found}, this one reads {schema}); update Mien")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise SessionError(
            f"{path}: names no schema that Mien knows; repair the file, or restore it from a backup"
        )
    try:
        return msgspec.convert(head, form)
    except msgspec.ValidationError as error:
        raise SessionError(f"{path}: is wrong ({error}); repair the file, or restore it from a backup") from error


def write_json(path: Path, content: msgspec.Struct) -> None:
    """Write a file in one step, and have it on the disk before that.

    Raises:
        RecordingError: It cannot be written, or could not be read again.
    """
    data = msgspec.json.encode(content)
    try:
        msgspec.json.decode(data, type=type(content))
    except msgspec.ValidationError as error:
        raise RecordingError(
            f"{path}: not saved, since it could not be read again ({error}); change it"
        ) from error
    write_whole(path, msgspec.json.format(data, indent=2) + b"\n")


def _bounded(path: Path, max_bytes: int) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise SessionError(f"{path}: is missing; choose the folder of a session") from error
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SessionError(f"{path}: cannot be read ({reason}); check its permissions") from error
    if len(data) > max_bytes:
        raise SessionError(f"{path}: larger than {max_bytes / 1e6:.0f} MB, so it is no file of Mien; restore it")
    return data
