"""What can be done with files of the queue: their menu, their own settings, and what helps one that failed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from mien.batch.item import Item, State
from mien.gui.batch.batch_controller import BatchController
from mien.gui.batch.file_settings import FileSettings
from mien.gui.choices import Choices
from mien.gui.parts.file_browser import show_in_files
from mien.gui.parts.key_hint import add_keyed


class FileCommands(QObject):
    """Acts on items.

    Args:
        page: The page, above which menus and small windows appear.
        controller: The queue.
        choices: How files are read.
        commands: Returns what the page's keys do.
    """

    def __init__(
        self,
        page: QWidget,
        controller: BatchController,
        choices: Choices,
        commands: Callable[[], dict[str, Callable[[], None]]],
    ) -> None:
        super().__init__(page)
        self._page, self._controller, self._choices, self._commands = page, controller, choices, commands

    def open_menu(self, items: Sequence[Item], at: QPoint) -> None:
        """Open the menu of the selected items at a place of the screen."""
        if not items:
            return
        commands = self._commands()
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open in Review\tEnter").triggered.connect(commands["open_result"])
        folder = next(iter(items[0].outputs), items[0].source).parent
        menu.addAction("Show the folder").triggered.connect(lambda: show_in_files(folder))
        menu.addSeparator()
        own = add_keyed(menu, f"Settings of {_count(items)}…", "batch.file_settings")
        own.setEnabled(any(item.state is not State.RUNNING for item in items))
        own.triggered.connect(commands["file_settings"])
        again = add_keyed(menu, "Run again", "batch.again")
        again.setEnabled(any(item.is_over for item in items))
        again.triggered.connect(commands["again"])
        word = "Remove" if all(item.is_over for item in items) else "Cancel"
        add_keyed(menu, word, "batch.remove").triggered.connect(commands["remove"])
        menu.popup(at)

    def ask_for_settings(self, items: Sequence[Item]) -> None:
        """Let the user choose how some files are read, whatever is chosen for all."""
        items = [item for item in items if item.state is not State.RUNNING]
        if not items:
            return
        dialog = FileSettings([item.task for item in items], self._choices.settings, self._page)
        numbers = [item.number for item in items]

        def take() -> None:
            if dialog.is_reset:
                self._controller.choose_as_for_all(numbers)
            else:
                self._controller.choose(numbers, dialog.chosen_for)

        dialog.accepted.connect(take)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def help(self, item: Item, command: str) -> None:
        """Do what helps a file that failed, and read it again where that makes sense.

        Args:
            item: The file.
            command: As of ``mien.engine.remedies.file_remedy_of``.
        """
        match command:
            case "default_detector":
                self._choices.change(reading={"detector": "retinaface"})
            case "any_provider":
                self._choices.change(compute={"provider": "auto"})
            case "default_model":
                self._choices.change(reading={"model": ""})
            case "one_at_a_time":
                self._choices.change(batch={"jobs": 1})
            case "file_settings":
                self.ask_for_settings([item])
                return
            case _:
                outputs = item.task.outputs
                shown = outputs[0] if command == "show_results" and outputs else item.source
                show_in_files(shown.parent)
                return
        self._controller.again([item.number])


def _count(items: Sequence[Item]) -> str:
    return "this file" if len(items) == 1 else f"{len(items)} files"
