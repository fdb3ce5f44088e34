"""The queue of files for the Batch page. Imports are late: the window stands before they are needed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mien.batch.item import Item
from mien.engine.queue_contract import Queue
from mien.errors import RecordingError
from mien.places import make_private_folder
from mien.runs.task import Task
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.batch.outputs import Outputs
    from mien.batch.processes import LocalWorkers


class ProgramBatchEngine:
    """See ``mien.engine.contracts.BatchEngine``.

    Args:
        queue_file: Where the queue of files is kept from one start to the next.
    """

    def __init__(self, queue_file: Path) -> None:
        self._queue_file = queue_file
        self._workers: LocalWorkers | None = None

    def open_queue(self, settings: Settings, on_change: Callable[[Item], None]) -> Queue:
        """Open the queue of files with what was left of it; it stands still."""
        from mien.batch.jobs import choose_jobs
        from mien.batch.ledger import is_in_use
        from mien.batch.processes import LocalWorkers
        from mien.batch.queue import BatchQueue

        make_private_folder(self._queue_file.parent)
        self._workers = LocalWorkers(choose_jobs(settings.batch.jobs).count)
        try:
            queue = BatchQueue(settings, self._queue_file, self._workers, on_change)
        except RecordingError as error:
            if is_in_use(self._queue_file):
                raise RecordingError("Batch is open in another window of Mien; work there, or close it") from error
            raise
        queue.restore()
        return queue

    def limit_queue(self, settings: Settings) -> int:
        """Let the open queue read as many files at a time as the settings say; return how many these are."""
        from mien.batch.jobs import choose_jobs

        assert self._workers is not None, "the queue is not open"
        self._workers.capacity = choose_jobs(settings.batch.jobs).count
        return self._workers.capacity

    def plan_batch(self, paths: Sequence[Path], settings: Settings) -> list[Task]:
        """Return what is to be made of files, and of those in folders."""
        from mien.batch.plan import make_plan

        return list(make_plan(paths, _outputs_of(settings), recursive=True).tasks)

    def replan_batch(self, tasks: Sequence[Task], settings: Settings) -> list[Task]:
        """Return what is to be made of the same files under other settings."""
        from mien.batch.plan import replan

        return replan(tasks, _outputs_of(settings))


def _outputs_of(settings: Settings) -> "Outputs":
    """Return what Batch makes of each file."""
    from mien.batch.outputs import Outputs

    return Outputs(
        folder=Path(settings.batch.folder) if settings.batch.folder else None,
        sessions=settings.batch.kind == "session",
        video=".mp4" if settings.batch.video else None,
        readings=settings.batch.readings,
        start_s=settings.batch.start_s,
        seconds=settings.batch.seconds,
        profile=settings.batch.profile,
    )
