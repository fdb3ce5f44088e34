"""The selected face's probabilities as bars: fixed order, fixed width, gliding, never jumping."""

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.emotion import EXPRESSIONS, UNCERTAIN, Emotion
from mien.core.wording import in_order, name_of, percent_of
from mien.gui.look.expressions import brush_of
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.easing import Eased
from mien.gui.parts.spoken import shares_in_words, tell
from mien.overlay.style import colour_of

ROW_PX: Final = 24
TIGHT_ROW_PX: Final = 20
TITLE_PX: Final = 36
_NAME_PX: Final = 84
_FIGURE_PX: Final = 44
_BAR_PX: Final = 8
_COLUMN_GAP_PX: Final = 10


@dataclass(slots=True)
class _Column:
    """What one network says."""

    labels: tuple[str, ...] = EXPRESSIONS
    eased: Eased = field(default_factory=lambda: Eased(len(EXPRESSIONS)))
    figures: tuple[str, ...] = ("",) * len(EXPRESSIONS)
    top: str = ""
    is_certain: bool = True

    def take(self, emotion: Emotion, label: str, *, is_certain: bool, jump: bool, tells: bool) -> bool:
        """Aim at an emotion; return whether more than a bar's length changed."""
        is_other = emotion.labels != self.labels
        if is_other:
            self.labels, self.eased = emotion.labels, Eased(len(emotion.labels))
            self.figures = ("",) * len(emotion.labels)
        self.eased.aim(emotion.probabilities * emotion.is_known)
        if jump:
            self.eased.jump()
        changed = is_other or jump or (label, is_certain) != (self.top, self.is_certain)
        self.top, self.is_certain = label, is_certain
        if tells or jump or is_other:
            figures = tuple(
                f"{percent_of(value)} %" if emotion.is_known else "–" for value in emotion.probabilities
            )
            changed = changed or figures != self.figures
            self.figures = figures
        return changed


class ProbabilityBars(QWidget):
    """One row an expression: name, bar, per cent; with a second network a second column of bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_px = ROW_PX
        self._columns = [_Column()]
        self._titles: tuple[str, ...] = ()
        self._ground: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Probabilities of the expressions")

    @property
    def shown(self) -> dict[str, float]:
        """The first network's probabilities on screen at this moment, by label, from top to bottom."""
        return self._shown(self._columns[0])

    @property
    def other_shown(self) -> dict[str, float]:
        """The second network's, or nothing where there is none."""
        return self._shown(self._columns[1]) if len(self._columns) > 1 else {}

    @property
    def titles(self) -> tuple[str, ...]:
        """The networks' names over the columns; none where there is one network."""
        return self._titles

    def set_tight(self, is_tight: bool) -> None:
        """Use lower rows, for a low window."""
        row_px = TIGHT_ROW_PX if is_tight else ROW_PX
        if row_px != self._row_px:
            self._row_px = row_px
            self._paint_anew()
            self.updateGeometry()

    def show_emotion(self, emotion: Emotion, label: str, *, is_certain: bool, jump: bool, tells: bool) -> None:
        """Glide to an emotion's probabilities.

        Args:
            emotion: What was read.
            label: The row that stands out; what is none of the labels marks none.
            is_certain: Otherwise the bars are quiet: there, but not to be relied on.
            jump: Be there at once; for another face.
            tells: Write new figures, too; more than a few a second cannot be read.
        """
        self._take(0, emotion, label, is_certain=is_certain, jump=jump, tells=tells)
        if tells or jump:
            tell(self, shares_in_words(emotion))

    def show_other(
        self,
        other: tuple[Emotion, str | None] | None,
        names: tuple[str, str] = ("", ""),
        *,
        jump: bool,
        tells: bool,
    ) -> None:
        """Show what a second network says of the same face, beside the first.

        Args:
            other: What it read and why its label is withheld or None; None where there is no second network.
            names: Of both networks.
            jump: See ``show_emotion``.
            tells: See ``show_emotion``.
        """
        titles = names if other is not None else ()
        if titles != self._titles:
            self._titles = titles
            self._columns = self._columns[:1] + ([_Column()] if titles else [])
            jump = True
            self._paint_anew()
            self.updateGeometry()
        if other is not None:
            emotion, reason = other
            label = UNCERTAIN if reason else emotion.label
            self._take(1, emotion, label, is_certain=reason is None, jump=jump, tells=tells)

    def advance(self, elapsed_s: float) -> bool:
        """Move on; return whether anything moved."""
        moved = [column.eased.step(elapsed_s) for column in self._columns]
        if any(moved):
            self.update()
        return any(moved)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, self._row_px * len(self._rows()) + self._title_px())

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(200, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Forget what was painted in another theme."""
        self._ground = None
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it: the words as they were last written, and the bars as they glide."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.size() != self.size() * ratio:
            self._ground = self._paint_words(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        rows = self._rows()
        for column, (left, width) in zip(self._columns, self._areas(), strict=True):
            for row, label in enumerate(rows):
                if label in column.labels:
                    self._paint_bar(painter, self._track(left, width, row), column, label)
        painter.end()

    def _paint_anew(self) -> None:
        self._ground = None
        self.update()

    def _take(
        self, index: int, emotion: Emotion, label: str, *, is_certain: bool, jump: bool, tells: bool
    ) -> None:
        count = len(self._rows())
        if self._columns[index].take(emotion, label, is_certain=is_certain, jump=jump, tells=tells):
            self._paint_anew()
        if len(self._rows()) != count:
            self.updateGeometry()

    def _rows(self) -> tuple[str, ...]:
        labels = tuple(dict.fromkeys(label for column in self._columns for label in column.labels))
        return tuple(labels[i] for i in in_order(labels))

    def _title_px(self) -> int:
        return TITLE_PX if self._titles else 0

    def _areas(self) -> list[tuple[float, float]]:
        """Return left edge and width of each column of bars."""
        count = len(self._columns)
        width = (self.width() - _NAME_PX - (count - 1) * _COLUMN_GAP_PX) / count
        return [(_NAME_PX + i * (width + _COLUMN_GAP_PX), width) for i in range(count)]

    @staticmethod
    def _shown(column: _Column) -> dict[str, float]:
        return {column.labels[i]: float(column.eased.values[i]) for i in in_order(column.labels)}

    def _row(self, row: int) -> QRectF:
        return QRectF(0, self._title_px() + row * self._row_px, self.width(), self._row_px)

    def _track(self, left: float, width: float, row: int) -> QRectF:
        """Return where a bar's groove lies."""
        middle = self._row(row).center().y()
        return QRectF(left, middle - _BAR_PX / 2, width - _FIGURE_PX, _BAR_PX)

    def _paint_words(self, ratio: float) -> QPixmap:
        """Paint names, figures, titles and grooves, which change a few times a second, not with every frame."""
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        areas = self._areas()
        for column, title, (left, width) in zip(self._columns, self._titles, areas, strict=False):
            self._paint_title(painter, QRectF(left, 0, width, self._title_px()), column, title)
        for row, label in enumerate(self._rows()):
            self._paint_name(painter, self._row(row), label)
            for column, (left, width) in zip(self._columns, areas, strict=True):
                if label in column.labels:
                    self._paint_figure(
                        painter, QRectF(left, self._row(row).top(), width, self._row_px), column, label
                    )
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(colour(surfaces().line))
                    painter.drawRoundedRect(self._track(left, width, row), _BAR_PX / 2, _BAR_PX / 2)
        painter.end()
        return pixmap

    def _paint_title(self, painter: QPainter, area: QRectF, column: _Column, title: str) -> None:
        s = surfaces()
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(s.quiet))
        name = QFontMetricsF(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area.adjusted(0, 0, 0, -18), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(text_font(BASE_PX, strong=True))
        painter.setPen(colour(s.text if column.is_certain else s.quiet))
        painter.drawText(
            area.adjusted(0, 16, 0, -2), Qt.AlignmentFlag.AlignVCenter, name_of(column.top or UNCERTAIN)
        )

    def _paint_name(self, painter: QPainter, row: QRectF, label: str) -> None:
        s = surfaces()
        is_top = any(label == column.top and column.is_certain for column in self._columns)
        painter.setFont(text_font(BASE_PX, strong=is_top))
        painter.setPen(colour(s.text if is_top else s.quiet))
        painter.drawText(
            row.adjusted(0, 0, _NAME_PX - row.width(), 0), Qt.AlignmentFlag.AlignVCenter, name_of(label)
        )

    def _paint_figure(self, painter: QPainter, area: QRectF, column: _Column, label: str) -> None:
        s = surfaces()
        is_top = label == column.top and column.is_certain
        painter.setFont(text_font(BASE_PX, strong=is_top, figures=True))
        painter.setPen(colour(s.text if is_top else s.quiet))
        figure = column.figures[column.labels.index(label)]
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, figure)

    @staticmethod
    def _paint_bar(painter: QPainter, track: QRectF, column: _Column, label: str) -> None:
        value = float(column.eased.values[column.labels.index(label)])
        if value < 0.004:
            return
        is_top = label == column.top
        track.setWidth(max(track.width() * min(value, 1.0), _BAR_PX / 2))
        if column.is_certain:
            painter.setBrush(colour(colour_of(label), 1.0 if is_top else 0.8))
        else:
            painter.setBrush(brush_of(UNCERTAIN))
        radius = min(_BAR_PX / 2, track.width() / 2)
        painter.drawRoundedRect(track, radius, radius)
