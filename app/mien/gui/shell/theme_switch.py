"""The theme in force: as chosen, or as the desktop has it, also when that changes while the window is open."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from mien.gui.bar.top_bar import TopBar
from mien.gui.choices import Choices
from mien.gui.look.theme import ThemeName, apply_theme, system_theme, theme_in_force
from mien.settings import Settings


class ThemeSwitch(QObject):
    """Applies the theme whenever the choice or the desktop changes."""

    def __init__(self, choices: Choices, top_bar: TopBar) -> None:
        super().__init__(top_bar)
        self._choices = choices
        self._top_bar = top_bar
        choices.changed.connect(self._choices_changed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def name(self) -> ThemeName:
        """The theme that the choices ask for."""
        theme = self._choices.settings.window.theme
        return system_theme() if theme == "system" else theme

    def switch(self) -> None:
        """Choose the other one."""
        self._choices.change(window={"theme": "light" if self.name == "dark" else "dark"})

    def _choices_changed(self, before: Settings, after: Settings) -> None:
        if before.window.theme != after.window.theme:
            self._apply()

    def _apply(self) -> None:
        if theme_in_force() != self.name:
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            apply_theme(app, self.name)
        self._top_bar.show_theme(self.name == "dark")
