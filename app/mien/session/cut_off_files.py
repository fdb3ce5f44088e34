"""The last steps of finishing a file that was cut off: its name, and where its remains go."""

from pathlib import Path

from mien.sinks.output_path import write_failure
from mien.sinks.part_file import sync_folder
from mien.sinks.readings.journal import Damage


def put_away(journal: Path, table: str, damage: Damage) -> tuple[str, ...]:
    """Delete a journal whose readings are all in the table; keep a damaged one, and say what is missing."""
    if not damage.places:
        journal.unlink(missing_ok=True)
        return ()
    kept = journal.with_name(journal.name.replace(".part", ".damaged"))
    rename(journal, kept)
    places = "one place" if damage.places == 1 else f"{damage.places} places"
    return (
        f"{table}: {damage.unread_bytes:,} bytes at {places} were damaged and could not be read; the rest is "
        f"there, and {kept.name} keeps the original",
    )


def cut_torn_line(path: Path) -> None:
    """Cut off a last line of a text file that was not written to its end.

    Raises:
        OSError: It cannot be read or written.
    """
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        tail_bytes = min(size, 1 << 20)
        file.seek(size - tail_bytes)
        whole = file.read(tail_bytes).rfind(b"\n") + 1
        if whole < tail_bytes:
            file.truncate(size - tail_bytes + whole)


def rename(grown: Path, target: Path) -> None:
    """Give a file its name, in one step that outlives a power cut.

    Raises:
        RecordingError: It cannot be renamed.
    """
    try:
        grown.replace(target)
    except OSError as error:
        raise write_failure(target, error) from error
    sync_folder(target.parent)
