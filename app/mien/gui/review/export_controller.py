"""Export from Review: asks for the form and the file, and has it written beside everything else."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from mien.core.wording import duration_text
from mien.engine.contracts import ReviewEngine
from mien.errors import AppError, SessionError, printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.parts.file_browser import show_in_files
from mien.gui.review.export_dialog import ExportDialog
from mien.gui.review.overlay_menu import OverlayMenu
from mien.gui.review.person_controller import show_dialog
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.work_strip import WorkStrip
from mien.gui.tab_page import Notice
from mien.session.exports.annotated_video import AnnotatedVideo
from mien.session.stored import StoredSession
from mien.timeline.spans import Span

POLL_MS: Final = 250
CURVES: Final = (".curves.png", ".curves.svg")
"""What the Curves menu has on, of every person."""
_VIDEOS: Final = (".mp4", ".mkv", ".mov", ".webm")


class ExportController(QObject):
    """One export at a time; emits ``failed``, ``notified``, and ``changed`` when one begins or ends.

    Attributes:
        strip: Shows how far it is.
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
        self._targets: tuple[Path, ...] = ()
        self._done: list[Path] = []
        self._errors: list[AppError] = []
        self._span: Span | None = None
        self._stored: StoredSession | None = None
        self.overlay = OverlayMenu(choices, window)
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

    def ask(self, span: Span | None) -> ExportDialog | None:
        """Let the files be chosen, of all or of what is selected; return the window, or None."""
        subject = self._controller.subject
        if subject is None or not self.is_possible:
            return None
        window = self._choices.settings.window
        folder = Path(window.export_folder or subject.path.parent)
        dialog = ExportDialog(subject.path.stem, folder, window.exports, span, self.overlay, self._window)

        def begin() -> None:
            self._choices.change(window={"export_folder": str(dialog.folder), "exports": dialog.ticked})
            self.write(*dialog.targets, span=dialog.span)

        dialog.accepted.connect(begin)
        show_dialog(dialog)
        return dialog

    def write(self, *targets: Path, span: Span | None = None) -> None:
        """Write files, one after another; the suffix of each says what.

        Args:
            targets: The files; those that are there are replaced.
            span: Only this part of the time; None for all.
        """
        if self._controller.subject is None or self._is_running:
            return
        try:
            self._stored = self._controller.stored()
        except AppError as error:
            self.failed.emit(error)
            return
        if self._stored is None or not targets:
            return
        self._targets, self._span = targets, span
        self._is_running = True
        self.changed.emit()
        self._go_on()

    def cancel(self) -> None:
        """Write no more; nothing stays of a video that is being written."""
        self._was_cancelled = True
        if self._video is not None:
            self._video.cancel()

    def shut_down(self, timeout_s: float) -> bool:
        """Give up what is being written; say whether that ended in time."""
        self._poll.stop()
        self.cancel()
        return self._background.join(timeout_s)

    def _is_cut_short(self) -> bool:
        return self._controller.progress.stage.value != "done"

    @property
    def _next(self) -> int:
        """How many files are written, or could not be."""
        return len(self._done) + len(self._errors)

    def _go_on(self) -> None:
        """Write the next file, or say what came of all."""
        subject, stored = self._controller.subject, self._stored
        if self._was_cancelled or self._next == len(self._targets) or subject is None or stored is None:
            self._finish()
            return
        target = self._targets[self._next]
        self._show_progress()
        is_video, video = target.suffix.lower() in _VIDEOS, subject.video_file
        if is_video and video is None:
            self._fail(
                SessionError(f"{subject.title}: has no video; import its table again with mien import --video")
            )
        elif is_video and video is not None:
            recall = self._controller.recall
            assert recall is not None
            work = partial(
                self._engine.export_video,
                video,
                recall.copy(),
                self._controller.settings,
                target,
                has_overlay=subject.has_overlay,
                names=self._controller.lanes.given_names(),
                span=self._span,
            )
            self._background.run(work, partial(self._run_video, target), self._fail)
        else:
            work_file = partial(self._write_file, stored, subject.title, target, self._span)
            self._background.run(work_file, lambda _: self._end(target), self._fail)

    def _run_video(self, target: Path, video: AnnotatedVideo) -> None:
        self._video = video
        if self._was_cancelled:
            video.cancel()
        self._poll.start()
        self._background.run(video.run, lambda _: self._end(target), self._fail)

    def _show_progress(self) -> None:
        count, target = len(self._targets), self._targets[min(self._next, len(self._targets) - 1)]
        share, left = 0.0, ""
        if self._video is not None:
            pipeline = self._video.pipeline
            stats, frames = pipeline.stats(), pipeline.source.info.frame_count or 0
            share = min(stats.frames / frames, 1.0) if frames else 0.0
            if stats.fps > 0 and frames:
                left = f"  ·  {duration_text((frames - stats.frames) / stats.fps)} left"
        elif count == 1:
            return  # a table is there before one could read of it
        title = f"Writing {printable(target.name)}" if count == 1 else f"Writing file {self._next + 1} of {count}"
        whole = (self._next + share) / count
        self.strip.show_work(title, f"{whole:.0%}{left}", whole, "Cancel")

    def _write_file(self, stored: StoredSession, title: str, target: Path, span: Span | None) -> None:
        """Write a file, off the GUI thread; PDF and PNG are drawn by Qt."""
        if target.name.lower().endswith(CURVES):
            self._write_curves(stored, title, target, span)
            return
        match target.suffix.lower():
            case ".pdf":
                from mien.gui.review.summary_pdf import write_pdf

                write_pdf(self._engine.summarise(stored, title, span), target)
            case ".png":
                from mien.gui.parts.chart_png import write_chart_png
                from mien.report.chart_sheet import chart_sheet

                write_chart_png(chart_sheet(self._engine.summarise(stored, title, span)), target)
            case _:
                self._engine.export_file(stored, title, target, span)

    def _write_curves(self, stored: StoredSession, title: str, target: Path, span: Span | None) -> None:
        """Write what the Curves menu has on, as far as the session has it."""
        from mien.gui.parts.chart_png import write_chart_png
        from mien.report.curve_sheet import keys_there, sheet_of_session, write_curves

        keys = keys_there(stored, self._choices.settings.window.curves)
        sheet = sheet_of_session(title, stored, keys, span)
        if target.suffix.lower() == ".png":
            write_chart_png(sheet, target)
        else:
            write_curves(sheet, target, overwrite=True)

    def _end(self, target: Path) -> None:
        self._video = None
        self._poll.stop()
        self._done.append(target)
        self._go_on()

    def _fail(self, error: AppError) -> None:
        self._video = None
        self._poll.stop()
        if not self._was_cancelled:
            self._errors.append(error)
        self._go_on()

    def _finish(self) -> None:
        done, errors, was_cancelled = self._done, self._errors, self._was_cancelled
        count = len(self._targets)
        self._done, self._errors, self._was_cancelled, self._is_running = [], [], False, False
        self._targets, self._span, self._stored = (), None, None
        self.strip.show_work("", "", None, "")
        self.changed.emit()
        saved = printable(done[0].name) if len(done) == 1 else f"{len(done)} files"
        if was_cancelled and len(done) < count:
            text = (
                f"Export cancelled; saved {saved} of {count}" if done else "Export cancelled; nothing was written"
            )
            self.notified.emit(Notice(text))
        elif done:
            self.notified.emit(Notice(f"Saved {saved}", "Show", partial(show_in_files, done[0].parent)))
        for error in errors[:1]:
            self.failed.emit(error)
