"""The window's colours and the look of its standard controls, dark and light."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from mien.gui.look.typography import BASE_PX, load_fonts, text_font

ThemeName = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Colours of surfaces and text, as #RRGGBB.

    Attributes:
        window: Behind everything.
        panel: Bars and columns.
        raised: Buttons, cards and menus.
        line: Borders and the empty part of a bar.
        text: What is read.
        quiet: What is read second.
        accent: What can be acted on.
        on_accent: Text on the accent.
        red: Recording and failure, nothing else.
        live: The light that says that a camera is on.
        amber: A quality that is not enough.
    """

    window: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    red: str
    live: str
    amber: str


DARK: Final = Surfaces(
    window="#14171C",
    panel="#1B1F26",
    raised="#242A33",
    line="#2A303A",
    text="#E6EAF0",
    quiet="#98A2B3",
    accent="#2DD4BF",
    on_accent="#06231F",
    red="#F4584D",
    live="#3DDC84",
    amber="#F5B83D",
)
LIGHT: Final = Surfaces(
    window="#F1F3F6",
    panel="#FFFFFF",
    raised="#E4E9F0",
    line="#DFE4EB",
    text="#1A1F27",
    quiet="#56627A",
    accent="#0B756B",
    on_accent="#FFFFFF",
    red="#B4103A",
    live="#0B7A3D",
    amber="#A35200",
)

_surfaces: Surfaces = DARK


def surfaces() -> Surfaces:
    """Return the colours in force; ask while painting, since they change with the theme."""
    return _surfaces


def theme_in_force() -> ThemeName:
    """Return the theme that was applied last."""
    return "dark" if _surfaces is DARK else "light"


def colour(value: str, alpha: float = 1.0) -> QColor:
    """Return ``value`` (#RRGGBB) with ``alpha`` from 0, clear, to 1."""
    result = QColor(value)
    result.setAlphaF(alpha)
    return result


def apply_theme(app: QApplication, name: ThemeName) -> None:
    """Give the whole program the theme ``name``; every widget repaints itself."""
    global _surfaces
    _surfaces = DARK if name == "dark" else LIGHT
    load_fonts()
    app.setFont(text_font(BASE_PX))
    app.setPalette(_palette(_surfaces))
    app.setStyleSheet(_style_sheet(_surfaces))


def system_theme() -> ThemeName:
    """Return the theme that the desktop asks for."""
    return "light" if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else "dark"


def _palette(s: Surfaces) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, value in (
        ((role.Window, role.AlternateBase), s.window),
        ((role.Base, role.Button, role.ToolTipBase), s.panel),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), s.text),
        ((role.PlaceholderText,), s.quiet),
        ((role.Highlight, role.Link), s.accent),
        ((role.HighlightedText,), s.on_accent),
    ):
        for each in roles:
            palette.setColor(each, QColor(value))
    return palette


def _style_sheet(s: Surfaces) -> str:
    return f"""
    QMainWindow, QWidget#page {{ background: {s.window}; }}
    QWidget#panel {{ background: {s.panel}; }}
    QLabel {{ background: transparent; }}
    QLabel[role="quiet"] {{ color: {s.quiet}; }}
    QToolTip {{ background: {s.raised}; color: {s.text}; border: 1px solid {s.line}; padding: 4px 8px; }}
    QMenu {{ background: {s.panel}; border: 1px solid {s.line}; border-radius: 6px; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {s.raised}; }}
    QMenu::item:disabled {{ color: {s.quiet}; }}
    QMenu::separator {{ height: 1px; background: {s.line}; margin: 4px 8px; }}
    QMenu::indicator {{ width: 8px; height: 8px; margin-left: 8px; border-radius: 4px; }}
    QMenu::indicator:checked {{ background: {s.accent}; }}
    QLineEdit, QPlainTextEdit {{ background: {s.raised}; color: {s.text}; border: 1px solid transparent;
        border-radius: 6px; padding: 6px 8px; selection-background-color: {s.accent};
        selection-color: {s.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {s.accent}; }}
    QSlider {{ min-height: 24px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {s.line}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {s.accent}; }}
    QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
        border: 1px solid {s.panel}; background: {s.accent}; }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {s.text}; margin: -7px 0; }}
    QListView {{ background: transparent; }}
    QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {s.line}; border-radius: 4px; min-height: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    """
