"""One channel between two stages, with one of two ways of being full."""

import threading
from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class WhenFull(Enum):
    """What happens to a writer that finds the channel full."""

    BLOCK = "block"
    """It waits: a file loses no frame."""
    DROP_OLDEST = "drop oldest"
    """The oldest entry gives way and is counted: a live picture is never late."""


class Channel(Generic[T]):
    """A bounded queue for any number of writers and readers, which can be closed or discarded.

    ``close`` is the end of input: readers still get what is in it. ``discard`` is the end of work: what is in it
    is thrown away and everybody is woken.
    """

    def __init__(self, capacity: int, when_full: WhenFull) -> None:
        if capacity < 1:
            raise ValueError(f"Channel: expected a capacity of 1 or more, got {capacity}")
        self._capacity = capacity
        self._when_full = when_full
        self._entries: deque[T] = deque()
        self._closed = False
        self._dropped = 0
        self._changed = threading.Condition()

    def put(self, entry: T) -> bool:
        """Add an entry; say False where the channel is closed and the entry was not taken."""
        with self._changed:
            while not self._closed and len(self._entries) >= self._capacity:
                if self._when_full is WhenFull.DROP_OLDEST:
                    self._entries.popleft()
                    self._dropped += 1
                else:
                    self._changed.wait()
            if self._closed:
                return False
            self._entries.append(entry)
            self._changed.notify_all()
            return True

    def get(self) -> T | None:
        """Take the oldest entry, waiting for it; None when the channel is closed and empty."""
        entries = self._take(1)
        return entries[0] if entries else None

    def __iter__(self) -> Iterator[T]:
        """Yield entries until the channel is closed and empty."""
        while (entry := self.get()) is not None:
            yield entry

    def by(self, count: int) -> Iterator[list[T]]:
        """Yield entries, so many at a time, until the channel is closed and empty; the last are perhaps fewer.

        Args:
            count: 1 to the channel's capacity: more would never be there at once.

        Raises:
            ValueError: Another number.
        """
        if not 1 <= count <= self._capacity:
            raise ValueError(f"Channel.by: expected 1 to {self._capacity} entries, got {count}")
        while entries := self._take(count):
            yield entries

    def _take(self, count: int) -> list[T]:
        """Take the oldest entries, waiting until there are so many or no more can come."""
        with self._changed:
            while len(self._entries) < count and not self._closed:
                self._changed.wait()
            entries = [self._entries.popleft() for _ in range(min(count, len(self._entries)))]
            self._changed.notify_all()
            return entries

    def close(self) -> None:
        """End the input; what is in the channel is still read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def discard(self) -> None:
        """End the input and throw away what is in the channel."""
        with self._changed:
            self._closed = True
            self._entries.clear()
            self._changed.notify_all()

    @property
    def dropped(self) -> int:
        """How many entries gave way so far."""
        with self._changed:
            return self._dropped

    def __len__(self) -> int:
        with self._changed:
            return len(self._entries)
