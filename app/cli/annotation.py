"""One input from its first frame to its finished outputs, with a summary."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.outputs import Plan
from app.errors import AppError

if TYPE_CHECKING:
    from app.core.arrays import Image
    from app.core.face import FrameResult
    from app.core.frame import SourceInfo
    from app.inference.classifier import Classifier
    from app.pipeline.stats import PipelineStats
    from app.settings import Settings
    from app.sinks.sink import Sink


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of one input.

    Attributes:
        source: As given.
        video: The annotated video, or None.
        readings: The table of readings, or None.
        frames: Frames read.
        frames_with_face: Of these, with a face or more.
        faces: Face ids in all.
        dropped: Frames that a live source gave and nobody read.
        media_s: Length of what was read, seconds.
        elapsed_s: Time it took, seconds.
        labels: How often each label stood on top, uncertain readings left out.
        uncertain: Readings without a label.
        model: The network.
        provider: What it ran on.
        was_cut: True where Ctrl-C ended it early.
        damage: What of a file could not be read, or None.
        notes: What else the user should know.
    """

    source: str
    video: str | None
    readings: str | None
    frames: int
    frames_with_face: int
    faces: int
    dropped: int
    media_s: float
    elapsed_s: float
    labels: dict[str, int]
    uncertain: int
    model: str
    provider: str
    was_cut: bool
    damage: str | None
    notes: tuple[str, ...]


def annotate_one(
    plan: Plan,
    settings: "Settings",
    classifier: "Classifier",
    seconds: float | None,
    *,
    overwrite: bool,
    quiet: bool,
) -> Summary:
    """Read one input to its end, or until Ctrl-C, and finish its outputs.

    Args:
        plan: What to read, and where to.
        settings: How to read it.
        classifier: The network, which serves one input after the other.
        seconds: Media time after which to end, or None.
        overwrite: Whether existing files may be replaced.
        quiet: Show no progress.

    Raises:
        AppError: It cannot be read, or not be written; the message names what is left.
    """
    from app.capture.excerpt import Excerpt
    from app.capture.open import open_source
    from app.cli.progress import run_to_end
    from app.composition import build_pipeline

    source = open_source(plan.source, size_wh=settings.camera_size_wh, fps=settings.camera_fps)
    if seconds is not None:
        source = Excerpt(source, seconds)
    tally = Tally()
    with ExitStack() as undo:
        undo.callback(source.close)
        sinks: list[Sink] = [tally]
        for sink in _outputs(plan, source.info, classifier, overwrite=overwrite):
            undo.callback(sink.abort)
            sinks.append(sink)
        pipeline = build_pipeline(settings, source, sinks, classifier=classifier)
        undo.pop_all()
    started_s = time.monotonic()
    try:
        was_cut = run_to_end(pipeline, Path(plan.source).name, source.info.frame_count, quiet=quiet)
    except AppError as error:
        raise _with_remains(error, sinks) from error
    stats = pipeline.stats()
    return Summary(
        source=plan.source,
        video=str(plan.video) if plan.video else None,
        readings=str(plan.readings) if plan.readings else None,
        frames=tally.frames,
        frames_with_face=tally.frames_with_face,
        faces=len(tally.face_ids),
        dropped=stats.dropped + stats.left_out,
        media_s=tally.media_s,
        elapsed_s=time.monotonic() - started_s,
        labels=dict(tally.labels.most_common()),
        uncertain=tally.uncertain,
        model=stats.model,
        provider=stats.provider,
        was_cut=was_cut,
        damage=None if source.info.is_live else stats.notice,
        notes=_notes(stats, sinks),
    )


def _outputs(plan: Plan, info: "SourceInfo", classifier: "Classifier", *, overwrite: bool) -> Iterator["Sink"]:
    """Open what is to be written: the readings, and a video with the source's sound or one image."""
    from app.sinks.picture_file import PICTURE_SUFFIXES, PictureFile
    from app.sinks.readings import open_readings
    from app.sinks.recorder import Recorder

    if plan.readings is not None:
        yield open_readings(plan.readings, classifier.labels, model=classifier.name, overwrite=overwrite)
    if plan.video is None:
        return
    if plan.video.suffix.lower() in PICTURE_SUFFIXES:
        yield PictureFile(plan.video, overwrite=overwrite)
    else:
        audio = Path(info.path) if info.has_audio and info.path else None
        yield Recorder(plan.video, fps=info.fps, audio_from=audio, overwrite=overwrite)


class Tally:
    """A sink that counts what went by, for the summary."""

    wants_picture = False

    def __init__(self) -> None:
        self.frames = 0
        self.frames_with_face = 0
        self.face_ids: set[int] = set()
        self.labels: Counter[str] = Counter()
        self.uncertain = 0
        self.media_s = 0.0

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Count one result."""
        self.frames += 1
        self.frames_with_face += bool(result.readings)
        self.media_s = result.frame.timestamp_s
        for reading in result.readings:
            self.face_ids.add(reading.track.track_id)
            if reading.usable:
                self.labels[reading.emotion.label] += 1
            else:
                self.uncertain += 1

    def finish(self) -> None:
        """Nothing to complete."""

    def abort(self) -> None:
        """Nothing to undo."""


def _notes(stats: "PipelineStats", sinks: Sequence["Sink"]) -> tuple[str, ...]:
    """Return what the user should know of the provider and of the sound."""
    fell_back = f"a faster provider is installed but did not start; ran on {stats.provider}"
    notices = [getattr(sink, "notice", None) for sink in sinks]
    return tuple(([fell_back] if stats.fell_back else []) + [notice for notice in notices if notice])


def _with_remains(error: AppError, sinks: Sequence["Sink"]) -> AppError:
    """Name the files that hold what was written before the failure, where the message does not do so already."""
    parts = [getattr(sink, "part_path", None) for sink in sinks]
    remains = [str(path) for path in parts if path is not None and path.exists() and str(path) not in str(error)]
    if not remains:
        return error
    return type(error)(f"{error} (what was read until then is in {' and '.join(remains)})")
