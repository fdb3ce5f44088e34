"""The window of statistics: which part of the time, and a table with a column for each person."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton

_ROW_PX: Final = 24
_NAME_PX: Final = 260


class StatisticsWindow(QDialog):
    """Emits ``chosen`` when another part is chosen, ``copy_asked``, and ``save_asked``."""

    chosen = Signal()
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("Statistics")
        self.setObjectName("panel")
        self.resize(560, 640)
        self._part = ChoiceButton("Part of the time")
        self._part.chosen.connect(lambda _: self.chosen.emit())
        self.about = QLabel()
        self.about.setProperty("role", "quiet")
        self.hint = QLabel()
        self.hint.setProperty("role", "quiet")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = _make_table()
        self.copy_button = Button("Copy", framed=True, tip="Copy the table (Ctrl+C)")
        self.save_button = Button("Save as CSV…", "export", framed=True)
        self.copy_button.clicked.connect(self.copy_asked)
        self.save_button.clicked.connect(self.save_asked)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.hint)
        self._lay_out()

    @property
    def choice(self) -> str:
        """Which part is chosen."""
        return str(self._part.value or "")

    def offer(self, names: Sequence[str], choice: str | None) -> None:
        """Offer these parts; what was chosen stays so unless there is a ``choice``, or it is gone."""
        options = [(name, name) for name in names]
        if options != self._part.options:
            self._part.set_options(options)
        if choice is not None or self.choice not in names:
            self._part.set_value(choice or names[0])

    def choose(self, name: str) -> None:
        """Choose a part."""
        self._part.set_value(name)
        self.chosen.emit()

    def show_table(
        self, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], *, about: str, hint: str
    ) -> None:
        """Show the figures; without a column the hint."""
        self.about.setText(about)
        self.hint.setText(hint)
        self.copy_button.setEnabled(bool(heads))
        self.save_button.setEnabled(bool(heads))
        self._pages.setCurrentWidget(self.table if heads else self.hint)
        table = self.table
        table.setRowCount(len(rows))
        table.setColumnCount(1 + len(heads))
        table.setHorizontalHeaderLabels(["", *heads])
        for row, (name, texts) in enumerate(rows):
            table.setItem(row, 0, _cell(name, is_head=not texts))
            for column in range(len(heads)):
                text = texts[column] if texts else ""
                item = _cell(text, is_head=not texts)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                table.setItem(row, column + 1, item)
        table.setColumnWidth(0, _NAME_PX)
        header = table.horizontalHeader()
        for column in range(1, 1 + len(heads)):
            is_alone = len(heads) == 1
            mode = QHeaderView.ResizeMode.Stretch if is_alone else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._part)
        top.addStretch(1)
        top.addWidget(self.copy_button)
        top.addWidget(self.save_button)
        layout.addLayout(top)
        layout.addWidget(self.about)
        layout.addWidget(self._pages, 1)


def _make_table() -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName("Statistics")
    table.setFont(text_font(BASE_PX, figures=True))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    table.setShowGrid(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setStyleSheet(
        "QTableView { background: transparent; } QTableView::item { padding: 0 8px; }"
        "QHeaderView { background: transparent; }"
        "QHeaderView::section { background: transparent; border: none; padding: 4px 8px; }"
    )
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW_PX)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    return table


def _cell(text: str, *, is_head: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    if is_head:
        item.setFont(text_font(BASE_PX, strong=True))
        item.setForeground(colour(surfaces().accent))
    return item
