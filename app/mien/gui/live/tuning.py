"""How readings are shown, in a small popover: smoothing, the least confidence, absolute or relative."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.key_hint import key_text
from mien.gui.parts.switch import Switch
from mien.settings import Settings

MAX_SMOOTHING_S: Final = 3.0
_STEP_S: Final = 0.05
_WIDTH_PX: Final = 320
_AUTOMATIC: Final = -1
"""Before 0: the network says from where on its labels are certain."""


class Tuning(QWidget):
    """Emits ``changed`` with new settings, as ``Choices.change`` takes them, at once, while the slider moves."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFixedWidth(_WIDTH_PX)
        self.smoothing = _slider(round(MAX_SMOOTHING_S / _STEP_S), "Smoothing")
        self.confidence = _slider(100, "Uncertain below")
        self.confidence.setMinimum(_AUTOMATIC)
        self.relative = Switch("Relative to the neutral face")
        self.seen = Switch("What the network sees")
        self.details = Switch("Face in detail")
        self.seen.key_name, self.details.key_name = "live.seen", "live.face_details"
        self._smoothing_text, self._confidence_text = QLabel(), QLabel()
        self._relative_text = QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(4)
        layout.addLayout(_row(QLabel("Smoothing"), self._smoothing_text))
        layout.addWidget(self.smoothing)
        layout.addLayout(_ends("raw", "calm"))
        layout.addSpacing(10)
        layout.addLayout(_row(QLabel("Uncertain below"), self._confidence_text))
        layout.addWidget(self.confidence)
        layout.addLayout(_ends("automatic", "sure ones only"))
        layout.addSpacing(10)
        layout.addLayout(_row(self._relative_text, self.relative))
        layout.addLayout(_row(QLabel("What the network sees"), self.seen))
        layout.addLayout(_row(QLabel("Face in detail"), self.details))
        self.smoothing.valueChanged.connect(lambda at: self._tell(shown={"smoothing_s": round(at * _STEP_S, 3)}))
        self.confidence.valueChanged.connect(lambda at: self._tell(shown={"min_confidence": _least(at)}))
        self.relative.toggled.connect(lambda on: self._tell(shown={"relative": on}))
        self.seen.toggled.connect(lambda on: self._tell(window={"shows_seen": on}))
        self.details.toggled.connect(lambda on: self._tell(reading={"face_details": on}))

    def show_settings(self, settings: Settings, *, has_baseline: bool) -> None:
        """Bring all in line with the settings."""
        least = settings.shown.min_confidence
        for widget, value in (
            (self.smoothing, round(settings.shown.smoothing_s / _STEP_S)),
            (self.confidence, _AUTOMATIC if least == "auto" else round(least * 100)),
        ):
            widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(False)
        for box, is_on in (
            (self.relative, settings.shown.relative),
            (self.seen, settings.window.shows_seen),
            (self.details, settings.reading.face_details),
        ):
            box.blockSignals(True)
            box.setChecked(is_on)
            box.blockSignals(False)
        takes = key_text("live.baseline")
        self._relative_text.setText(
            "Relative to neutral" if has_baseline else f"Relative to neutral ({takes} takes it)"
        )
        self._smoothing_text.setText(
            "raw" if settings.shown.smoothing_s == 0 else f"{settings.shown.smoothing_s:.2f} s"
        )
        self._confidence_text.setText("automatic" if least == "auto" else f"{least * 100:.0f} %")

    def open_above(self, anchor: QWidget) -> None:
        """Open over a button at the bottom of the window."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() // 2 - self.width() // 2, -self.height() - 8))
        screen = anchor.screen().availableGeometry()
        corner.setX(min(max(corner.x(), screen.left() + 8), screen.right() - self.width() - 8))
        corner.setY(max(corner.y(), screen.top() + 8))
        self.move(corner)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(surfaces().line), 1))
        painter.setBrush(colour(surfaces().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def _tell(self, **groups: Mapping[str, object]) -> None:
        self.changed.emit(groups)


def _least(mark: int) -> float | str:
    return "auto" if mark == _AUTOMATIC else mark / 100


def _slider(steps: int, name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, steps)
    slider.setAccessibleName(name)
    return slider


def _row(name: QLabel, value: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(name, 1)
    row.addWidget(value)
    return row


def _ends(left: str, right: str) -> QHBoxLayout:
    row = QHBoxLayout()
    for index, text in enumerate((left, right)):
        label = QLabel(text)
        label.setFont(text_font(SMALL_PX))
        label.setProperty("role", "quiet")
        if index:
            row.addStretch(1)
        row.addWidget(label)
    return row
