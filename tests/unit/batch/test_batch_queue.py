from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mien.batch.inputs import find_inputs
from mien.batch.item import Item, State
from mien.batch.ledger import Ledger
from mien.batch.order import Answer, Died, Failed, Order
from mien.batch.outputs import Outputs
from mien.batch.queue import BatchQueue
from mien.errors import RecordingError
from mien.runs.task import Task
from mien.settings import Settings
from tests.patience import PATIENCE_S
from tests.unit.batch.fake_workers import Behaviour, FakeWorkers, finish

Open = Callable[..., tuple[BatchQueue, FakeWorkers]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three films."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def open_queue(folder: Path) -> Iterator[Open]:
    """Return a function that opens a queue on fake workers; it is closed at the end."""
    opened: list[BatchQueue] = []

    def opener(
        behaviour: Behaviour | None = None, capacity: int = 2, settings: Settings | None = None, **choices: object
    ) -> tuple[BatchQueue, FakeWorkers]:
        workers = FakeWorkers(capacity, behaviour) if behaviour else FakeWorkers(capacity)
        queue = BatchQueue(settings or Settings(), folder / "x.jsonl", workers, **choices)  # type: ignore[arg-type]
        opened.append(queue)
        return queue, workers

    yield opener
    for queue in opened:
        queue.close()


def tasks_of(folder: Path, outputs: Outputs | None = None) -> list[Task]:
    return (outputs or Outputs(video=None)).tasks(find_inputs([folder]).found)


def states(queue: BatchQueue) -> list[str]:
    return [item.state.value for item in queue.items()]


def run(queue: BatchQueue, folder: Path, outputs: Outputs | None = None) -> list[str]:
    queue.add(tasks_of(folder, outputs))
    queue.start()
    assert queue.wait(PATIENCE_S)
    return states(queue)


def until(item: Callable[[], Item], state: State) -> None:
    import time

    deadline_s = time.monotonic() + PATIENCE_S
    while item().state is not state:
        assert time.monotonic() < deadline_s, f"still {item().state}"
        time.sleep(0.01)


def test_all_files_are_read_as_many_at_a_time_as_fit(open_queue: Open, folder: Path) -> None:
    told: list[tuple[str, str]] = []
    queue, workers = open_queue(on_change=lambda item: told.append((item.source.name, item.state.value)))
    queue.add(tasks_of(folder))
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["waiting"] * 3
    assert workers.begun == []
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done"] * 3
    assert workers.begun == ["a.mp4", "b.mp4", "c.mp4"]
    assert workers.most == 2
    assert told[-1][1] == "done"
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        assert [state for one, state in told if one == name][-1] == "done"
    assert queue.items()[0].summary is not None
    assert queue.items()[0].outputs[0] == folder / "a.mien.csv"
    assert len(queue.network_of(queue.items()[0])) == 64


def test_what_is_done_is_not_done_again(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    run(queue, folder)
    queue.close()
    again, workers = open_queue()
    assert run(again, folder) == ["up to date"] * 3
    assert workers.begun == []
    assert again.items()[1].summary is not None
    assert again.items()[1].summary.frames == 7
    assert workers.rests


def test_what_has_changed_is_done_again(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    run(queue, folder)
    queue.close()
    (folder / "a.mp4").write_bytes(b"another")
    (folder / "c.mien.csv").unlink()
    again, workers = open_queue()
    assert run(again, folder) == ["done", "up to date", "done"]
    assert workers.begun == ["a.mp4", "c.mp4"]
    again.close()
    other, workers = open_queue(settings=Settings().changed(shown={"smoothing_s": 0.0}))
    assert run(other, folder) == ["done"] * 3


def test_a_result_that_somebody_edited_stays(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    run(queue, folder)
    queue.close()
    (folder / "a.mien.csv").write_text("edited by hand")
    again, workers = open_queue()
    assert run(again, folder) == ["failed", "up to date", "up to date"]
    assert "--overwrite" in (again.items()[0].reason or "")
    assert (folder / "a.mien.csv").read_text() == "edited by hand"
    again.close()
    third, workers = open_queue()
    assert run(third, folder)[0] == "failed"
    third.close()
    last, workers = open_queue()
    assert run(last, folder, Outputs(video=None, overwrite=True))[0] == "done"
    assert workers.begun == ["a.mp4"]


def test_one_broken_file_does_not_stop_the_others(open_queue: Open, folder: Path) -> None:
    def behave(order: Order, attempt: int) -> Answer:
        return Failed(order.number, "no video") if order.task.source.endswith("b.mp4") else finish(order)

    queue, _ = open_queue(behave)
    tasks = [*tasks_of(folder), Task(source=str(folder / "away.mp4"), readings=folder / "away.csv")]
    queue.add(tasks)
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done", "failed", "done", "failed"]
    assert queue.items()[1].reason == "no video"
    assert "away.mp4: cannot be read" in (queue.items()[3].reason or "")
    queue.close()
    again, workers = open_queue()
    assert run(again, folder) == ["up to date", "done", "up to date"]
    assert workers.begun == ["b.mp4"]


def test_a_file_whose_process_was_killed_is_tried_once_more_and_last(open_queue: Open, folder: Path) -> None:
    (folder / "a.mien.part.csv").write_text("half")

    def behave(order: Order, attempt: int) -> Answer:
        killed = order.task.source.endswith("a.mp4") and attempt == 1
        return Died(order.number, "it was killed") if killed else finish(order)

    queue, workers = open_queue(behave, capacity=1)
    assert run(queue, folder) == ["done"] * 3
    assert workers.begun == ["a.mp4", "b.mp4", "c.mp4", "a.mp4"]
    assert not (folder / "a.mien.part.csv").exists()


def test_a_file_whose_process_is_killed_twice_is_given_up(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue(lambda order, attempt: Died(order.number, "it was killed"))
    assert run(queue, folder) == ["failed"] * 3
    assert len(workers.begun) == 6
    assert "--jobs" in (queue.items()[0].reason or "")


def test_stop_completes_what_runs_and_it_is_done_anew(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue(lambda order, attempt: None)
    queue.add(tasks_of(folder))
    queue.start()
    until(lambda: queue.items()[1], State.RUNNING)
    assert not queue.is_idle
    queue.stop()
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["waiting"] * 3
    assert (folder / "a.mien.csv").exists()
    workers.behaviour = lambda order, attempt: finish(order)
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done"] * 3


def test_pause_lets_what_runs_go_on(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue(lambda order, attempt: None, capacity=1)
    queue.add(tasks_of(folder))
    queue.start()
    until(lambda: queue.items()[0], State.RUNNING)
    queue.pause()
    workers._answers.put(finish(workers.running[1]))
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done", "waiting", "waiting"]
    assert queue.is_paused


def test_cancel_takes_out_one(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue(lambda order, attempt: None, capacity=1)
    queue.add(tasks_of(folder))
    queue.start()
    until(lambda: queue.items()[0], State.RUNNING)
    queue.cancel(2)
    queue.cancel(1)
    until(lambda: queue.items()[0], State.CANCELLED)
    until(lambda: queue.items()[2], State.RUNNING)
    assert states(queue) == ["cancelled", "cancelled", "running"]
    queue.again(2)
    queue.cancel(3)
    until(lambda: queue.items()[1], State.RUNNING)
    assert workers.begun == ["a.mp4", "c.mp4", "b.mp4"]


def test_again_does_what_is_done(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue()
    run(queue, folder)
    queue.again(2)
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done"] * 3
    assert workers.begun[3:] == ["b.mp4"]


def test_a_queue_goes_on_after_a_crash(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue(lambda order, attempt: None, capacity=1)
    queue.add(tasks_of(folder))
    queue.start()
    until(lambda: queue.items()[0], State.RUNNING)
    # As a kill leaves it: the ledger says that it runs, and half a result is there.
    content = (folder / "x.jsonl").read_bytes()
    queue.close()
    (folder / "x.jsonl").write_bytes(content)
    (folder / "a.mien.csv").write_text("from the killed run")
    again, _ = open_queue()
    assert [item.source.name for item in again.restore()] == ["a.mp4", "b.mp4", "c.mp4"]
    assert states(again) == ["waiting"] * 3
    again.start()
    assert again.wait(PATIENCE_S)
    assert states(again) == ["done"] * 3
    again.close()
    last, _ = open_queue()
    assert [item.state for item in last.restore()] == [State.DONE] * 3
    assert [item.number for item in last.items()] == [1, 2, 3]


def test_what_is_removed_is_forgotten(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    run(queue, folder)
    queue.remove(2)
    assert [item.source.name for item in queue.items()] == ["a.mp4", "c.mp4"]
    with pytest.raises(KeyError):
        queue.remove(2)
    queue.close()
    again, _ = open_queue()
    assert [item.source.name for item in again.restore()] == ["a.mp4", "c.mp4"]
    assert (folder / "b.mien.csv").exists()


def test_adding_twice_is_adding_once(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    run(queue, folder)
    assert run(queue, folder) == ["up to date"] * 3


def test_damage_is_told(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue(lambda order, attempt: finish(order, damage="cut off at 3 s"))
    assert run(queue, folder) == ["done"] * 3
    assert queue.items()[0].reason == "cut off at 3 s"


def test_a_ledger_that_fails_pauses_the_queue(open_queue: Open, folder: Path) -> None:
    queue, workers = open_queue()
    queue.add(tasks_of(folder))
    (folder / "x.jsonl").unlink()
    (folder / "x.jsonl").mkdir()
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert queue.is_paused
    assert "x.jsonl" in str(queue.error)
    assert workers.begun == []


def test_the_same_files_are_not_read_by_two_queues_at_once(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    with pytest.raises(RecordingError, match="another Mien works in this folder"):
        open_queue()
    queue.close()
    again, _ = open_queue()
    assert run(again, folder) == ["done"] * 3


def test_a_full_disk_ends_the_wait_and_is_told(
    open_queue: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every moment at which the ledger is written."""
    for moment in range(4):
        queue, _ = open_queue(capacity=2)
        queue.add(tasks_of(folder))
        left = moment

        def append(self: Ledger, lines: bytes, real: Callable[..., None] = Ledger._append) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise RecordingError("x.jsonl: the disk is full; free some space")
            real(self, lines)

        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "_append", append)
            queue.start()
            assert queue.wait(PATIENCE_S), moment
        assert "disk is full" in str(queue.error)
        assert queue.is_paused
        assert State.RUNNING not in [item.state for item in queue.items()]
        queue.start()
        assert queue.wait(PATIENCE_S)
        assert queue.error is None
        assert set(states(queue)) <= {"done", "up to date"}
        queue.close()
        (folder / "x.jsonl").unlink()
        for result in folder.glob("*.mien.csv"):
            result.unlink()


def test_a_fault_of_the_queue_ends_the_wait_and_is_told(open_queue: Open, folder: Path) -> None:
    def behave(order: Order, attempt: int) -> Answer:
        raise RuntimeError("\n  out\nof order\n")

    queue, workers = open_queue(behave)
    queue.add(tasks_of(folder))
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert str(queue.error) == "the queue stopped: out of order; please report this, `--verbose` shows where"
    assert states(queue) == ["waiting"] * 3
    assert workers.is_closed
    queue.close()


def test_a_fault_of_who_is_told_does_not_leave_the_wait_open(open_queue: Open, folder: Path) -> None:
    def listen(item: Item) -> None:
        raise RuntimeError("deaf")

    queue, _ = open_queue(on_change=listen)
    queue.add(tasks_of(folder))
    queue.start()
    assert queue.wait(PATIENCE_S)
    assert "deaf" in str(queue.error)


def test_what_a_failed_file_left_goes_after_its_rerun(open_queue: Open, folder: Path) -> None:
    (folder / "a.mien.part.csv").write_text("half")
    (folder / "b.mien.part.csv").write_text("of somebody else")

    def behave(order: Order, attempt: int) -> Answer:
        fails = order.task.source.endswith("a.mp4") and attempt == 1
        return Failed(order.number, "disk full") if fails else finish(order)

    queue, _ = open_queue(behave)
    assert run(queue, folder) == ["failed", "done", "done"]
    assert (folder / "a.mien.part.csv").exists()
    queue.again(1)
    assert queue.wait(PATIENCE_S)
    assert states(queue) == ["done"] * 3
    assert not (folder / "a.mien.part.csv").exists()
    assert (folder / "b.mien.part.csv").exists()


def test_what_waits_can_be_made_into_something_else(open_queue: Open, folder: Path) -> None:
    queue, _ = open_queue()
    first, *others = tasks_of(folder)
    queue.add([first])
    queue.start()
    assert queue.wait(PATIENCE_S)
    queue.pause()
    queue.add(others)
    queue.replan(
        lambda tasks: [replace(task, readings=Path(task.source).with_suffix(".x.jsonl")) for task in tasks]
    )
    queue.close()
    again, _ = open_queue()
    again.restore()
    assert [item.task.readings and item.task.readings.name for item in again.items()] == [
        "a.mien.csv",
        "b.x.jsonl",
        "c.x.jsonl",
    ]
