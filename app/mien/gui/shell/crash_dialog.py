"""The report of a fault, shown wholly before it is saved or copied. Nothing of it is sent."""

from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, QStandardPaths, Qt, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mien.crash_report import report_text
from mien.faults import Fault
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.fit_screen import fit_screen
from mien.gui.parts.switch import Switch
from mien.settings import Settings

_SIZE_PX: Final = (760, 560)
_LEAST_PX: Final = QSize(520, 380)
_NAMES: Final = "Include names of files and folders, all messages, and the end of the log"
_WHAT: Final = (
    "Mien sends nothing. Below is all that the report holds; save it or copy it, and give it to whoever looks "
    "after Mien for you."
)


class CrashDialog(QDialog):
    """Shows the report of a fault and saves it.

    Args:
        fault: What happened.
        settings: What is kept.
        parent: The window.
    """

    def __init__(self, fault: Fault, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Crash report – Mien")
        fit_screen(self, QSize(*_SIZE_PX), _LEAST_PX)
        self._fault, self._settings = fault, settings
        self.doing = QLineEdit()
        self.doing.setPlaceholderText("What were you doing? (optional)")
        self.doing.setAccessibleName("What you were doing")
        self.with_names = Switch(_NAMES)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The report")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.said = QLabel()
        self.said.setFont(text_font(SMALL_PX))
        self.said.setProperty("role", "quiet")
        self.copy = Button("Copy", framed=True)
        self.save = Button("Save…", kind="primary")
        self.leave = Button("Close", framed=True)
        self._lay_out()
        self.doing.textChanged.connect(self._show)
        self.with_names.toggled.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.leave.clicked.connect(self.close)
        self._show()

    def save_to(self, path: Path) -> None:
        """Write what is shown into a file, for this user alone; says what came of it."""
        try:
            path.touch(mode=0o600)
            path.write_text(self.text.toPlainText(), encoding="utf-8")
        except OSError as error:
            self.said.setText(f"Not saved: {error.strerror}. Choose another folder.")
        else:
            self.said.setText(f"Saved as {path.name}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().window))
        painter.end()

    def _lay_out(self) -> None:
        what = QLabel(_WHAT)
        what.setWordWrap(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.said, 1)
        for button in (self.leave, self.copy, self.save):
            foot.addWidget(button, alignment=Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        names = QHBoxLayout()
        names.setSpacing(12)
        names.addWidget(self.with_names)
        names.addWidget(QLabel(_NAMES), 1)
        layout.addWidget(what)
        layout.addWidget(self.doing)
        layout.addLayout(names)
        layout.addWidget(self.text, 1)
        layout.addLayout(foot)

    def _show(self) -> None:
        self.said.clear()
        text = report_text(
            self._fault,
            self._settings,
            with_names=self.with_names.isChecked(),
            screen=_screen(),
            doing=self.doing.text(),
        )
        self.text.setPlainText(text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.setText("Copied")

    def _ask_where(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"mien-crash-{datetime.now():%Y-%m-%d-%H%M}.txt"
        path, _ = QFileDialog.getSaveFileName(self, "Save the report", str(Path(folder) / name), "Text (*.txt)")
        if path:
            self.save_to(Path(path))


def _screen() -> str:
    screen = QGuiApplication.primaryScreen()
    scale = f", scale {screen.devicePixelRatio():g}" if screen is not None else ""
    return f"Qt {qVersion()}, {QGuiApplication.platformName()}{scale}"
