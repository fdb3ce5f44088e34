"""What a crash or the end of the program left undone. Imports are late: most often there is nothing."""

from collections.abc import Sequence
from pathlib import Path

from mien.faults import Fault, find_dead
from mien.places import recordings_folder
from mien.settings import Settings


class ProgramUnfinishedWork:
    """See ``mien.engine.contracts.UnfinishedWork``.

    Args:
        queue_file: Where the queue of files is kept from one start to the next.
    """

    def __init__(self, queue_file: Path) -> None:
        self._queue_file = queue_file

    def count_waiting(self) -> int:
        """Return how many files of the queue were left unread."""
        from mien.batch.ledger import count_waiting

        return count_waiting(self._queue_file)

    def find_unfinished(self, settings: Settings) -> list[Path]:
        """Return the recordings that were cut off."""
        folder = recordings_folder(settings.video.session_folder)
        if not folder.is_dir():
            return []
        from mien.session.recovery import find_unfinished

        return [unfinished.path for unfinished in find_unfinished(folder)]

    def find_dead(self) -> Fault | None:
        """Return the fault of which the program died since the last start, or None."""
        return find_dead()

    def clear_cut_off(self) -> None:
        """Delete the readings of videos that were cut off half-way."""
        from mien.session.analyses.analysis_store import AnalysisStore

        AnalysisStore().clear_cut_off()

    def recover(self, paths: Sequence[Path]) -> list[Path]:
        """Finish recordings that were cut off; return what came of them."""
        from mien.session.recovery import recover

        return [recover(path).path for path in paths]
