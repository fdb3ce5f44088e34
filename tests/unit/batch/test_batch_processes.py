"""Real processes on short clips."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mien.batch.fingerprint import networks_of
from mien.batch.inputs import find_inputs
from mien.batch.item import Item, State
from mien.batch.order import Advanced, Order
from mien.batch.outputs import Outputs
from mien.batch.processes import LocalWorkers
from mien.batch.queue import BatchQueue
from mien.settings import Settings
from tests.clips import write_short_clip
from tests.patience import PATIENCE_S


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short clips, and one that is none."""
    folder = tmp_path_factory.mktemp("clips")
    write_short_clip(folder / "a.mp4")
    write_short_clip(folder / "b.mp4", frames=8, start=100)
    (folder / "broken.mp4").write_text("this is no video")
    return folder


def read_all(
    clips: Path, results: Path, jobs: int, on_change: Callable[[Item], None] = lambda item: None
) -> tuple[Item, ...]:
    results.mkdir(exist_ok=True)
    queue = BatchQueue(Settings(), results / "x.jsonl", LocalWorkers(jobs), on_change)
    try:
        queue.add(Outputs(folder=results).tasks(find_inputs([clips]).found))
        queue.start()
        assert queue.wait(PATIENCE_S)
        return queue.items()
    finally:
        assert queue.close()


def test_two_at_a_time_give_the_same_as_one(clips: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    first = read_all(clips, tmp_path / "one", 1)
    second = read_all(clips, tmp_path / "two", 2, lambda item: seen.append(len(multiprocessing.active_children())))
    for items in (first, second):
        assert [item.state for item in items] == [State.DONE, State.DONE, State.FAILED]
        assert "broken.mp4: not a video" in (items[2].reason or "")
    for name in ("a.mien.mp4", "a.mien.csv", "b.mien.mp4", "b.mien.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert max(seen) == 2
    assert not multiprocessing.active_children()
    assert first[0].summary is not None
    assert first[0].summary.frames == 12
    assert first[0].summary.faces == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_killed_process_is_replaced(clips: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_once(item: Item) -> None:
        if item.state is State.RUNNING and not killed:
            (process,) = multiprocessing.active_children()
            killed.append(process.pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    # The change is told before the process has its order, so that it dies with it.
    items = read_all(clips, tmp_path / "out", 1, kill_once)
    assert killed
    assert [item.state for item in items] == [State.DONE, State.DONE, State.FAILED]
    assert items[0].attempts == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.suffix != ".jsonl") == [
        "a.mien.csv",
        "a.mien.mp4",
        "b.mien.csv",
        "b.mien.mp4",
    ]


def test_a_file_that_is_cut_off_is_complete_as_far_as_it_went(tmp_path: Path) -> None:
    import av

    write_short_clip(tmp_path / "long.mp4", frames=270)
    queue = BatchQueue(Settings(), tmp_path / "x.jsonl", LocalWorkers(1))
    try:
        (item,) = queue.add(Outputs().tasks(find_inputs([tmp_path / "long.mp4"]).found))
        queue.start()
        deadline_s = time.monotonic() + PATIENCE_S
        while (progress := queue.items()[0].progress) is None or progress.frames < 5:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        queue.stop()
        assert queue.wait(PATIENCE_S)
        (item,) = queue.items()
        assert item.state is State.WAITING
        assert item.summary is not None
        assert 5 <= item.summary.frames < 270
        assert item.task.video is not None
        with av.open(str(item.task.video)) as container:
            assert sum(1 for _ in container.decode(video=0)) == item.summary.frames
    finally:
        assert queue.close()


def test_nothing_cut_off_takes_its_final_name_when_the_parent_dies(tmp_path: Path) -> None:
    write_short_clip(tmp_path / "long.mp4", frames=270)
    (task,) = Outputs().tasks(find_inputs([tmp_path / "long.mp4"]).found)
    workers = LocalWorkers(1)
    try:
        workers.begin(Order(1, task, Settings(), networks_of(Settings())))
        deadline_s = time.monotonic() + PATIENCE_S
        while not any(isinstance(each, Advanced) and each.progress.frames > 5 for each in workers.answers(0.1)):
            assert time.monotonic() < deadline_s
        (worker,) = workers._workers
        worker.connection.close()  # as the system does for a parent that is killed
        worker.process.join(PATIENCE_S)
        assert worker.process.exitcode == 0
    finally:
        workers.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "long.mien.part.csv",
        "long.mien.part.mp4",
        "long.mp4",
    ]
