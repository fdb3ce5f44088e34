"""The rows of the library: a small picture, the name, and when, how long, how many, by which network."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.row_list import RowList
from mien.session.library import Listed
from mien.timeline.clock import clock

ROW_PX: Final = 76
_PICTURE_WH: Final = 112, 63


class SessionList(RowList):
    """Lists sessions; their keys are their folders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sessions", parent, row_px=ROW_PX)
        self._sessions: tuple[Listed, ...] = ()
        self._pictures: dict[Path, QImage] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def sessions(self) -> tuple[Listed, ...]:
        """What is listed."""
        return self._sessions

    @property
    def selected(self) -> Listed | None:
        """The one that is marked."""
        return next((each for each in self._sessions if each.folder == self._selected), None)

    def show_sessions(self, sessions: tuple[Listed, ...], pictures: dict[Path, QImage]) -> None:
        """List these; the one that was marked stays so."""
        self._sessions, self._pictures = sessions, pictures
        keys = [each.folder for each in sessions]
        self.set_keys(keys, self._selected if self._selected in keys else (keys[0] if keys else None))
        self.setMinimumHeight(max(len(sessions), 1) * ROW_PX)
        self._describe()

    def select(self, folder: object) -> None:
        """Mark one."""
        self.set_keys([each.folder for each in self._sessions], folder)
        self._describe()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(480, ROW_PX * max(len(self._sessions), 2))

    def paint_emptiness(self, painter: QPainter) -> None:
        """Say that nothing matches."""
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(surfaces().quiet))
        painter.drawText(QRectF(8, 8, self.width() - 16, 24), "No session has these words.")

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, *, is_selected: bool) -> None:
        """Paint picture, name and facts."""
        s, shown = surfaces(), self._sessions[row]
        width, height = _PICTURE_WH
        frame = QRectF(rect.left() + 12, rect.center().y() - height / 2, width, height)
        self._paint_picture(painter, frame, shown)
        left = frame.right() + 16
        area = QRectF(left, rect.top() + 14, rect.right() - left - 16, 22)
        painter.setFont(text_font(BASE_PX + 1, strong=True))
        painter.setPen(colour(s.text))
        _elided(painter, area, shown.name, Qt.TextElideMode.ElideMiddle)
        painter.setFont(text_font(SMALL_PX, figures=True))
        painter.setPen(colour(s.quiet))
        _elided(painter, area.translated(0, 24), facts_of(shown), Qt.TextElideMode.ElideRight)

    def _paint_picture(self, painter: QPainter, frame: QRectF, shown: Listed) -> None:
        path = QPainterPath()
        path.addRoundedRect(frame, 4, 4)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(frame, colour(surfaces().line))
        image = self._pictures.get(shown.folder)
        if image is None:
            icon = QRectF(frame.center().x() - 12, frame.center().y() - 12, 24, 24)
            draw_icon(painter, "camera" if shown.kind == "recorded" else "film", icon, surfaces().quiet)
        else:
            scale = max(frame.width() / image.width(), frame.height() / image.height())
            across, down = frame.width() / scale, frame.height() / scale
            part = QRectF((image.width() - across) / 2, (image.height() - down) / 2, across, down)
            painter.drawImage(frame, image, part)
        painter.restore()

    def _describe(self) -> None:
        selected = self.selected
        text = f"{selected.name}, {facts_of(selected)}" if selected is not None else ""
        self.setAccessibleDescription(text)


def facts_of(session: Listed) -> str:
    """Return when, how long, how many faces, which network and what it is, in one line."""
    faces = f"{session.persons} face{'s' * (session.persons != 1)}" if session.persons else ""
    length = clock(session.duration_s) if session.duration_s is not None else ""
    kind = "recording" if session.kind == "recorded" else "analysed video"
    state = "" if session.is_complete else "cut off"
    date = f"{session.made_at.day} {session.made_at:%B %Y, %H:%M}"
    return "  ·  ".join(each for each in (date, length, faces, " + ".join(session.networks), kind, state) if each)


def _elided(painter: QPainter, rect: QRectF, text: str, mode: Qt.TextElideMode) -> None:
    painter.drawText(
        rect, Qt.AlignmentFlag.AlignVCenter, QFontMetricsF(painter.font()).elidedText(text, mode, rect.width())
    )
