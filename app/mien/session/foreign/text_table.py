"""A text table of any program, read with care: only the columns that are asked for, within bounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mien.errors import SessionError
from mien.session.csv_form import START_BYTES, CsvForm, csv_form_of

if TYPE_CHECKING:
    import pyarrow as pa

MAX_BYTES: Final = 4_000_000_000
MAX_ROWS: Final = 5_000_000
"""Two days of one face at 25 frames a second."""
MAX_COLUMNS: Final = 5_000
"""Py-feat 2 writes 2,200, with its mesh and its descriptors."""
MAX_CELLS: Final = 200_000_000
"""Of the columns that are taken."""

LARGEST: Final = 1e30
"""A number beyond this is none of a face, and would not be one as float32."""

Numbers = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

_BLOCK_BYTES: Final = 1 << 22
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_NO_NUMBER: Final = frozenset(("", "nan", "na", "n/a", "none", "null", "inf", "-inf", "-"))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of a table, all N long.

    Attributes:
        count: N.
        left_out: Rows that have another number of cells than there are names.
        numbers: By name, (N,) float64, NaN where a cell holds no number, or one beyond all use.
        texts: By name, (N,) object, str without spaces around it, or None.
        head: The lines before the names.
    """

    count: int
    left_out: int
    numbers: dict[str, Numbers]
    texts: dict[str, Texts]
    head: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.numbers or name in self.texts

    def number(self, name: str) -> Numbers:
        """Return a column of numbers, NaN throughout where the table has none of that name."""
        return self.numbers[name] if name in self.numbers else np.full(self.count, np.nan)


class TextTable:
    """A table as text: commas, semicolons or tabs between cells, with a line of names.

    Args:
        path: The file.
        is_header: Says of the cells of a line, in lower case and without spaces around them, whether they are the
            names. The first line where no line is.

    Attributes:
        path: The file.
        names: Of its columns, in lower case and without spaces around them.
        head: The lines before the names.

    Raises:
        SessionError: It is missing, no plain file, too large, or has too many columns.
    """

    def __init__(self, path: Path, is_header: Callable[[Sequence[str]], bool] | None = None) -> None:
        self.path = path
        if not path.is_file():
            raise SessionError(f"{path}: no such file; check the path")
        try:
            if path.stat().st_size > MAX_BYTES:
                raise SessionError(f"{path}: larger than {MAX_BYTES / 1e9:.0f} GB; cut it into pieces")
            looks = None if is_header is None else lambda cells: is_header(_plain(cells))
            self._form: CsvForm = csv_form_of(path, looks)
        except OSError as error:
            raise SessionError(f"{path}: cannot be read ({error.strerror}); check the file") from error
        self.names = _plain(self._form.columns)
        self._left_out = 0
        self.head = self._form.head
        if len(self.names) > MAX_COLUMNS:
            raise SessionError(f"{path}: more than {MAX_COLUMNS:,} columns, so it is no table of readings")

    def read(self, numbers: Sequence[str], texts: Sequence[str] = ()) -> Columns:
        """Read columns; of several with the same name the first.

        Args:
            numbers: Names of those that hold numbers; what the table lacks is left out.
            texts: Names of those that hold texts.

        Raises:
            SessionError: The file is damaged or too large, or most cells of a column are no numbers.
        """
        import pyarrow as pa

        wanted = {name: self.names.index(name) for name in dict.fromkeys((*numbers, *texts)) if name in self.names}
        parts: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in wanted}
        self._left_out = 0
        count, decimal = 0, self._form.decimal_point
        try:
            for batch in self._batches(wanted):
                count += batch.num_rows
                if count > MAX_ROWS or count * max(len(wanted), 1) > MAX_CELLS:
                    raise SessionError(f"{self.path}: more than {MAX_ROWS:,} rows; cut it into pieces")
                for name, column in zip(wanted, batch.columns, strict=True):
                    is_text = name in texts
                    parts[name].append(_texts(column) if is_text else self._numbers(name, column, decimal))
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise SessionError(f"{self.path}: cannot be read as a table ({reason}); export it again") from error
        whole = {name: np.concatenate(found) if found else np.zeros(0) for name, found in parts.items()}
        return Columns(
            count,
            self._left_out,
            {name: column.astype(np.float64) for name, column in whole.items() if name not in texts},
            {name: column.astype(np.object_) for name, column in whole.items() if name in texts},
            self.head,
        )

    def _batches(self, wanted: dict[str, int]) -> "Sequence[pa.RecordBatch] | pa.csv.CSVStreamingReader":
        import pyarrow as pa
        import pyarrow.csv

        form = self._form
        # Names may stand twice, or be no names at all: columns go by their place.
        places = [f"c{at}" for at in range(len(form.columns))]
        chosen = [places[at] for at in wanted.values()]
        if not chosen or self._has_no_rows():
            return ()

        def leave_out(row: object) -> str:
            self._left_out += 1
            return "skip"

        reading = pyarrow.csv.ReadOptions(
            block_size=_BLOCK_BYTES,
            use_threads=False,
            encoding=form.encoding,
            skip_rows=len(form.head) + 1,
            column_names=places,
        )
        parsing = pyarrow.csv.ParseOptions(
            delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=leave_out
        )
        options = pyarrow.csv.ConvertOptions(
            include_columns=chosen,
            column_types=dict.fromkeys(chosen, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        )
        return pyarrow.csv.open_csv(self.path, reading, parsing, options)

    def _has_no_rows(self) -> bool:
        """Tell whether nothing follows the names, which pyarrow takes for damage."""
        if self.path.stat().st_size > START_BYTES:
            return False
        text = self.path.read_bytes().decode(self._form.encoding, errors="replace").strip("\ufeff\r\n")
        return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) <= len(self._form.head) + 1

    def _numbers(self, name: str, column: "pa.Array", decimal: str) -> npt.NDArray[np.generic]:
        import pyarrow as pa
        import pyarrow.compute as pc

        plain = pc.utf8_trim_whitespace(column)
        if decimal == ",":
            plain = pc.replace_substring(plain, ",", ".")
        fits = pc.match_substring_regex(plain, _NUMBER)
        values = pc.if_else(fits, plain, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
        odd = [each for each in plain.filter(pc.invert(fits)).unique().to_pylist() if each is not None]
        odd = [each for each in odd if each.lower() not in _NO_NUMBER]
        if odd and not np.isfinite(values).any():
            raise SessionError(
                f'{self.path}: its column "{name}" holds "{odd[0][:40]}" and other texts in place of numbers; '
                "export it again, with . or , as decimal sign"
            )
        with np.errstate(invalid="ignore"):
            return np.where(np.abs(values) <= LARGEST, values, np.nan)


def _texts(column: "pa.Array") -> npt.NDArray[np.generic]:
    import pyarrow.compute as pc

    plain = pc.utf8_trim_whitespace(column)
    # Each text is there once, in however many rows it stands.
    coded = pc.if_else(pc.equal(plain, ""), None, plain).dictionary_encode(null_encoding="encode")
    found = np.asarray([*coded.dictionary.to_pylist(), None], np.object_)
    return np.asarray(found[coded.indices.to_numpy(zero_copy_only=False)])


def _plain(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lower() for cell in cells)
