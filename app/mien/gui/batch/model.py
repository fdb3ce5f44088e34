"""The items of the queue for Qt's lists."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from mien.batch.item import Item, State
from mien.batch.item_text import describe_item
from mien.errors import printable

ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NOWHERE: Final = QModelIndex()


class QueueModel(QAbstractListModel):
    """Holds the newest snapshot of each item."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._rows: dict[int, int] = {}

    @property
    def items(self) -> list[Item]:
        """All items."""
        return list(self._items)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these; where only new ones came at the end, the others keep their selection."""
        if [item.number for item in items[: len(self._items)]] == [item.number for item in self._items]:
            for item in items[: len(self._items)]:
                self.update_item(item)
            added = items[len(self._items) :]
            if added:
                first = len(self._items)
                self.beginInsertRows(_NOWHERE, first, first + len(added) - 1)
                self._items.extend(added)
                self._number_rows()
                self.endInsertRows()
            return
        self.beginResetModel()
        self._items = list(items)
        self._number_rows()
        self.endResetModel()

    def update_item(self, item: Item) -> None:
        """Show a newer snapshot of one; one that is not there is left out."""
        row = self._rows.get(item.number)
        if row is None or item is self._items[row]:
            return
        self._items[row] = item
        self.dataChanged.emit(self.index(row), self.index(row))

    def count(self, *states: State) -> int:
        """Return how many items are in one of the states."""
        return sum(item.state in states for item in self._items)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return an item, its name, or the sentence that a screen reader says."""
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(item.source.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = describe_item(item)
            return f"{printable(item.source.name)}: {words.state}. {words.detail}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (str(item.source), item.reason)))
        return None

    def _number_rows(self) -> None:
        self._rows = {item.number: row for row, item in enumerate(self._items)}
