"""The rows of a workbook of Excel, one after the other, in bounded memory: a workbook may come from a stranger.

Of Office Open XML (ECMA-376, part 1, 18) no more is read than a table of readings needs: the first sheet, or the
one that Mien writes, and the texts that its cells share.
"""

import posixpath
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from mien.errors import SessionError
from mien.sinks.readings.rows import Cell
from mien.sinks.readings.xlsx_file import MAX_ROWS, SHEET

MAX_COLUMNS: Final = 500
MAX_TEXTS: Final = 1_000_000
MAX_PART_BYTES: Final = 4_000_000_000
MAX_SMALL_PART_BYTES: Final = 10_000_000
SWELLS_TO: Final = 200
"""A part may take so many times its room in the file: rows of a table take ten to twenty times theirs."""

_CHUNK_BYTES: Final = 1 << 16
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TEXTS: Final = "xl/sharedStrings.xml"

_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, EOFError, RuntimeError, ValueError)

Start = Callable[[str, dict[str, str]], None]


@contextmanager
def open_rows(path: Path) -> "Iterator[Iterator[list[Cell]]]":
    """Open a workbook; yields its rows, the head included, each as long as its last cell with something in it.

    Raises:
        SessionError: It is no workbook, is damaged or too large; also later, while the rows are read.
        OSError: It cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as book, closing(_rows(book, path)) as rows:
            yield rows
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        KeyError,
        EOFError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, SessionError):
            raise
        reason = " ".join(str(error).split())[:200]
        raise SessionError(f"{path}: cannot be read as a workbook ({reason}); save it anew as .xlsx") from error


def _rows(book: zipfile.ZipFile, path: Path) -> Generator[list[Cell], None, None]:
    texts = _shared_texts(book, path)
    sheet = _Sheet(texts, path)
    for chunk in _chunks(book, _sheet_name(book, path), MAX_PART_BYTES, path):
        sheet.feed(chunk)
        while sheet.rows:
            yield sheet.rows.popleft()
    sheet.end()
    yield from sheet.rows


class _Sheet:
    """Takes the XML of a sheet piece by piece, and gives the rows that are whole."""

    def __init__(self, texts: list[str], path: Path) -> None:
        self.rows: deque[list[Cell]] = deque()
        self._texts = texts
        self._path = path
        self._count = 0
        self._row: list[Cell] = []
        self._column = self._kind = ""
        self._held: list[str] | None = None
        self._said = ""
        self._parser = _parser(self._start, self._end, self._take)

    def feed(self, data: bytes) -> None:
        """Take a piece."""
        self._parser.Parse(data, False)

    def end(self) -> None:
        """There are no more."""
        self._parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "row":
                self._row = []
            case "c":
                self._column, self._kind = attributes.get("r", ""), attributes.get("t", "n")
                self._said = ""
            case "v" | "t":
                self._held = []

    def _take(self, text: str) -> None:
        if self._held is not None:
            self._held.append(text)

    def _end(self, name: str) -> None:
        match name:
            case "v" | "t":
                self._said += "".join(self._held or ())
                self._held = None
            case "c":
                self._put()
            case "row":
                self._count += 1
                if self._count > MAX_ROWS:
                    raise SessionError(f"{self._path}: more rows than a sheet of Excel holds; cut it into pieces")
                self.rows.append(self._row)

    def _put(self) -> None:
        at = _column_of(self._column) if self._column else len(self._row)
        if at >= MAX_COLUMNS or at < len(self._row):
            raise SessionError(f"{self._path}: a row has too many cells, or they are in disorder; save it anew")
        self._row.extend([None] * (at - len(self._row)))
        self._row.append(self._value())

    def _value(self) -> Cell:
        if self._kind in ("str", "inlineStr"):
            return self._said
        if not self._said or self._kind == "e":  # an error, such as #N/A, is no value
            return None
        if self._kind == "s":
            return self._texts[_within(int(self._said), self._texts)]
        return self._said == "1" if self._kind == "b" else float(self._said)


def _shared_texts(book: zipfile.ZipFile, path: Path) -> list[str]:
    """Return the texts that cells refer to by their number; a text of several runs is joined."""
    texts: list[str] = []
    if _TEXTS not in book.namelist():
        return texts
    held: list[str] = []
    is_text = False
    phonetic = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal is_text, phonetic
        if name == "si":
            held.clear()
        phonetic += name == "rPh"
        is_text = name == "t" and not phonetic

    def end(name: str) -> None:
        nonlocal is_text, phonetic
        is_text = False
        phonetic -= name == "rPh"
        if name == "si":
            texts.append("".join(held))
            if len(texts) > MAX_TEXTS:
                raise SessionError(f"{path}: holds too many texts, so it is no table of readings")

    parser = _parser(start, end, lambda text: held.append(text) if is_text else None)
    for chunk in _chunks(book, _TEXTS, 10 * MAX_SMALL_PART_BYTES, path):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return texts


def _sheet_name(book: zipfile.ZipFile, path: Path) -> str:
    """Return the name of the part with Mien's sheet, or with the first one."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), relation))

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    for part, start in ((_WORKBOOK, sheet), (_RELATIONS, relation)):
        parser = _parser(start, lambda _: None, lambda _: None)
        for chunk in _chunks(book, part, MAX_SMALL_PART_BYTES, path):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    if not sheets:
        raise SessionError(f"{path}: the workbook has no sheet; save it anew as .xlsx")
    chosen = next((found for name, found in sheets if name == SHEET), sheets[0][1])
    target = targets[chosen]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _chunks(book: zipfile.ZipFile, name: str, most_bytes: int, path: Path) -> Iterator[bytes]:
    """Yield a part of the workbook, and no more of it than is to be expected."""
    room = min(most_bytes, MAX_SMALL_PART_BYTES + SWELLS_TO * book.getinfo(name).compress_size)
    part: IO[bytes]
    with book.open(name) as part:
        while chunk := part.read(_CHUNK_BYTES):
            room -= len(chunk)
            if room < 0:
                raise SessionError(f"{path}: swells to a multiple of its size, so it is no table of readings")
            yield chunk


def _parser(start: Start, end: Callable[[str], None], take: Callable[[str], None]) -> expat.XMLParserType:
    """Return a parser that knows no entities: they could swell to anything."""

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type")

    def plain(name: str) -> str:
        return name.rpartition(":")[2]

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(plain(name), attributes)
    parser.EndElementHandler = lambda name: end(plain(name))
    parser.CharacterDataHandler = take
    return parser


def _column_of(reference: str) -> int:
    """Return the number of a cell's column: 0 for "A1", 27 for "AB7"."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        raise ValueError(f"no cell is called {reference[:20]!r}")
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _within(index: int, texts: list[str]) -> int:
    if not 0 <= index < len(texts):
        raise ValueError(f"it has no text {index}")
    return index
