"""A table of readings with what people did in Review: names, merged faces, labels, excluded spans, markers."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from mien.core.series import ReadingSeries
from mien.session.notes.annotations import Annotations, HandLabel, Marker
from mien.session.notes.hand_labels import labels_at, labels_of
from mien.session.notes.persons import apply_persons, included
from mien.session.tables import Table
from mien.sinks.readings.csv_file import CsvForm, csv_lines
from mien.sinks.readings.rows import Cell
from mien.sinks.readings.table_schema import BY_HAND, with_persons
from mien.timeline.person_series import frames_left_out
from mien.timeline.spans import Span, within

if TYPE_CHECKING:
    import pyarrow as pa


class PersonTable:
    """The rows of a table, person by person where faces were merged.

    ``face_id`` is the person's first id, ``person`` the name. Where two faces of one person were read in the same
    frame, the row that counts in the summary is kept. ``excluded`` tells whether the row counts there, and
    ``label_by_hand`` what somebody said that the face shows.

    Args:
        table: As recorded.
        series: The same, whole.
        annotations: What people added.
        span: Only rows in this span of media time; None for all.

    Attributes:
        schema: Its columns; markers, persons and labels by hand stand in the metadata as JSON.
    """

    def __init__(
        self, table: Table, series: ReadingSeries, annotations: Annotations, span: Span | None = None
    ) -> None:

        self._table = table
        self._annotations = annotations
        self._span = span
        self._person_of: dict[int, tuple[int, str]] = {}
        self._labels: dict[int, tuple[HandLabel, ...]] = {}
        self._left_out: dict[int, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        for person in apply_persons(series, annotations):
            first_id = min(person.face_ids)
            self._person_of |= dict.fromkeys(person.face_ids, (first_id, person.name))
            labels = labels_of(annotations, person.face_ids)
            if labels:
                self._labels[first_id] = labels
            found = [series.face(face_id) for face_id in sorted(person.face_ids) if face_id in series.face_ids()]
            self._left_out |= frames_left_out(found)
        metadata = dict(table.schema.metadata or {})
        metadata[b"markers"] = msgspec.json.encode(annotations.markers)
        metadata[b"persons"] = msgspec.json.encode(annotations.persons)
        metadata[b"labels_by_hand"] = msgspec.json.encode(annotations.labels)
        self.schema = with_persons(table.schema).with_metadata(metadata)

    @property
    def batches(self) -> Iterator["pa.RecordBatch"]:
        """The rows in pieces, of ``schema``. Read once."""
        for batch in self._table.batches:
            yield self._converted(batch)

    def _converted(self, batch: "pa.RecordBatch") -> "pa.RecordBatch":
        import pyarrow as pa

        kept = self._kept(batch)
        if not kept.all():
            batch = batch.filter(pa.array(kept))
        known = [
            None if each is None else self._person_of.get(each) for each in batch.column("face_id").to_pylist()
        ]
        times_s = batch.column("time_s").to_numpy(zero_copy_only=False)
        columns = {name: batch.column(name) for name in batch.schema.names}
        columns["face_id"] = pa.array([None if each is None else each[0] for each in known], pa.int64())
        columns["person"] = pa.array([None if each is None else each[1] for each in known], pa.string())
        columns["excluded"] = pa.array(~included(times_s, self._annotations))
        columns[BY_HAND] = pa.array(self._labels_by_hand(known, times_s), pa.string())
        return pa.record_batch([columns[field.name] for field in self.schema], schema=self.schema)

    def _labels_by_hand(
        self, known: Sequence[tuple[int, str] | None], times_s: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        """Return the label that somebody gave to the person of each row, or None."""
        found = np.full(len(times_s), None, np.object_)
        persons = np.array([-1 if each is None else each[0] for each in known], np.int64)
        for person_id, labels in self._labels.items():
            rows = np.flatnonzero(persons == person_id)
            found[rows] = labels_at(labels, times_s[rows])
        return found

    def _kept(self, batch: "pa.RecordBatch") -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        face_ids = batch.column("face_id").fill_null(-1).to_numpy(zero_copy_only=False)
        frames = batch.column("frame").to_numpy(zero_copy_only=False)
        kept = np.ones(batch.num_rows, np.bool_)
        if self._span is not None:
            kept = within(batch.column("time_s").to_numpy(zero_copy_only=False), [self._span])
        for face_id, left_out in self._left_out.items():
            kept &= ~((face_ids == face_id) & np.isin(frames, left_out))
        return kept


def markers_csv(markers: tuple[Marker, ...], form: CsvForm = "comma") -> bytes:
    """Return the markers as a table: kind, start_s, end_s (empty for a moment), text, origin, event_type, code."""
    rows: list[tuple[Cell, ...]] = [("kind", "start_s", "end_s", "text", "origin", "event_type", "code")]
    rows += [
        (each.kind, each.start_s, each.end_s, each.text, each.origin, each.event_type, each.code)
        for each in markers
    ]
    return csv_lines(rows, form, starts_file=True)
