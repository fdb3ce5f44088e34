"""What a script asks for, checked and planned: by the planner of the command line."""

import math
import os
import threading
from dataclasses import replace

from mien.api.consent import require_consent
from mien.batch.outputs import Outputs
from mien.batch.plan import Plan, make_plan
from mien.capture.excerpt import Rotation
from mien.errors import SettingsError, SourceError

PathLike = str | os.PathLike[str]


def path_text(value: object, name: str) -> str:
    """Return a path as text.

    Args:
        value: What was given.
        name: Of the argument.

    Raises:
        SourceError: It is no path.
    """
    if isinstance(value, str | os.PathLike):
        path = os.fspath(value)
        return path if isinstance(path, str) else os.fsdecode(path)
    hint = f'; a camera is "camera:{value}"' if type(value) is int and name == "source" else ""
    raise SourceError(f"{name}: expected a path or a name as text, got {_said(value)}{hint}")


def outputs_of(
    *,
    start: float,
    seconds: float | None,
    track: int | None,
    rotate: Rotation,
    video: str | None = None,
    readings: str | None = None,
    overwrite: bool = False,
) -> Outputs:
    """Return what is made of each input, nothing by default, with the part of it that is read.

    Args:
        start: See ``analyse``.
        seconds: See ``analyse``.
        track: See ``analyse``.
        rotate: See ``analyse``.
        video: See ``Outputs``.
        readings: See ``Outputs``.
        overwrite: See ``Outputs``.

    Raises:
        SettingsError: A value is out of range.
    """
    if not _is_number(start) or not 0 <= start < math.inf:
        raise SettingsError(f"start: expected seconds from 0 on, got {_said(start)}")
    if seconds is not None and (not _is_number(seconds) or not seconds > 0):
        raise SettingsError(f"seconds: expected a time beyond 0, or None for all, got {_said(seconds)}")
    if track is not None and (type(track) is not int or track < 1):
        raise SettingsError(f"track: expected a whole number from 1 on, or None, got {_said(track)}")
    if rotate not in (0, 90, 180, 270, "auto") or isinstance(rotate, bool):
        raise SettingsError(f'rotate: expected 0, 90, 180, 270 or "auto", got {_said(rotate)}')
    return Outputs(
        video=video,
        readings=readings,
        start_s=float(start),
        seconds=seconds,
        track=track,
        rotate_deg=rotate,
        overwrite=overwrite,
    )


def plan_of(
    source: object,
    outputs: Outputs,
    *,
    recursive: bool,
    as_film: bool,
    yes_camera: bool,
    output: str | None = None,
    readings: str | None = None,
) -> Plan:
    """Return what is done: one task for a video, a picture or a live source, one for each file of a folder.

    Args:
        source: What was named.
        outputs: What is made of each input.
        recursive: Look into the folders of folders.
        as_film: Take the pictures of a folder for the frames of a film.
        yes_camera: The people before the camera agree.
        output: See ``make_plan``.
        readings: See ``make_plan``.

    Raises:
        AppError: There is nothing to read, a name is unusable, or nobody agreed to the camera.
    """
    named = path_text(source, "source")
    require_consent(named, given=yes_camera)
    plan = make_plan([named], outputs, output=output, readings=readings, recursive=recursive, as_film=as_film)
    if plan.home is None:  # people see the one input as they named it
        return replace(plan, tasks=(replace(plan.tasks[0], source=named),))
    return plan


def check_watch(progress: object, stop: object) -> None:
    """Check what is told how far a run is, and what ends it.

    Raises:
        SettingsError: It cannot be.
    """
    if progress is not None and not callable(progress):
        raise SettingsError(f"progress: expected a function of one argument, got {_said(progress)}")
    if stop is not None and not isinstance(stop, threading.Event):
        raise SettingsError(f"stop: expected a threading.Event, got {_said(stop)}")


def check_jobs(jobs: object) -> None:
    """Check how many files are to be read at a time.

    Raises:
        SettingsError: It is no such number.
    """
    if type(jobs) is not int or jobs < 0:
        raise SettingsError(f"jobs: expected a number of files at a time, or 0, got {_said(jobs)}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 and text.isprintable() else type(value).__name__
