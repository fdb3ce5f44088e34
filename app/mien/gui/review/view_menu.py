"""Views of the timeline that were saved under a name: which curves are drawn, and which stretch of time."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from mien.gui.choices import Choices
from mien.gui.parts.name_editor import NameEditor
from mien.gui.review.person_controller import show_dialog
from mien.gui.review.review_timeline import ReviewTimeline
from mien.settings.groups import MAX_VIEWS, SavedView
from mien.timeline.visible_range import VisibleRange


class ViewMenu(QMenu):
    """Opens above a button.

    Args:
        choices: Keep the views.
        timeline: Whose view is saved and chosen.
        choose_curves: Draws curves, by their keys.
        window: Over which it opens.
    """

    def __init__(
        self,
        choices: Choices,
        timeline: ReviewTimeline,
        choose_curves: Callable[[tuple[str, ...]], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._choices = choices
        self._timeline = timeline
        self._choose_curves = choose_curves
        self._window = window

    @property
    def views(self) -> tuple[SavedView, ...]:
        """Those that were saved."""
        return self._choices.settings.window.views

    def open_above(self, button: QWidget) -> None:
        """Show the views as they are now, above a button."""
        self.fill()
        self.ensurePolished()
        corner = button.mapToGlobal(button.rect().topRight())
        self.popup(corner - QPoint(self.sizeHint().width(), self.sizeHint().height() + 4))

    def fill(self) -> None:
        """List the views."""
        self.clear()
        for view in self.views:
            self.addAction(_plain(view.name)).triggered.connect(partial(self._apply, view))
        self.addSeparator()
        save = self.addAction("Save this view…")
        save.setEnabled(len(self.views) < MAX_VIEWS)
        save.triggered.connect(self.ask)
        remove = self.addMenu("Remove")
        remove.setEnabled(bool(self.views))
        for view in self.views:
            remove.addAction(_plain(view.name)).triggered.connect(partial(self._remove, view))

    def ask(self) -> NameEditor:
        """Ask for the name under which the view is saved."""
        editor = NameEditor("", f"View {len(self.views) + 1}", self._window, title="Name of the view")
        editor.accepted.connect(lambda: self.save(editor.name or f"View {len(self.views) + 1}"))
        show_dialog(editor)
        return editor

    def save(self, name: str) -> None:
        """Save what is seen now; a view of the same name is replaced."""
        seen, settings = self._timeline.view, self._choices.settings.window
        start_s, end_s = (None, None) if seen.is_whole else (seen.start_s, seen.end_s)
        view = SavedView(name=name[:60], curves=settings.curves, start_s=start_s, end_s=end_s)
        self._keep(*(each for each in self.views if each.name != view.name), view)

    def choose(self, view: SavedView) -> None:
        """Draw the curves of a view and go to its time, as far as the video has it."""
        self._choose_curves(view.curves)
        whole = VisibleRange.whole(self._timeline.view.duration_s)
        if view.start_s is None or view.end_s is None:
            self._timeline.look_at(whole)
        elif view.end_s > view.start_s:
            factor = (view.end_s - view.start_s) / whole.duration_s
            seen = whole.zoomed(factor, 0.0)
            self._timeline.look_at(seen.moved(view.start_s - seen.start_s))

    def _apply(self, view: SavedView, _checked: bool = False) -> None:
        self.choose(view)

    def _remove(self, view: SavedView, _checked: bool = False) -> None:
        self._keep(*(each for each in self.views if each != view))

    def _keep(self, *views: SavedView) -> None:
        self._choices.change(window={"views": views})


def _plain(name: str) -> str:
    return name.replace("&", "&&")
