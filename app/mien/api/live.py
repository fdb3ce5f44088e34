"""Results one by one, while they are made."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

from mien.api.choices import Choices, with_choices
from mien.api.consent import require_consent
from mien.api.networks import open_networks
from mien.capture.excerpt import Part, Rotation
from mien.settings import Settings
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from typing import Unpack

    from mien.capture.source import FrameSource
    from mien.core.arrays import Image
    from mien.core.face import FrameResult
    from mien.core.frame import SourceInfo
    from mien.pipeline.pipeline import Pipeline
    from mien.pipeline.stats import PipelineStats

WAITING_FRAMES: Final = 4
POLL_S: Final = 0.05


def read(
    source: str | os.PathLike[str],
    *,
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
        source: A video, a picture, a folder of pictures, "camera", a stream, "synthetic".
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
    require_consent(os.fspath(source), given=yes_camera)
    return LiveResults(os.fspath(source), with_choices(Settings(), choices), Part(start, seconds, track, rotate))


class LiveResults:
    """Iterate over it once; leaving the loop, ``stop`` or the end of a ``with`` block releases the source.

    Args:
        source: What to open.
        settings: How to read it.
        part: Which part of it is read.

    Attributes:
        info: What is known of the source.

    Raises:
        AppError: It cannot be read.
    """

    def __init__(self, source: str, settings: Settings, part: Part) -> None:
        from mien.composition import open_to_read

        self._settings = settings
        self._networks = open_networks(settings)
        opened = open_to_read(source, settings, part)
        self._source: FrameSource = opened
        self.info: SourceInfo = opened.info
        self._slot = _Slot(is_live=opened.info.is_live)
        self._pipeline: Pipeline | None = None
        self._is_begun = self._is_stopped = False

    @property
    def stats(self) -> "PipelineStats":
        """Frames a second, latency, drops, and on what the network runs; zeros until the first result."""
        from mien.pipeline.stats import PipelineStats

        return PipelineStats() if self._pipeline is None else self._pipeline.stats()

    def __iter__(self) -> Iterator["FrameResult"]:
        """Yield the results.

        Raises:
            AppError: The first failure of any stage.
            ValueError: It was iterated over before.
        """
        if self._is_begun:
            raise ValueError("LiveResults: these results were read already; call `read` again")
        self._is_begun = True
        return self._results()

    def stop(self) -> None:
        """End the loop after the result at hand. May be called from any thread, and again."""
        self._is_stopped = True
        self._slot.abort()
        if self._pipeline is None:
            self._source.close()
        else:
            self._pipeline.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        if self._pipeline is not None:
            _join(self._pipeline)

    def _results(self) -> Iterator["FrameResult"]:
        from mien.composition import build_pipeline

        if self._is_stopped:
            return
        first, other = self._networks.first, self._networks.other
        pipeline = build_pipeline(self._settings, self._source, [self._slot], classifier=first, other=other)
        pipeline.start()
        self._pipeline = pipeline
        try:
            yield from self._slot
            _join(pipeline)
        finally:
            self.stop()
            _join(pipeline)


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
