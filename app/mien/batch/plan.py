"""From what the user names to what is done: the one planner of the command line and the window."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mien.batch.inputs import Found, Inputs, find_inputs
from mien.batch.outputs import Outputs, home_of
from mien.core.frame import SourceKind
from mien.errors import RecordingError
from mien.runs.task import Task
from mien.sinks.output_path import VIDEO_SUFFIXES, check_output, readings_suffixes
from mien.sinks.picture_file import PICTURE_SUFFIXES

_SEPARATORS: Final = tuple(filter(None, (os.sep, os.altsep)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done.

    Attributes:
        tasks: One for each input.
        home: The folder of ledger and summary; None for a single input, which has neither.
        notes: What was found and what was left out, where that is not plain, in lines.
        ledger: The folder of the ledger: ``home``, or where that of a single input was asked for; else None.
    """

    tasks: tuple[Task, ...]
    home: Path | None = None
    notes: tuple[str, ...] = ()
    ledger: Path | None = None


def make_plan(
    named: Sequence[str | os.PathLike[str]],
    outputs: Outputs,
    *,
    output: str | None = None,
    readings: str | None = None,
    recursive: bool = False,
    as_film: bool = False,
    keep: bool = False,
) -> Plan:
    """Decide all names, and check those that the user gave, before anything starts.

    Args:
        named: Files and folders, or one camera or stream.
        outputs: What is made of each.
        output: A folder, made where it is missing, or, for one input, the name of its video, picture or session.
        readings: The ending of the tables, or the name of the only one.
        recursive: Look into the folders of folders.
        as_film: Take the pictures of a folder for the frames of a film.
        keep: Keep a ledger for a single input as well, so that other thresholds read nothing again.

    Raises:
        SourceError: There is nothing to read.
        RecordingError: A name is unusable, taken, or stands for two inputs.
    """
    folder = Path(output) if output else outputs.folder
    inputs = find_inputs(named, recursive=recursive, as_film=as_film, leave_out=folder)
    found = inputs.found
    is_single = len(found) == 1 and (not inputs.has_folders or found[0].is_film)
    outputs = _with_output(outputs, output, is_single=is_single)
    outputs = _with_readings(outputs, readings, has_one_table=is_single or _are_pictures(found))
    if outputs.landmarks and not is_single:
        raise RecordingError(f"{outputs.landmarks}: one file cannot take several inputs; leave --landmarks out")
    if outputs.clean_video and not is_single:
        raise RecordingError(
            f"{outputs.clean_video}: one video cannot take several inputs; leave --clean-video out"
        )
    tasks = tuple(outputs.tasks(found, are_many=not is_single))
    if is_single:
        keep = keep and not tasks[0].is_live and bool(tasks[0].outputs)
        _check(tasks[0], outputs, is_kept=keep)
        return Plan(tasks, ledger=tasks[0].outputs[0].absolute().parent if keep else None)
    home = home_of(found, outputs)
    return Plan(tasks, home, (*_what_was_found(inputs, tasks), *inputs.left_out), home)


def replan(tasks: Sequence[Task], outputs: Outputs) -> list[Task]:
    """Return tasks for the same files of a queue with other outputs, where results go together.

    What was chosen for one of them alone stays.

    Raises:
        RecordingError: Two inputs would be written to the same name.
    """
    found = [
        Found(
            Path(task.source),
            task.root or Path(task.source).parent,
            Path(task.inner),
            SourceKind.FOLDER if task.as_film else SourceKind.FILE,
        )
        for task in tasks
    ]
    return [new.with_own_of(old) for new, old in zip(outputs.tasks(found), tasks, strict=True)]


def _with_output(outputs: Outputs, output: str | None, *, is_single: bool) -> Outputs:
    """Take ``-o`` for a folder, or for the name of a file."""
    if output is None:
        return outputs
    path = Path(output)
    if output.endswith(_SEPARATORS) or path.is_dir():
        return replace(outputs, folder=path)
    if is_single and outputs.video is None and not outputs.sessions and path.suffix.lower() in readings_suffixes():
        return replace(outputs, table=path)
    if is_single and (path.suffix or outputs.sessions):
        return replace(outputs, file=path)
    if path.suffix[1:].isalnum() and not path.suffix[1:].isdecimal():
        raise RecordingError(f"{output}: one file cannot take several inputs; name a folder")
    return replace(outputs, folder=path)


def _with_readings(outputs: Outputs, readings: str | None, *, has_one_table: bool) -> Outputs:
    """Take ``--readings`` for an ending, or for the name of a table."""
    if readings is None:
        return outputs
    if readings in readings_suffixes():
        return replace(outputs, readings=readings)
    if has_one_table:
        return replace(outputs, table=Path(readings))
    known = ", ".join(readings_suffixes())
    raise RecordingError(f"{readings}: one table cannot take several inputs; name an ending ({known})")


def _are_pictures(found: Sequence[Found]) -> bool:
    return all(one.is_picture for one in found)


def _check(task: Task, outputs: Outputs, *, is_kept: bool) -> None:
    """Check the outputs of a single input, so that its mistakes are told before the network is opened.

    Whether one that is there may be replaced is the ledger's to say, where there is one.
    """
    inputs = [] if task.is_live else [Path(task.source)]
    if task.session is not None and outputs.file is not None and os.path.lexists(task.session):
        raise RecordingError(f"{task.session}: exists already; choose another name for the session")
    if outputs.folder is not None:
        return  # made later, with what is in it
    for output, suffixes in (
        (task.video, (*VIDEO_SUFFIXES, *PICTURE_SUFFIXES)),
        (task.clean_video, VIDEO_SUFFIXES),
        (task.landmarks, (".npz", ".parquet")),
        (task.readings, readings_suffixes()),
    ):
        if output is not None:
            check_output(output, suffixes, overwrite=task.overwrite or is_kept, inputs=inputs)


def _what_was_found(inputs: Inputs, tasks: Sequence[Task]) -> list[str]:
    """Say what a folder is taken for, where it holds pictures."""
    pictures = sum(one.is_picture for one in inputs.found)
    videos = sum(one.kind is SourceKind.FILE for one in inputs.found) - pictures
    if not pictures or not inputs.has_folders:
        return []
    parts = [_count(videos, "video")] if videos else []
    tables = dict.fromkeys(task.table for task in tasks if task.table is not None)
    into = f", all faces in {' and '.join(str(table) for table in tables)}" if tables else ""
    parts.append(f"{_count(pictures, 'picture')}, each by itself{into}")
    return [" and ".join(parts)]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
