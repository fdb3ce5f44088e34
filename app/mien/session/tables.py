"""Tables of readings that Mien wrote, read back with care: CSV, JSON Lines, Parquet, and journals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.core.face_details import CHANGES, DETAILS, HEAD
from mien.core.further_numbers import SURE_DETAILS, is_further
from mien.core.series import ReadingSeries
from mien.errors import SessionError
from mien.session.table_files import open_batches

if TYPE_CHECKING:
    import pyarrow as pa

MAX_ROWS: Final = 20_000_000
"""Two days of four faces; a larger table would not fit into memory."""

MAX_TIME_S: Final = 1e7
"""Four months: see ``mien.session.document.MAX_S``."""

MAX_FACES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read.

    Attributes:
        labels: Of the network, in the order of the columns.
        other_labels: Of a second network; empty where there is none.
        schema: All columns, typed see ``mien.sinks.readings.table_schema``, with the network's name as metadata.
        batches: The rows in pieces, of ``schema``.
    """

    labels: tuple[str, ...]
    other_labels: tuple[str, ...]
    schema: "pa.Schema"
    batches: "Iterator[pa.RecordBatch]"

    @property
    def has_details(self) -> bool:
        """Whether faces were looked at closely."""
        return not SURE_DETAILS.isdisjoint(self.schema.names)

    @property
    def further(self) -> tuple[str, ...]:
        """Numbers that not every table has; see ``mien.core.further_numbers``."""
        known = DETAILS if self.has_details else ()
        return tuple(name for name in self.schema.names if is_further(name) and name not in known)


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a table.

    Args:
        path: .csv, .jsonl, .parquet, or .journal for a journal.

    Raises:
        SessionError: It is missing, damaged, or no table of readings.
    """
    import pyarrow as pa

    try:
        with open_batches(path) as (schema, batches):
            names = schema.names
            labels = tuple(name[2:] for name in names if name.startswith("p_"))
            other_labels = tuple(name[8:] for name in names if name.startswith("other_p_"))
            yield Table(labels, other_labels, schema, _counted(batches, path))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SessionError(f"{path}: cannot be read as readings ({reason}); restore it from a backup") from error


def read_series(path: Path) -> ReadingSeries:
    """Read a whole table.

    Raises:
        SessionError: It is missing, damaged, or no table of readings.
    """
    with open_table(path) as table:
        series = ReadingSeries(
            table.labels, table.other_labels, has_details=table.has_details, further=table.further
        )
        last_s = -np.inf
        for batch in table.batches:
            times_s = batch.column("time_s").to_numpy(zero_copy_only=False)
            if not np.all(np.diff(times_s, prepend=last_s) >= 0) or times_s[0] < 0:
                raise SessionError(f"{path}: its times do not rise from row to row; sort it by time_s")
            if times_s[-1] > MAX_TIME_S:
                raise SessionError(f"{path}: a time lies beyond {MAX_TIME_S:.0f} s, so it is no table of readings")
            last_s = times_s[-1]
            _append(series, table, batch, path)
    return series


def _append(series: ReadingSeries, table: Table, batch: "pa.RecordBatch", path: Path) -> None:
    def numbers(name: str) -> np.ndarray:
        return np.asarray(batch.column(name).to_numpy(zero_copy_only=False), np.float32)

    def texts(name: str) -> np.ndarray:
        # Each text is there once, in however many rows it stands.
        column = batch.column(name).dictionary_encode(null_encoding="encode")
        found = np.asarray([*column.dictionary.to_pylist(), None], np.object_)
        return np.asarray(found[column.indices.to_numpy(zero_copy_only=False)])

    face_ids = batch.column("face_id")
    names = ["x1", "y1", "x2", "y2", "valence", "arousal", "quality", *(f"p_{label}" for label in table.labels)]
    if table.other_labels:
        names += ["other_valence", "other_arousal", *(f"other_p_{label}" for label in table.other_labels)]
    try:
        series.append_rows(
            frames=np.asarray(batch.column("frame").to_numpy(zero_copy_only=False), np.int64),
            times_s=batch.column("time_s").to_numpy(zero_copy_only=False),
            face_ids=face_ids.fill_null(0).to_numpy(zero_copy_only=False),
            has_face=face_ids.is_valid().to_numpy(zero_copy_only=False),
            numbers=np.stack([numbers(name) for name in names], axis=1),
            usable=batch.column("usable").to_numpy(zero_copy_only=False),
            reasons=texts("reason"),
            **_more(table, batch, numbers, texts),
        )
    except ValueError as error:
        raise SessionError(f"{path}: a face stands twice in the same frame; repair the file") from error
    if len(series.face_ids()) > MAX_FACES:
        raise SessionError(f"{path}: more than {MAX_FACES:,} faces, so it is no table of readings")


def _more(
    table: Table,
    batch: "pa.RecordBatch",
    numbers: "Callable[[str], np.ndarray]",
    texts: "Callable[[str], np.ndarray]",
) -> dict[str, np.ndarray]:
    """Return what was read, and what is named, beside what is shown; less where the table lacks it."""
    names = [f"raw_{name}" for name in ("valence", "arousal", *(f"p_{label}" for label in table.labels))]
    raw_face = names[-1]
    if table.other_labels:
        names += [
            f"other_raw_{name}" for name in ("valence", "arousal", *(f"p_{each}" for each in table.other_labels))
        ]
    more = {"tops": _places(texts("label"), table.labels)}
    more["tracks"] = batch.column("track_id").fill_null(0).to_numpy(zero_copy_only=False)
    more["relative"] = batch.column("relative").to_numpy(zero_copy_only=False)
    if batch.column(raw_face).null_count < batch.num_rows or not table.labels:
        more["raw"] = np.stack([numbers(name) for name in names], axis=1)
        more["raw_reasons"] = texts("raw_reason")
    more["details"] = np.stack([numbers(name) for name in (DETAILS if table.has_details else HEAD)], axis=1)
    if table.further:
        more["further"] = np.stack([numbers(name) for name in table.further], axis=1)
    if table.has_details:
        more["changes"] = np.stack([numbers(name) for name in CHANGES], axis=1)
    if table.other_labels:
        more["other_tops"] = _places(texts("other_label"), table.other_labels)
        more["other_reasons"] = texts("other_reason")
    return more


def _places(names: np.ndarray, labels: tuple[str, ...]) -> np.ndarray:
    """Return the place of each name among the labels; the first one's where it is none of them."""
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places.get(name, 0) for name in names], np.int16)


def _counted(batches: "Iterator[pa.RecordBatch]", path: Path) -> "Iterator[pa.RecordBatch]":
    """Pass on what has rows, and no more than fit into memory."""
    count = 0
    for batch in batches:
        count += batch.num_rows
        if count > MAX_ROWS:
            raise SessionError(f"{path}: more than {MAX_ROWS:,} rows; cut it into pieces")
        if batch.num_rows:
            yield batch
