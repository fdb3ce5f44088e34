"""Files from files: annotated videos and pictures, and tables."""

import threading
from typing import TYPE_CHECKING

from mien.api.choices import Choices, with_choices
from mien.api.folder import annotate_folder
from mien.api.request import PathLike, check_jobs, check_watch, outputs_of, path_text, plan_of
from mien.capture.excerpt import Rotation
from mien.runs.progress import Report
from mien.runs.running import run_task
from mien.runs.summary import Summary
from mien.settings import Settings

if TYPE_CHECKING:
    from typing import Unpack


def annotate(
    source: PathLike,
    video: PathLike | None = None,
    readings: PathLike | None = None,
    *,
    recursive: bool = False,
    as_film: bool = False,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    overwrite: bool = False,
    yes_camera: bool = False,
    jobs: int = 1,
    progress: Report | None = None,
    stop: threading.Event | None = None,
    **choices: "Unpack[Choices]",
) -> Summary:
    """Read an input and write an annotated video, a table of readings, or both, as ``mien annotate`` does.

    Of a folder every video and every picture is read by itself; ``mien-summary.csv`` has a row for each, all faces
    of the pictures are in one table, and what was done before and has not changed is left alone.

    Args:
        source: A video, a picture, a folder, "camera", a stream, "synthetic".
        video: The annotated video (.mp4, .mov, .m4v, .mkv, .webm), or .png or .jpg for one picture; or a folder,
            which a folder as ``source`` needs. None for none.
        readings: The table (.csv, .jsonl, .parquet, .xlsx), or an ending, ".parquet", for a table beside each
            video. None for none.
        recursive: Look into the folders of a folder.
        as_film: Take the pictures of a folder for the frames of one film.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far pictures are turned clockwise, 0, 90, 180 or 270 degrees; "auto" goes by a file's faces.
        overwrite: Whether existing files may be replaced.
        yes_camera: The people before the camera agree to be read; needed once for a camera, then remembered.
        jobs: How many files of a folder are read at a time, each in a process of its own; 0 for as many as fit,
            1 for one after the other in this process.
        progress: Called about ten times a second, from this thread.
        stop: Set it from the callback or from another thread to end early; what was read until then is complete.
        **choices: How to read; see ``Choices``.

    Returns:
        What was seen; of a folder a ``SetSummary``.

    Raises:
        AppError: It cannot be read, or not be written; the message names the remedy and what is left. Of a folder:
            nothing of it can be read. Single files that cannot are told by a warning and in ``failures``.
    """
    check_watch(progress, stop)
    check_jobs(jobs)
    settings = with_choices(Settings(), choices)
    kinds = {"video": None if video is None else ".mp4", "readings": None if readings is None else ".csv"}
    made = outputs_of(start=start, seconds=seconds, track=track, rotate=rotate, overwrite=overwrite, **kinds)
    names = {"output": _name(video, "video"), "readings": _name(readings, "readings")}
    plan = plan_of(source, made, recursive=recursive, as_film=as_film, yes_camera=yes_camera, **names)
    if plan.home is None:
        return run_task(plan.tasks[0], settings, report=progress, stop=stop)
    return annotate_folder(path_text(source, "source"), plan, settings, jobs, progress, stop)


def _name(path: PathLike | None, argument: str) -> str | None:
    return None if path is None else path_text(path, argument)
