"""The files of a queue as they stand, for all threads, and what is kept of them on disk."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from mien.batch.item import Item, State
from mien.batch.ledger import Entry, Ledger
from mien.runs.task import Task


class Board:
    """Every call holds the lock for as long as it lasts; a change is noted until somebody has been told of it.

    Args:
        store: The ledger's file; None keeps nothing.

    Raises:
        RecordingError: The ledger cannot be opened.
    """

    def __init__(self, store: Path | None) -> None:
        self._ledger = Ledger(store)
        self._items: dict[int, Item] = {}
        self._changed: dict[int, Item] = {}
        self._next_number = 1
        self._state = threading.Condition(threading.RLock())

    def items(self) -> tuple[Item, ...]:
        """Return all items, in the order in which they were added."""
        with self._state:
            return tuple(self._items.values())

    def get(self, number: int) -> Item:
        """Return one item."""
        with self._state:
            return self._items[number]

    def set(self, item: Item) -> None:
        """Put an item into its new state."""
        with self._state:
            self._items[item.number] = item
            self._changed[item.number] = item

    def change(self, number: int, new: Callable[[Item], Item | None]) -> None:
        """Put an item into the state that a function says; None leaves it as it is."""
        with self._state:
            changed = new(self._items[number])
            if changed is not None:
                self.set(changed)

    def add(self, tasks: Iterable[Task]) -> tuple[Item, ...]:
        """Put tasks at the end; a file that is there already is looked at once more, unless it runs.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        with self._state:
            numbers = {item.source: number for number, item in self._items.items()}
            added = [self._add(task.absolute(), numbers) for task in tasks]
            new = [item for item in added if self._ledger.get(item.source) is None]
            self._ledger.put(*(Entry(source=item.source, state=item.state, task=item.task) for item in new))
        return tuple(added)

    def restore(self) -> tuple[Item, ...]:
        """Put in what the ledger knows: what is done is there as such, what was begun or waited waits."""
        with self._state:
            for entry in self._ledger.entries():
                state = State.WAITING if entry.state is State.RUNNING else entry.state
                task = replace(entry.task, source=str(entry.source))
                self.set(
                    Item(
                        self._number(),
                        entry.source,
                        task,
                        state,
                        reason=entry.reason,
                        summary=entry.summary,
                        kind=entry.kind,
                    )
                )
        return self.items()

    def remove(self, number: int) -> None:
        """Forget one that does not run; its files stay."""
        with self._state:
            if self._items[number].state is not State.RUNNING:
                item = self._items.pop(number)
                self._changed.pop(number, None)
                self._ledger.forget(item.source)

    def known(self, source: Path) -> Entry | None:
        """Return the last that is kept of a file, or None."""
        with self._state:
            return self._ledger.get(source)

    def keep(self, entry: Entry) -> None:
        """Write down what is known of a file.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        with self._state:
            self._ledger.put(entry)

    def replan(self, plan: Callable[[Sequence[Task]], Sequence[Task]]) -> None:
        """Let what waits be made into something else.

        Args:
            plan: Takes the tasks that wait, and returns as many for the same files.

        Raises:
            AppError: As ``plan`` does, or the ledger cannot be written.
        """
        with self._state:
            waiting = [item for item in self._items.values() if item.state is State.WAITING]
            planned = [task.absolute() for task in plan([item.task for item in waiting])]
            entries = []
            for item, task in zip(waiting, planned, strict=True):
                if task == item.task:
                    continue
                self.set(replace(item, task=task))
                known = self._ledger.get(item.source)
                if known is not None and known.state is State.WAITING:
                    entries.append(msgspec.structs.replace(known, task=task))
            self._ledger.put(*entries)

    def choose(self, number: int, choose: Callable[[Task], Task]) -> None:
        """Let a file that does not run be made into something else, now where it waits, or when it is done anew.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        with self._state:
            item = self._items[number]
            if item.state is State.RUNNING:
                return
            task = choose(item.task).absolute()
            self.set(replace(item, task=task))
            known = self._ledger.get(item.source)
            if known is not None and known.state is State.WAITING:
                self._ledger.put(msgspec.structs.replace(known, task=task))

    def owns_table(self, table: Path) -> bool:
        """Whether a table that is there was written by Mien and left alone since."""
        with self._state:
            return self._ledger.owns_table(table)

    def keep_table(self, table: Path) -> None:
        """Write down that Mien wrote a table.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        with self._state:
            self._ledger.put_table(table)

    def close(self) -> None:
        """Let others have the ledger."""
        with self._state:
            self._ledger.close()

    def tell(self, on_change: Callable[[Item], None]) -> None:
        """Tell of each change since the last time, without holding the lock."""
        with self._state:
            changed = list(self._changed.values())
        for item in changed:
            on_change(item)
        with self._state:
            for item in changed:
                if self._changed.get(item.number) is item:
                    del self._changed[item.number]
            self._state.notify_all()

    def wake(self) -> None:
        """Let those who wait look again."""
        with self._state:
            self._state.notify_all()

    def wait_until(self, is_so: Callable[[frozenset[State], bool], bool], timeout_s: float | None) -> bool:
        """Wait until something is so, and say whether it is.

        Args:
            is_so: Takes the states that there are, and whether all changes were told.
            timeout_s: At most so long; None for ever.
        """

        def looks() -> bool:
            return is_so(frozenset(item.state for item in self._items.values()), not self._changed)

        with self._state:
            return self._state.wait_for(looks, timeout_s)

    def _add(self, task: Task, numbers: dict[Path, int]) -> Item:
        source = Path(task.source)
        number = numbers.get(source)
        if number is None:
            number = numbers[source] = self._number()
        elif self._items[number].state is State.RUNNING:
            return self._items[number]
        item = Item(number, source, task)
        self.set(item)
        return item

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number - 1
