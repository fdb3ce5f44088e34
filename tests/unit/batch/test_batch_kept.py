"""Files that were read are not read again for other thresholds: results are made from the raw readings in them."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mien.batch.inputs import find_inputs
from mien.batch.item import Item, State
from mien.batch.outputs import Outputs
from mien.batch.queue import BatchQueue
from mien.batch.this_process import ThisProcess
from mien.capture.video_file import VideoFile
from mien.cli import run
from mien.inference.classifier import Classifier
from mien.runs.kept import NOT_READ
from mien.session.stored import open_session
from mien.settings import Settings
from mien.vision.finder import FaceFinder
from tests.clips import write_short_clip
from tests.patience import PATIENCE_S

QUICK = Settings().changed(reading={"model": "mien-s"}, compute={"provider": "cpu"})
OTHERWISE = QUICK.changed(
    shown={"smoothing_s": 0.1, "min_confidence": 0.97, "prior": "balanced"},
    own={"expressions": ("glad = happiness > 0.5",)},
)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is decoded and searched for faces, and the faces that a network reads."""
    counted: Counter[str] = Counter()

    def count(owner: type, name: str, size: Callable[..., int] = lambda *_: 1) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def counting(self: object, *args: object, **more: object) -> object:
            counted[name] += size(*args)
            return original(self, *args, **more)

        monkeypatch.setattr(owner, name, counting)

    count(Classifier, "predict", len)
    count(FaceFinder, "find")
    count(VideoFile, "frames")
    return counted


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return write_short_clip(folder / "a.mp4", frames=10)


@pytest.fixture
def read(clip: Path) -> Callable[..., Item]:
    """Return a function that reads the clip as a batch does, in this process."""

    def reader(settings: Settings, outputs: Outputs, *, again: bool = False) -> Item:
        assert outputs.folder is not None
        outputs.folder.mkdir(exist_ok=True)
        queue = BatchQueue(settings, outputs.folder / "x.jsonl", ThisProcess())
        try:
            (item,) = queue.add(outputs.tasks(find_inputs([clip.parent]).found))
            if again:
                queue.start()
                assert queue.wait(PATIENCE_S)
                queue.again(item.number)
            queue.start()
            assert queue.wait(PATIENCE_S)
            return queue.items()[0]
        finally:
            assert queue.close()

    return reader


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def assert_same(got: list[dict[str, str]], wanted: list[dict[str, str]]) -> None:
    assert [row.keys() for row in got] == [row.keys() for row in wanted]
    for row, right in zip(got, wanted, strict=True):
        for name, cell in row.items():
            if cell.replace(".", "").replace("-", "").replace("e", "").isdigit():
                assert float(cell) == pytest.approx(float(right[name]), abs=2e-5), name
            else:
                assert cell == right[name], name


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_another_threshold_reads_nothing_and_gives_what_reading_would(
    read: Callable[..., Item], counts: Counter[str], tmp_path: Path, ending: str
) -> None:
    outputs = Outputs(video=None, readings=ending, folder=tmp_path / "out")
    first = read(QUICK, outputs)
    assert counts == {"predict": 10, "find": 10, "frames": 1}
    counts.clear()
    again = read(OTHERWISE, outputs)
    assert not counts
    assert (first.state, again.state) == (State.DONE, State.DONE)
    assert again.summary is not None
    assert again.summary.notes == (NOT_READ,)
    fresh = read(OTHERWISE, Outputs(video=None, readings=ending, folder=tmp_path / "fresh"))
    assert counts["predict"] == 10
    assert fresh.summary is not None
    assert again.summary.labels == fresh.summary.labels
    assert (again.summary.frames, again.summary.faces) == (10, 1)
    if ending == ".csv":
        assert_same(rows(tmp_path / "out/a.mien.csv"), rows(tmp_path / "fresh/a.mien.csv"))
    else:
        got, wanted = (pq.read_table(tmp_path / name / "a.mien.parquet") for name in ("out", "fresh"))
        assert got.schema.equals(wanted.schema, check_metadata=True)
        assert got["label"].to_pylist() == wanted["label"].to_pylist()
        assert got["raw_p_happiness"].to_pylist() == wanted["raw_p_happiness"].to_pylist()
        assert got["p_happiness"].to_pylist() == pytest.approx(wanted["p_happiness"].to_pylist(), abs=2e-5)
        assert got["p_happiness"].to_pylist() != pytest.approx(got["raw_p_happiness"].to_pylist(), abs=1e-3)


def test_pictures_are_decoded_and_not_read(
    read: Callable[..., Item], counts: Counter[str], tmp_path: Path
) -> None:
    sessions = Outputs(sessions=True, folder=tmp_path / "out")
    read(QUICK, sessions)
    counts.clear()
    again = read(OTHERWISE, sessions)
    assert counts == {"frames": 1}
    assert again.task.session == tmp_path / "out/a.mien-2"
    first, second = (open_session(tmp_path / "out" / name) for name in ("a.mien", "a.mien-2"))
    assert second.video is not None
    assert second.document.networks == first.document.networks
    assert second.document.settings["min_confidence"] == 0.97
    assert second.document.frames == first.document.frames == 10
    before, after = (stored.series.face(stored.series.face_ids()[0]) for stored in (first, second))
    assert after.raw.probabilities.tolist() == before.raw.probabilities.tolist()
    assert after.boxes.tolist() == before.boxes.tolist()
    assert not after.usable.any()


def test_what_the_network_sees_and_a_changed_table_are_read(
    read: Callable[..., Item], counts: Counter[str], clip: Path, tmp_path: Path
) -> None:
    outputs = Outputs(video=None, folder=tmp_path / "out")
    read(QUICK, outputs)
    counts.clear()
    read(QUICK.changed(reading={"every": 2}), outputs)
    assert counts["predict"] == 10
    counts.clear()
    read(QUICK.changed(reading={"every": 2}), outputs, again=True)  # nothing is new, but the user insists
    assert counts["predict"] == 10
    counts.clear()
    table = tmp_path / "out/a.mien.csv"
    table.write_text(table.read_text().replace("neutral", "anger"))
    item = read(
        OTHERWISE.changed(reading={"every": 2}), Outputs(video=None, folder=tmp_path / "out", overwrite=True)
    )
    assert (item.state, counts["predict"]) == (State.DONE, 10)
    counts.clear()
    write_short_clip(clip, frames=8)
    assert read(QUICK, outputs).summary is not None
    assert counts["predict"] == 8


def test_a_single_file_keeps_where_that_is_asked_for(
    counts: Counter[str], clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["annotate", str(clip), "--no-video", "--model", "mien-s", "--provider", "cpu"]
    assert run([*command, "--keep"]) == 0
    assert counts["predict"] == 10
    assert run([*command, "--min-confidence", "1"]) == 1
    assert "a.mien.csv: exists already" in capsys.readouterr().err
    counts.clear()
    assert run([*command, "--min-confidence", "1", "--keep"]) == 0
    assert not counts
    assert NOT_READ in capsys.readouterr().out
    assert {row["usable"] for row in rows(clip.with_name("a.mien.csv"))} == {"false"}
    names = {path.name for path in clip.parent.iterdir()}
    assert names == {"a.mp4", "a.mien.csv", ".mien-batch.jsonl"}
