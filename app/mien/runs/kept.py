"""Raw readings that are there already, for a run that need not read its input again."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.runs.networks import Networks
from mien.runs.task import Task
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.capture.source import FrameSource
    from mien.inference.classifier import Classifier
    from mien.session.analyses.kept_raw import KeptNetwork, KeptRaw

TABLES: Final = (".parquet", ".csv", ".jsonl", ".xlsx")
"""Formats that hold raw readings exactly, and can be read back."""

NOT_READ: Final = "made from what was read before; no picture was read again"


@dataclass(frozen=True, slots=True)
class Kept:
    """Raw readings of an input that are there already.

    Attributes:
        table: What holds them.
        provider: What the network ran on that made them.
        notes: What was said of the input when it was read.
    """

    table: Path
    provider: str = ""
    notes: tuple[str, ...] = ()


def can_be_kept(task: Task, settings: Settings) -> bool:
    """Return whether a table holds all that the outputs of a task are made of, beside the pictures themselves.

    The mesh of a face stands in no table, and the faces of a set of pictures share one.
    """
    draws_mesh = settings.reading.face_details and settings.overlay.mesh and task.has_pictures
    return task.landmarks is None and task.table is None and not task.is_live and not draws_mesh


def table_of(task: Task) -> Path | None:
    """Return the table among the outputs of a task that holds its raw readings, or None."""
    from mien.session.layout import READINGS

    table = task.readings if task.session is None else task.session / READINGS
    return table if table is not None and table.suffix.lower() in TABLES else None


def open_kept(kept: Kept, networks: Networks) -> "KeptRaw":
    """Open kept readings.

    Raises:
        SessionError: They are damaged, or another network's.
    """
    from mien.session.analyses.kept_raw import KeptNetwork, KeptRaw
    from mien.session.document_file import load_document
    from mien.session.layout import is_session

    folder = kept.table.parent
    start_s = load_document(folder).source.source_start_s if is_session(folder) else 0.0
    first, other = _network(networks.first), KeptNetwork()
    if networks.other is not None:
        other = _network(networks.other)
    return KeptRaw(kept.table, first, other, provider=kept.provider, start_s=start_s)


def open_source_for(task: Task, settings: Settings, kept: "KeptRaw") -> "FrameSource":
    """Open what gives the frames: the input itself where pictures are written, otherwise nothing of it.

    Raises:
        SourceError: It cannot be opened.
    """
    from mien.composition import open_to_read
    from mien.core.frame import SourceInfo
    from mien.session.analyses.kept_raw import KeptFrames

    if task.has_pictures:
        return open_to_read(task.source, settings, task.part)
    info = SourceInfo(
        Path(task.source).name, 0, 0, 0.0, is_live=False, frame_count=kept.frame_count, path=task.source
    )
    return KeptFrames(kept, info)


def _network(opened: "Classifier") -> "KeptNetwork":
    from mien.session.analyses.kept_raw import KeptNetwork

    return KeptNetwork(opened.name, opened.labels, opened.priors, opened.affect_error)
