"""A summary as PDF: the same texts and plots as on the HTML page, laid out for A4."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from mien.errors import RecordingError
from mien.report.charts import legend, plane_chart, shares_chart, timeline_chart
from mien.report.facts import Row, excluded_sentence, made_with, marker_row, person_facts
from mien.report.html_page import MAX_PEOPLE
from mien.report.methods import methods_text
from mien.report.summary import CAUTION, PersonPart, Summary
from mien.report.svg import INK, QUIET, Chart
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole

_DPI: Final = 300
_MARGIN_MM: Final = 14
_FOOTER: Final = 24.0
_NEARLY_EMPTY: Final = 0.2
"""Of a last page: then all is drawn a little smaller, where that saves it."""
_SHRINK: Final = 0.92
_SHORT: Final = 36
"""Of a value in signs: two of these stand side by side."""
_WRAP: Final = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)


def write_pdf(summary: Summary, target: Path) -> None:
    """Write the summary; a file of that name is replaced in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    check_output(target, (".pdf",), overwrite=True)
    data = QBuffer()
    data.open(QIODevice.OpenModeFlag.WriteOnly)
    _write(summary, target, data)
    write_whole(target, bytes(data.data().data()), overwrite=True)


def _write(summary: Summary, target: Path, data: QBuffer) -> None:
    """Lay it out twice: the first time tells how many pages there are, and how full the last one is."""
    scratch = QBuffer()
    scratch.open(QIODevice.OpenModeFlag.WriteOnly)
    pages, last = _draw(summary, target, scratch, _Form())
    form = _Form(pages)
    if pages > 1 and last < _NEARLY_EMPTY:
        scratch.seek(0)
        fewer, _ = _draw(summary, target, scratch, _Form(shrink=_SHRINK))
        if fewer < pages:
            form = _Form(fewer, _SHRINK)
    _draw(summary, target, data, form)


@dataclass(frozen=True, slots=True)
class _Form:
    """How it is drawn: of how many pages, 0 for not known yet, and how much smaller than usual."""

    pages: int = 0
    shrink: float = 1.0


def _draw(summary: Summary, target: Path, data: QBuffer, form: _Form) -> tuple[int, float]:
    """Draw it; return the number of pages, and how much of the last one is used."""
    writer = QPdfWriter(data)
    writer.setTitle(f"{summary.title} – summary")
    writer.setCreator("Mien")
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins)
    layout.setUnits(QPageLayout.Unit.Millimeter)
    writer.setPageLayout(layout)
    painter = QPainter()
    if not painter.begin(writer):
        raise RecordingError(f"{target.name}: the summary could not be drawn; please report this")
    try:
        page = _Page(writer, painter, form)
        page.lay_out(summary)
        return page.number, page.filled
    finally:
        painter.end()


class _Page:
    """Lays blocks one below the other, in units of a 720 wide page, and begins a new page where one is full.

    Attributes:
        number: Of the page that is being filled, from 1.
    """

    def __init__(self, writer: QPdfWriter, painter: QPainter, form: _Form) -> None:
        self.number = 1
        self._writer = writer
        self._painter = painter
        self._form = form
        self._title = ""
        self._width = 720.0
        scale = writer.width() / self._width * form.shrink
        painter.scale(scale, scale)
        painter.translate((writer.width() / scale - self._width) / 2, 0)
        self._whole = writer.height() / scale
        self._height = self._whole - _FOOTER
        self._y = 0.0

    @property
    def filled(self) -> float:
        """How much of the page is used, from 0 to 1."""
        return self._y / self._height

    def lay_out(self, summary: Summary) -> None:
        self._title = summary.title
        self._text(summary.title, 22, strong=True)
        self._text(f"Summary of facial expressions. {excluded_sentence(summary)}", 11, ink=QUIET, after=8)
        self._text(CAUTION, 11, after=10)
        self._chart(legend(summary.labels), 720, after=6)
        for part in summary.people[:MAX_PEOPLE]:
            self._person(part, summary)
        if not summary.people:
            self._text("Nobody was in view for a second or longer.", 13, after=12)
        more = [part.statistics.name for part in summary.people[MAX_PEOPLE:]] + list(summary.brief)
        if more:
            self._text(f"In view for a moment only, or not shown: {', '.join(more)}.", 11, ink=QUIET, after=8)
        if summary.markers:
            self._rule("Markers")
            for time, kind, text in map(marker_row, summary.markers):
                self._row((f"{time}  {kind}", text or "–"), 250)
        self._rule("Methods")
        for text in methods_text(summary):
            self._text(text, 11, after=8)
        self._y += 4
        rows = made_with(summary)
        self._facts([row for row in rows if len(row[1]) <= _SHORT])
        for row in rows:
            if len(row[1]) > _SHORT:
                self._row(row, 160)
        self._foot()

    def _person(self, part: PersonPart, summary: Summary) -> None:
        face, statistics = part.series.readings, part.statistics
        charts_height = max(22.0 * len(face.labels), 200.0)
        self._rule(statistics.name, room=charts_height + 60)
        top = self._y
        shares = shares_chart(statistics, 470)
        self._chart_at(shares, QRectF(0, top, 470, 22.0 * len(face.labels)))
        self._chart_at(plane_chart(face, statistics), QRectF(720 - 200, top, 200, 200))
        self._y = top + charts_height + 12
        self._facts(person_facts(statistics))
        self._chart(timeline_chart(face, summary.span, summary.markers), 720, after=10)

    def _facts(self, rows: list[Row]) -> None:
        """Write figures in two columns, each with its name on the left."""
        name_width, gap = 130.0, 20.0
        width = (self._width - gap) / 2
        for pair in zip(rows[::2], [*rows[1::2], ("", "")] if len(rows) % 2 else rows[1::2], strict=False):
            heights = [self._measure(value, width - name_width, 11) for _, value in pair]
            names = [self._measure(name, name_width - 8, 11) for name, _ in pair]
            height = max(*heights, *names)
            self._need(height + 4)
            for column, (name, value) in enumerate(pair):
                left = column * (width + gap)
                self._wrapped(name, QRectF(left, self._y, name_width - 8, height + 2), 11, ink=QUIET)
                self._wrapped(value, QRectF(left + name_width, self._y, width - name_width, height + 2), 11)
            self._y += height + 4
        self._y += 8

    def _rule(self, title: str, room: float = 60.0) -> None:
        self._need(room)
        self._painter.fillRect(QRectF(0, self._y + 6, self._width, 0.8), QColor("#DFE4EB"))
        self._y += 16
        self._text(title, 15, strong=True, after=6)

    def _row(self, row: Row, name_width: float) -> None:
        value = QRectF(name_width, self._y, self._width - name_width, 2000)
        height = self._measure(row[1], value.width(), 11)
        self._need(height + 4)
        value.moveTop(self._y)
        self._painter.setFont(_font(11))
        self._painter.setPen(QColor(QUIET))
        self._painter.drawText(QRectF(0, self._y, name_width - 8, height), _WRAP, row[0])
        self._wrapped(row[1], value, 11)
        self._y += height + 4

    def _text(self, text: str, size: float, *, strong: bool = False, ink: str = INK, after: float = 4.0) -> None:
        height = self._measure(text, self._width, size, strong=strong)
        self._need(height)
        self._wrapped(text, QRectF(0, self._y, self._width, height + 2), size, strong=strong, ink=ink)
        self._y += height + after

    def _chart(self, chart: Chart, width: float, after: float) -> None:
        height = width * chart.height / chart.width
        self._need(height)
        self._chart_at(chart, QRectF(0, self._y, width, height))
        self._y += height + after

    def _chart_at(self, chart: Chart, rect: QRectF) -> None:
        QSvgRenderer(QByteArray(chart.to_svg().encode())).render(self._painter, rect)

    def _need(self, height: float) -> None:
        if self._y + height > self._height and self._y > 0:
            self._foot()
            self._writer.newPage()
            self.number += 1
            self._y = 0.0

    def _foot(self) -> None:
        """Write what it is about and the page's number at its bottom."""
        place = QRectF(0, self._whole - 14, self._width, 14)
        self._painter.setFont(_font(9))
        self._painter.setPen(QColor(QUIET))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        title = QFontMetricsF(_font(9), self._writer).elidedText(self._title, Qt.TextElideMode.ElideRight, 560)
        self._painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignLeft), title)
        number = f"{self.number} / {self._form.pages}"
        self._painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignRight), number)

    def _measure(self, text: str, width: float, size: float, *, strong: bool = False) -> float:
        metrics = QFontMetricsF(_font(size, strong=strong), self._writer)
        return metrics.boundingRect(QRectF(0, 0, width, 1e5), _WRAP, text).height()

    def _wrapped(self, text: str, rect: QRectF, size: float, *, strong: bool = False, ink: str = INK) -> float:
        self._painter.setFont(_font(size, strong=strong))
        self._painter.setPen(QColor(ink))
        return self._painter.drawText(rect, _WRAP, text).height()


def _font(size: float, *, strong: bool = False) -> QFont:
    """Return the page's font, ``size`` units high whatever the resolution."""
    font = QFont()
    font.setFamilies(["Inter SemiBold" if strong else "Inter", "Noto Sans", "DejaVu Sans", "sans-serif"])
    font.setPixelSize(round(size))
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font
