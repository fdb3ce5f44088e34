"""Where the results of `mien annotate` go."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import RecordingError
from app.sinks.output_path import READINGS_SUFFIXES, VIDEO_SUFFIXES, check_output
from app.sinks.picture_file import PICTURE_SUFFIXES

_PICTURES = (*PICTURE_SUFFIXES, ".webp", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made of one input.

    Attributes:
        source: As given.
        video: The annotated video, or the annotated picture of an input that is one; None for readings alone.
        readings: The table of readings, or None.
    """

    source: str
    video: Path | None
    readings: Path | None


def plan_outputs(
    sources: Sequence[str], output: str | None, readings: str | None, *, with_video: bool, overwrite: bool
) -> list[Plan]:
    """Decide and check all names before anything starts.

    Without ``output`` the results lie beside each input as ``NAME.mien.mp4`` (``.png`` for a picture) and
    ``NAME.mien.csv``; those of a camera or a stream in the current folder, named by the time. Readings lie beside
    the video unless ``readings`` names another file.

    Args:
        sources: One or more inputs.
        output: A file (one input only), or a folder that exists.
        readings: A file (one input only).
        with_video: Whether videos are written.
        overwrite: Whether existing files may be replaced.

    Raises:
        RecordingError: A name is unusable, taken, or stands for two inputs.
    """
    folder = Path(output) if output and Path(output).is_dir() else None
    if len(sources) > 1 and output and folder is None:
        raise RecordingError(f"{output}: several inputs need a folder that exists; create it, or name no output")
    if len(sources) > 1 and readings:
        raise RecordingError(f"{readings}: one table cannot take several inputs; leave --readings out")
    plans = [_plan(source, output, folder, readings, with_video=with_video) for source in sources]
    inputs = [Path(source) for source in sources]
    for plan in plans:
        if plan.video is not None:
            check_output(plan.video, (*VIDEO_SUFFIXES, *PICTURE_SUFFIXES), overwrite=overwrite, inputs=inputs)
        if plan.readings is not None:
            check_output(plan.readings, READINGS_SUFFIXES, overwrite=overwrite, inputs=inputs)
    _refuse_twins([name for plan in plans for name in (plan.video, plan.readings) if name is not None])
    return plans


def _plan(source: str, output: str | None, folder: Path | None, readings: str | None, *, with_video: bool) -> Plan:
    place = Path(source)
    is_file = place.exists()
    stem = f"{place.stem or place.resolve().name}.mien" if is_file else time.strftime("mien-%Y%m%d-%H%M%S")
    beside = folder or (place.parent if is_file else Path())
    suffix = ".png" if is_file and place.suffix.lower() in _PICTURES else ".mp4"
    video = Path(output) if output and folder is None else beside / f"{stem}{suffix}"
    table = Path(readings) if readings else video.with_suffix(".csv")
    return Plan(source, video if with_video else None, table)


def _refuse_twins(names: Sequence[Path]) -> None:
    for name, count in Counter(name.absolute() for name in names).items():
        if count > 1:
            raise RecordingError(f"{name}: two inputs would be written to this name; annotate them one by one")
