"""The window's font: Inter, shipped with the program, so that a machine without fonts looks the same."""

from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from mien.places import assets_folder

BASE_PX: Final = 13
SMALL_PX: Final = 11
LARGE_PX: Final = 20
"""For the one thing to read from afar."""
TITLE_PX: Final = 24

_FOLDER: Final = assets_folder() / "fonts"
_FALLBACKS: Final = ("Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans", "sans-serif")


@cache
def load_fonts() -> bool:
    """Make the shipped font known to Qt, once; return whether it was found. Needs a QApplication."""
    loaded = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(_FOLDER.glob("Inter-*.ttf"))]
    return bool(loaded) and -1 not in loaded


@cache
def text_font(size_px: int, strong: bool = False, *, figures: bool = False) -> QFont:
    """Return the window's font.

    Args:
        size_px: Height in pixels before scaling.
        strong: Semi-bold.
        figures: With figures of one width, so that changing numbers do not dance.
    """
    font = QFont()
    font.setFamilies(["Inter SemiBold" if strong else "Inter", *_FALLBACKS])
    font.setPixelSize(size_px)
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    if figures:
        font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
