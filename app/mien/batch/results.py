"""The outputs of a task before it begins and after it has ended."""

import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from mien.batch.fingerprint import Fingerprint
from mien.batch.item import State
from mien.batch.ledger import Entry, Written
from mien.errors import RecordingError
from mien.file_lock import is_locked
from mien.runs.kept import Kept, can_be_kept, table_of
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.session.folder_lock import is_being_written
from mien.session.layout import MARKERS, is_session
from mien.settings import Settings
from mien.sinks.output_path import require_free_name, write_failure

LEAVE_S: Final = 3.0


def claim_outputs(task: Task, known: Entry | None) -> Task:
    """Make the folders of the outputs, and allow those to be replaced that are Mien's own.

    A session is never replaced: a new one takes the next free name.

    Args:
        task: What is to be done.
        known: What the ledger says of its source, or None.

    Returns:
        The task to be done.

    Raises:
        RecordingError: A folder cannot be made, something is there that is not known to be Mien's, or another Mien
            writes it.
    """
    if task.session is not None:
        if known is not None and known.state is not State.DONE and known.owns(task.session):
            discard_unfinished(task.session)
        task = replace(task, session=_free_name(task.session))
    files = [output for output in task.outputs if output != task.session]
    own = [output for output in files if known is not None and known.owns(output)]
    for output in task.outputs:
        if output not in own:
            require_free_name(output, overwrite=task.overwrite)
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_failure(output, error) from error
    return replace(task, overwrite=task.overwrite or bool(own))


def written_by(task: Task) -> tuple[Written, ...]:
    """Return what there is of a task's outputs."""
    found = [(output, Fingerprint.of_output(output)) for output in task.outputs]
    return tuple(Written(output, state) for output, state in found if state is not None)


def kept_for(
    task: Task, settings: Settings, known: Entry | None, fingerprint: Fingerprint | None, reading: str
) -> Kept | None:
    """Return raw readings of a file from which the outputs of a task can be made, or None: then it is to be read.

    Args:
        task: What is to be done.
        settings: How.
        known: What the ledger says of the file, or None.
        fingerprint: What the file is like now.
        reading: See ``reading_of``.
    """
    table = known.kept_for(fingerprint, reading) if known is not None else None
    if known is None or known.summary is None or table is None or not can_be_kept(task, settings):
        return None
    return Kept(table, known.summary.provider, known.summary.notes)


def kept_by(task: Task, state: State, summary: Summary | None) -> Written | None:
    """Return the table with the raw readings of a file that was read wholly, or None."""
    table = table_of(task) if state is State.DONE and summary is not None and summary.damage is None else None
    found = None if table is None else Fingerprint.of_output(table)
    return None if table is None or found is None else Written(table, found)


def delete_remains(task: Task) -> None:
    """Delete what earlier runs left of outputs that have been made anew since, such as ``clip.mien.part.mp4``."""
    for output in task.outputs:
        name = re.compile(rf"{re.escape(output.stem)}\.part\d*({re.escape(output.suffix)}|\.journal)")
        with suppress(OSError):
            for path in output.parent.iterdir():
                if name.fullmatch(path.name) and path.is_file() and not is_locked(path):
                    path.unlink(missing_ok=True)


def discard_unfinished(session: Path) -> None:
    """Delete a session that was cut off, unless somebody has put marks into it.

    Raises:
        RecordingError: It is being written, or cannot be deleted.
    """
    if not is_session(session) or (session / MARKERS).exists():
        return
    deadline_s = time.monotonic() + LEAVE_S
    while is_being_written(session):
        # What a killed run had begun ends by itself, but not at the same moment.
        if time.monotonic() > deadline_s:
            raise RecordingError(f"{session}: is being written by another Mien; wait until that is done")
        time.sleep(0.1)
    try:
        shutil.rmtree(session)
    except OSError as error:
        reason = f"the unfinished session cannot be deleted ({error.strerror}); move it away yourself"
        raise RecordingError(f"{session}: {reason}") from error


def _free_name(folder: Path) -> Path:
    """Return the name of a new session: ``clip.mien``, and ``clip.mien-2`` where that is taken."""
    name, number = folder, 1
    while os.path.lexists(name):
        number += 1
        name = folder.with_name(f"{folder.name}-{number}")
    return name
