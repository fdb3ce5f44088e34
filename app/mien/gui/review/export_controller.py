"""Export from Review: asks for the form and the file, and has it written beside everything else."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from mien.core.wording import duration_text
from mien.engine.contracts import ReviewEngine
from mien.errors import AppError, SessionError, printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.parts.file_browser import show_in_files
from mien.gui.review.overlay_menu import OverlayMenu
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.work_strip import WorkStrip
from mien.gui.tab_page import Notice
from mien.session.exports.annotated_video import AnnotatedVideo
from mien.session.stored import StoredSession

POLL_MS: Final = 250
CURVES_PNG, CURVES_SVG = ".curves.png", ".curves.svg"
"""What the Curves menu has on, of every person."""
FORMS: Final = (
    ("Annotated video", ".mp4", "MP4 video (*.mp4)"),
    ("", "", ""),
    ("Summary (HTML)", ".html", "Web page (*.html)"),
    ("Summary (PDF)", ".pdf", "PDF (*.pdf)"),
    ("Charts (PNG)", ".png", "PNG picture (*.png)"),
    ("Charts (SVG)", ".svg", "SVG drawing (*.svg)"),
    ("Curves as chosen (PNG)", CURVES_PNG, "PNG picture (*.png)"),
    ("Curves as chosen (SVG)", CURVES_SVG, "SVG drawing (*.svg)"),
    ("", "", ""),
    ("Readings (CSV)", ".csv", "Comma-separated values (*.csv)"),
    ("Readings (Excel)", ".xlsx", "Excel (*.xlsx)"),
    ("Readings (JSON Lines)", ".jsonl", "JSON Lines (*.jsonl)"),
    ("Readings (Parquet)", ".parquet", "Parquet (*.parquet)"),
    ("Readings with Py-feat's columns", ".fex.csv", "Comma-separated values (*.csv)"),
    ("", "", ""),
    ("ELAN annotations", ".eaf", "ELAN annotation (*.eaf)"),
    ("Subtitles (WebVTT)", ".vtt", "WebVTT subtitles (*.vtt)"),
)


class ExportController(QObject):
    """One export at a time; emits ``failed``, ``notified``, and ``changed`` when one begins or ends.

    Attributes:
        strip: Shows how far the export of a video is.
    """

    failed = Signal(object)
    notified = Signal(object)
    changed = Signal()

    def __init__(
        self, engine: ReviewEngine, controller: ReviewController, choices: Choices, window: QWidget
    ) -> None:
        super().__init__(window)
        self.strip = WorkStrip("Progress of the export")
        self.strip.pressed.connect(self.cancel)
        self._engine = engine
        self._controller = controller
        self._choices = choices
        self._window = window
        self._background = Background(self)
        self._video: AnnotatedVideo | None = None
        self._was_cancelled = False
        self._is_running = False
        self._menu = QMenu(window)
        for title, suffix, _ in FORMS:
            if title:
                self._menu.addAction(f"{title}…").triggered.connect(partial(self._ask, suffix))
            else:
                self._menu.addSeparator()
        self.overlay = OverlayMenu(choices, window)
        self._menu.insertMenu(self._menu.actions()[1], self.overlay)
        self._button: QWidget | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._show_progress)

    @property
    def is_running(self) -> bool:
        """Whether something is being written."""
        return self._is_running

    @property
    def is_possible(self) -> bool:
        """Whether everything was read, so that nothing would be missing."""
        control = self._controller
        if control.subject is None or self._is_running:
            return False
        return control.subject.stored is not None or (not control.is_reading and not self._is_cut_short())

    def refresh(self, button: Button) -> None:
        """Let the button say whether there is something to export, and why not."""
        self._button = button
        button.setEnabled(self.is_possible)
        if self.is_possible:
            tip = "Export"
        elif self._is_running:
            tip = "An export is being written"
        elif self._controller.subject is None:
            tip = "Open something first"
        else:
            tip = "Available once the whole video is analysed"
        button.setToolTip(tip)

    def show_menu(self) -> None:
        """Offer the forms, above the button."""
        if not self.is_possible:
            return
        self._menu.ensurePolished()
        size = self._menu.sizeHint()
        over = self._button or self._window
        corner = over.mapToGlobal(over.rect().topRight())
        self._menu.popup(corner - QPoint(size.width(), size.height() + 4))

    def write(self, target: Path) -> None:
        """Write one file; its suffix says what."""
        subject = self._controller.subject
        if subject is None or self._is_running:
            return
        try:
            stored = self._controller.stored()
        except AppError as error:
            self.failed.emit(error)
            return
        if stored is None:
            return
        is_video = target.suffix.lower() in (".mp4", ".mkv", ".mov", ".webm")
        video = subject.video_file
        if is_video and video is None:
            self.failed.emit(
                SessionError(f"{subject.title}: has no video; import its table again with mien import --video")
            )
            return
        self._begin()
        if is_video and video is not None:
            recall = self._controller.recall
            assert recall is not None
            settings, has_overlay = self._controller.settings, subject.has_overlay
            work = partial(
                self._engine.export_video,
                video,
                recall.copy(),
                settings,
                target,
                has_overlay=has_overlay,
                names=self._controller.lanes.given_names(),
            )
            self._background.run(work, partial(self._run_video, target), self._fail)
        else:
            work_file = partial(self._write_file, stored, subject.title, target)
            self._background.run(work_file, lambda _: self._end(target), self._fail)

    def cancel(self) -> None:
        """Give up the export of a video; nothing stays of it."""
        if self._video is not None:
            self._was_cancelled = True
            self._video.cancel()

    def shut_down(self, timeout_s: float) -> bool:
        """Give up what is being written; say whether that ended in time."""
        self._poll.stop()
        self.cancel()
        return self._background.join(timeout_s)

    def _is_cut_short(self) -> bool:
        return self._controller.progress.stage.value != "done"

    def _ask(self, suffix: str, _checked: bool = False) -> None:
        subject = self._controller.subject
        if subject is None:
            return
        kind = next(kind for _, ending, kind in FORMS if ending == suffix)
        folder = self._choices.settings.window.export_folder or str(subject.path.parent)
        stem = subject.path.stem + ("-annotated" if suffix == ".mp4" else "")
        path, _ = QFileDialog.getSaveFileName(self._window, "Export", str(Path(folder) / (stem + suffix)), kind)
        if path:
            target = Path(path) if path.lower().endswith(suffix) else Path(path + suffix)
            self._choices.change(window={"export_folder": str(target.parent)})
            self.write(target)

    def _run_video(self, target: Path, video: AnnotatedVideo) -> None:
        self._video = video
        self._poll.start()
        self._background.run(video.run, lambda _: self._end(target), self._fail)

    def _show_progress(self) -> None:
        if self._video is None:
            return
        pipeline = self._video.pipeline
        stats, count = pipeline.stats(), pipeline.source.info.frame_count or 0
        share = stats.frames / count if count else 0.0
        left = f"  ·  {duration_text((count - stats.frames) / stats.fps)} left" if stats.fps > 0 and count else ""
        self.strip.show_work("Writing the video", f"{share:.0%}{left}", share, "Cancel")

    def _write_file(self, stored: StoredSession, title: str, target: Path) -> None:
        """Write a file, off the GUI thread; PDF and PNG are drawn by Qt."""
        if target.name.lower().endswith((CURVES_PNG, CURVES_SVG)):
            self._write_curves(stored, title, target)
            return
        match target.suffix.lower():
            case ".pdf":
                from mien.gui.review.summary_pdf import write_pdf

                write_pdf(self._engine.summarise(stored, title), target)
            case ".png":
                from mien.gui.review.chart_png import write_chart_png
                from mien.report.chart_sheet import chart_sheet

                write_chart_png(chart_sheet(self._engine.summarise(stored, title)), target)
            case _:
                self._engine.export_file(stored, title, target)

    def _write_curves(self, stored: StoredSession, title: str, target: Path) -> None:
        """Write what the Curves menu has on, as far as the session has it."""
        from mien.gui.review.chart_png import write_chart_png
        from mien.report.curve_sheet import keys_there, sheet_of_session, write_curves

        sheet = sheet_of_session(title, stored, keys_there(stored, self._choices.settings.window.curves))
        if target.suffix.lower() == ".png":
            write_chart_png(sheet, target)
        else:
            write_curves(sheet, target, overwrite=True)

    def _begin(self) -> None:
        self._is_running = True
        self.changed.emit()

    def _end(self, target: Path) -> None:
        self._finish()
        self.notified.emit(
            Notice(f"Saved {printable(target.name)}", "Show", partial(show_in_files, target.parent))
        )

    def _fail(self, error: AppError) -> None:
        was_cancelled = self._was_cancelled
        self._finish()
        if was_cancelled:
            self.notified.emit(Notice("Export cancelled; nothing was written"))
        else:
            self.failed.emit(error)

    def _finish(self) -> None:
        self._poll.stop()
        self._video, self._was_cancelled, self._is_running = None, False, False
        self.strip.show_work("", "", None, "")
        self.changed.emit()
