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
    "rotate": '<rect x="4.5" y="10.5" width="9" height="9" rx="1.2"/>'
    '<path d="M11 4.5h3.5A4.5 4.5 0 0 1 19 9v3.2M16.4 9.8l2.6 2.6 2.6-2.6"/>',
    "blur": '<circle cx="12" cy="11" r="7"/><path d="M8 20h8"/><path d="M8.5 9.5h7M8.5 12.5h7" '
    'stroke-dasharray="1.5 2"/>',
    "panels": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M14.5 5v14"/>',
    "full-screen": '<path d="M9 4.5H4.5V9M15 4.5h4.5V9M9 19.5H4.5V15M15 19.5h4.5V15"/>',
    "moon": '<path d="M19 14.2A7.5 7.5 0 0 1 9.8 5 7.5 7.5 0 1 0 19 14.2z"/>',
    "sun": '<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4'
    'M18.4 5.6L17 7M7 17l-1.4 1.4"/>',
    "settings": '<path d="M5 7h6M15 7h4M5 12h2M11 12h8M5 17h8M17 17h2"/><circle cx="13" cy="7" r="2"/>'
    '<circle cx="9" cy="12" r="2"/><circle cx="15" cy="17" r="2"/>',
    "folder": '<path d="M3.5 18V6.5A1.5 1.5 0 0 1 5 5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5'
    'a1.5 1.5 0 0 1-1.5-1.5z"/>',
    "queue": '<rect x="4" y="4.5" width="16" height="4" rx="1.2"/><rect x="4" y="10.5" width="16" height="4" '
    'rx="1.2"/><path d="M5 18.5h8"/>',
    "info": '<circle cx="12" cy="12" r="8"/><path d="M12 11.5v4.5"/><circle cx="12" cy="8.3" r=".6" fill="C"/>',
    "search": '<circle cx="10.5" cy="10.5" r="5.5"/><path d="M14.8 14.8L19.5 19.5"/>',
    "table": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M4 10h16M10 10v9"/>',
    "help": '<path d="M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1"/><circle cx="12" cy="17.4" r=".6" fill="C"/>',
    "baseline": '<circle cx="12" cy="12" r="8"/><path d="M9 9.5v1M15 9.5v1M8.8 15h6.4"/>',
    "tune": '<path d="M7 4v7M7 15v5M17 4v3M17 11v9M4.5 13h5M14.5 9h5" stroke-width="1.8"/>',
    "undock": '<path d="M13 5h6v6M19 5l-7.5 7.5M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10'
    'a1.5 1.5 0 0 0 1.5-1.5V14"/>',
    "curves": '<path d="M4 4.5v15h16"/><path d="M7 15.5c3 0 3-7 6-7s3 4 6 4"/>',
    "bands": '<path d="M4 7h6M13 7h7M4 12h11M18 12h2M4 17h3M10 17h10" stroke-width="2.6"/>',
    "trash": '<path d="M5 7.5h14M9.5 7.5V5h5v2.5M7 7.5l1 11.5h8l1-11.5M10.5 11v5M13.5 11v5"/>',
    "close": '<path d="M7 7l10 10M17 7L7 17"/>',
    "down": '<path d="M8 10.5l4 4 4-4"/>',
    "notice": '<circle cx="12" cy="12" r="8"/><path d="M12 8v4.5"/><circle cx="12" cy="15.8" r=".6" fill="C"/>',
    "check": '<circle cx="12" cy="12" r="8"/><path d="M8.5 12.3l2.4 2.4 4.6-5"/>',
    "face": '<path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5'
    'M8.5 20H6a2 2 0 0 1-2-2v-2.5"/><path d="M9 9.5v1M15 9.5v1M9 14.5a4.2 4.2 0 0 0 6 0"/>',
    "zoom-in": '<circle cx="10.5" cy="10.5" r="5.5"/><path d="M14.8 14.8L19.5 19.5M8 10.5h5M10.5 8v5"/>',
    "zoom-out": '<circle cx="10.5" cy="10.5" r="5.5"/><path d="M14.8 14.8L19.5 19.5M8 10.5h5"/>',
    "whole": '<path d="M4 6v12M20 6v12M7 12h10M9.5 9L6.5 12l3 3M14.5 9l3 3-3 3"/>',
    "loop": '<path d="M7 8h9a3.5 3.5 0 0 1 3.5 3.5V12M17 16H8a3.5 3.5 0 0 1-3.5-3.5V12M9.5 5L6.5 8l3 3'
    'M14.5 19l3-3-3-3"/>',
    "measure": '<path d="M5 19V11M10 19V5M15 19v-6M20 19V9"/>',
    "home": '<path d="M4.5 11.5L12 5l7.5 6.5M6.5 10v9h11v-9"/>',
    "law": '<path d="M12 4v16M7.5 20h9M5 7h14M5 7l-2.5 6.5h5zM19 7l-2.5 6.5h5z"/>',
    "step-back": '<path d="M15.5 6.5v11L7.5 12z" fill="C"/><path d="M19 6.5v11"/>',
    "step-on": '<path d="M8.5 6.5v11l8-5.5z" fill="C"/><path d="M5 6.5v11"/>',
    "sound": '<path d="M4.5 9.8v4.4h3L12 18V6L7.5 9.8z"/><path d="M15.2 9.2a4 4 0 0 1 0 5.6'
    'M17.8 6.8a7.4 7.4 0 0 1 0 10.4"/>',
    "sound-off": '<path d="M4.5 9.8v4.4h3L12 18V6L7.5 9.8zM15.5 10l4 4M19.5 10l-4 4"/>',
    "flag": '<path d="M6.5 20V4.5M6.5 5h10.5l-2.5 3.7 2.5 3.8H6.5"/>',
    "note": '<path d="M5 5h14v9.5L14.5 19H5z"/><path d="M8.5 9.5h7M8.5 13h4"/>',
    "exclude": '<path d="M6 5H4v14h2M18 5h2v14h-2M8.5 15.5l7-7M8.5 11l2.5-2.5M13 15.5l2.5-2.5"/>',
    "undo": '<path d="M9 5.5L5 9.5l4 4"/><path d="M5.5 9.5H14a4.5 4.5 0 0 1 0 9h-4"/>',
    "redo": '<path d="M15 5.5l4 4-4 4"/><path d="M18.5 9.5H10a4.5 4.5 0 0 0 0 9h4"/>',
    "export": '<path d="M12 14.5V4.5M8 8.3l4-3.8 4 3.8M5 13.5V18a1.5 1.5 0 0 0 1.5 1.5h11'
    'A1.5 1.5 0 0 0 19 18v-4.5"/>',
    "overlay": '<rect x="6" y="7.5" width="9" height="11" rx="1.5"/><path d="M6 4.5h12M18.5 9v7M18.5 18v.2"/>',
    "session": '<path d="M3.5 18V6.5A1.5 1.5 0 0 1 5 5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5'
    'a1.5 1.5 0 0 1-1.5-1.5z"/><path d="M10.5 11v5l4-2.5z" fill="C"/>',
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
