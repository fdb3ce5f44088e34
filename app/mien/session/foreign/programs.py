"""Which program wrote a table, and what it says in Mien's terms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.errors import SessionError
from mien.session.foreign import affdex, facet, libreface, openface, plain, pyfeat
from mien.session.foreign.found import Found
from mien.session.foreign.text_table import Columns, TextTable

Wanted = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Program:
    """How tables of a program are read.

    Attributes:
        is_header: Tells by the names of a table's columns whether it is one of its tables.
        wanted: Gives the columns that are needed: of numbers, and of texts.
        read: Gives what they say.
    """

    is_header: Callable[[Sequence[str]], bool]
    wanted: Callable[[Sequence[str]], Wanted]
    read: Callable[[Columns], Found]


PROGRAMS: Final = tuple(
    Program(each.is_header, each.wanted, each.read) for each in (openface, pyfeat, libreface, affdex, facet, plain)
)
"""The plain one last: it takes what no other does."""


def read_foreign(path: Path) -> Found:
    """Read a table that another program wrote.

    Args:
        path: Text: .csv, .tsv or .txt.

    Raises:
        SessionError: It is missing, damaged, too large, has no rows, or its columns say nothing that Mien knows.
    """
    table = TextTable(path, lambda names: any(each.is_header(names) for each in PROGRAMS))
    program = next((each for each in PROGRAMS if each.is_header(table.names)), None)
    if program is None:
        shown = ", ".join(table.names[:4])[:100] or "none"
        raise SessionError(
            f"{path}: none of its lines names columns of OpenFace, Py-feat, LibreFace, AFFDEX or FACET (the first "
            f"names {shown}); export it as CSV again, with its line of names"
        )
    if "raw_reason" in table.names:
        raise SessionError(f"{path}: Mien wrote it; open its session, or use mien convert")
    columns = table.read(*program.wanted(table.names))
    if not columns.count:
        raise SessionError(f"{path}: has no rows below its names; export it again")
    found = program.read(columns)
    if columns.left_out:
        found.notes.append(f"{columns.left_out:,} rows have another number of cells than there are names.")
    return found
