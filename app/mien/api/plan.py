"""Names for results, where nobody gave one."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mien.api.task import Task
from mien.errors import RecordingError
from mien.sinks.output_path import READINGS_SUFFIXES, VIDEO_SUFFIXES, check_output
from mien.sinks.picture_file import PICTURE_SUFFIXES

_PICTURES = (*PICTURE_SUFFIXES, ".webp", ".bmp", ".tif", ".tiff")


def plan_tasks(
    sources: Sequence[str],
    output: str | None,
    readings: str | None,
    *,
    clean_video: str | None = None,
    with_video: bool,
    session: bool = False,
    overwrite: bool,
) -> list[Task]:
    """Decide and check all names before anything starts.

    Without ``output`` the results lie beside each input as ``NAME.mien.mp4`` (``.png`` for a picture) and
    ``NAME.mien.csv``; those of a camera or a stream in the current folder, named by the time. Readings lie beside
    the video unless ``readings`` names another file.

    Args:
        sources: One or more inputs.
        output: A file (one input only), or a folder that exists.
        readings: A file (one input only).
        clean_video: A file (one input only) for a second recording, without overlay.
        with_video: Whether videos are written.
        session: Whether each input gets a session's folder in place of all that: ``output``, or ``NAME.mien``.
        overwrite: Whether existing files may be replaced.

    Raises:
        RecordingError: A name is unusable, taken, or stands for two inputs.
    """
    folder = Path(output) if output and Path(output).is_dir() else None
    if len(sources) > 1 and output and folder is None:
        raise RecordingError(f"{output}: several inputs need a folder that exists; create it, or name no output")
    if len(sources) > 1 and readings:
        raise RecordingError(f"{readings}: one table cannot take several inputs; leave --readings out")
    if len(sources) > 1 and clean_video:
        raise RecordingError(f"{clean_video}: one video cannot take several inputs; leave --clean-video out")
    tasks = [
        _plan(source, output, folder, readings, with_video=with_video, overwrite=overwrite) for source in sources
    ]
    if session:
        # The video's name without its ending, unless it was given.
        tasks = [_session(task, None if folder else output) for task in tasks]
    if clean_video:
        tasks = [replace(task, clean_video=Path(clean_video)) for task in tasks]
    inputs = [Path(source) for source in sources]
    for task in tasks:
        if task.session is not None and task.session.exists():
            raise RecordingError(f"{task.session}: exists already; choose another name for the session")
        if task.video is not None:
            check_output(task.video, (*VIDEO_SUFFIXES, *PICTURE_SUFFIXES), overwrite=overwrite, inputs=inputs)
        if task.clean_video is not None:
            check_output(task.clean_video, VIDEO_SUFFIXES, overwrite=overwrite, inputs=inputs)
        if task.readings is not None:
            check_output(task.readings, READINGS_SUFFIXES, overwrite=overwrite, inputs=inputs)
    _refuse_twins([name for task in tasks for name in task.outputs])
    return tasks


def _plan(
    source: str,
    output: str | None,
    folder: Path | None,
    readings: str | None,
    *,
    with_video: bool,
    overwrite: bool,
) -> Task:
    place = Path(source)
    is_file = place.exists()
    stem = f"{place.stem or place.resolve().name}.mien" if is_file else time.strftime("mien-%Y%m%d-%H%M%S")
    beside = folder or (place.parent if is_file else Path())
    suffix = ".png" if is_file and place.suffix.lower() in _PICTURES else ".mp4"
    video = Path(output) if output and folder is None else beside / f"{stem}{suffix}"
    table = Path(readings) if readings else video.with_suffix(".csv")
    return Task(source=source, video=video if with_video else None, readings=table, overwrite=overwrite)


def _session(task: Task, output: str | None) -> Task:
    assert task.video is not None
    return Task(source=task.source, session=Path(output) if output else task.video.with_suffix(""))


def _refuse_twins(names: Sequence[Path]) -> None:
    for name, count in Counter(name.absolute() for name in names).items():
        if count > 1:
            raise RecordingError(f"{name}: two inputs would be written to this name; annotate them one by one")
