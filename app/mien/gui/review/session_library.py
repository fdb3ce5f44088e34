"""The first thing in Review: all sessions, to search, open, rename and delete."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QMenu, QScrollArea, QVBoxLayout, QWidget

from mien.gui.look.typography import LARGE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.file_browser import show_in_files
from mien.gui.parts.key_hint import add_keyed
from mien.gui.parts.name_editor import NameEditor
from mien.gui.review.library_controller import LibraryController
from mien.gui.review.session_list import ROW_PX, SessionList
from mien.session.library import Listed

_KINDS: Final = (("", "All"), ("recorded", "Recordings"), ("analysed", "Analysed videos"))
_WIDTH_PX: Final = 960


class SessionLibrary(QWidget):
    """Emits ``opened`` with a path, and ``video_asked``, ``session_asked`` and ``demo_asked``.

    Args:
        controller: Keeps the list.
    """

    opened = Signal(str)
    video_asked = Signal()
    session_asked = Signal()
    demo_asked = Signal()

    def __init__(self, controller: LibraryController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name, folder, date or network")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the sessions")
        self.kind = ChoiceButton("Show", _KINDS)
        self.kind.set_value("")
        self.list = SessionList()
        self.open = Button("Open", "play", kind="primary")
        self.rename = Button(icon="note", tip="Rename", key="review.rename", framed=True)
        self.reveal = Button(icon="folder", tip="Show in the file browser", framed=True)
        self.delete = Button(icon="trash", tip="Move to the trash", key="review.delete_marker", framed=True)
        self._lay_out()
        self._connect()

    def rename_selected(self) -> None:
        """Ask for another name of a recording; an analysis has that of its video."""
        selected = self.list.selected
        if selected is None or selected.kind != "recorded":
            return
        editor = NameEditor(selected.name, "", self)
        if editor.exec() == QDialog.DialogCode.Accepted and editor.name:
            self._controller.rename(selected, editor.name)

    def delete_selected(self) -> None:
        """Put what is marked into the trash."""
        if self.list.selected is not None:
            self._controller.delete(self.list.selected)

    def _lay_out(self) -> None:
        title = QLabel("Sessions")
        title.setFont(text_font(LARGE_PX, strong=True))
        video = Button("Open a video", "film", framed=True)
        session = Button("Open a session", "session", framed=True)
        demo = Button("Demo clip", "sparkle", framed=True)
        for button, asked in ((video, self.video_asked), (session, self.session_asked), (demo, self.demo_asked)):
            button.clicked.connect(asked)
        head, tools = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addStretch(1)
        for each in (video, session, demo):
            head.addWidget(each)
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        for each in (self.kind, self.rename, self.reveal, self.delete, self.open):
            tools.addWidget(each)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.list)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QWidget()
        column.setMaximumWidth(_WIDTH_PX)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(24, 20, 24, 12)
        inner.setSpacing(12)
        inner.addLayout(head)
        inner.addLayout(tools)
        inner.addWidget(self._scroll, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(column, 1000)
        layout.addStretch(1)

    def _connect(self) -> None:
        self._controller.changed.connect(self._show)
        self.search.textChanged.connect(self._show)
        self.kind.chosen.connect(self._show)
        self.list.chosen.connect(self._select)
        self.list.opened.connect(lambda _: self._open())
        self.list.deleted.connect(lambda _: self.delete_selected())
        self.list.menu_asked.connect(self._show_menu)
        self.open.clicked.connect(self._open)
        self.rename.clicked.connect(self.rename_selected)
        self.reveal.clicked.connect(self._reveal)
        self.delete.clicked.connect(self.delete_selected)
        self.search.returnPressed.connect(self._open)

    def _show(self) -> None:
        words, kind = self.search.text(), self.kind.value
        shown = tuple(
            each for each in self._controller.sessions if (not kind or each.kind == kind) and each.matches(words)
        )
        self.list.show_sessions(shown, self._controller.pictures)
        self._show_selected()

    def _select(self, folder: object) -> None:
        self.list.select(folder)
        self._show_selected()
        row = [each.folder for each in self.list.sessions].index(folder)  # type: ignore[arg-type]
        self._scroll.ensureVisible(0, row * ROW_PX + ROW_PX // 2, 0, ROW_PX)

    def _show_selected(self) -> None:
        selected = self.list.selected
        for button in (self.open, self.reveal, self.delete):
            button.setEnabled(selected is not None)
        self.rename.setEnabled(selected is not None and selected.kind == "recorded")

    def _open(self) -> None:
        selected: Listed | None = self.list.selected
        if selected is not None:
            self.opened.emit(str(selected.opens))

    def _reveal(self) -> None:
        if self.list.selected is not None:
            show_in_files(self.list.selected.opens.parent)

    def _show_menu(self, place: QPoint, folder: object) -> None:
        self._select(folder)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open\tEnter").triggered.connect(self._open)
        rename = add_keyed(menu, "Rename…", "review.rename")
        rename.setEnabled(self.rename.isEnabled())
        rename.triggered.connect(self.rename_selected)
        menu.addAction("Show in the file browser").triggered.connect(self._reveal)
        menu.addSeparator()
        add_keyed(menu, "Move to the trash", "review.delete_marker").triggered.connect(self.delete_selected)
        menu.popup(place)
