"""A queue of files that are read several at a time, stopped and gone on with later."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from mien.batch.board import Board
from mien.batch.fingerprint import Fingerprint, networks_of, reading_of, recipe_of
from mien.batch.item import Item, State
from mien.batch.ledger import Entry
from mien.batch.order import Advanced, Answer, Died, Failed, Finished, Order, Workers
from mien.batch.results import claim_outputs, delete_remains, kept_by, kept_for, written_by
from mien.errors import AppError, VideoUnreadable, unexpected
from mien.log_file import log_failure
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.settings import Settings
from mien.settings.profiles import with_profile

POLL_S: Final = 30.0
"""The queue's thread is woken when there is something to do; this is in case that it was missed."""

MAX_ATTEMPTS: Final = 2
"""A file whose process was killed is tried once more."""

OnChange = Callable[[Item], None]


class BatchQueue:
    """Files, each with its state, read by workers under the eye of one thread.

    All calls come back at once and may come from any thread, but for ``wait`` and ``close``.

    Args:
        settings: How to read; may be set anew and counts for what has not begun.
        store: The ledger's file. What it says is done and unchanged is not done again. None keeps nothing.
        workers: What reads; closed with the queue.
        on_change: Takes each change of an item, from the queue's thread.

    Attributes:
        settings: See above.
        error: Why the queue has stopped, such as a full disk, or None.

    Raises:
        RecordingError: The ledger cannot be opened.
    """

    def __init__(
        self, settings: Settings, store: Path | None, workers: Workers, on_change: OnChange = lambda item: None
    ) -> None:
        self.settings = settings
        self.error: AppError | None = None
        try:
            self._board = Board(store)
        except BaseException:
            workers.close()
            raise
        self._workers = workers
        self._on_change = on_change
        self._running: dict[int, Entry] = {}
        self._cut: set[int] = set()
        self._cancelled: set[int] = set()
        self._is_paused = True
        self._is_stopping = False
        self._is_closing = False
        self._has_ended = False
        self._thread = threading.Thread(target=self._run, name="mien-batch", daemon=True)
        self._thread.start()

    @property
    def capacity(self) -> int:
        """How many files at a time."""
        return self._workers.capacity

    @property
    def is_paused(self) -> bool:
        """Whether nothing new begins."""
        return self._is_paused

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return not any(item.state is State.RUNNING for item in self.items())

    def items(self) -> tuple[Item, ...]:
        """Return all items, in the order in which they were added."""
        return self._board.items()

    def add(self, tasks: Iterable[Task]) -> tuple[Item, ...]:
        """Put tasks at the end; a file that is in the queue already is looked at once more, unless it runs.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        added = self._board.add(tasks)
        self._workers.wake()
        return added

    def restore(self) -> tuple[Item, ...]:
        """Put in what the ledger knows: what is done is there as such, what was begun or waited waits."""
        restored = self._board.restore()
        self._workers.wake()
        return restored

    def start(self) -> None:
        """Begin, or go on; what is added later begins as well."""
        self._is_paused = self._is_stopping = False
        self.error = None
        self._workers.wake()

    def pause(self) -> None:
        """Begin nothing new; what runs goes on to its end."""
        self._is_paused = True

    def stop(self) -> None:
        """Pause, and cut off what runs: it is completed with what was read, and waits to be done anew."""
        self._is_paused = self._is_stopping = True
        self._workers.wake()

    def cancel(self, number: int) -> None:
        """Take one out of the work; one that runs is cut off, and its files are completed with what was read."""

        def out(item: Item) -> Item | None:
            if item.state is State.RUNNING:
                self._cancelled.add(number)
            return replace(item, state=State.CANCELLED) if item.state is State.WAITING else None

        self._board.change(number, out)
        self._workers.wake()

    def again(self, number: int) -> None:
        """Do one anew that is over."""

        def anew(item: Item) -> Item | None:
            fresh = replace(item, state=State.WAITING, reason=None, attempts=0, is_forced=True)
            return fresh if item.is_over else None

        self._board.change(number, anew)
        self._workers.wake()

    def choose(self, number: int, choose: Callable[[Task], Task]) -> None:
        """Let one that does not run be made into something else; see ``Board.choose``.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        self._board.choose(number, choose)
        self._workers.wake()

    def replan(self, plan: Callable[[Sequence[Task]], Sequence[Task]]) -> None:
        """Let what waits be made into something else; see ``Board.replan``."""
        self._board.replan(plan)

    def owns_table(self, table: Path) -> bool:
        """Whether a table that is there was written by Mien and left alone since."""
        return self._board.owns_table(table)

    def keep_table(self, table: Path) -> None:
        """Write down that Mien wrote a table."""
        self._board.keep_table(table)

    def remove(self, number: int) -> None:
        """Forget one that does not run; its files stay."""
        self._board.remove(number)

    def network_of(self, item: Item) -> str:
        """Return the SHA-256 of the network that read an item; empty where none did."""
        entry = self._board.known(item.source)
        return entry.networks[0] if entry is not None and entry.networks and item.summary is not None else ""

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing runs and, unless the queue is paused, nothing waits; say whether that is so."""

        def is_over(states: frozenset[State], is_told: bool) -> bool:
            is_quiet = State.RUNNING not in states and (self._is_paused or State.WAITING not in states)
            return (is_quiet and is_told) or self._has_ended

        return self._board.wait_until(is_over, timeout_s)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cut off what runs and end everything; say whether it ended in time. Otherwise it is killed."""
        self.stop()
        is_done = self.wait(timeout_s)
        self._is_closing = True
        self._workers.wake()
        self._thread.join()
        return is_done

    def _run(self) -> None:
        try:
            while not self._is_closing:
                self._step()
        except Exception as error:
            # A fault of ours, which must not leave anybody waiting for an end that never comes.
            self._give_up(unexpected(error, "the queue stopped"))
        finally:
            self._workers.close()
            self._board.close()
            self._has_ended = True
            self._board.wake()

    def _step(self) -> None:
        self._try(self._begin_waiting)
        self._board.tell(self._on_change)
        for answer in self._workers.answers(POLL_S):
            self._try(partial(self._take, answer))
        self._cut_unwanted()
        if not self._running and not any(item.state is State.WAITING for item in self.items()):
            self._workers.rest()

    def _try(self, step: Callable[[], None]) -> None:
        """Do something; where the ledger cannot be written, nothing new begins until somebody starts it again."""
        try:
            step()
        except AppError as error:
            self._pause_for(error)

    def _pause_for(self, error: AppError) -> None:
        self.error, self._is_paused = error, True

    def _give_up(self, error: AppError) -> None:
        """Let nothing look as if it ran: the thread that would tell of its end is gone."""
        self._pause_for(error)
        for number in self._running:
            self._board.change(number, lambda item: replace(item, state=State.WAITING, progress=None))
        with suppress(Exception):
            self._board.tell(self._on_change)

    def _cut_unwanted(self) -> None:
        for number in self._running:
            if (self._is_stopping or number in self._cancelled) and number not in self._cut:
                self._cut.add(number)
                self._workers.cut(number)

    def _begin_waiting(self) -> None:
        while not self._is_paused and len(self._running) < self._workers.capacity:
            waiting = [item for item in self.items() if item.state is State.WAITING]
            if not waiting:
                return
            # What has failed before comes last.
            self._begin(min(waiting, key=lambda item: item.attempts))

    def _begin(self, item: Item) -> None:
        """Begin one, unless it is done already or cannot be done."""
        known = self._board.known(item.source)
        try:
            fingerprint = None if item.task.is_live else Fingerprint.of(item.source)
            settings = _settings_for(item.task, self.settings)
            recipe, networks = recipe_of(settings, item.task), networks_of(settings)
            reading = reading_of(settings, item.task)
            insists = item.is_forced and known is not None and known.recipe == recipe
            kept = None if insists else kept_for(item.task, settings, known, fingerprint, reading)
            if not item.is_forced and known is not None and known.is_up_to_date(item.task, fingerprint, recipe):
                task = replace(known.task, source=item.task.source, table=item.task.table)
                done = replace(item, task=replace(task, is_own=False).with_own_of(item.task))
                self._board.set(replace(done, state=State.UP_TO_DATE, summary=known.summary, reason=known.reason))
                return
            task = claim_outputs(item.task, known)
            item = replace(item, task=replace(task, overwrite=item.task.overwrite))
        except OSError as error:
            reason = f"{item.task.source}: cannot be read ({error.strerror}); check that it is there"
            self._fail(item, reason, VideoUnreadable.__name__)
            return
        except AppError as error:
            self._fail(item, str(error), type(error).__name__)
            return
        was_killed = known is not None and (known.was_killed or known.state is State.RUNNING)
        entry = Entry(
            source=item.source,
            state=State.RUNNING,
            task=item.task,
            fingerprint=fingerprint,
            recipe=recipe,
            reading=reading,
            networks=tuple(filter(None, (networks.first, networks.other))),
            written=known.written if known else (),
            was_killed=was_killed,
            has_remains=was_killed or (known is not None and known.has_remains),
            kept=known.kept if known is not None and kept is not None else None,
        )
        self._board.keep(entry)
        self._running[item.number] = entry
        begun = replace(item, state=State.RUNNING, reason=None, summary=None, kind="", attempts=item.attempts + 1)
        self._board.set(begun)
        self._workers.begin(Order(item.number, task, settings, networks, kept))

    def _take(self, answer: Answer) -> None:
        item = self._board.get(answer.number)
        match answer:
            case Advanced(progress=progress):
                self._board.set(replace(item, progress=progress))
            case Finished(summary=summary):
                self._finish(item, summary)
            case Failed(reason=reason, trace=trace, kind=kind) if item.number not in self._cut:
                log_failure(reason, trace)
                self._end(replace(item, trace=trace, kind=kind), State.FAILED, reason=reason)
            case Failed():  # cut off before its first frame
                self._end(item, self._state_after_cut(item))
            case Died(how=how):
                self._on_worker_died(item, how)

    def _finish(self, item: Item, summary: Summary) -> None:
        if self._running[item.number].has_remains and not summary.was_cut:
            delete_remains(item.task)
        state = self._state_after_cut(item) if summary.was_cut else State.DONE
        reason = summary.damage or "; ".join(summary.notes) or None
        self._end(item, state, reason=reason, summary=summary)

    def _state_after_cut(self, item: Item) -> State:
        return State.CANCELLED if item.number in self._cancelled else State.WAITING

    def _on_worker_died(self, item: Item, how: str) -> None:
        """Try a file once more whose process is gone."""
        if item.number in self._cancelled:
            self._end(item, State.CANCELLED, was_killed=True)
        elif self._is_stopping or item.attempts < MAX_ATTEMPTS:
            self._end(item, State.WAITING, reason=f"tried again, since its process ended: {how}", was_killed=True)
        else:
            reason = (
                f"{item.source}: the process that read it ended {MAX_ATTEMPTS} times ({how}); "
                "read fewer files in parallel (--jobs)"
            )
            item = replace(item, kind=MemoryError.__name__)
            self._end(item, State.FAILED, reason=reason, was_killed=True)

    def _end(
        self,
        item: Item,
        state: State,
        *,
        reason: str | None = None,
        summary: Summary | None = None,
        was_killed: bool = False,
    ) -> None:
        """Put one that ran into its next state. Where the disk is full, it is over all the same."""
        entry = self._running.pop(item.number)
        self._cut.discard(item.number)
        self._board.set(replace(item, state=state, reason=reason, summary=summary, progress=None, is_forced=False))
        self._cancelled.discard(item.number)  # last: who cancels it until then finds it running
        is_left = state is not State.DONE and entry.has_remains
        self._board.keep(
            msgspec.structs.replace(
                entry,
                state=state,
                reason=reason,
                kind=item.kind,
                summary=summary,
                written=written_by(item.task),
                kept=kept_by(item.task, state, summary) or entry.kept,
                was_killed=was_killed or (entry.was_killed and summary is None),
                has_remains=was_killed or state is State.FAILED or is_left,
            )
        )

    def _fail(self, item: Item, reason: str, kind: str) -> None:
        """Give one up that was not begun."""
        known = self._board.known(item.source)
        entry = known or Entry(source=item.source, state=State.FAILED, task=item.task)
        self._board.set(replace(item, state=State.FAILED, reason=reason, kind=kind))
        failed = msgspec.structs.replace(entry, state=State.FAILED, reason=reason, kind=kind, summary=None)
        self._board.keep(failed)


def _settings_for(task: Task, settings: Settings) -> Settings:
    """Return how a file is read: as all are, or by its profile.

    Raises:
        SettingsError: There is no such profile any more.
    """
    return with_profile(settings, task.profile) if task.profile else settings
