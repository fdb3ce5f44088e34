"""A Dask cluster of two processes on this machine."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mien.batch.cluster import ClusterWorkers
from mien.batch.fingerprint import Networks, networks_of
from mien.batch.inputs import find_inputs
from mien.batch.item import State
from mien.batch.order import Finished, Order
from mien.batch.outputs import Outputs
from mien.batch.processes import LocalWorkers
from mien.batch.queue import BatchQueue
from mien.batch.worker import FileReader
from mien.errors import SettingsError
from mien.runs.task import Task
from mien.settings import Settings
from tests.clips import write_short_clip
from tests.patience import PATIENCE_S

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=2,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_to_the_byte(scheduler: str, tmp_path: Path) -> None:
    clips = tmp_path / "in"
    clips.mkdir()
    write_short_clip(clips / "a.mp4")
    write_short_clip(clips / "b.mp4", frames=8, start=100)
    (clips / "broken.mp4").write_text("this is no video")
    for name, workers in (("here", LocalWorkers(1)), ("there", ClusterWorkers(scheduler))):
        (tmp_path / name).mkdir()
        queue = BatchQueue(Settings(), tmp_path / name / "x.jsonl", workers)
        try:
            queue.add(Outputs(folder=tmp_path / name).tasks(find_inputs([clips]).found))
            queue.start()
            assert queue.wait(PATIENCE_S)
            assert [item.state for item in queue.items()] == [State.DONE, State.DONE, State.FAILED]
            assert "broken.mp4" in (queue.items()[2].reason or "")
        finally:
            queue.close()
    for name in ("a.mien.mp4", "a.mien.csv", "b.mien.mp4", "b.mien.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_a_file_that_was_begun_is_cut_off_and_completed(scheduler: str, tmp_path: Path) -> None:
    hours = Task(source="synthetic:64x48@30x1000000", readings=tmp_path / "x.csv")
    workers = ClusterWorkers(scheduler)
    try:
        workers.begin(Order(7, hours, Settings(), networks_of(Settings())))
        deadline_s = time.monotonic() + PATIENCE_S
        while not any(tmp_path.iterdir()):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        workers.cut(7)
        (answer,) = workers.answers(PATIENCE_S)
    finally:
        workers.close()
    assert isinstance(answer, Finished)
    assert answer.summary.was_cut
    assert 0 < answer.summary.frames < 1_000_000
    assert (tmp_path / "x.csv").read_text().count("\n") == answer.summary.frames + 1


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.batch.cluster.CONNECT_S", 0.3)
    with pytest.raises(SettingsError, match="no Dask scheduler answers") as caught:
        ClusterWorkers("tcp://127.0.0.1:9")
    assert "\n" not in str(caught.value)


def test_another_network_is_refused(tmp_path: Path) -> None:
    import threading

    clip = write_short_clip(tmp_path / "a.mp4")
    (task,) = Outputs().tasks(find_inputs([clip]).found)
    answer = FileReader().read(Order(1, task, Settings(), Networks("0" * 64)), threading.Event())
    assert "not the same file here" in str(answer)
    assert not (tmp_path / "a.mien.csv").exists()
