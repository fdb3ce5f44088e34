"""A kept analysis, shown as other choices say: its table is written anew from what was read, no video is read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.baseline import Baseline
from mien.core.emotion import Affect
from mien.core.face_details import CHANGES, DETAILS
from mien.core.face_series import FaceSeries, SecondSeries
from mien.core.series import ReadingSeries
from mien.core.shown_series import ReadBy, show_again
from mien.pipeline.shown_choices import shown_choices
from mien.session.document import SessionDocument
from mien.session.document_file import save_document
from mien.session.stored import StoredSession, open_session
from mien.session.tables import open_table
from mien.settings import OwnSettings, Settings, ShownSettings
from mien.sinks.readings.parquet_file import write_parquet
from mien.sinks.readings.rows import FLAGS
from mien.sinks.readings.table_schema import with_further

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, npt.NDArray[Any]]


def read_by(document: SessionDocument) -> tuple[ReadBy, ...]:
    """Return what made a session's readings: the network, and a second one."""
    return tuple(ReadBy(network.name, network.expected) for network in document.networks[:2])


def show_kept_again(stored: StoredSession, settings: Settings, *, is_mixed: bool = False) -> StoredSession:
    """Return a kept analysis as it is shown under these settings; where that is news, it is kept so from now on.

    Args:
        stored: One of Mien's own folders; a session that a user recorded stays as it was recorded.
        settings: Of which the groups ``shown`` and ``own`` count.
        is_mixed: Whether the choices changed while it was made, so that not all of it is shown as it says.

    Raises:
        SessionError: Its readings are missing or damaged.
        RecordingError: It cannot be written.
    """
    document = stored.document
    told, own = {**document.settings, **msgspec.to_builtins(settings.shown)}, settings.own.expressions
    if (told, own) == (document.settings, document.own_expressions) and not is_mixed:
        return stored
    series = show_again(stored.series, shown_choices(settings), read_by(document))
    path = stored.readings
    with open_table(path) as table:
        schema = with_further(table.schema, series.further)
        write_parquet(shown_batches(table.batches, series, schema), schema, path, overwrite=True)
    save_document(stored.folder, msgspec.structs.replace(document, settings=told, own_expressions=own))
    return open_session(stored.folder)


def shown_of(document: SessionDocument) -> ShownSettings:
    """Return how a session says that it was shown; what it does not say has its default."""
    told = {name: document.settings[name] for name in ShownSettings.__struct_fields__ if name in document.settings}
    try:
        return msgspec.convert(told, ShownSettings)
    except msgspec.ValidationError:
        return ShownSettings()


def shown_as(stored: StoredSession, shown: ShownSettings) -> ReadingSeries:
    """Return the readings of a session as they are shown in another way, relative to the baselines that it holds.

    The session stays as it was recorded.

    Raises:
        SessionError: Its readings are missing or damaged.
    """
    document = stored.document
    settings = Settings(shown=shown, own=OwnSettings(expressions=document.own_expressions))
    choices = shown_choices(settings, _baselines_of(document))
    return show_again(stored.series, choices, read_by(document))


def _baselines_of(document: SessionDocument) -> tuple[Baseline, ...]:
    """Return the neutral faces that a session holds, in the order in which they were taken."""
    labels = {network.name: network.labels for network in document.networks}
    found = []
    for record in document.baselines:
        model = record.model or document.networks[0].name
        shares = np.asarray(record.probabilities, np.float32)
        if len(labels.get(model, ())) != len(shares) or not np.all((shares >= 0) & (shares <= 1)):
            continue  # of a network that the session does not describe, or edited by hand
        affect = None
        if record.valence is not None and record.arousal is not None:
            affect = Affect(min(max(record.valence, -1.0), 1.0), min(max(record.arousal, -1.0), 1.0))
        details = np.array([record.details.get(name, np.nan) for name in DETAILS], np.float32)
        found.append(
            Baseline(
                face_id=record.face_id,
                model=model,
                taken_at_s=record.taken_at_s,
                labels=labels[model],
                probabilities=read_only(shares),
                affect=affect,
                details=read_only(details) if record.details else None,
            )
        )
    return tuple(sorted(found, key=lambda each: each.taken_at_s))


def shown_batches(
    batches: "Iterator[pa.RecordBatch]", series: ReadingSeries, schema: "pa.Schema"
) -> "Iterator[pa.RecordBatch]":
    """Give the rows with what is shown now, all else as it was."""
    import pyarrow as pa

    faces = {face_id: series.face(face_id) for face_id in series.face_ids()}
    for batch in batches:
        columns = {name: batch.column(name) for name in batch.schema.names}
        frames = batch.column("frame").to_numpy(zero_copy_only=False)
        face_ids = batch.column("face_id").fill_null(0).to_numpy(zero_copy_only=False)
        new: Columns = {}
        for face_id in np.unique(face_ids).tolist():
            if face_id not in faces:
                continue
            face, rows = faces[face_id], np.flatnonzero(face_ids == face_id)
            face = face.take(np.searchsorted(face.frames, frames[rows]))
            for name, values in _columns(face).items():
                column = new.setdefault(name, np.full(len(frames), False if name in FLAGS else None, np.object_))
                column[rows] = values
        for name, values in new.items():
            columns[name] = pa.array(values, schema.field(name).type, from_pandas=True)
        for field in schema:
            columns.setdefault(field.name, pa.nulls(batch.num_rows, field.type))
        yield pa.record_batch([columns[field.name] for field in schema], schema=schema)


def _columns(face: FaceSeries) -> Columns:
    columns = _of_network(face, "") | {"usable": face.usable, "relative": face.relative}
    columns |= {name: face.detail(name) for name in face.further_names}
    if face.changes.shape[1]:
        columns |= {name: face.detail(name) for name in CHANGES}
    return columns if face.other is None else columns | _of_network(face.other, "other_")


def _of_network(shown: FaceSeries | SecondSeries, prefix: str) -> Columns:
    tops = shown.tops.astype(np.intp)
    columns: Columns = {
        "label": np.array(shown.labels, np.object_)[tops],
        "confidence": np.take_along_axis(shown.probabilities, tops[:, None], axis=1)[:, 0],
        "valence": shown.affect[:, 0],
        "arousal": shown.affect[:, 1],
        "reason": np.array([None if each is None else str(each) for each in shown.reasons], np.object_),
    }
    columns |= {f"p_{label}": shown.probabilities[:, place] for place, label in enumerate(shown.labels)}
    return {prefix + name: values for name, values in columns.items()}
