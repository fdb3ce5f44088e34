"""The files of a folder, annotated one after the other or side by side."""

import threading
import time
from dataclasses import replace
from typing import Final

from mien.api.failures import all_failed, warn_of
from mien.batch.item import Item, State
from mien.batch.jobs import choose_jobs
from mien.batch.order import Workers
from mien.batch.plan import Plan
from mien.batch.queue import BatchQueue
from mien.batch.running import run_plan
from mien.errors import printable
from mien.runs.progress import Progress, Report
from mien.runs.set_summary import summary_of_set
from mien.runs.summary import Summary
from mien.settings import Settings

POLL_S: Final = 0.1


def annotate_folder(
    named: str,
    plan: Plan,
    settings: Settings,
    jobs: int,
    report: Report | None,
    stop: threading.Event | None,
) -> Summary:
    """Do a plan of several files.

    Args:
        named: The folder, as it was named.
        plan: What is made of its files.
        settings: How to read them.
        jobs: How many at a time; 0 for as many as fit.
        report: Takes how far it is, in files.
        stop: Ends it early.

    Raises:
        AppError: No file can be read. Single ones that cannot are told by a warning and in ``failures``.
    """
    if not any(task.outputs or task.table for task in plan.tasks):
        plan = replace(
            plan, home=None, ledger=None
        )  # nothing is to be written, so there is nothing to keep in mind
    watch = _Watch(len(plan.tasks), report, stop)
    started_s = time.monotonic()
    ended = run_plan(plan, settings, _workers(jobs, len(plan.tasks)), watch.wait, watch.note)
    failures = [
        printable(item.reason or "")
        for item in ended.items
        if item.state is State.FAILED or (item.summary is not None and item.summary.damage is not None)
    ]
    files = [item.summary for item in ended.items if item.summary is not None]
    if failures and not files:
        raise all_failed(failures)
    warn_of(failures, len(plan.tasks))
    return summary_of_set(
        printable(named),
        files,
        failures=failures,
        outputs=[printable(str(table)) for table in ended.tables],
        notes=plan.notes,
        elapsed_s=time.monotonic() - started_s,
        was_cut=ended.was_cut,
    )


def _workers(jobs: int, count: int) -> Workers:
    if jobs == 1 or count == 1:
        from mien.batch.this_process import ThisProcess
        from mien.batch.worker import NETWORK_THREADS

        return ThisProcess(threads=NETWORK_THREADS)
    from mien.batch.processes import LocalWorkers

    return LocalWorkers(min(choose_jobs(jobs).count, count))


class _Watch:
    """Waits for a queue, and tells how far it is from the thread that waits.

    Args:
        total: Files in all.
        report: Takes how far it is, in files.
        stop: Ends it early.
    """

    def __init__(self, total: int, report: Report | None, stop: threading.Event | None) -> None:
        self._total = total
        self._report = report
        self._stop = stop
        self._over: set[int] = set()
        self._started_s = time.monotonic()

    def note(self, item: Item) -> None:
        """Take a change of an item, from the queue's thread."""
        if item.is_over:
            self._over.add(item.number)

    def wait(self, queue: BatchQueue) -> bool:
        """Wait for the end."""
        was_cut = False
        while not queue.wait(POLL_S):
            self._tell()
            if self._stop is not None and self._stop.is_set() and not was_cut:
                was_cut = True
                queue.stop()
        self._tell()
        return was_cut

    def _tell(self) -> None:
        if self._report is not None:
            done, passed_s = len(self._over), time.monotonic() - self._started_s
            self._report(Progress(done, self._total, done / max(passed_s, 1e-6)))
