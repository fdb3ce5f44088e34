"""What Batch writes and where: choices beside the list, each in a word."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mien.errors import printable
from mien.gui.batch.file_settings import profile_options
from mien.gui.choices import Choices
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.paragraph import Paragraph
from mien.gui.parts.switch import Switch
from mien.gui.parts.time_edit import TimeEdit

WIDTH_PX: Final = 280
_PAD_PX: Final = 16
_KINDS: Final = (("session", "A session for Review"), ("files", "Files"))
_READINGS: Final = ((".csv", "CSV"), (".xlsx", "Excel"), (".jsonl", "JSON Lines"), (".parquet", "Parquet"))
_SENTENCES: Final = {
    "session": "A folder for each file: video, readings, and what they were made with.",
    "files": "A table of readings for each file, and an annotated video if wanted.",
}
_OWN: Final = "Files can have settings of their own: right-click them."
_JOBS: Final = (0, 1, 2, 3, 4, 6, 8, 12, 16)


class OutputsPanel(QWidget):
    """Shows the choices and changes them; they count for all that waits.

    Args:
        choices: All choices of the user.
    """

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self.setFixedWidth(WIDTH_PX)
        self.kind = ChoiceButton("What to write", _KINDS)
        self.video = Switch("Annotated video")
        self.readings = ChoiceButton("Readings", _READINGS)
        self.jobs = ChoiceButton("Files at a time")
        self.profile = ChoiceButton("Profile")
        self.notify = Switch("Tell me when it is done")
        self.start = TimeEdit("Begin at", "the beginning")
        self.length = TimeEdit("Length", "to the end")
        self.folder = Button("", "folder", tip="Choose the folder", framed=True)
        self.beside = Button(icon="close", tip="Write beside each file")
        self._sentence = Paragraph("", WIDTH_PX - 2 * _PAD_PX)
        self._sentence.setFont(text_font(SMALL_PX))
        self._own = Paragraph(_OWN, WIDTH_PX - 2 * _PAD_PX)
        self._own.setFont(text_font(SMALL_PX))
        self._readings_row = _row("Readings", self.readings)
        self._video_row = _row("Annotated video", self.video)
        self._lay_out()
        self.kind.chosen.connect(lambda value: choices.change(batch={"kind": value}))
        self.readings.chosen.connect(lambda value: choices.change(batch={"readings": value}))
        self.jobs.chosen.connect(lambda value: choices.change(batch={"jobs": value}))
        self.start.chosen.connect(lambda value: choices.change(batch={"start_s": value or 0.0}))
        self.length.chosen.connect(lambda value: choices.change(batch={"seconds": value or None}))
        self.profile.chosen.connect(lambda value: choices.change(batch={"profile": value}))
        self.notify.clicked.connect(lambda is_on: choices.change(batch={"notify": is_on}))
        self.video.clicked.connect(lambda is_on: choices.change(batch={"video": is_on}))
        self.folder.clicked.connect(self._ask_for_folder)
        self.beside.clicked.connect(lambda: choices.change(batch={"folder": ""}))
        choices.changed.connect(self._show)
        self.show_capacity(0)
        self._show()

    def show_capacity(self, capacity: int) -> None:
        """Say how many files at a time Mien chooses here; 0 before that is known."""
        auto = f"Automatic ({capacity})" if capacity and not self._choices.settings.batch.jobs else "Automatic"
        self.jobs.set_options([(0, auto), *((count, str(count)) for count in _JOBS[1:])])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.end()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_PAD_PX, 20, _PAD_PX, _PAD_PX)
        layout.setSpacing(12)
        layout.addWidget(_head("How to read"))
        layout.addWidget(_row("Profile", self.profile))
        layout.addWidget(self._own)
        layout.addSpacing(12)
        layout.addWidget(_head("What to write"))
        layout.addWidget(self.kind)
        layout.addWidget(self._sentence)
        layout.addWidget(self._readings_row)
        layout.addWidget(self._video_row)
        layout.addSpacing(12)
        layout.addWidget(_head("Where to"))
        row = QHBoxLayout()
        row.setSpacing(4)
        self.folder.setFixedWidth(WIDTH_PX - 2 * _PAD_PX - 36)
        row.addWidget(self.folder)
        row.addWidget(self.beside)
        row.addStretch()
        layout.addLayout(row)
        layout.addSpacing(12)
        layout.addWidget(_head("Part of each video"))
        for name, field in (("Begin at", self.start), ("Length", self.length)):
            field.setFixedWidth(120)
            layout.addWidget(_row(name, field))
        layout.addSpacing(12)
        layout.addWidget(_head("Speed"))
        layout.addWidget(_row("Parallel files", self.jobs))
        layout.addWidget(_row("Tell me when it is done", self.notify))
        layout.addStretch(1)

    def _show(self) -> None:
        settings = self._choices.settings
        self.profile.set_options(profile_options(settings))
        self.profile.set_value(settings.batch.profile)
        self.notify.setChecked(settings.batch.notify)
        self.kind.set_value(settings.batch.kind)
        self._sentence.setText(_SENTENCES[settings.batch.kind])
        self.video.setChecked(settings.batch.video)
        self.readings.set_value(settings.batch.readings)
        for row in (self._readings_row, self._video_row):
            row.setVisible(settings.batch.kind == "files")
        self.jobs.set_value(settings.batch.jobs)
        self.start.show_value(settings.batch.start_s or None)
        self.length.show_value(settings.batch.seconds)
        self.folder.setText(
            printable(Path(settings.batch.folder).name) if settings.batch.folder else "Beside each file"
        )
        self.folder.setToolTip(settings.batch.folder or "Choose a folder for all results")
        self.beside.setVisible(bool(settings.batch.folder))

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, "Folder for the results", self._choices.settings.batch.folder
        )
        if folder:
            self._choices.change(batch={"folder": folder})


def _head(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(text_font(SMALL_PX, strong=True))
    label.setProperty("role", "quiet")
    return label


def _row(text: str, control: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(QLabel(text))
    layout.addStretch(1)
    layout.addWidget(control, alignment=Qt.AlignmentFlag.AlignRight)
    return row
