"""The window's font: Inter, shipped with the program, so that a machine without fonts looks the same."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

BASE_PX: Final = 13
SMALL_PX: Final = 11
LARGE_PX: Final = 20
"""For the one thing to read from afar."""
TITLE_PX: Final = 24

_FOLDER: Final = Path(__file__).parents[2] / "assets" / "fonts"
_FALLBACKS: Final = ("Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans", "sans-serif")


@cache
def load_fonts() -> bool:
    """Make the shipped font known to Qt, once; return whether it was found. Needs a QApplication."""
    loaded = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(_FOLDER.glob("Inter-*.ttf"))]
    return bool(loaded) and -1 not in loaded


@cache
def text_font(size_px: int, strong: bool = False) -> QFont:
    """Return the window's font with figures of one width, so that changing numbers do not dance.

    Args:
        size_px: Height in pixels before scaling.
        strong: Semi-bold.
    """
    font = QFont()
    font.setFamilies(["Inter SemiBold" if strong else "Inter", *_FALLBACKS])
    font.setPixelSize(size_px)
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
