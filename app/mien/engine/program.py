"""The engine that the window really runs on."""

from pathlib import Path

from mien.engine.batch_engine import ProgramBatchEngine
from mien.engine.live_engine import ProgramLiveEngine
from mien.engine.review_engine import ProgramReviewEngine
from mien.engine.settings_engine import ProgramSettingsEngine
from mien.engine.unfinished_work import ProgramUnfinishedWork
from mien.places import data_folder


class ProgramEngine:
    """See ``mien.engine.contracts.Engine``; what it consists of is loaded when it is first used.

    Args:
        queue_file: Where Batch keeps its queue from one start to the next; None for the usual place.
    """

    def __init__(self, queue_file: Path | None = None) -> None:
        queue_file = queue_file or data_folder() / "batch.jsonl"
        self.live = ProgramLiveEngine()
        self.review = ProgramReviewEngine()
        self.batch = ProgramBatchEngine(queue_file)
        self.settings = ProgramSettingsEngine()
        self.unfinished_work = ProgramUnfinishedWork(queue_file)
