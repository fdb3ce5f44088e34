"""What the Batch page needs of ``mien.batch.queue.BatchQueue``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mien.batch.item import Item
from mien.errors import AppError
from mien.runs.task import Task
from mien.settings import Settings


class Queue(Protocol):
    """See there."""

    settings: Settings
    error: AppError | None

    @property
    def capacity(self) -> int:
        """How many files at a time."""

    @property
    def is_paused(self) -> bool:
        """Whether nothing new begins."""

    def items(self) -> tuple[Item, ...]:
        """Return all items, in the order in which they were added."""

    def add(self, tasks: Sequence[Task]) -> tuple[Item, ...]:
        """Put tasks at the end."""

    def start(self) -> None:
        """Begin, or go on."""

    def pause(self) -> None:
        """Begin nothing new."""

    def cancel(self, number: int) -> None:
        """Take one out of the work."""

    def again(self, number: int) -> None:
        """Do one anew."""

    def remove(self, number: int) -> None:
        """Forget one that does not run."""

    def choose(self, number: int, choose: Callable[[Task], Task]) -> None:
        """Let one that does not run be made into something else."""

    def replan(self, plan: Callable[[Sequence[Task]], Sequence[Task]]) -> None:
        """Let what waits be made into something else."""

    def owns_table(self, table: Path) -> bool:
        """Whether a table that is there was written by Mien and left alone since."""

    def keep_table(self, table: Path) -> None:
        """Write down that Mien wrote a table."""

    def network_of(self, item: Item) -> str:
        """Return the SHA-256 of the network that read an item; empty where none did."""

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cut off what runs and end everything."""
