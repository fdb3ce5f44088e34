"""The small window in which some files of the queue get settings of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mien.capture.excerpt import Rotation
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.time_edit import TimeEdit
from mien.runs.task import Task
from mien.settings import Settings
from mien.settings.profiles import all_profiles

AS_SET: Final = "Current settings"
_TURNS: Final = ((0, "As it is"), ("auto", "Upright"), (90, "By 90°"), (180, "By 180°"), (270, "By 270°"))
_TRACKS: Final = ((None, "The main one"), *((number, f"Track {number}") for number in range(1, 9)))
_FIELD_PX: Final = 140


def profile_options(settings: Settings) -> list[tuple[str, str]]:
    """Return what files can be read by: the settings as they are, Mien's profiles, and the user's own."""
    profiles = [
        (each.name, each.name if each.is_own else each.name.capitalize()) for each in all_profiles(settings)
    ]
    return [("", AS_SET), *profiles]


class FileSettings(QDialog):
    """Asks how some files are read: by which profile, which part of them, and which way up.

    Args:
        tasks: What is made of them so far; the first one's choices are shown.
        settings: Which profiles there are.

    Attributes:
        is_reset: Whether what holds for all is to hold for them again.
    """

    def __init__(self, tasks: Sequence[Task], settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_reset = False
        first = tasks[0]
        self.setWindowTitle("Settings of this file" if len(tasks) == 1 else f"Settings of {len(tasks)} files")
        self.setObjectName("panel")
        self.profile = ChoiceButton("Profile", profile_options(settings))
        self.profile.set_value(first.profile)
        self.start, self.length = TimeEdit("Begin at", "the beginning"), TimeEdit("Length", "to the end")
        self.start.show_value(first.start_s or None)
        self.length.show_value(first.seconds)
        self._start_s, self._seconds = first.start_s, first.seconds
        self.turn = ChoiceButton("Turn the picture", _TURNS)
        self.turn.set_value(first.rotate_deg)
        self.track = ChoiceButton("Video track", _TRACKS)
        self.track.set_value(first.track)
        self.save, self.reset = Button("Apply", kind="primary"), Button("As for all", framed=True)
        self.reset.setEnabled(any(task.is_own for task in tasks))
        self._lay_out()
        self.start.chosen.connect(self._take_start)
        self.length.chosen.connect(self._take_length)

    def chosen_for(self, task: Task) -> Task:
        """Return a task with what was chosen."""
        return replace(
            task,
            is_own=True,
            profile=str(self.profile.value),
            start_s=self._start_s,
            seconds=self._seconds,
            track=cast("int | None", self.track.value),
            rotate_deg=cast(Rotation, self.turn.value),
        )

    def _take_start(self, time_s: float | None) -> None:
        self._start_s = time_s or 0.0

    def _take_length(self, time_s: float | None) -> None:
        self._seconds = time_s or None

    def _apply(self) -> None:
        self.start.take()
        self.length.take()
        self.accept()

    def _reset(self) -> None:
        self.is_reset = True
        self.accept()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        for name, control in (
            ("Profile", self.profile),
            ("Begin at", self.start),
            ("Length", self.length),
            ("Turn the picture clockwise", self.turn),
            ("Video track", self.track),
        ):
            row = QHBoxLayout()
            row.addWidget(QLabel(name))
            row.addStretch(1)
            row.addSpacing(40)
            control.setMinimumWidth(_FIELD_PX)
            if isinstance(control, TimeEdit):
                control.setFixedWidth(_FIELD_PX)
            row.addWidget(control)
            layout.addLayout(row)
        layout.addSpacing(8)
        cancel = Button("Cancel", framed=True)
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._apply)
        self.reset.clicked.connect(self._reset)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout.addLayout(buttons)
