"""A queue of files that does what it is told to, when it is told to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mien.batch.item import Item, State
from mien.errors import AppError
from mien.runs.progress import Progress
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.settings import Settings


def make_summary(source: str = "clip.mp4", **counts: int) -> Summary:
    return Summary(
        source=source,
        frames=300,
        frames_with_face=280,
        faces=2,
        media_s=72.0,
        labels=dict(sorted(counts.items(), key=lambda one: -one[1])) or {"happiness": 180, "neutral": 100},
        uncertain=12,
        valence=0.4,
        arousal=0.2,
    )


class FakeQueue:
    """Reads nothing: a test calls ``advance``, ``finish`` and ``fail``."""

    capacity = 2

    def __init__(self, settings: Settings, on_change: Callable[[Item], None], left: Sequence[str] = ()) -> None:
        self.settings = settings
        self.error: AppError | None = None
        self.is_paused = True
        self.is_closed = False
        self.tables: set[Path] = set()
        self._on_change = on_change
        self._items: dict[int, Item] = {}
        self._next = 1
        self.add([Task(source=source) for source in left])

    def items(self) -> tuple[Item, ...]:
        return tuple(self._items.values())

    def add(self, tasks: Sequence[Task]) -> tuple[Item, ...]:
        added = []
        for task in tasks:
            item = Item(self._next, Path(task.source).absolute(), task)
            self._next += 1
            self._items[item.number] = item
            added.append(item)
        self._begin()
        return tuple(added)

    def start(self) -> None:
        self.is_paused = False
        self._begin()

    def pause(self) -> None:
        self.is_paused = True

    def cancel(self, number: int) -> None:
        self._set(number, state=State.CANCELLED)

    def again(self, number: int) -> None:
        self._set(number, state=State.WAITING, reason=None, summary=None)

    def remove(self, number: int) -> None:
        del self._items[number]

    def choose(self, number: int, choose: Callable[[Task], Task]) -> None:
        self._set(number, task=choose(self._items[number].task))

    def replan(self, plan: Callable[[Sequence[Task]], Sequence[Task]]) -> None:
        waiting = [item for item in self.items() if item.state is State.WAITING]
        for item, task in zip(waiting, plan([item.task for item in waiting]), strict=True):
            self._set(item.number, task=task)

    def owns_table(self, table: Path) -> bool:
        return table in self.tables

    def keep_table(self, table: Path) -> None:
        self.tables.add(table)

    def network_of(self, item: Item) -> str:
        return "0" * 64 if item.summary is not None else ""

    def close(self, timeout_s: float = 10.0) -> bool:
        self.is_closed = True
        return True

    def advance(self, number: int, frames: int, total: int | None = 100) -> None:
        self._set(number, progress=Progress(frames, total, 25.0))

    def finish(self, number: int, summary: Summary | None = None) -> None:
        self._set(number, state=State.DONE, summary=summary or make_summary())

    def fail(self, number: int, reason: str, kind: str = "") -> None:
        self._set(number, state=State.FAILED, reason=reason, kind=kind)

    def _begin(self) -> None:
        for item in self.items():
            running = sum(one.state is State.RUNNING for one in self.items())
            if not self.is_paused and item.state is State.WAITING and running < self.capacity:
                self._set(item.number, state=State.RUNNING)

    def _set(self, number: int, **changes: object) -> None:
        self._items[number] = replace(self._items[number], **changes)
        self._on_change(self._items[number])
        if self._items[number].is_over:
            self._begin()
