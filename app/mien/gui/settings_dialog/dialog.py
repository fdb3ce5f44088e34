"""The dialog of all choices: groups on the left, their cards on the right, a field that searches them."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mien.engine.contracts import SettingsEngine
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.fit_screen import fit_screen
from mien.gui.settings_dialog.card import Card
from mien.gui.settings_dialog.entries import GROUPS
from mien.gui.settings_dialog.group_card import GroupCard
from mien.gui.settings_dialog.kept_card import KeptCard
from mien.gui.settings_dialog.own_card import OwnCard
from mien.gui.settings_dialog.profiles_card import ProfilesCard

_SIZE_PX: Final = (880, 600)
_LEAST_PX: Final = QSize(840, 420)
_NAVIGATION_PX: Final = 176
_FOOT: Final = "Changes apply immediately and are kept on this machine. Mien is in English only, so far."


class SettingsDialog(QDialog):
    """Shows all choices and changes them; the window goes on beside it.

    Args:
        choices: All choices of the user.
        engine: Knows which networks there are.
        parent: The window.
        more: Cards that the window adds, below its own.
    """

    def __init__(
        self, choices: Choices, engine: SettingsEngine, parent: QWidget | None = None, more: Sequence[Card] = ()
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings – Mien")
        fit_screen(self, QSize(*_SIZE_PX), _LEAST_PX)
        self._choices = choices
        self._background = Background(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the settings")
        self.cards = {group.title: GroupCard(group, choices) for group in GROUPS}
        self.kept = KeptCard(engine, self._background)
        self.profiles = ProfilesCard(choices)
        self.own = OwnCard(choices)
        self._all_cards: tuple[Card, ...] = (self.profiles, *self.cards.values(), self.own, *more, self.kept)
        self.links = {card.title: Button(card.title) for card in self._all_cards}
        self._nothing = QLabel("No setting has these words.")
        self._nothing.setProperty("role", "quiet")
        self._nothing.hide()
        self._scroll = QScrollArea()
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        choices.changed.connect(self._show)
        self._show()
        self._background.run(engine.list_models, self._show_networks, lambda _error: None)

    def go_to(self, title: str) -> None:
        """Bring a group into view."""
        card = next(card for card in self._all_cards if card.title == title)
        self._scroll.verticalScrollBar().setValue(card.y())

    def showEvent(self, event: QShowEvent) -> None:
        """See anew what lies on the disk."""
        self.kept.measure()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Begin with all of it the next time."""
        self.own.finish()
        self.search.clear()
        super().closeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().window))
        painter.fillRect(0, 0, _NAVIGATION_PX, self.height(), colour(surfaces().panel))
        painter.fillRect(_NAVIGATION_PX, 0, 1, self.height(), colour(surfaces().line))
        painter.end()

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 0)
        column.setSpacing(0)
        for card in self._all_cards:
            column.addWidget(card)
        column.addWidget(self._nothing)
        foot = QLabel(_FOOT)
        foot.setFont(text_font(SMALL_PX))
        foot.setProperty("role", "quiet")
        foot.setWordWrap(True)
        column.addWidget(foot)
        column.addSpacing(20)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.verticalScrollBar().valueChanged.connect(self._mark_link)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(self._navigation())
        layout.addWidget(self._scroll, 1)

    def _navigation(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(12, 20, 12, 12)
        column.setSpacing(4)
        self.search.setFixedWidth(_NAVIGATION_PX - 24)
        column.addWidget(self.search)
        column.addSpacing(8)
        group = QButtonGroup(self)
        for title, link in self.links.items():
            link.setCheckable(True)
            link.setFixedWidth(_NAVIGATION_PX - 24)
            link.clicked.connect(partial(self.go_to, title))
            group.addButton(link)
            column.addWidget(link)
        next(iter(self.links.values())).setChecked(True)
        column.addStretch(1)
        return column

    def _show(self) -> None:
        self.profiles.show_settings(self._choices.settings)
        self.own.show_settings(self._choices.settings)
        for card in self.cards.values():
            card.show_settings(self._choices.settings)

    def _show_networks(self, networks: list[tuple[str, str]]) -> None:
        for card in self.cards.values():
            for control in card.networks:
                control.show_networks(networks)

    def _filter(self, words: str) -> None:
        found = [card.show_matching(words) for card in self._all_cards]
        self._nothing.setVisible(not any(found))

    def _mark_link(self, top_px: int) -> None:
        """Mark the group at the top of the view; at the very end, the last one."""
        bar = self._scroll.verticalScrollBar()
        at = top_px + 40
        passed = [card.title for card in self._all_cards if not card.isHidden() and card.y() <= at]
        last = [card.title for card in self._all_cards if not card.isHidden()][-1:]
        title = (last if top_px == bar.maximum() and top_px else passed[-1:]) or last
        if title:
            self.links[title[0]].setChecked(True)
