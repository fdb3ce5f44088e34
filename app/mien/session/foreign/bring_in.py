"""Makes a session of a table that another program wrote."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mien.capture.seekable import SeekableVideo
from mien.core.emotion import EXPRESSIONS
from mien.core.face import Reason
from mien.core.face_details import HEAD
from mien.core.frame import SourceInfo
from mien.core.further_numbers import is_further
from mien.errors import SessionError, printable
from mien.places import make_private_folder
from mien.session.digest import sha256_of
from mien.session.document import ImportRecord, NetworkRecord, SessionDocument
from mien.session.document_file import load_document, save_document
from mien.session.folder_lock import claim_folder
from mien.session.foreign.found import Found
from mien.session.foreign.on_frames import OnFrames, on_frames
from mien.session.foreign.programs import read_foreign
from mien.session.layout import READINGS, VIDEO_STEM
from mien.session.origin import source_record
from mien.session.stored import StoredSession, open_session
from mien.sinks.output_path import VIDEO_SUFFIXES, write_failure
from mien.sinks.readings.parquet_file import write_parquet
from mien.sinks.readings.rows import columns_of
from mien.sinks.readings.table_schema import schema_of
from mien.version import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

_CLOCK: Final = (
    "Time is that of the imported table, or of the frames of its video; started_at is the computer's wall clock "
    "when the table was imported and says nothing of when the video was made."
)
_ROWS: Final = 1 << 16

SUFFIXES: Final = (".csv", ".tsv", ".txt")
"""What a table may end in for the window, which opens other things as well."""

Values = dict[str, npt.NDArray[Any]]


def import_table(
    table: Path,
    folder: Path | None = None,
    *,
    video: Path | None = None,
    fps: float | None = None,
    program: str = "",
) -> StoredSession:
    """Make a session of a table that another program wrote: OpenFace, Py-feat, LibreFace, AFFDEX, or a plain one.

    What the table lacks is empty in the session. The video is linked or copied into it.

    Args:
        table: The table, as text.
        folder: The session's, which must not exist or be empty; by default beside the table, with its name.
        video: The video that the table was made from; by default one beside the table whose name it has.
        fps: Frames a second, for a table that has numbers of frames alone and no video.
        program: What wrote it, where its columns do not tell, or the version: "OpenFace 2.2.0".

    Raises:
        SessionError: The table cannot be read, or does not say when its rows were.
        SourceError: The video cannot be read.
        RecordingError: The session cannot be written.
    """
    found = read_foreign(table)
    if program:
        found.program = program
    video = video or _beside(table, found)
    info, times_s = (None, None) if video is None else _look_at(video)
    placed = on_frames(found, printable(table.name), times_s, fps)
    folder = folder or table.with_suffix("")
    with _claimed(folder):
        schema = _schema(found)
        write_parquet(_batches(found, placed, schema), schema, folder / READINGS)
        inside = None if video is None else _take_in(video, folder)
        save_document(folder, _document(found, placed, table, info, inside, fps))
    return open_session(folder)


def session_of_table(table: Path, recordings: Path) -> Path:
    """Return the session of a table, made among the recordings where it was not made before.

    Raises:
        AppError: See ``import_table``.
    """
    digest = _digest(table)
    make_private_folder(recordings)
    places = (recordings / f"{table.stem}{'' if at == 1 else f' {at}'}" for at in itertools.count(1))
    for place in places:
        if not os.path.lexists(place):
            return import_table(table, place).folder
        with contextlib.suppress(SessionError):
            imported = load_document(place).imported
            if imported is not None and imported.sha256 == digest:
                return place
    raise AssertionError("there are no more numbers")


def _digest(table: Path) -> str:
    try:
        return sha256_of(table)
    except OSError as error:
        raise SessionError(f"{table}: cannot be read ({error.strerror}); check the file") from error


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    lock = claim_folder(folder)
    try:
        yield
    except BaseException:
        lock.release(delete=True)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    lock.release(delete=True)


def _beside(table: Path, found: Found) -> Path | None:
    """Return the video of a table that lies beside it: the one that it names, or one with its own name."""
    names = [found.video] if found.video else []
    names += [f"{table.stem}{suffix}" for suffix in (*VIDEO_SUFFIXES, ".avi")]
    places = (table.with_name(name) for name in names if Path(name).suffix.lower() in (*VIDEO_SUFFIXES, ".avi"))
    return next((place for place in places if place.is_file()), None)


def _look_at(video: Path) -> tuple[SourceInfo, npt.NDArray[np.float64]]:
    opened = SeekableVideo(video)
    try:
        return opened.info, opened.index.times_s
    finally:
        opened.close()


def _take_in(video: Path, folder: Path) -> str:
    """Link the video into the session, or copy it where its disk knows no links; return its name there."""
    name = f"{VIDEO_STEM}{video.suffix.lower()}"
    target = folder / name
    try:
        try:
            os.link(video.resolve(), target)
        except OSError:
            shutil.copyfile(video, target)
    except OSError as error:
        raise write_failure(target, error) from error
    return name


def _labels(found: Found) -> tuple[str, ...]:
    """Return the expressions that the table tells apart; all of Mien's where it has no probabilities."""
    return tuple(label for label in EXPRESSIONS if label in found.chances) or EXPRESSIONS


def _schema(found: Found) -> "pa.Schema":
    further = [name for name in found.numbers if name not in HEAD]
    unknown = [name for name in further if not is_further(name)]
    if unknown:
        raise ValueError(f"import_table: no column of a table is called {unknown[0]}")
    return schema_of((*columns_of(_labels(found)), *further), found.program)


def _batches(found: Found, placed: OnFrames, schema: "pa.Schema") -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    columns = _columns(found, placed)
    for start in range(0, len(placed.rows), _ROWS):
        part = slice(start, start + _ROWS)
        arrays = [
            pa.array(columns[field.name][part], field.type, from_pandas=True)
            if field.name in columns
            else pa.nulls(len(placed.rows[part]), field.type)
            for field in schema
        ]
        yield pa.record_batch(arrays, schema=schema)


def _columns(found: Found, placed: OnFrames) -> Values:
    """Return the cells of the table, by column; what is not known is None or NaN."""
    rows, labels = placed.rows, _labels(found)
    has_face = found.has_face[rows]
    columns: Values = {"frame": placed.frames, "time_s": placed.times_s}
    columns["face_id"] = columns["track_id"] = np.array(
        [face if there else None for face, there in zip(found.faces[rows].tolist(), has_face, strict=True)],
        np.object_,
    )
    columns |= {name: found.boxes[rows, at] for at, name in enumerate(("x1", "y1", "x2", "y2"))}
    columns["face_score"] = found.scores[rows]
    chances = {label: found.chances[label][rows] for label in labels if label in found.chances}
    columns |= {f"p_{label}": values for label, values in chances.items()}
    columns |= _named(found, chances, rows)
    if found.affect is not None:
        columns |= {"valence": found.affect[rows, 0], "arousal": found.affect[rows, 1]}
    columns |= {name: values[rows] for name, values in found.numbers.items()}
    usable = has_face & (columns["label"] != None)  # noqa: E711 - of each cell
    columns["reason"] = np.full(len(rows), None, np.object_)
    columns["reason"][has_face & ~usable] = str(Reason.NOT_READ)
    for name, values in columns.items():
        if name not in ("frame", "time_s", "face_id", "track_id", "label", "reason"):
            columns[name] = np.where(has_face, values, np.nan)
    columns["usable"] = usable
    columns["relative"] = np.zeros(len(rows), np.bool_)
    return columns


def _named(found: Found, chances: Values, rows: npt.NDArray[np.int64]) -> Values:
    """Return the label of each row and its probability: what the table names, or else the most probable."""
    label = np.full(len(rows), None, np.object_)
    confidence = np.full(len(rows), np.nan)
    if chances:
        values = np.stack(list(chances.values()), axis=1)
        known = np.isfinite(values).all(axis=1)
        best = np.nan_to_num(values, nan=-1.0).argmax(axis=1)
        label[known] = np.array(list(chances), np.object_)[best[known]]
        confidence[known] = values[known, best[known]]
    if found.tops is not None:
        said = found.tops[rows]
        other = np.array([top is not None for top in said], np.bool_) & (said != label)
        label[other], confidence[other] = said[other], np.nan
        for row in np.flatnonzero(other & np.isin(said.astype(str), list(chances))):
            confidence[row] = chances[said[row]][row]
    label[~found.has_face[rows]] = None
    return {"label": label, "confidence": confidence}


def _document(
    found: Found,
    placed: OnFrames,
    table: Path,
    info: SourceInfo | None,
    video: str | None,
    fps: float | None,
) -> SessionDocument:
    name = printable(table.name)
    info = info or SourceInfo(name, 0, 0, fps or 0.0, is_live=False)
    return SessionDocument(
        program=f"mien {VERSION}",
        state="complete",
        started_at=datetime.now().astimezone().isoformat(timespec="microseconds"),
        clock=_CLOCK,
        duration_s=float(placed.times_s[-1]),
        frames=len(np.unique(placed.frames)),
        dropped=None,
        source=source_record(info),
        networks=(NetworkRecord(name=found.program, labels=_labels(found)),),
        video=video,
        readings=(READINGS,),
        imported=ImportRecord(program=found.program, table=name, sha256=_digest(table), notes=tuple(found.notes)),
    )
