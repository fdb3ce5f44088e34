"""The button that opens files: the dialog, and what was opened before."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from mien.errors import printable
from mien.gui.parts.buttons import Button
from mien.gui.parts.drop_down import drop_down
from mien.gui.parts.key_hint import add_keyed


class OpenMenu(Button):
    """Emits ``file_chosen`` with a path, ``dialog_asked``, ``table_asked``, or ``forget_asked``."""

    file_chosen = Signal(str)
    dialog_asked = Signal()
    table_asked = Signal()
    forget_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="folder", tip="Open, or choose a recent file", parent=parent)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.clicked.connect(lambda: drop_down(self.menu, self))
        self.show_files(())

    def show_files(self, paths: tuple[str, ...]) -> None:
        """List what was opened before.

        Args:
            paths: Newest first.
        """
        self.menu.clear()
        add_keyed(self.menu, "Open a video…", "window.open").triggered.connect(self.dialog_asked)
        table = self.menu.addAction("Open a table…")
        table.setToolTip("What OpenFace, Py-feat, LibreFace or iMotions wrote becomes a session")
        table.triggered.connect(self.table_asked)
        self.menu.addSeparator()
        if not paths:
            self.menu.addAction("No files yet").setEnabled(False)
            return
        names = [printable(Path(path).name) for path in paths]
        for path, name in zip(paths, names, strict=True):
            folder = printable(Path(path).parent.name)
            action = self.menu.addAction(f"{name} – {folder}" if names.count(name) > 1 and folder else name)
            action.setToolTip(path)
            action.triggered.connect(lambda _checked=False, chosen=path: self.file_chosen.emit(chosen))
        self.menu.addSeparator()
        self.menu.addAction("Clear recent files").triggered.connect(self.forget_asked)
