"""Results one by one, while they are made."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from mien.api.choices import Choices, with_choices
from mien.api.failures import all_failed, warn_of
from mien.api.request import PathLike, outputs_of, plan_of
from mien.batch.plan import Plan
from mien.capture.excerpt import Rotation
from mien.capture.source_spec import is_picture
from mien.core.frame import SourceKind
from mien.errors import AppError, SourceError
from mien.runs.networks import open_networks
from mien.runs.task import Task
from mien.settings import Settings
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from typing import Unpack

    from mien.capture.source import FrameSource
    from mien.core.arrays import Image
    from mien.core.face import FrameResult, ShownReading
    from mien.core.frame import SourceInfo
    from mien.pipeline.pipeline import Pipeline
    from mien.pipeline.stats import PipelineStats

WAITING_FRAMES: Final = 4
POLL_S: Final = 0.05


def read(
    source: PathLike,
    *,
    recursive: bool = False,
    as_film: bool = False,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    yes_camera: bool = False,
    **choices: "Unpack[Choices]",
) -> "LiveResults":
    """Read an input and give its results one by one, each as soon as it is there.

    Of a file every frame comes, however long the loop takes; of a camera the newest, so that a slow loop misses
    frames and is never late.

    Args:
        source: A video, a picture, a folder, "camera", a stream, "synthetic". Of a folder every video and every
            picture is read by itself, one after the other.
        recursive: Look into the folders of a folder.
        as_film: Take the pictures of a folder for the frames of one film.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far every picture is turned clockwise: 0, 90, 180 or 270 degrees; "auto" finds it out from
            the faces of a file.
        yes_camera: The people before the camera agree to be read; needed once for a camera, then remembered.
        **choices: How to read; see ``Choices``.

    Raises:
        AppError: It cannot be read; the message names the remedy.
    """
    settings = with_choices(Settings(), choices)
    nothing = outputs_of(start=start, seconds=seconds, track=track, rotate=rotate)
    plan = plan_of(source, nothing, recursive=recursive, as_film=as_film, yes_camera=yes_camera)
    return LiveResults(plan, settings)


class LiveResults:
    """Iterate over it once; leaving the loop, ``stop`` or the end of a ``with`` block releases the source.

    Of a folder each result belongs to ``file``. Pictures have nothing to do with each other: each has the index
    and the time of its place among them, and no ``face_id`` stands for two of them.

    Args:
        plan: What to read.
        settings: How to read it.

    Attributes:
        info: What is known of the source; of a folder that of its first file, with the number of files.
        failures: Why files of a folder could not be read so far; a line each.

    Raises:
        AppError: It cannot be read; of a folder: nothing of it can.
    """

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self._settings = settings
        self._is_set = plan.home is not None
        self._waiting = deque(plan.tasks)
        self._networks = open_networks(settings)
        self.failures: list[str] = []
        self._lock = threading.Lock()
        self._is_begun = self._is_stopped = self._is_closed = False
        self._pipeline: Pipeline | None = None
        self._numbers = _Numbers()
        self._task = plan.tasks[0]
        opened = self._open_next()
        if opened is None:
            raise all_failed(self.failures)
        self._source: FrameSource = opened
        self._slot = _Slot(is_live=opened.info.is_live)
        self.info: SourceInfo = opened.info
        if self._is_set:
            self.info = replace(opened.info, frame_count=len(plan.tasks), kind=SourceKind.FOLDER)

    @property
    def file(self) -> Path | None:
        """The file that the newest result is of; None where the source is no file."""
        return None if self._task.is_live else Path(self._task.source)

    @property
    def stats(self) -> "PipelineStats":
        """Frames a second, latency, drops, and on what the network runs; zeros until the first result."""
        from mien.pipeline.stats import PipelineStats

        return PipelineStats() if self._pipeline is None else self._pipeline.stats()

    def __iter__(self) -> Iterator["FrameResult"]:
        """Yield the results.

        Raises:
            AppError: The first failure of any stage, or it was iterated over before.
        """
        if self._is_closed:
            raise SourceError("LiveResults: these results are closed; iterate within the `with` block")
        if self._is_begun:
            raise SourceError("LiveResults: these results were read already; call `read` again")
        self._is_begun = True
        return self._results()

    def stop(self) -> None:
        """End the loop after the result at hand. May be called from any thread, and again."""
        with self._lock:
            self._is_stopped = True
            self._slot.abort()
            if self._pipeline is None:
                self._source.close()
            else:
                self._pipeline.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_closed = True
        self.stop()
        if self._pipeline is not None:
            _join(self._pipeline)

    def _open_next(self) -> "FrameSource | None":
        """Open the next file that can be; None where there is none left.

        Raises:
            AppError: It is the only one.
        """
        from mien.composition import open_to_read

        while self._waiting:
            self._task = self._waiting.popleft()
            try:
                return open_to_read(self._task.source, self._settings, self._task.part)
            except AppError as error:
                self._fail(error)
        return None

    def _fail(self, error: AppError) -> None:
        if not self._is_set:
            raise error
        self.failures.append(str(error))

    def _results(self) -> Iterator["FrameResult"]:
        opened: FrameSource | None = self._source
        while opened is not None:
            self._numbers.begin(self._task, is_of_set=self._is_set)
            try:
                yield from map(self._numbers.apply, self._results_of_one(opened))
            except AppError as error:
                self._fail(error)
            opened = None if self._is_stopped else self._open_next()
        warn_of(self.failures, len(self.failures))

    def _results_of_one(self, source: "FrameSource") -> Iterator["FrameResult"]:
        from mien.composition import build_pipeline

        first, other = self._networks.first, self._networks.other
        slot = _Slot(is_live=source.info.is_live)
        with self._lock:
            if self._is_stopped:
                source.close()
                return
            pipeline = build_pipeline(self._settings, source, [slot], classifier=first, other=other)
            pipeline.start()
            self._source, self._slot, self._pipeline = source, slot, pipeline
        try:
            yield from slot
            _join(pipeline)
        finally:
            self._end(pipeline, slot)

    def _end(self, pipeline: "Pipeline", slot: "_Slot") -> None:
        slot.abort()
        pipeline.stop()
        _join(pipeline)


class _Numbers:
    """Numbers the pictures of a set and their faces, so that nothing stands for two of them."""

    def __init__(self) -> None:
        self._pictures = self._faces = 0
        self._is_picture = False

    def begin(self, task: Task, *, is_of_set: bool) -> None:
        """Begin a file."""
        self._is_picture = is_of_set and is_picture(Path(task.source))

    def apply(self, result: "FrameResult") -> "FrameResult":
        """Return a picture's result with the numbers that it has in the set; that of a video as it is."""
        if not self._is_picture:
            return result
        readings = tuple(map(self._numbered, result.readings))
        frame = replace(result.frame, index=self._pictures, timestamp_s=float(self._pictures))
        self._pictures += 1
        return replace(result, frame=frame, readings=readings)

    def _numbered(self, reading: "ShownReading") -> "ShownReading":
        self._faces += 1
        track = replace(reading.track, face_id=self._faces)
        return replace(reading, raw=replace(reading.raw, track=track))


def _join(pipeline: "Pipeline") -> None:
    """Wait for the end of all threads, so that Ctrl-C comes through."""
    while not pipeline.join(POLL_S):
        pass


class _Slot(Sink):
    """A sink that hands each result to the loop."""

    def __init__(self, *, is_live: bool) -> None:
        from mien.pipeline.channel import Channel, WhenFull

        self._channel: Channel[FrameResult] = (
            Channel(1, WhenFull.DROP_OLDEST) if is_live else Channel(WAITING_FRAMES, WhenFull.BLOCK)
        )

    def __iter__(self) -> Iterator["FrameResult"]:
        return iter(self._channel)

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Hand a result over; of a file, wait until there is room."""
        self._channel.put(result)

    def finish(self) -> None:
        """No more results."""
        self._channel.close()

    def abort(self) -> None:
        """No more results, and nobody waits for those that are here."""
        self._channel.discard()
