"""Doing what was planned: the one way of the command line and of Python."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mien.batch.item import Item
from mien.batch.ledger import LEDGER_NAME
from mien.batch.order import Workers
from mien.batch.plan import Plan
from mien.batch.queue import BatchQueue, OnChange
from mien.batch.table import write_tables
from mien.errors import RecordingError
from mien.settings import Settings

Wait = Callable[[BatchQueue], bool]
"""Waits for the end of a queue, and stops it where that is wanted; returns whether it did."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a plan.

    Attributes:
        items: Each input at its end.
        tables: What was written of all together: the summary, and all faces of the pictures.
        was_cut: Whether it was ended early.
    """

    items: tuple[Item, ...]
    tables: tuple[Path, ...] = ()
    was_cut: bool = False


def run_plan(
    plan: Plan, settings: Settings, workers: Workers, wait: Wait, on_change: OnChange = lambda item: None
) -> Ended:
    """Do what was planned. What was done before and has not changed is left alone, where the plan has a ledger.

    Args:
        plan: What to do.
        settings: How to read.
        workers: What reads; closed at the end.
        wait: See ``Wait``. What it raises ends everything at once and comes through.
        on_change: Takes each change of an item, from the queue's thread.

    Raises:
        AppError: The queue could not go on, or a table cannot be written.
    """
    store = None if plan.ledger is None else plan.ledger / LEDGER_NAME
    try:
        if plan.ledger is not None:
            _make(plan.ledger)
    except BaseException:
        workers.close()
        raise
    queue = BatchQueue(settings, store, workers, on_change)
    try:
        numbers = {item.number for item in queue.add(plan.tasks)}
        queue.start()
        was_cut = wait(queue)
        items = tuple(item for item in queue.items() if item.number in numbers)
        if queue.error is not None:
            raise queue.error
        tables = write_tables(items, queue, plan.home) if plan.home is not None else ()
    except BaseException:
        queue.close(timeout_s=0.0)
        raise
    finally:
        queue.close()
    if queue.error is not None:
        raise queue.error
    return Ended(items, tables, was_cut)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be made ({error.strerror}); choose another folder") from error
