"""Workers that read nothing and answer what a test tells them to."""

from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from mien.batch.order import Advanced, Answer, Died, Failed, Finished, Order
from mien.runs.progress import Progress
from mien.runs.summary import Summary

Behaviour = Callable[[Order, int], Answer | None]


def finish(order: Order, *, was_cut: bool = False, damage: str | None = None) -> Finished:
    """Write the outputs and say so."""
    for output in order.task.outputs:
        output.write_text("result")
    summary = Summary(source=order.task.source, frames=7, was_cut=was_cut, damage=damage)
    return Finished(order.number, summary)


class FakeWorkers:
    """See ``mien.batch.order.Workers``.

    Args:
        capacity: Files at a time.
        behaviour: What comes of an order, by how often its file was begun; None lets it run until it is cut.
    """

    def __init__(self, capacity: int = 2, behaviour: Behaviour = lambda order, attempt: finish(order)) -> None:
        self.capacity = capacity
        self.behaviour = behaviour
        self.begun: list[str] = []
        self.running: dict[int, Order] = {}
        self.most = 0
        self.rests = 0
        self.is_closed = False
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()

    def begin(self, order: Order) -> None:
        self.begun.append(Path(order.task.source).name)
        self.running[order.number] = order
        self.most = max(self.most, len(self.running))
        self._answers.put(Advanced(order.number, Progress(1, 10, 5.0)))
        answer = self.behaviour(order, self.begun.count(self.begun[-1]))
        if answer is not None:
            self._answers.put(answer)

    def cut(self, number: int) -> None:
        self._answers.put(finish(self.running[number], was_cut=True))

    def answers(self, timeout_s: float) -> list[Answer]:
        try:
            answer = self._answers.get(timeout=timeout_s)
        except Empty:
            return []
        if isinstance(answer, Finished | Failed | Died):
            del self.running[answer.number]
        return [] if answer is None else [answer]

    def wake(self) -> None:
        self._answers.put(None)

    def rest(self) -> None:
        self.rests += 1

    def close(self) -> None:
        self.is_closed = True
