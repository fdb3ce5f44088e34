"""Charts as a picture, drawn by Qt at twice their size."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from mien.errors import RecordingError
from mien.report.svg import Chart
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole

_SCALE: Final = 2.0
_MAX_SIDE_PX: Final = 16_000


def write_chart_png(sheet: Chart, target: Path) -> None:
    """Write a drawing as PNG; a file of that name is replaced in one step.

    Raises:
        RecordingError: They cannot be written.
    """
    check_output(target, (".png",), overwrite=True)
    scale = min(_SCALE, _MAX_SIDE_PX / sheet.height)
    image = QImage(round(sheet.width * scale), round(sheet.height * scale), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(sheet.to_svg().encode())).render(painter)
    painter.end()
    data = QBuffer()
    data.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(data, "PNG"):  # type: ignore[call-overload]
        raise RecordingError(f"{target.name}: the charts of so many people do not fit into a PNG; export SVG")
    write_whole(target, bytes(data.data().data()), overwrite=True)
