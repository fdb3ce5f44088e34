"""The window's icons: strokes on a grid of 24, drawn in whatever colour and size is asked for."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SHAPES: Final = {
    "play": '<path d="M8 5.5v13l10.5-6.5z" fill="C"/>',
    "pause": '<path d="M8.5 6v12M15.5 6v12" stroke-width="2.5"/>',
    "stop": '<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" fill="C"/>',
    "replay": '<path d="M5 5v5h5M5.6 10a7 7 0 1 1-.6 4.5"/>',
    "record": '<circle cx="12" cy="12" r="6" fill="C" stroke="none"/>',
    "photo": '<path d="M4 8.5h3.5L9 6h6l1.5 2.5H20V18H4z"/><circle cx="12" cy="13" r="3"/>',
    "camera": '<rect x="3" y="7" width="12" height="10" rx="2"/><path d="M15 10.8l6-3v8.4l-6-3z"/>',
    "camera-off": '<path d="M4 4l16 16M7.5 7H13a2 2 0 0 1 2 2v3.5M15 10.8l6-3v8.4l-3.5-1.7M15 16a2 2 0 0 1-2 1H5'
    'a2 2 0 0 1-2-2V9a2 2 0 0 1 1.4-1.9"/>',
    "film": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4'
    'M16 14.3h4"/>',
    "sparkle": '<path d="M12 4l1.9 6.1L20 12l-6.1 1.9L12 20l-1.9-6.1L4 12l6.1-1.9z"/>',
    "mirror": '<path d="M12 4v16" stroke-dasharray="2.5 2.5"/><path d="M8.5 7.5v9L3.5 16.5zM15.5 7.5v9l5 0z"/>',
    "blur": '<circle cx="12" cy="11" r="7"/><path d="M8 20h8"/><path d="M8.5 9.5h7M8.5 12.5h7" '
    'stroke-dasharray="1.5 2"/>',
    "panels": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M14.5 5v14"/>',
    "full-screen": '<path d="M9 4.5H4.5V9M15 4.5h4.5V9M9 19.5H4.5V15M15 19.5h4.5V15"/>',
    "moon": '<path d="M19 14.2A7.5 7.5 0 0 1 9.8 5 7.5 7.5 0 1 0 19 14.2z"/>',
    "sun": '<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4'
    'M18.4 5.6L17 7M7 17l-1.4 1.4"/>',
    "help": '<path d="M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1"/><circle cx="12" cy="17.4" r=".6" fill="C"/>',
    "close": '<path d="M7 7l10 10M17 7L7 17"/>',
    "down": '<path d="M8 10.5l4 4 4-4"/>',
    "notice": '<circle cx="12" cy="12" r="8"/><path d="M12 8v4.5"/><circle cx="12" cy="15.8" r=".6" fill="C"/>',
    "check": '<circle cx="12" cy="12" r="8"/><path d="M8.5 12.3l2.4 2.4 4.6-5"/>',
    "face": '<path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5'
    'M8.5 20H6a2 2 0 0 1-2-2v-2.5"/><path d="M9 9.5v1M15 9.5v1M9 14.5a4.2 4.2 0 0 0 6 0"/>',
    "measure": '<path d="M5 19V11M10 19V5M15 19v-6M20 19V9"/>',
    "home": '<path d="M4.5 11.5L12 5l7.5 6.5M6.5 10v9h11v-9"/>',
    "law": '<path d="M12 4v16M7.5 20h9M5 7h14M5 7l-2.5 6.5h5zM19 7l-2.5 6.5h5z"/>',
    "cpu": '<rect x="7" y="7" width="10" height="10" rx="1.5"/><path d="M10 7V4M14 7V4M10 20v-3M14 20v-3'
    'M7 10H4M7 14H4M20 10h-3M20 14h-3"/>',
}


@lru_cache(maxsize=256)
def _pixmap(name: str, size_px: int, colour: str, ratio: float) -> QPixmap:
    shape = _SHAPES[name].replace('"C"', f'"{colour}"')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" '
        f'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">{shape}</svg>'
    )
    side = round(size_px * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, size_px: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """Return an icon.

    Args:
        name: One of the names above.
        size_px: Side, in pixels before scaling.
        colour: #RRGGBB.
        ratio: Device pixels a pixel.
    """
    return _pixmap(name, size_px, colour, ratio)


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Draw an icon into the middle of ``rect``, as large as fits."""
    side = int(min(rect.width(), rect.height()))
    pixmap = icon(name, side, colour, painter.device().devicePixelRatioF())
    painter.drawPixmap(
        int(rect.center().x() - side / 2 + 0.5), int(rect.center().y() - side / 2 + 0.5), side, side, pixmap
    )
