"""The three tabs of the window, and what it needs of each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Tab(Enum):
    """Where one is; the value stands in the settings."""

    LIVE = "live"
    REVIEW = "review"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say in passing.

    Attributes:
        text: One line.
        action: What the button says; empty for none.
        act: What the button does.
        stays: Waits to be answered instead of leaving by itself.
    """

    text: str
    action: str = ""
    act: Callable[[], None] | None = None
    stays: bool = False


class TabPage(QWidget):
    """A tab.

    Emits ``failed`` with an ``AppError``, ``notified`` with a ``Notice``, ``subject_changed`` when what is
    open, what it is busy with or what made its readings has changed, ``ground_changed`` when messages belong
    elsewhere, ``arrived`` when what it was asked to open is open, ``open_asked`` with something to open in
    whatever tab is for it, ``dialog_asked`` when the user wants to choose a file, and ``full_screen_asked``.
    """

    failed = Signal(object)
    notified = Signal(object)
    subject_changed = Signal()
    ground_changed = Signal()
    arrived = Signal()
    open_asked = Signal(str)
    dialog_asked = Signal()
    full_screen_asked = Signal()

    @property
    def subject(self) -> str:
        """What is open, for people; empty where nothing is."""
        return ""

    @property
    def busy(self) -> str:
        """What goes on even while another tab is in front, for people: "recording"; empty for nothing."""
        return ""

    @property
    def read_by(self) -> tuple[str, ...]:
        """The networks that made the readings on screen; none where there are no readings."""
        return ()

    @property
    def banner_ground(self) -> QWidget:
        """The widget at whose top messages appear."""
        return self

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what this tab's keys do; see ``mien.gui.shell.shortcuts``."""
        return {}

    def enter(self) -> None:
        """The tab has come to the front."""

    def leave(self) -> None:
        """Another tab comes to the front."""

    def take_escape(self) -> bool:
        """Do what the Escape key means here first, such as ending a countdown; say whether it meant anything."""
        return False

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the main thing."""

    def shut_down(self, timeout_s: float) -> bool:
        """End everything; say whether all of it ended in time.

        Raises:
            AppError: What was under way could not be completed.
        """
        return True
