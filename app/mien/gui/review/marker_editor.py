"""The small window in which a marker is written or changed."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.session.notes.annotations import KIND_NAMES, MARKER_DECIMALS, Marker
from mien.settings import EventType
from mien.timeline.clock import clock, seconds_of

_MAX_TEXT: Final = 10_000
_WIDTH_PX: Final = 300
_BAR_PX: Final = 64
_HINTS: Final = {"event": "What happened? May stay empty.", "note": "Your note", "exclude": "Why? May stay empty."}


class MarkerEditor(QDialog):
    """Asks for a marker's text and times; the video can be played and searched meanwhile.

    Args:
        marker: As it is.
        duration_s: Times beyond this are none.
        types: What an event can be; one that it has and that is not among them can be kept.
        is_new: Whether it is still to be added; otherwise it can be deleted here.

    Attributes:
        is_deleted: Whether it is to be deleted.
    """

    def __init__(
        self,
        marker: Marker,
        duration_s: float,
        types: Sequence[EventType] = (),
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.is_deleted = False
        self._marker = marker
        self._duration_s = duration_s
        self.setWindowTitle(KIND_NAMES[marker.kind])
        self.setObjectName("panel")
        self.setMinimumWidth(_WIDTH_PX)
        self.text = QPlainTextEdit(marker.text)
        self.text.setPlaceholderText(_HINTS[marker.kind])
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(96)
        self.start = QLineEdit(clock(marker.start_s, decimals=MARKER_DECIMALS))
        self.end = QLineEdit("" if marker.end_s is None else clock(marker.end_s, decimals=MARKER_DECIMALS))
        self.end.setPlaceholderText("a moment")
        self.type = ChoiceButton("Type of the event", _choices_of(marker, types))
        self.type.set_value((marker.event_type, marker.code))
        self.problem = QLabel()
        self.problem.setProperty("role", "quiet")
        self._lay_out(is_new=is_new)
        self.text.setFocus()
        self.text.selectAll()

    @property
    def marker(self) -> Marker:
        """The marker as it was written."""
        start_s, end_s = self._times()
        text = self.text.toPlainText().strip()[:_MAX_TEXT]
        name, code = cast(tuple[str, str], self.type.value)
        return msgspec.structs.replace(
            self._marker, text=text, start_s=start_s, end_s=end_s, event_type=name, code=code
        )

    def show_beside(self, window: QWidget) -> None:
        """Open over the lower right of a window, where it hides lists and no picture."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.adjustSize()
        corner = window.mapToGlobal(window.rect().bottomRight())
        self.move(corner - QPoint(self.width() + 4, self.height() + _BAR_PX))
        self.show()
        self.activateWindow()
        self.text.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Return is "Save"."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers():
            self._save()
        else:
            super().keyPressEvent(event)

    def _times(self) -> tuple[float, float | None]:
        """Return start and end as written.

        Raises:
            ValueError: They are no times, or contradict each other; the message is for people.
        """
        start_s = seconds_of(self.start.text())
        end_s = seconds_of(self.end.text()) if self.end.text().strip() else None
        if self._marker.kind == "exclude" and end_s is None:
            raise ValueError("A span needs an end")
        if end_s is not None and end_s <= start_s:
            raise ValueError("The end must come after the start")
        if start_s > self._duration_s:
            raise ValueError(f"The video ends at {clock(self._duration_s, decimals=2)}")
        return start_s, end_s

    def _save(self) -> None:
        try:
            self._times()
        except ValueError as error:
            self.problem.setText(str(error))
        else:
            self.accept()

    def _delete(self) -> None:
        self.is_deleted = True
        self.accept()

    def _lay_out(self, *, is_new: bool) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.text)
        times = QHBoxLayout()
        times.setSpacing(8)
        for name, field in (("From", self.start), ("to", self.end)):
            label = QLabel(name)
            label.setProperty("role", "quiet")
            times.addWidget(label)
            times.addWidget(field, 1)
        layout.addLayout(times)
        if len(self.type.options) > 1:
            layout.addWidget(self.type, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if not is_new:
            delete = Button("Delete", framed=True)
            delete.clicked.connect(self._delete)
            buttons.addWidget(delete)
        buttons.addStretch(1)
        cancel, save = Button("Cancel", framed=True), Button("Add" if is_new else "Save", kind="primary")
        cancel.clicked.connect(self.reject)
        save.clicked.connect(self._save)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        layout.addLayout(buttons)


def _choices_of(marker: Marker, types: Sequence[EventType]) -> list[tuple[object, str]]:
    """Return what the type of a marker can be; only an event has one."""
    none: list[tuple[object, str]] = [(("", ""), "No type")]
    if marker.kind != "event":
        return none
    pairs = [(each.name, each.code) for each in types]
    if marker.event_type and (marker.event_type, marker.code) not in pairs:
        pairs.append((marker.event_type, marker.code))
    return none + [((name, code), f"{name} ({code})" if code else name) for name, code in pairs]
