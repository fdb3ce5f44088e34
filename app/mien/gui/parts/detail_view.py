"""The face in detail: the head as it is turned, where the eyes look, and the action units as bars."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.action_units import UNITS, Unit, letter
from mien.core.face_details import BLINK, FaceDetails
from mien.core.head_lines import EYES, HEAD_LINES
from mien.core.head_pose import HeadPose
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font

ROW_PX: Final = 18
_HEAD_PX: Final = 124
_TITLE_PX: Final = 24
_NAME_PX: Final = 148
_LETTER_PX: Final = 18
_BAR_PX: Final = 6
_GAZE_COLOUR: Final = "#4CC9F0"
_REGIONS: Final = tuple(
    (title, tuple(unit for unit in UNITS if unit.region == region))
    for title, region in (("Upper face", "upper"), ("Lower face", "lower"))
)
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DetailView(QWidget):
    """Paints one face's details; bars of both sides lie one above the other, the person's left side on top.

    Attributes:
        is_mirrored: The picture beside it is shown as in a mirror, and so is the head.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_mirrored = False
        self._details: FaceDetails | None = None
        self._blinks_a_minute: float | None = None
        self._figures: tuple[tuple[str, str], ...] = ()
        self._own: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The face in detail")
        self.setToolTip(
            "Action units from 0 to 1, left side above right; letters A to E as in FACS, from trace to maximum."
        )

    @property
    def figures(self) -> dict[str, str]:
        """What is written beside the head, by its name."""
        return dict(self._figures)

    def show_details(
        self,
        details: FaceDetails | None,
        blinks_a_minute: float | None,
        *,
        tells: bool,
        own: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """Show a face.

        Args:
            details: Of the face, or None where nobody looked closely: what was shown stays, but pale.
            blinks_a_minute: Over the time that it was seen; None where that was too short.
            tells: Write new figures, too; more than a few a second cannot be read.
            own: The user's own expressions by name: 1 where one holds, 0 where not, or a number.
        """
        if len(own) != len(self._own):
            self.updateGeometry()
        self._details, self._own = details, tuple(own.items())
        if details is not None and (tells or not self._figures):
            self._blinks_a_minute = blinks_a_minute
            self._figures = _figures_of(details, blinks_a_minute)
            self.setAccessibleDescription(", ".join(f"{name} {value}" for name, value in self._figures))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        rows = sum(len(units) for _, units in _REGIONS)
        own_px = _TITLE_PX + len(self._own) * ROW_PX if self._own else 0
        return QSize(280, _HEAD_PX + len(_REGIONS) * _TITLE_PX + rows * ROW_PX + own_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._details is None:
            painter.setOpacity(0.4)
        self._paint_head(painter, QRectF(0, 0, _HEAD_PX, _HEAD_PX - 12))
        self._paint_figures(painter, QRectF(_HEAD_PX + 8, 0, self.width() - _HEAD_PX - 8, _HEAD_PX - 12))
        top = float(_HEAD_PX)
        for title, units in _REGIONS:
            painter.setFont(text_font(SMALL_PX))
            painter.setPen(colour(surfaces().quiet))
            painter.drawText(QRectF(0, top, self.width(), _TITLE_PX - 4), _MIDDLE, title)
            top += _TITLE_PX
            for unit in units:
                self._paint_unit(painter, QRectF(0, top, self.width(), ROW_PX), unit)
                top += ROW_PX
        if self._own:
            self._paint_own(painter, top)
        painter.end()

    def _paint_own(self, painter: QPainter, top: float) -> None:
        s = surfaces()
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(s.quiet))
        painter.drawText(QRectF(0, top, self.width(), _TITLE_PX - 4), _MIDDLE, "Own expressions")
        for at, (name, value) in enumerate(self._own):
            row = QRectF(0, top + _TITLE_PX + at * ROW_PX, self.width(), ROW_PX)
            painter.setPen(colour(s.accent if value == 1.0 else s.text))
            painter.drawText(row, _MIDDLE, name)
            painter.drawText(
                row, _RIGHT, {1.0: "yes", 0.0: "no"}.get(value, "–" if value != value else f"{value:.2f}")
            )

    def _paint_head(self, painter: QPainter, rect: QRectF) -> None:
        s = surfaces()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.raised))
        painter.drawRoundedRect(rect, 8, 8)
        if self._details is None:
            return
        middle = np.array([rect.center().x(), rect.center().y()])
        scale = rect.height() / 2.6 * np.array([-1.0 if self.is_mirrored else 1.0, 1.0])
        turn = HeadPose(*(self._details[name] for name in ("yaw_deg", "pitch_deg", "roll_deg"))).matrix
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(s.text), 1.4))
        for line in HEAD_LINES:
            painter.drawPolyline(_polygon((line @ turn.T)[:, :2] * scale + middle))
        gaze = np.radians([self._details["gaze_yaw_deg"], self._details["gaze_pitch_deg"]])
        if np.isfinite(gaze).all():
            aim = 0.8 * scale * np.array([np.sin(gaze[0]) * np.cos(gaze[1]), -np.sin(gaze[1])])
            painter.setPen(QPen(colour(_GAZE_COLOUR), 2))
            painter.setBrush(colour(_GAZE_COLOUR))
            for eye in EYES:
                place = (turn @ eye)[:2] * scale + middle
                painter.drawPolyline(_polygon(np.stack([place, place + aim])))
                painter.drawEllipse(QPointF(*place.tolist()), 2.4, 2.4)

    def _paint_figures(self, painter: QPainter, rect: QRectF) -> None:
        s = surfaces()
        row_px = rect.height() / 6
        for at, (name, value) in enumerate(self._figures):
            row = QRectF(rect.left(), rect.top() + at * row_px, rect.width(), row_px)
            painter.setFont(text_font(BASE_PX))
            painter.setPen(colour(s.quiet))
            painter.drawText(row, _MIDDLE, name)
            painter.setFont(text_font(BASE_PX, figures=True))
            painter.setPen(colour(s.text))
            painter.drawText(row, _RIGHT, value)

    def _paint_unit(self, painter: QPainter, row: QRectF, unit: Unit) -> None:
        s = surfaces()
        values = [self._details[column] if self._details is not None else 0.0 for column in unit.columns]
        strongest = max(values)
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(s.text if strongest >= 0.2 else s.quiet))
        name = f"{unit.number}  {unit.name}"
        painter.drawText(row.adjusted(0, 0, _NAME_PX - row.width(), 0), _MIDDLE, name)
        painter.drawText(row, _RIGHT, letter(strongest))
        room = QRectF(row.left() + _NAME_PX, row.top(), row.width() - _NAME_PX - _LETTER_PX - 6, row.height())
        height = _BAR_PX if len(values) == 1 else _BAR_PX - 1
        gap = 1.0
        top = room.center().y() - (len(values) * height + (len(values) - 1) * gap) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for value in values:
            bar = QRectF(room.left(), top, room.width(), height)
            painter.setBrush(colour(s.line))
            painter.drawRoundedRect(bar, height / 2, height / 2)
            painter.setBrush(colour(s.accent))
            if value > 0.01:
                bar.setWidth(max(value * room.width(), height))
                painter.drawRoundedRect(bar, height / 2, height / 2)
            top += height + gap


def _figures_of(details: FaceDetails, blinks_a_minute: float | None) -> tuple[tuple[str, str], ...]:
    open_share = 50.0 * (details["eye_open_left"] + details["eye_open_right"])
    eyes = "blink" if details[BLINK] == 1.0 else f"{open_share:.0f} %"
    return (
        ("Yaw", _degrees(details["yaw_deg"])),
        ("Pitch", _degrees(details["pitch_deg"])),
        ("Roll", _degrees(details["roll_deg"])),
        ("Gaze", f"{_degrees(details['gaze_yaw_deg'])}  {_degrees(details['gaze_pitch_deg'])}"),
        ("Eyes open", eyes),
        ("Blinks / min", "–" if blinks_a_minute is None else f"{blinks_a_minute:.0f}"),
    )


def _degrees(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{value:+.0f}°".replace("-", "−").replace("+0°", "0°")


def _polygon(points: npt.NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
