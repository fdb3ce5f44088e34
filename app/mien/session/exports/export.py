"""A session or a table of readings in another form."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from mien.core.series import ReadingSeries
from mien.errors import RecordingError
from mien.session.analyses.shown_anew import shown_as, shown_batches
from mien.session.exports.person_table import PersonTable, markers_csv
from mien.session.exports.pyfeat_table import PyFeatTable, Rows
from mien.session.layout import is_session
from mien.session.notes.annotations import Annotations
from mien.session.notes.clipping import clipped
from mien.session.stored import StoredSession, open_session
from mien.session.tables import open_table, read_series
from mien.settings import ShownSettings
from mien.sinks.output_path import check_output, readings_suffixes
from mien.sinks.part_file import write_whole
from mien.sinks.readings.csv_file import CsvForm, TableColumns
from mien.sinks.readings.whole_table import write_table
from mien.timeline.spans import Span

OTHER_SUFFIXES: Final = (".eaf", ".vtt")
FEX_SUFFIX: Final = ".fex.csv"
"""In the window, a table that ends so has Py-feat's columns."""


def export_session(
    source: Path,
    target: Path,
    *,
    overwrite: bool = False,
    face: str | None = None,
    csv_form: CsvForm = "comma",
    columns: TableColumns = "mien",
    shown: ShownSettings | None = None,
    span: Span | None = None,
) -> None:
    """Write what was read from a video in another form.

    All go by persons: faces that were merged are one, and names are theirs. Tables of a session say which rows lie
    in an excluded span; its markers lie beside them as ``NAME.markers.csv``, and in a Parquet file's metadata.

    Args:
        source: A session's folder, or a table.
        target: .csv, .jsonl, .parquet, .xlsx, .eaf or .vtt.
        overwrite: Whether a file of that name may be replaced.
        face: For .vtt: a person's name or a face's number; by default the largest face.
        csv_form: How CSV is written; see ``CsvForm``.
        columns: Of a table: Mien's, or those of Py-feat; see ``mien.session.exports.pyfeat_table``.
        shown: How a session's raw readings are shown in what is written; None leaves them as they were shown, as
            those of a table always are.
        span: Only this part of the session's time, which is counted as before; None for all. Of a session alone.

    Raises:
        SessionError: The source is missing or damaged, or has no such face.
        RecordingError: The target cannot be written.
    """
    stored = open_session(source) if source.is_dir() or is_session(source) else None
    annotations = Annotations() if stored is None else stored.annotations
    if span is not None:
        annotations = clipped(annotations, span)
    table = source if stored is None else stored.readings
    check_output(target, (*readings_suffixes(), *OTHER_SUFFIXES), overwrite=overwrite, inputs=[table])
    suffix = target.suffix.lower()
    if suffix in readings_suffixes():
        _convert_table(table, target, stored, annotations, span, csv_form, columns, shown, overwrite=overwrite)
        return
    if columns != "mien":
        raise RecordingError(f"{target}: only a table has columns; name a .csv, .jsonl, .parquet or .xlsx file")
    series = read_series(table) if stored is None else _series(stored, shown)
    if suffix == ".vtt":
        from mien.session.exports.webvtt import to_webvtt

        write_whole(target, to_webvtt(series, annotations, face, span).encode(), overwrite=overwrite)
        return
    from mien.session.exports.elan import to_eaf

    media, start_s = None, 0.0
    if stored is not None:
        media = stored.video or stored.overlay_video
        source_file = stored.document.source.file
        if media is None and source_file is not None:
            media, start_s = source_file, stored.document.source.source_start_s
    eaf = to_eaf(series, annotations, media=media, media_start_s=start_s, beside=target.parent, span=span)
    write_whole(target, eaf, overwrite=overwrite)


def _convert_table(
    source: Path,
    target: Path,
    stored: StoredSession | None,
    annotations: Annotations,
    span: Span | None,
    form: CsvForm,
    columns: TableColumns,
    shown: ShownSettings | None,
    *,
    overwrite: bool,
) -> None:
    markers = annotations.markers
    beside, wanted = target.with_suffix(".markers.csv"), markers_csv(markers, form)
    writes_markers = bool(markers) and not _holds(beside, wanted)  # an export to another form wrote the same
    if writes_markers:
        check_output(beside, (".csv",), overwrite=overwrite, inputs=[source])
    with open_table(source) as opened:
        table: Rows = opened
        if stored is not None:
            series = _series(stored, shown)
            if shown is not None:
                opened = replace(opened, batches=shown_batches(opened.batches, series, opened.schema))
            table = PersonTable(opened, series, annotations, span)
        if columns == "pyfeat":
            table = PyFeatTable(table, "" if stored is None else _video_name(stored))
        write_table(table.batches, table.schema, target, overwrite=overwrite, csv_form=form)
    if writes_markers:
        write_whole(beside, wanted, overwrite=overwrite)


def _series(stored: StoredSession, shown: ShownSettings | None) -> ReadingSeries:
    return stored.series if shown is None else shown_as(stored, shown)


def _holds(path: Path, content: bytes) -> bool:
    """Return whether a file is there and holds exactly this."""
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _video_name(stored: StoredSession) -> str:
    video = stored.video or stored.overlay_video
    return video.name if video is not None else stored.document.source.name
