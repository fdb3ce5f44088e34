"""The dialog that says what Mien is, what lies where, and under which licences."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from mien.about import WHAT_IT_IS, data_locations, licences
from mien.gui.look.mark import Mark
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, TITLE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.fit_screen import fit_screen
from mien.gui.pictures_folder import pictures_folder
from mien.version import VERSION

_SIZE_PX: Final = (760, 560)
_LEAST_PX: Final = QSize(600, 400)
_SIDE_PX: Final = 200
_MARK_PX: Final = 72


class AboutDialog(QDialog):
    """Three pages of text; a link is copied where it is clicked, and never opened.

    Args:
        recordings: Where recorded sessions and snapshots go.
        parent: The window.
    """

    def __init__(self, recordings: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Mien")
        fit_screen(self, QSize(*_SIZE_PX), _LEAST_PX)
        self.links = {title: Button(title) for title in ("What it is", "Data locations", "Licences")}
        self.pages = QStackedWidget()
        for title, text in zip(
            self.links, (WHAT_IT_IS, data_locations(recordings, pictures_folder()), None), strict=True
        ):
            page = _page(title)
            if text is None:
                page.setMarkdown(licences())
            else:
                page.setHtml(text)
            page.anchorClicked.connect(self._copy)
            self.pages.addWidget(page)
        self._said = QLabel()
        self._said.setFont(text_font(SMALL_PX))
        self._said.setProperty("role", "quiet")
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().window))
        painter.fillRect(0, 0, _SIDE_PX, self.height(), colour(surfaces().panel))
        painter.fillRect(_SIDE_PX, 0, 1, self.height(), colour(surfaces().line))
        painter.end()

    def _lay_out(self) -> None:
        mark = Mark()
        mark.setFixedSize(_MARK_PX, _MARK_PX)
        name = QLabel("Mien")
        name.setFont(text_font(TITLE_PX, strong=True))
        version = QLabel(f"Version {VERSION}")
        version.setProperty("role", "quiet")
        side = QVBoxLayout()
        side.setContentsMargins(12, 28, 12, 16)
        side.setSpacing(4)
        for widget in (mark, name, version):
            side.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        side.addSpacing(24)
        group = QButtonGroup(self)
        for place, link in enumerate(self.links.values()):
            link.setCheckable(True)
            link.setFixedWidth(_SIDE_PX - 24)
            link.clicked.connect(partial(self.pages.setCurrentIndex, place))
            group.addButton(link)
            side.addWidget(link)
        next(iter(self.links.values())).setChecked(True)
        side.addStretch(1)
        self._said.setFixedWidth(_SIDE_PX - 24)
        self._said.setWordWrap(True)
        side.addWidget(self._said)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(side)
        layout.addWidget(self.pages, 1)

    def _copy(self, link: QUrl) -> None:
        QGuiApplication.clipboard().setText(link.toString())
        self._said.setText(f"Copied: {link.toDisplayString()}")


def _page(title: str) -> QTextBrowser:
    page = QTextBrowser()
    page.setAccessibleName(title)
    page.setOpenLinks(False)
    page.setFrameShape(QTextBrowser.Shape.NoFrame)
    page.document().setDocumentMargin(28)
    page.viewport().setAutoFillBackground(False)
    return page
