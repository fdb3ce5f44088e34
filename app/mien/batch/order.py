"""What a worker is asked to do, what it answers, and what all kinds of workers can."""

from dataclasses import dataclass
from typing import Final, Protocol

from mien.batch.fingerprint import Networks
from mien.runs.kept import Kept
from mien.runs.progress import Progress
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.settings import Settings

REPORT_S: Final = 0.25
"""How often a worker says how far it is."""


@dataclass(frozen=True, slots=True)
class Order:
    """One file to be read.

    Attributes:
        number: Of its item.
        task: What is made of it.
        settings: How to read it.
        networks: What the files of the networks must be.
        kept: What makes reading it needless, or None.
    """

    number: int
    task: Task
    settings: Settings
    networks: Networks
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A file is to be ended early.

    Attributes:
        number: Of its item; word that comes late must not hit the next one.
    """

    number: int


@dataclass(frozen=True, slots=True)
class Advanced:
    """A file is on its way.

    Attributes:
        number: Of the item.
        progress: How far.
    """

    number: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class Finished:
    """A file was read, to its end or until it was cut off.

    Attributes:
        number: Of the item.
        summary: What was seen.
    """

    number: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class Failed:
    """A file was not read.

    Attributes:
        number: Of the item.
        reason: Why, in a line.
        trace: Where in the program, as Python prints it.
        kind: The name of the error's class, for its remedy.
    """

    number: int
    reason: str
    trace: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Died:
    """The process that read a file is gone.

    Attributes:
        number: Of the item.
        how: What is known of its end, in a few words.
    """

    number: int
    how: str


Answer = Advanced | Finished | Failed | Died


class Workers(Protocol):
    """Reads several files at a time. Used by one thread, but for ``wake``."""

    @property
    def capacity(self) -> int:
        """How many files at a time, 1 or more."""

    def begin(self, order: Order) -> None:
        """Begin a file; no more than ``capacity`` run."""

    def cut(self, number: int) -> None:
        """End the reading of a file early: what was read until then becomes complete, and ``Finished`` comes."""

    def answers(self, timeout_s: float) -> list[Answer]:
        """Wait until there is something to tell, ``wake`` was called, or the time is over."""

    def wake(self) -> None:
        """Make ``answers`` return; from any thread."""

    def rest(self) -> None:
        """Nothing runs and nothing waits: give memory back."""

    def close(self) -> None:
        """End everything at once; what runs is left as after a crash."""
