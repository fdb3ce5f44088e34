"""What an export does, off the GUI thread."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.capture.source import FrameSource
from mien.core.frame import Frame, SourceInfo
from mien.errors import AppError, RecordingError, SourceError
from mien.pipeline.pipeline import Pipeline
from mien.session.analyses.recall import Recall
from mien.session.stored import StoredSession
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.report.summary import Summary

TABLES: Final = (".csv", ".jsonl", ".parquet", ".eaf", ".vtt")
PAGES: Final = (".html", ".pdf")


def export_file(stored: StoredSession, title: str, target: Path) -> None:
    """Write a table, subtitles or a summary; the suffix says which.

    Raises:
        AppError: It cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix in PAGES:
        summary = summary_of(stored, title)
        if suffix == ".pdf":
            from mien.gui.review.summary_pdf import write_pdf

            write_pdf(summary, target)
            return
        from mien.report.page import write_html

        write_html(summary, target, overwrite=True)
        return
    from mien.session.exports.export import export_session

    export_session(stored.folder, target, overwrite=True)


def summary_of(stored: StoredSession, title: str) -> "Summary":
    """Return the summary of a session."""
    from mien.report.summary import summarise

    return summarise(title, stored.document, stored.series, stored.annotations)


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


class VideoExport:
    """Paints stored readings on a video and writes it; nothing is read anew.

    Args:
        video: The pictures, and the sound.
        recall: The readings; used by this alone.
        settings: How faces are hidden, and how the video is encoded.
        target: The new file; replaced if it is there.
        has_overlay: The pictures carry the overlay already.
        names: Of the persons, where they were given.

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
    ) -> None:
        from mien.capture.video_file import VideoFile
        from mien.overlay.painter import Painter
        from mien.sinks.video.recorder import Recorder
        from mien.sinks.video.video_writer import VideoSettings

        if target.exists() and target.samefile(video):
            raise RecordingError(f"{target.name}: this is the video itself; choose another name")
        self._source = Cancellable(VideoFile(video))
        try:
            self._recorder = Recorder(
                target,
                fps=self._source.info.fps,
                audio_from=video if self._source.info.has_audio else None,
                settings=VideoSettings.of(settings),
                overlay=not has_overlay,
                overwrite=True,
            )
        except BaseException:
            self._source.close()
            raise
        painter = Painter(cover=settings.cover, names=names)
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
