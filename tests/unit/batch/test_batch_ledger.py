import os
from dataclasses import replace
from pathlib import Path

import pytest

from mien.batch.fingerprint import SAMPLE_BYTES, Fingerprint, recipe_of
from mien.batch.item import State
from mien.batch.ledger import Entry, Ledger, Written, count_waiting
from mien.batch.results import claim_outputs, delete_remains, written_by
from mien.errors import RecordingError
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.session.folder_lock import FolderLock
from mien.settings import Settings
from mien.sinks.part_file import PartFile


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "clip.mp4").write_bytes(b"film")
    return Task(
        source=str(tmp_path / "clip.mp4"),
        video=tmp_path / "clip.mien.mp4",
        readings=tmp_path / "clip.mien.csv",
    )


def kept(path: Path) -> Ledger:
    """What the next run finds."""
    ledger = Ledger(path)
    ledger.close()
    return ledger


def put(path: Path, *entries: Entry) -> None:
    ledger = Ledger(path)
    ledger.put(*entries)
    ledger.close()


def entry_of(task: Task, state: State = State.DONE, recipe: str = "r") -> Entry:
    source = Path(task.source)
    summary = Summary(source=task.source, frames=3, labels={"happiness": 2}, notes=("a note",))
    return Entry(
        source=source,
        state=state,
        task=task,
        fingerprint=Fingerprint.of(source),
        recipe=recipe,
        networks=("ab",),
        written=written_by(task),
        summary=summary,
    )


def test_entries_come_back(task: Task, tmp_path: Path) -> None:
    entry = entry_of(task)
    put(tmp_path / "x.jsonl", entry)
    again = kept(tmp_path / "x.jsonl")
    assert again.get(Path(task.source)) == entry
    assert again.entries() == (entry,)


def test_the_last_line_of_a_file_counts_and_the_order_stays(task: Task, tmp_path: Path) -> None:
    (tmp_path / "other.mp4").touch()
    other = replace(task, source=str(tmp_path / "other.mp4"))
    put(tmp_path / "x.jsonl", entry_of(task, State.WAITING), entry_of(other, State.WAITING))
    put(tmp_path / "x.jsonl", entry_of(task, State.FAILED))
    states = [entry.state for entry in kept(tmp_path / "x.jsonl").entries()]
    assert states == [State.FAILED, State.WAITING]


def test_a_torn_line_and_foreign_lines_cost_only_themselves(task: Task, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    put(path, entry_of(task))
    whole = path.read_bytes()
    path.write_bytes(b'{"source": 3}\nhello\n\xff\xfe\n[]\n' + whole + whole[: len(whole) // 2])
    assert [entry.state for entry in kept(path).entries()] == [State.DONE]
    put(path, entry_of(task, State.FAILED))
    assert kept(path).entries()[0].state is State.FAILED


def test_a_folder_can_be_moved(task: Task, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    inside = replace(task, source=str(tmp_path / "a/clip.mp4"), video=tmp_path / "a/x.mp4", readings=None)
    (tmp_path / "a/clip.mp4").write_bytes(b"film")
    (tmp_path / "a/x.mp4").write_bytes(b"result")
    put(tmp_path / "a/x.jsonl", entry_of(inside))
    assert str(tmp_path) not in (tmp_path / "a/x.jsonl").read_text().replace(inside.source, "")
    os.rename(tmp_path / "a", tmp_path / "b")
    entry = kept(tmp_path / "b/x.jsonl").get(tmp_path / "b/clip.mp4")
    assert entry is not None
    assert entry.owns(tmp_path / "b/x.mp4")


def test_many_changes_do_not_pile_up(task: Task, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    put(path, *[entry_of(task)] * 150)
    kept(path)
    assert len(path.read_bytes().splitlines()) == 1


def test_what_is_forgotten_stays_so(task: Task, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "x.jsonl")
    ledger.put(entry_of(task))
    ledger.forget(Path(task.source))
    ledger.forget(Path(task.source))
    ledger.close()
    assert kept(tmp_path / "x.jsonl").entries() == ()


def test_a_ledger_that_cannot_be_written_says_so(task: Task, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is gone, moved or deleted"):
        Ledger(tmp_path / "missing" / "x.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecordingError, match="cannot be read"):
        Ledger(tmp_path / "folder")
    assert not list(tmp_path.glob("*.lock"))


def test_a_ledger_is_one_run_s_alone(task: Task, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    first = Ledger(path)
    first.put(entry_of(task, State.WAITING))
    with pytest.raises(RecordingError, match="another Mien works in this folder"):
        Ledger(path)
    assert count_waiting(path) == 0  # they are being read
    first.close()
    assert count_waiting(path) == 1
    assert count_waiting(tmp_path / "none.jsonl") == 0
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".mp4"] == ["x.jsonl"]


def test_a_ledger_is_not_written_through_a_link(task: Task, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"")
    (tmp_path / "x.jsonl").symlink_to("mine")
    ledger = Ledger(tmp_path / "x.jsonl")
    with pytest.raises(RecordingError, match=r"x\.jsonl"):
        ledger.put(entry_of(task))
    ledger.close()
    assert (tmp_path / "mine").read_bytes() == b""


def test_own_tables_are_known_until_somebody_changes_them(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "x.jsonl")
    table = tmp_path / "mien-summary.csv"
    table.write_text("a,b")
    assert not ledger.owns_table(table)
    ledger.put_table(table)
    ledger.close()
    again = kept(tmp_path / "x.jsonl")
    assert again.owns_table(table)
    table.write_text("a,b,my notes")
    assert not again.owns_table(table)


def test_without_a_file_nothing_is_kept(task: Task, tmp_path: Path) -> None:
    ledger = Ledger(None)
    ledger.put(entry_of(task))
    assert ledger.get(Path(task.source)) is not None
    ledger.close()
    assert [each.name for each in tmp_path.iterdir()] == ["clip.mp4"]


def test_up_to_date_means_nothing_has_changed(task: Task, tmp_path: Path) -> None:
    assert task.video is not None
    assert task.readings is not None
    task.video.write_bytes(b"v")
    task.readings.write_bytes(b"r")
    entry, now = entry_of(task), Fingerprint.of(Path(task.source))
    assert entry.is_up_to_date(task, now, "r")
    assert not entry.is_up_to_date(task, now, "another recipe")
    assert not entry.is_up_to_date(task, Fingerprint(now.size_bytes, now.modified_ns + 1, now.quick_hash), "r")
    assert not entry_of(task, State.FAILED).is_up_to_date(task, now, "r")
    assert not entry.is_up_to_date(replace(task, readings=tmp_path / "other.csv"), now, "r")
    task.readings.write_bytes(b"edited")
    assert not entry.is_up_to_date(task, now, "r")


def test_a_change_in_the_middle_of_a_large_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "large"
    content = bytearray(10 * SAMPLE_BYTES)
    path.write_bytes(content)
    stat, before = path.stat(), Fingerprint.of(path)
    content[5 * SAMPLE_BYTES + 7] = 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    after = Fingerprint.of(path)
    assert (after.size_bytes, after.modified_ns) == (before.size_bytes, before.modified_ns)
    assert after != before


def test_a_recipe_holds_what_results_depend_on(task: Task) -> None:
    plain = Settings()
    recipe = recipe_of(plain, task)
    assert recipe == recipe_of(
        Settings().changed(window={"theme": "light", "recent_files": ("x",)}, camera={"mirror": False}), task
    )
    assert recipe != recipe_of(Settings().changed(shown={"smoothing_s": 0.0}), task)
    assert recipe != recipe_of(Settings().changed(video={"cover": "blur"}), task)
    assert recipe != recipe_of(Settings().changed(reading={"compare": "mien-s"}), task)
    assert recipe != recipe_of(plain, replace(task, seconds=3.0))
    assert recipe != recipe_of(plain, replace(task, clean=True))
    readings = replace(task, video=None)
    assert recipe_of(plain, readings) == recipe_of(Settings().changed(video={"cover": "blur"}), readings)


def test_only_our_own_results_are_replaced(task: Task) -> None:
    assert task.video is not None
    task.video.write_bytes(b"somebody's")
    with pytest.raises(RecordingError, match="--overwrite"):
        claim_outputs(task, None)
    assert claim_outputs(replace(task, overwrite=True), None).overwrite
    assert claim_outputs(task, entry_of(task)).overwrite
    entry = entry_of(task)
    task.video.write_bytes(b"edited since")
    with pytest.raises(RecordingError, match="--overwrite"):
        claim_outputs(task, entry)
    assert claim_outputs(task, entry_of(task, State.RUNNING)).overwrite


def test_folders_are_made(task: Task, tmp_path: Path) -> None:
    claim_outputs(replace(task, video=tmp_path / "new/er/x.mp4"), None)
    assert (tmp_path / "new/er").is_dir()
    with pytest.raises(RecordingError, match="clip"):
        claim_outputs(replace(task, video=tmp_path / "clip.mp4" / "x.mp4"), None)


def test_a_session_is_never_replaced(task: Task, tmp_path: Path) -> None:
    session = replace(task, session=tmp_path / "clip.mien", video=None, readings=None)
    assert claim_outputs(session, None).session == tmp_path / "clip.mien"
    (tmp_path / "clip.mien").mkdir()
    (tmp_path / "clip.mien/session.json").write_text("{}")
    done = entry_of(session)
    assert claim_outputs(session, done).session == tmp_path / "clip.mien-2"
    assert done.is_up_to_date(session, Fingerprint.of(Path(task.source)), "r")
    unfinished = entry_of(session, State.RUNNING)
    (tmp_path / "clip.mien/markers.json").write_text("{}")
    assert claim_outputs(session, unfinished).session == tmp_path / "clip.mien-2"
    (tmp_path / "clip.mien/markers.json").unlink()
    assert claim_outputs(session, unfinished).session == tmp_path / "clip.mien"
    assert not (tmp_path / "clip.mien").exists()


def test_a_session_that_took_another_name_is_still_done(task: Task, tmp_path: Path) -> None:
    wanted = replace(task, session=tmp_path / "clip.mien", video=None, readings=None)
    taken = replace(wanted, session=tmp_path / "clip.mien-2")
    (tmp_path / "clip.mien-2").mkdir()
    assert entry_of(taken).is_up_to_date(wanted, Fingerprint.of(Path(task.source)), "r")


def test_remains_of_a_killed_process_are_cleared(task: Task, tmp_path: Path) -> None:
    for name in ("clip.mien.part.mp4", "clip.mien.part2.csv", "clip.mien.part.journal", "clip.mien.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "clip.mien.partly.mp4").touch()
    delete_remains(task)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["clip.mien.mp4", "clip.mien.partly.mp4", "clip.mp4"]


def test_a_session_that_somebody_writes_is_left_alone(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.batch.results.LEAVE_S", 0.0)
    session = replace(task, session=tmp_path / "clip.mien", video=None, readings=None)
    (tmp_path / "clip.mien").mkdir()
    (tmp_path / "clip.mien/session.json").write_text("{}")
    unfinished = entry_of(session, State.RUNNING)
    with FolderLock(tmp_path / "clip.mien"), pytest.raises(RecordingError, match="being written by another Mien"):
        claim_outputs(session, unfinished)
    assert (tmp_path / "clip.mien/session.json").exists()
    claim_outputs(session, unfinished)
    assert not (tmp_path / "clip.mien").exists()


def test_remains_that_somebody_writes_are_left_alone(task: Task, tmp_path: Path) -> None:
    assert task.readings is not None
    with PartFile(task.readings):
        delete_remains(task)
        assert (tmp_path / "clip.mien.part.csv").exists()
    delete_remains(task)
    assert not (tmp_path / "clip.mien.part.csv").exists()


def test_outputs_are_written_down_as_they_are(task: Task) -> None:
    assert task.video is not None
    task.video.write_bytes(b"123")
    (written,) = written_by(task)
    assert written == Written(task.video, Fingerprint(3, task.video.stat().st_mtime_ns))
