"""A line over the timeline while something slow goes on: how far, how long still, and how to stop it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mien.core.wording import duration_text
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.session.analyses.analysis import AnalysisProgress, AnalysisStage

HEIGHT_PX: Final = 40
_BAR_WH_PX: Final = (160.0, 6.0)


class WorkStrip(QWidget):
    """Emits ``pressed`` when its button is; hidden while it has nothing to say."""

    pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._detail = ""
        self._share: float | None = None
        self.button = Button("Cancel", framed=True)
        self.button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.addStretch(1)
        layout.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(name)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return f"{self._title} {self._detail}".strip() if not self.isHidden() else ""

    def show_work(self, title: str, detail: str, share: float | None, action: str) -> None:
        """Say what goes on.

        Args:
            title: Stands out; empty hides the strip.
            detail: Beside it.
            share: Of the work that is done, from 0 to 1; None shows no bar.
            action: What the button says.
        """
        self._title, self._detail, self._share = title, detail, share
        self.setVisible(bool(title))
        if action != self.button.text():
            self.button.setText(action)
            self.button.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(600, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(s.panel))
        painter.setFont(text_font(BASE_PX, strong=True))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = 20.0
        width = QFontMetricsF(painter.font()).horizontalAdvance(self._title)
        painter.setPen(colour(s.text))
        painter.drawText(QRectF(left, 0, width + 4, self.height()), middle, self._title)
        left += width + 16
        if self._share is not None:
            track = QRectF(left, (self.height() - _BAR_WH_PX[1]) / 2, *_BAR_WH_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(s.line))
            painter.drawRoundedRect(track, 3, 3)
            painter.setBrush(colour(s.accent))
            track.setWidth(max(track.width() * min(self._share, 1.0), track.height()))
            painter.drawRoundedRect(track, 3, 3)
            left += _BAR_WH_PX[0] + 16
        painter.setFont(text_font(BASE_PX, figures=True))
        painter.setPen(colour(s.quiet))
        room = QRectF(left, 0, self.button.x() - left - 8, self.height())
        shown = QFontMetricsF(painter.font()).elidedText(self._detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle, shown)
        painter.end()


def show_analysis(strip: WorkStrip, progress: AnalysisProgress, read_until: str, error: str) -> None:
    """Say on a strip how far the readings of a video are; nothing once all are there.

    Args:
        strip: Where.
        progress: Of the analysis.
        read_until: Media time of the last reading, for people.
        error: Why it failed, or empty.
    """
    match progress.stage:
        case AnalysisStage.LOOKING:
            strip.show_work("Getting ready", "checking for earlier results", None, "Cancel")
        case AnalysisStage.READING:
            left = f"{duration_text(progress.left_s)} left  ·  " if progress.left_s is not None else ""
            detail = f"{progress.share:.0%}  ·  {left}{progress.fps:.0f} frames a second"
            strip.show_work("Reading faces", detail, progress.share, "Cancel")
        case AnalysisStage.CANCELLED:
            strip.show_work("Reading was cancelled", f"analysed up to {read_until}", None, "Read everything")
        case AnalysisStage.FAILED:
            strip.show_work("Reading failed", error, None, "Try again")
        case AnalysisStage.DONE:
            strip.show_work("", "", None, "")
