"""The windows beside the main one, built when they are asked for."""

from PySide6.QtWidgets import QDialog, QWidget

from mien.engine.contracts import SettingsEngine
from mien.faults import Fault
from mien.gui.choices import Choices
from mien.places import recordings_folder


class SideWindows:
    """Settings, About and a crash report; each at most once, None until it was asked for.

    Args:
        window: Over which they appear.
        choices: What the settings change.
        engine: Knows cameras and networks.
    """

    def __init__(self, window: QWidget, choices: Choices, engine: SettingsEngine) -> None:
        self._window = window
        self._choices = choices
        self._engine = engine
        self.settings: QDialog | None = None
        self.about: QDialog | None = None
        self.report: QDialog | None = None

    def show_settings(self) -> None:
        """Show the settings, or bring them to the front."""
        from mien.gui.settings_dialog.dialog import SettingsDialog
        from mien.gui.shell.keys_card import KeysCard

        if self.settings is None:
            keys = KeysCard(self._choices)
            self.settings = SettingsDialog(self._choices, self._engine, self._window, more=(keys,))
        _bring(self.settings)

    def show_about(self) -> None:
        """Show what this program is and of what it is made."""
        from mien.gui.shell.about import AboutDialog

        self.about = self.about or AboutDialog(
            recordings_folder(self._choices.settings.video.session_folder), self._window
        )
        _bring(self.about)

    def show_report(self, fault: Fault) -> None:
        """Show what could be told of a fault; another report gives way."""
        from mien.gui.shell.crash_dialog import CrashDialog

        if self.report is not None:
            self.report.close()
        self.report = CrashDialog(fault, self._choices.settings, self._window)
        _bring(self.report)

    def close(self) -> None:
        """Close those that are open."""
        for dialog in (self.settings, self.about, self.report):
            if dialog is not None:
                dialog.close()


def _bring(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
