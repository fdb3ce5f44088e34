"""What is offered once the window stands: what a crash cut off, its report, and files that wait from last time."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from mien.engine.contracts import UnfinishedWork
from mien.errors import AppError, UnfinishedSession
from mien.faults import Fault
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.tab_page import Notice


class StartOffers(QObject):
    """Looks beside the window; emits ``notified`` with a ``Notice``, ``failed`` with an ``AppError``.

    Args:
        work: Knows what was left undone.
        choices: Where recordings lie.
        go_on: Goes on with the queue.
        open_session: Opens a session.
        report: Shows the report of a fault.
        parent: The window.
    """

    notified = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        work: UnfinishedWork,
        choices: Choices,
        go_on: Callable[[], None],
        open_session: Callable[[str], None],
        report: Callable[[Fault], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._go_on = go_on
        self._open_session = open_session
        self._report = report
        self._background = Background(self)
        settings = choices.settings
        self._background.run(partial(work.find_unfinished, settings), self._offer_sessions, _keep_quiet)
        self._background.run(work.count_waiting, self._offer_queue, _keep_quiet)
        self._background.run(work.find_dead, self._offer_report, _keep_quiet)
        self._background.run(work.clear_cut_off, lambda _: None, _keep_quiet)

    def shut_down(self, timeout_s: float) -> bool:
        """Wait for what runs; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _offer_sessions(self, paths: list[Path]) -> None:
        if not paths:
            return
        what = "A recording was" if len(paths) == 1 else f"{len(paths)} recordings were"
        text = f"{what} cut off. What was recorded until then can be finished."
        self.notified.emit(Notice(text, "Finish", partial(self.finish, paths), stays=True))

    def _offer_queue(self, count: int) -> None:
        if count:
            files = "1 file waits" if count == 1 else f"{count} files wait"
            self.notified.emit(Notice(f"{files} in Batch from last time.", "Resume", self._go_on, stays=True))

    def _offer_report(self, fault: Fault | None) -> None:
        if fault is not None:
            text = "Mien ended unexpectedly last time. A report would help to mend it; nothing is sent."
            self.notified.emit(Notice(text, "Report…", partial(self._report, fault), stays=True))

    def finish(self, paths: list[Path]) -> None:
        """Finish recordings that were cut off, beside the window."""
        self._background.run(partial(self._work.recover, paths), self._tell, self.failed.emit)

    def finish_refused(self, error: AppError | None) -> None:
        """Finish the recording that could not be opened because it was cut off."""
        if isinstance(error, UnfinishedSession):
            self.finish([error.folder])

    def _tell(self, paths: list[Path]) -> None:
        """Tell what was finished."""
        text = f"Finished {paths[0].name}" if len(paths) == 1 else f"Finished {len(paths)} recordings"
        folder = str(paths[-1])
        self.notified.emit(Notice(text, "Open", partial(self._open_session, folder)))


def _keep_quiet(_error: object) -> None:
    """Nothing to offer then: what is wrong with the folder shows when one records into it."""
