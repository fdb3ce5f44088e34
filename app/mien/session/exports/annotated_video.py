"""Stored readings painted on their video and written as a new one; nothing is read anew."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from mien.capture.source import FrameSource
from mien.core.frame import Frame, SourceInfo
from mien.errors import AppError, RecordingError, SourceError
from mien.pipeline.pipeline import Pipeline
from mien.session.analyses.recall import Recall
from mien.settings import Settings
from mien.timeline.spans import Span


class Cancellable:
    """A source that can be made to fail, so that the sinks leave nothing under the final name.

    Args:
        source: Any source.
    """

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._cancelled = threading.Event()

    @property
    def info(self) -> SourceInfo:
        """That of the source."""
        return self._source.info

    @property
    def notice(self) -> str | None:
        """That of the source."""
        return self._source.notice

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the source, until it is cancelled.

        Raises:
            SourceError: It was cancelled.
        """
        for frame in self._source.frames():
            if self._cancelled.is_set():
                raise SourceError(f"{self.info.name}: the export was cancelled; export it again")
            yield frame

    @property
    def is_cancelled(self) -> bool:
        """Whether it fails."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Fail at the next frame."""
        self._cancelled.set()

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class AnnotatedVideo:
    """Paints stored readings on a video and writes it; nothing is read anew.

    Args:
        video: The pictures, and the sound.
        recall: The readings; used by this alone.
        settings: How faces are hidden, how the video is encoded, and how far its pictures are turned.
        target: The new file; replaced if it is there.
        has_overlay: The pictures carry the overlay already.
        names: Of the persons, where they were given.
        span: Only this part of the video; None for all.

    Raises:
        AppError: The video cannot be read, or the target not be written.
    """

    def __init__(
        self,
        video: Path,
        recall: Recall,
        settings: Settings,
        target: Path,
        *,
        has_overlay: bool,
        names: Mapping[int, str] | None = None,
        span: Span | None = None,
    ) -> None:
        from mien.capture.excerpt import Part
        from mien.capture.open import open_file
        from mien.overlay.painter import Painter
        from mien.sinks.video.recorder import Recorder
        from mien.sinks.video.video_writer import VideoSettings

        if target.exists() and target.samefile(video):
            raise RecordingError(f"{target.name}: this is the video itself; choose another name")
        start_s, end_s = span if span is not None else (0.0, None)
        part = Part(start_s, None if end_s is None else end_s - start_s, rotate_deg=settings.camera.rotate_deg)
        self._source = Cancellable(open_file(video, part))
        try:
            self._recorder = Recorder(
                target,
                fps=self._source.info.fps,
                audio_from=video if self._source.info.has_audio else None,
                settings=VideoSettings.of(settings),
                picture_of=(lambda result: result.frame.image) if has_overlay else None,
                overwrite=True,
                zero_s=start_s,
            )
        except BaseException:
            self._source.close()
            raise
        painter = Painter(cover=settings.video.cover, parts=settings.overlay, names=names)
        self.pipeline = Pipeline(self._source, recall, recall, painter.paint, [self._recorder], shown_maker=recall)

    def run(self) -> None:
        """Write it all.

        Raises:
            AppError: It cannot be written, or was cancelled; then nothing stays of it.
        """
        self.pipeline.start()
        try:
            self.pipeline.join()
        except AppError:
            if self._source.is_cancelled:
                self._recorder.part_path.unlink(missing_ok=True)
            raise

    def cancel(self) -> None:
        """Give it up."""
        self._source.cancel()
