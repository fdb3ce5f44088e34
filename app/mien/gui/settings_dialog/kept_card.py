"""What Review keeps on the disk: how much it is, and the way to be rid of it, asked for twice."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from mien.engine.contracts import SettingsEngine
from mien.errors import AppError
from mien.gui.background import Background
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.settings_dialog.card import Card, Row

WHAT: Final = (
    "Readings of videos that were opened in Review, and a small picture of each face, kept so that reopening is "
    "instant."
)
_QUESTION: Final = "Delete all of it? Videos are read anew when they are opened. Markers, names and videos stay."


class KeptCard(Card):
    """Shows what the kept readings take, and deletes them on request; both beside the window.

    Args:
        engine: Measures and deletes.
        background: Of the dialog.
    """

    def __init__(self, engine: SettingsEngine, background: Background, parent: QWidget | None = None) -> None:
        self._engine = engine
        self._background = background
        self._size_bytes = 0
        self.taken = QLabel()
        self.taken.setFont(text_font(BASE_PX, figures=True))
        self.taken.setProperty("role", "quiet")
        self.taken.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.clear = Button("Clear…", framed=True, tip="Delete the kept readings")
        self.keep = Button("Keep", framed=True)
        self.delete = Button("Delete", kind="primary")
        control = QWidget()
        layout = QHBoxLayout(control)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.taken, self.clear, self.keep, self.delete):
            layout.addWidget(part)
        self.row = Row("Kept readings", WHAT, control)
        super().__init__("Storage", (self.row,), parent=parent)
        self.clear.clicked.connect(self._ask)
        self.keep.clicked.connect(self.measure)
        self.delete.clicked.connect(self._delete)
        self._show_parts(is_asking=False)

    def measure(self) -> None:
        """See how much it is, and forget what was asked or said before."""
        self._show_parts(is_asking=False)
        self.row.say(WHAT)
        self._background.run(self._engine.measure_kept, self._show_size, self._show_failure)

    def _ask(self) -> None:
        self._show_parts(is_asking=True)
        self.row.say(_QUESTION)
        self.delete.setText(f"Delete {size_text(self._size_bytes)}")
        self.delete.updateGeometry()
        self.keep.setFocus(Qt.FocusReason.TabFocusReason)

    def _delete(self) -> None:
        self._show_parts(is_asking=False)
        self.clear.setEnabled(False)
        self.row.say("Deleting…")
        engine = self._engine
        self._background.run(
            lambda: (engine.clear_kept(), engine.measure_kept()), self._show_outcome, self._show_failure
        )

    def _show_outcome(self, outcome: tuple[int, int]) -> None:
        freed, left = outcome
        said = f"{size_text(freed)} are free again." if freed else "Nothing could be deleted."
        if left:
            said += f" {size_text(left)} are still there: a video is being read, or a program holds the files."
        self._show_size(left)
        self.row.say(said)

    def _show_size(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes
        self.taken.setText(size_text(size_bytes) if size_bytes else "Nothing is kept")
        self.clear.setEnabled(size_bytes > 0)

    def _show_failure(self, error: AppError) -> None:
        self._show_size(self._size_bytes)
        self.row.say(str(error))

    def _show_parts(self, *, is_asking: bool) -> None:
        for part in (self.taken, self.clear):
            part.setVisible(not is_asking)
        for part in (self.keep, self.delete):
            part.setVisible(is_asking)


def size_text(size_bytes: int) -> str:
    """Return a size as people read it: "1.2 GB", "340 MB", "12 kB"."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size_bytes >= unit:
            amount = size_bytes / unit
            return f"{amount:.0f} {name}" if amount >= 10 else f"{amount:.1f} {name}"
    return f"{max(size_bytes / 1e3, 1):.0f} kB"
