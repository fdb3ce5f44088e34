"""A summary as PDF: the same texts and plots as on the HTML page, laid out for A4."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from mien.errors import RecordingError
from mien.report.charts import legend, plane_chart, shares_chart, timeline_chart
from mien.report.facts import Row, excluded_sentence, made_with, marker_row, person_facts
from mien.report.html_page import MAX_PEOPLE
from mien.report.summary import CAUTION, PersonPart, Summary
from mien.report.svg import INK, QUIET, Chart
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole

_DPI: Final = 300
_MARGIN_MM: Final = 14
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
    writer = QPdfWriter(data)
    writer.setTitle(f"{summary.title} – summary")
    writer.setCreator("Mien")
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins)
    page.setUnits(QPageLayout.Unit.Millimeter)
    writer.setPageLayout(page)
    painter = QPainter()
    if not painter.begin(writer):
        raise RecordingError(f"{target.name}: the summary could not be drawn; please report this")
    try:
        _Page(writer, painter).lay_out(summary)
    finally:
        painter.end()


class _Page:
    """Lays blocks one below the other, in units of a 720 wide page, and begins a new page where one is full."""

    def __init__(self, writer: QPdfWriter, painter: QPainter) -> None:
        self._writer = writer
        self._painter = painter
        self._width = 720.0
        scale = writer.width() / self._width
        painter.scale(scale, scale)
        self._height = writer.height() / scale
        self._y = 0.0

    def lay_out(self, summary: Summary) -> None:
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
                self._row((f"{time}  {kind}", text or "–"), 160)
        self._rule("Methods")
        for row in made_with(summary):
            self._row(row, 160)

    def _person(self, part: PersonPart, summary: Summary) -> None:
        face = part.series.readings
        rows = person_facts(part.statistics)
        shares = shares_chart(part.statistics, 280)
        charts_height = max(22.0 * len(face.labels), 176.0)
        self._rule(part.statistics.name, room=charts_height + 150)
        top = self._y
        self._chart_at(shares, QRectF(0, top, 280, 22.0 * len(face.labels)))
        self._chart_at(plane_chart(face, part.statistics), QRectF(720 - 176, top, 176, 176))
        facts_bottom = self._facts_at(rows, QRectF(304, top, 720 - 304 - 190, charts_height))
        self._y = max(top + charts_height, facts_bottom) + 12
        self._chart(timeline_chart(face, summary.span, summary.markers), 720, after=10)

    def _facts_at(self, rows: list[Row], rect: QRectF) -> float:
        y = rect.top()
        for name, value in rows:
            self._painter.setFont(_font(9))
            self._painter.setPen(QColor(QUIET))
            self._painter.drawText(QRectF(rect.left(), y, rect.width(), 14), _WRAP, name)
            height = self._wrapped(value, QRectF(rect.left(), y + 12, rect.width(), 400), 11)
            y += 12 + height + 5
        return y

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
            self._writer.newPage()
            self._y = 0.0

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
