"""One file of a queue."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mien.capture.source_spec import is_picture
from mien.runs.progress import Progress
from mien.runs.summary import Summary
from mien.runs.task import Task


class State(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UP_TO_DATE = "up to date"
    """Done earlier, and neither the file nor the settings have changed since."""
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A file of a queue as it is at this moment; a change makes a new one.

    Attributes:
        number: Stable and unique within the queue, rising.
        source: The file, absolute.
        task: What is made of it.
        state: Where it stands.
        progress: How far it is, while it runs.
        reason: Why it failed, or what is worth knowing of one that is done; a line.
        summary: What was seen, once it was read.
        attempts: How often it was begun.
        is_forced: Whether it is done again even where nothing has changed.
        trace: Where in the program it failed, for who wants to know; not kept.
        kind: The name of the error's class where it failed, for its remedy; see ``mien.errors``.
    """

    number: int
    source: Path
    task: Task
    state: State = State.WAITING
    progress: Progress | None = None
    reason: str | None = None
    summary: Summary | None = None
    attempts: int = 0
    is_forced: bool = False
    trace: str = ""
    kind: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Those of its outputs that are there."""
        return tuple(path for path in self.task.outputs if os.path.exists(path))

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, read by itself."""
        return is_picture(self.source) and not self.task.as_film

    @property
    def to_open(self) -> Path | None:
        """What shows it best: its session, or the file itself, which is shown with its overlay drawn."""
        session = self.task.session
        return next((path for path in (session, self.source) if path and os.path.exists(path)), None)
