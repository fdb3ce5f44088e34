"""A session that was recorded or analysed, opened from Python."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mien.api.readings import Readings
from mien.api.request import PathLike, path_text
from mien.errors import SessionError, printable
from mien.runs.summary import Summary
from mien.session.document import SessionDocument
from mien.session.notes.annotations import Marker
from mien.session.stored import StoredSession, open_session

if TYPE_CHECKING:
    import pyarrow as pa

    from mien.sinks.readings.csv_file import CsvForm, TableColumns


class Session:
    """A session's folder: its readings with the names and spans that were given in Review, its markers and files.

    Use it as it is or in a ``with`` block; after ``close`` nothing can be asked of it any more.

    Args:
        folder: As the window recorded it, or ``mien annotate --session`` made it.

    Raises:
        AppError: It is no session, is damaged, or was made by a newer Mien.
    """

    def __init__(self, folder: PathLike) -> None:
        self.folder = Path(path_text(folder, "folder"))
        self._opened: StoredSession | None = open_session(self.folder)

    @classmethod
    def from_table(
        cls,
        table: PathLike,
        folder: PathLike | None = None,
        *,
        video: PathLike | None = None,
        fps: float | None = None,
        program: str = "",
    ) -> Self:
        """Make a session of a table that another program wrote, as ``mien import`` does, and open it.

        Args:
            table: Of OpenFace 2, Py-feat, LibreFace, iMotions with AFFDEX or FACET, or a plain one.
            folder: The session's, which must not exist or be empty; by default the table's name without ending.
            video: What the table was made from; by default a video beside it that it names, or with its name.
            fps: Frames a second, where the table has only numbers of frames and there is no video.
            program: What wrote the table, with its version.

        Raises:
            AppError: The table or the video cannot be read, or the session cannot be written.
        """
        from mien.session.foreign.bring_in import import_table

        made = import_table(
            Path(path_text(table, "table")),
            None if folder is None else Path(path_text(folder, "folder")),
            video=None if video is None else Path(path_text(video, "video")),
            fps=fps,
            program=program,
        )
        return cls(made.folder)

    def __repr__(self) -> str:
        return f"<Session {self.folder}{'' if self._opened else ', closed'}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything; safe twice."""
        self._opened = None
        self.__dict__.pop("readings", None)

    @property
    def document(self) -> SessionDocument:
        """All of ``session.json``: source, networks, settings, baselines, times."""
        return self._stored.document

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Events, notes and spans to exclude, in the order of their start, seconds."""
        return self._stored.annotations.markers

    @property
    def persons(self) -> Mapping[int, str]:
        """The names that were given, by ``face_id``."""
        named = self._stored.annotations.persons
        return {face_id: person.name for person in named for face_id in person.face_ids if person.name}

    @property
    def video(self) -> Path | None:
        """The recording without overlay; None where there is none."""
        return self._stored.video

    @property
    def overlay_video(self) -> Path | None:
        """The recording with the overlay burnt in; None where there is none."""
        return self._stored.overlay_video

    @cached_property
    def readings(self) -> Readings:
        """The table that ``mien convert`` writes: with ``person`` and ``excluded``, merged faces as one.

        Raises:
            AppError: It is missing or damaged.
        """
        import pyarrow as pa

        from mien.session.exports.person_table import PersonTable
        from mien.session.tables import open_table

        stored = self._stored
        with open_table(stored.readings) as opened:
            by_person = PersonTable(opened, stored.series, stored.annotations)
            table = pa.Table.from_batches(list(by_person.batches), schema=by_person.schema)
        return Readings(table, _summary(table, stored))

    def convert(
        self,
        path: PathLike,
        *,
        overwrite: bool = False,
        face: str | None = None,
        csv_form: "CsvForm" = "comma",
        columns: "TableColumns" = "mien",
    ) -> None:
        """Write the session in another form, as ``mien convert`` does.

        Args:
            path: .csv, .jsonl, .parquet, .xlsx, .eaf (ELAN) or .vtt (subtitles).
            overwrite: Whether a file of that name may be replaced.
            face: For .vtt: a person's name or a face's number; by default the largest face.
            csv_form: How CSV is written.
            columns: Of a table: "mien", or "pyfeat" for the names that Py-feat gives.

        Raises:
            AppError: It cannot be written.
        """
        from mien.session.exports.export import export_session

        target = Path(path_text(path, "path"))
        folder = self._stored.folder
        export_session(folder, target, overwrite=overwrite, face=face, csv_form=csv_form, columns=columns)

    @property
    def _stored(self) -> StoredSession:
        if self._opened is None:
            raise SessionError(f"{self.folder}: this session is closed; open it again with Session(…)")
        return self._opened


def _summary(table: "pa.Table", stored: StoredSession) -> Summary:
    """Return what was seen, counted anew from the rows."""
    document = stored.document
    columns: dict[str, list[Any]] = {
        name: table.column(name).to_pylist()
        for name in ("frame", "face_id", "label", "usable", "confidence", "valence", "arousal")
    }
    has_face = [face is not None for face in columns["face_id"]]
    is_usable = columns["usable"]
    labels = Counter(label for label, usable in zip(columns["label"], is_usable, strict=True) if usable)

    def mean(name: str) -> float | None:
        values = [x for x, usable in zip(columns[name], is_usable, strict=True) if usable and x is not None]
        return sum(values) / len(values) if values else None

    return Summary(
        source=printable(document.source.path or document.source.name),
        outputs=tuple(str(path) for path in (stored.video, stored.overlay_video, stored.readings) if path),
        frames=document.frames if document.frames is not None else len(set(columns["frame"])),
        frames_with_face=len({frame for frame, face in zip(columns["frame"], has_face, strict=True) if face}),
        faces=len({face for face in columns["face_id"] if face is not None}),
        dropped=document.dropped or 0,
        left_out=document.left_out,
        damaged=document.damaged,
        media_s=document.duration_s or 0.0,
        labels=dict(labels.most_common()),
        uncertain=sum(face and not usable for face, usable in zip(has_face, is_usable, strict=True)),
        confidence=mean("confidence"),
        valence=mean("valence"),
        arousal=mean("arousal"),
        model=document.networks[0].name if document.networks else "",
        provider=document.networks[0].provider if document.networks else "",
    )
