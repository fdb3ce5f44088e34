"""The curves of Live's last minute as a picture: which numbers, and where to."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from mien.core.series import ReadingSeries
from mien.errors import printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.parts.curve_menu import CurveMenu
from mien.gui.parts.file_browser import show_in_files
from mien.gui.pictures_folder import pictures_folder
from mien.gui.tab_page import Notice
from mien.timeline.panes import choices_of, chosen_of
from mien.timeline.recent import RecentReadings


class CurveSaver(QObject):
    """Emits ``failed`` with an ``AppError`` and ``notified`` with a ``Notice``.

    Args:
        recent: The last minute.
        choices: The user's, which keep what is drawn, in Review as well.
        window: For the dialog.
    """

    failed = Signal(object)
    notified = Signal(object)

    def __init__(self, recent: RecentReadings, choices: Choices, window: QWidget) -> None:
        super().__init__(window)
        self._recent = recent
        self._choices = choices
        self._window = window
        self._background = Background(self)

    def show_menu(self, place: QPoint) -> None:
        """Offer which curves to draw, and to save them."""
        series = self._recent.series()
        if series is None:
            return
        menu = QMenu(self._window)
        curves = CurveMenu(menu)
        curves.setTitle("Curves")
        curves.chosen.connect(lambda keys: self._choose(curves, series, keys))
        self._choose(curves, series, self._choices.settings.window.curves)
        menu.addMenu(curves)
        menu.addSeparator()
        for suffix, kind in ((".png", "PNG picture"), (".svg", "SVG drawing")):
            action = menu.addAction(f"Save the last minute's curves ({suffix[1:].upper()})…")
            action.triggered.connect(partial(self._ask, series, suffix, f"{kind} (*{suffix})"))
        menu.popup(place)

    def save(self, series: ReadingSeries, target: Path) -> None:
        """Write what is chosen of the last minute, beside the pictures that come; the suffix says how."""
        keys = self._choices.settings.window.curves
        done = Notice(f"Saved {printable(target.name)}", "Show", partial(show_in_files, target.parent))
        work = partial(_write, series, keys, target)
        self._background.run(work, lambda _: self.notified.emit(done), self.failed.emit)

    def shut_down(self, timeout_s: float) -> bool:
        """Wait for what is being written; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _choose(self, curves: CurveMenu, series: ReadingSeries, keys: tuple[str, ...]) -> None:
        self._choices.change(window={"curves": keys})
        curves.offer(series.labels, series.other_labels, keys, series.detail_names, series.signed)

    def _ask(self, series: ReadingSeries, suffix: str, kind: str) -> None:
        proposed = str(pictures_folder() / f"Curves{suffix}")
        path, _ = QFileDialog.getSaveFileName(self._window, "Save curves", proposed, kind)
        if path:
            self.save(series, Path(path if path.lower().endswith(suffix) else path + suffix))


def _write(series: ReadingSeries, keys: tuple[str, ...], target: Path) -> None:
    from mien.gui.parts.chart_png import write_chart_png
    from mien.report.curve_sheet import curve_sheet, write_curves

    choices = choices_of(series.labels, series.other_labels, series.detail_names, series.signed)
    people = [(f"Face {face_id}", series.face(face_id)) for face_id in sorted(series.face_ids())]
    start_s = min(float(face.times_s[0]) for _, face in people)
    span = (start_s, max(series.end_s, start_s + 1e-3))
    sheet = curve_sheet("The last minute", people, chosen_of(keys, choices), span)
    if target.suffix.lower() == ".png":
        write_chart_png(sheet, target)
    else:
        write_curves(sheet, target, overwrite=True)
