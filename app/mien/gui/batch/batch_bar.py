"""The bar below the queue: adding, starting, pausing, and how far it is."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from mien.core.wording import duration_text
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.divider import Divider

HEIGHT_PX: Final = 56
_PROGRESS_PX: Final = 3


class BatchBar(QWidget):
    """Emits what was asked for; shows what it is told."""

    files_asked = Signal()
    folder_asked = Signal()
    start_asked = Signal()
    clear_asked = Signal()
    table_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(HEIGHT_PX)
        self.files = Button("Add files", "film", tip="Add files", key="batch.open", framed=True)
        self.folder = Button("Add a folder", "folder", tip="Add a folder", key="batch.add_folder", framed=True)
        self.start = Button(
            "Start", "play", kind="primary", reserve="Resume", tip="Start or pause", key="batch.pause"
        )
        self.clear = Button("Clear finished", "close", tip="Forget those that are over; their files stay")
        self.table = Button("Summary", "table", tip="Show the table with a row for each file")
        self.words = QLabel()
        self.words.setFont(text_font(BASE_PX, figures=True))
        self.words.setProperty("role", "quiet")
        for button, asked in (
            (self.files, self.files_asked),
            (self.folder, self.folder_asked),
            (self.start, self.start_asked),
            (self.clear, self.clear_asked),
            (self.table, self.table_asked),
        ):
            button.clicked.connect(asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        for button in (self.start, self.files, self.folder):
            layout.addWidget(button)
        layout.addSpacing(4)
        layout.addWidget(Divider(Qt.Orientation.Vertical, 20))
        layout.addSpacing(4)
        layout.addWidget(self.words)
        layout.addStretch(1)
        layout.addWidget(self.table)
        layout.addWidget(self.clear)

    def show_queue(
        self,
        *,
        total: int,
        waiting: int,
        running: int,
        failed: int,
        share: float,
        paused: bool,
        left_s: float | None = None,
    ) -> None:
        """Show how far the queue is.

        Args:
            total: Files in it.
            waiting: That have not begun.
            running: That are read now.
            failed: That failed.
            share: Of the whole work, from 0 to 1.
            paused: Whether nothing new begins.
            left_s: How long all of it will still take, or None where that is not known.
        """
        works = not paused and bool(waiting or running)
        self.start.setEnabled(bool(waiting) or works)
        begun = total > waiting
        self.start.setText("Pause" if works else "Resume" if begun and waiting else "Start")
        self.start.set_icon("pause" if works else "play")
        self.start.set_kind("plain" if works or not waiting else "primary")
        over = total - waiting - running
        self.clear.setEnabled(bool(over))
        self.table.setEnabled(bool(over))
        parts = [f"{over} of {total} finished"]
        parts += [f"{running} running"] if running else []
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{duration_text(left_s)} left"] if left_s is not None and not paused else []
        parts += ["finishing what runs"] if paused and running else []
        self.words.setText(" · ".join(parts) if total else "")
        self._share = share if waiting or running else 0.0
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it, with the progress of the whole queue along its upper edge."""
        s = surfaces()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(s.panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), colour(s.line))
        painter.fillRect(QRectF(0, 0, self.width() * self._share, _PROGRESS_PX), colour(s.accent))
        painter.end()
