"""What the window says in passing: failures with their remedy, what went well, and offers that wait."""

from collections import deque
from collections.abc import Callable, Mapping
from traceback import format_exception

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mien.engine.remedies import remedy_of, words_of
from mien.errors import AppError, StageError
from mien.faults import fault_of, keep_fault
from mien.gui.choices import Choices
from mien.gui.parts.banner import Banner
from mien.gui.parts.stage import place_banner
from mien.gui.tab_page import Notice
from mien.log_file import log_failure


class Messages(QObject):
    """Shows one message at a time over the page in front.

    An error pushes everything else away; an offer waits until there is room for it.

    Attributes:
        error: What was said last, for its remedy.

    Args:
        window: Where the banner lies.
        choices: For remedies that change them.
        ground: Returns the widget at whose top the banner stands.
        commands: Returns what remedies may call.
    """

    def __init__(
        self,
        window: QWidget,
        choices: Choices,
        ground: Callable[[], QWidget],
        commands: Callable[[], Mapping[str, Callable[[], None]]],
    ) -> None:
        super().__init__(window)
        self.banner = Banner(window)
        self._choices = choices
        self._ground = ground
        self._commands = commands
        self.error: AppError | None = None
        self._offers: deque[Notice] = deque()
        self.banner.closed.connect(self._show_next)

    def show_error(self, error: AppError) -> None:
        """Say what failed, with the remedy as a button."""
        self.error = error
        log_failure(str(error), "".join(format_exception(error)))
        if isinstance(error, StageError) and error.__cause__ is not None:
            keep_fault(fault_of(error.__cause__, "the window"))
        text, command = remedy_of(error, self._choices.settings)
        act = self._commands().get(command)
        self.banner.show_message(words_of(error), "error", text if act is not None else "", act)
        self.place()

    def show_notice(self, notice: Notice) -> None:
        """Say something, unless an error that nobody has read is in the way."""
        if notice.stays:
            self._offers.append(notice)
            if self.banner.isHidden():
                self._show_next()
        elif self.banner.isHidden() or self.banner.tone == "done":
            self.banner.show_message(notice.text, "done", notice.action, notice.act)
            self.place()

    def leave(self) -> None:
        """Take away what belongs to another tab: errors and what went well, but no offer."""
        if self.banner.tone != "notice":
            self.banner.close_message()

    def close(self) -> None:
        """Take the message away; an offer is taken as answered."""
        self.banner.close_message()

    def place(self) -> None:
        """Keep the banner where it belongs."""
        if not self.banner.isHidden():
            place_banner(self.banner, self._ground())

    def _show_next(self) -> None:
        if self._offers:
            notice = self._offers.popleft()
            self.banner.show_message(notice.text, "notice", notice.action, notice.act)
            self.place()
