"""Videos and sessions with their readings for the Review page. Imports are late."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mien.core.alike import Alike
from mien.core.face import FrameResult
from mien.places import from_home, recordings_folder
from mien.settings import Settings
from mien.timeline.lanes import Lane

if TYPE_CHECKING:
    from mien.pipeline.pipeline import Pipeline
    from mien.playback.speaker import Speaker
    from mien.report.summary import Summary
    from mien.session.analyses.analysis import Analysis
    from mien.session.analyses.recall import Recall
    from mien.session.exports.annotated_video import AnnotatedVideo
    from mien.session.library import Listed
    from mien.session.open_media import OpenMedia
    from mien.session.stored import StoredSession
    from mien.timeline.spans import Span


class ProgramReviewEngine:
    """See ``mien.engine.contracts.ReviewEngine``.

    Args:
        kept: The folder in which the readings of videos are kept; None for the usual one.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept

    def list_sessions(self, settings: Settings) -> "list[Listed]":
        """Return what was recorded and analysed, the newest first."""
        from mien.session.analyses.analysis_store import AnalysisStore
        from mien.session.library import list_sessions

        opened = [from_home(path) for path in settings.window.recent_files]
        recordings = recordings_folder(settings.video.session_folder)
        return list_sessions(recordings, AnalysisStore(self._kept).folder, opened)

    def rename_session(self, folder: Path, name: str) -> Path:
        """Give a session's folder another name; return where it lies now."""
        from mien.session.library import rename_session

        return rename_session(folder, name)

    def open_media(
        self, path: Path, go_on: Callable[[], bool], settings: Settings, *, trusts_outside: bool
    ) -> "OpenMedia":
        """Open a video, a session's folder, or another program's table, which becomes a session first."""
        from mien.session.analyses.analysis_store import AnalysisStore
        from mien.session.foreign.bring_in import SUFFIXES, session_of_table
        from mien.session.open_media import open_media

        if path.suffix.lower() in SUFFIXES and path.is_file():
            path = session_of_table(path, recordings_folder(settings.video.session_folder))
        return open_media(path, AnalysisStore(self._kept), go_on, trusts_outside=trusts_outside)

    def start_analysis(self, video: Path, settings: Settings) -> "Analysis":
        """Begin to read a video in the background, or find what was read before."""
        from mien.session.analyses.analysis import Analysis
        from mien.session.analyses.analysis_store import AnalysisStore

        analysis = Analysis(video, settings, AnalysisStore(self._kept), self.build_pipeline)
        analysis.start()
        return analysis

    def find_turn(self, video: Path, settings: Settings) -> int:
        """Return by how much a video must be turned clockwise for its heads to be upright."""
        from mien.capture.open import open_file
        from mien.composition import rotation_of

        source = open_file(video)
        try:
            return rotation_of(source, settings)
        finally:
            source.close()

    def build_pipeline(self, settings: Settings, video: Path) -> "Pipeline":
        """Wire what reads a video as fast as it can."""
        from mien.composition import build_unpaced

        return build_unpaced(settings, video)

    def open_speaker(self) -> "Speaker":
        """Return what plays sound; the device is opened at the first sound."""
        from mien.playback.speaker import Speaker

        return Speaker()

    def save_frame(
        self, folder: Path, name: str, result: FrameResult, settings: Settings, names: Mapping[int, str]
    ) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""
        from mien.composition import build_clean, build_painter
        from mien.sinks.snapshot import save_snapshot

        painted, clean = build_painter(settings, names=names)(result), build_clean(settings)(result)
        return save_snapshot(folder, name, result, painted, clean).picture

    def find_alike(
        self, video: Path, people: Sequence[Lane], settings: Settings, go_on: Callable[[], bool]
    ) -> list[Alike]:
        """Return who of a video that was read looks like the same person; ``go_on`` gives up with False."""
        from mien.engine.alike_people import alike_people

        return alike_people(video, people, settings, go_on)

    def summarise(self, stored: "StoredSession", title: str, span: "Span | None" = None) -> "Summary":
        """Return the summary of a session, or of a part of its time."""
        from mien.report.summary import summarise

        return summarise(title, stored.document, stored.series, stored.annotations, span)

    def export_file(self, stored: "StoredSession", title: str, target: Path, span: "Span | None" = None) -> None:
        """Write a table, subtitles, an ELAN file, a web page or charts; the suffix says which."""
        match target.suffix.lower():
            case ".html":
                from mien.report.html_page import write_html

                write_html(self.summarise(stored, title, span), target, overwrite=True)
            case ".svg":
                from mien.report.chart_sheet import write_svg

                write_svg(self.summarise(stored, title, span), target, overwrite=True)
            case _:
                from mien.session.exports.export import FEX_SUFFIX, export_session
                from mien.sinks.readings.csv_file import TableColumns

                columns: TableColumns = "pyfeat" if target.name.lower().endswith(FEX_SUFFIX) else "mien"
                export_session(stored.folder, target, overwrite=True, span=span, columns=columns)

    def export_video(
        self,
        video: Path,
        recall: "Recall",
        settings: Settings,
        target: Path,
        *,
        has_overlay: bool,
        names: Mapping[int, str],
        span: "Span | None" = None,
    ) -> "AnnotatedVideo":
        """Open the export of a video with its readings painted on; it is written by its ``run``."""
        from mien.session.exports.annotated_video import AnnotatedVideo

        return AnnotatedVideo(video, recall, settings, target, has_overlay=has_overlay, names=names, span=span)
