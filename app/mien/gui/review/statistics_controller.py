"""Statistics of a part of the time: which parts can be chosen, and measuring them beside the GUI thread."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from mien.errors import AppError, printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.parts.file_browser import show_in_files
from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.selection_controller import SelectionController
from mien.gui.review.statistics_window import StatisticsWindow
from mien.gui.tab_page import Notice
from mien.report.measure_texts import as_table, as_text
from mien.report.measures import (
    WHOLE,
    Measured,
    Scope,
    condition_scopes,
    marker_scope,
    measure,
    selection_scope,
    write_measures,
)

MEASURE_MS = 150
"""After the last change: a selection that is dragged changes many times."""
_ALL = "All conditions"
_SELECTED = "Selection, or the marker in hand"


class StatisticsController(QObject):
    """Shows the window and keeps it up to date; emits ``failed`` and ``notified`` as a ``TabPage`` does.

    Args:
        controller: Has readings and notes.
        selection: From A to B.
        marking: Has the marker in hand.
        choices: Remember where was last exported to.
        window: Over which it opens.
    """

    failed = Signal(object)
    notified = Signal(object)

    def __init__(
        self,
        controller: ReviewController,
        selection: SelectionController,
        marking: MarkerController,
        choices: Choices,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._selection = selection
        self._marking = marking
        self._choices = choices
        self._window = window
        self._background = Background(self)
        self._view: StatisticsWindow | None = None
        self._measured: tuple[Measured, ...] = ()
        self._is_busy = False
        self._is_stale = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MEASURE_MS)
        self._timer.timeout.connect(self._measure)
        for signal in (
            selection.changed,
            marking.selected_changed,
            controller.notes.changed,
            controller.readings_changed,
            controller.changed,
        ):
            signal.connect(self.refresh)

    @property
    def view(self) -> StatisticsWindow | None:
        """The window, once it was shown."""
        return self._view

    def show(self) -> None:
        """Show the window, of what is selected where something is."""
        if self._controller.subject is None:
            return
        if self._view is None:
            self._view = StatisticsWindow(self._window)
            self._view.chosen.connect(self.refresh)
            self._view.copy_asked.connect(self.copy)
            self._view.save_asked.connect(self._ask)
        self._view.offer(self._names(), _SELECTED if self._selected() is not None else None)
        self._view.show()
        self._view.raise_()
        self._measure()

    def refresh(self) -> None:
        """Measure anew, soon, where the window is seen."""
        if self._view is not None and self._view.isVisible():
            self._timer.start()

    def scopes(self) -> tuple[Scope, ...]:
        """Return the parts that are chosen in the window."""
        chosen = self._view.choice if self._view is not None else WHOLE
        conditions = condition_scopes(self._controller.notes.annotations)
        if chosen == _SELECTED:
            selected = self._selected()
            return () if selected is None else (selected,)
        if chosen == _ALL:
            return conditions
        return tuple(each for each in conditions if f"Event: {each.name}" == chosen) or (Scope(WHOLE),)

    def copy(self) -> None:
        """Put the table on the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self._measured))
        self.notified.emit(Notice("Statistics copied"))

    def write(self, target: Path) -> None:
        """Write what is shown as CSV."""
        work = partial(write_measures, self._measured, target, overwrite=True)
        self._background.run(work, lambda _: self._tell(target), self.failed.emit)

    def shut_down(self, timeout_s: float) -> bool:
        """End what runs; say whether that ended in time."""
        self._timer.stop()
        if self._view is not None:
            self._view.close()
        return self._background.join(timeout_s)

    def _selected(self) -> Scope | None:
        marker = self._marking.selected
        if self._selection.start_s is None and marker is not None and marker.kind != "exclude":
            return marker_scope(marker)
        span = self._selection.span
        return None if span is None else selection_scope(span)

    def _names(self) -> list[str]:
        conditions = condition_scopes(self._controller.notes.annotations)
        named = [f"Event: {each.name}" for each in conditions]
        return [WHOLE, _SELECTED, *([_ALL] if len(named) > 1 else []), *named]

    def _measure(self) -> None:
        view, series = self._view, self._controller.series
        if view is None:
            return
        if self._controller.subject is None or series is None:
            self._show(())
            return
        if self._is_busy:
            self._is_stale = True
            return
        self._is_busy, self._is_stale = True, False
        view.offer(self._names(), None)
        work = partial(measure, series, self._controller.notes.annotations, self.scopes())
        self._background.run(work, self._measured_it, self._not_measured)

    def _measured_it(self, measured: tuple[Measured, ...]) -> None:
        self._is_busy = False
        self._show(measured)
        if self._is_stale:
            self._measure()

    def _not_measured(self, error: AppError) -> None:
        self._is_busy = False
        self.failed.emit(error)

    def _show(self, measured: tuple[Measured, ...]) -> None:
        self._measured = measured
        if self._view is None:
            return
        if not measured and self._view.choice == _SELECTED:
            hint = "Nothing is selected: set A and B, drag with Shift over the timeline, or choose a marker."
        else:
            hint = "No readings count here: nobody is in view, or the time is excluded."
        about = ", ".join(part.scope.name for part in measured) if len(measured) == 1 else ""
        self._view.show_table(*as_table(measured), about=about, hint=hint)

    def _ask(self) -> None:
        subject = self._controller.subject
        if subject is None:
            return
        folder = self._choices.settings.window.export_folder or str(subject.path.parent)
        start = str(Path(folder) / f"{subject.path.stem}-statistics.csv")
        path, _ = QFileDialog.getSaveFileName(self._view, "Save statistics", start, "CSV (*.csv)")
        if path:
            target = Path(path) if Path(path).suffix.lower() == ".csv" else Path(path + ".csv")
            self._choices.change(window={"export_folder": str(target.parent)})
            self.write(target)

    def _tell(self, target: Path) -> None:
        self.notified.emit(
            Notice(f"Saved {printable(target.name)}", "Show", partial(show_in_files, target.parent))
        )
