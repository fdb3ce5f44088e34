import errno
import os
import shutil
import time
from pathlib import Path

import pytest

from mien.errors import RecordingError
from mien.file_lock import LockFile
from mien.sinks.part_file import LEFT_AFTER_S, PartFile, write_whole


def test_it_takes_its_name_only_when_published(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "x.bin")
    assert part.write(b"hello") == 5
    assert (tmp_path / "x.part.bin").read_bytes() == b"hello"
    part.publish()
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]
    assert part.closed


def test_writing_seeking_and_patching(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x.bin") as part:
        part.write(b"0123456789")
        assert part.seek(2) == 2
        part.write(b"AB")
        assert part.tell() == 4
        assert part.seek(0, os.SEEK_END) == 10
        part.write(b"!")
        assert part.size_bytes == 11
    assert (tmp_path / "x.part.bin").read_bytes() == b"01AB456789!"


def test_patches_that_are_held_come_last(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "x.bin")
    part.write(b"0123456789")
    part.hold_patches()
    part.seek(0)
    part.write(b"AB")
    part.seek(10)
    part.write(b"index")
    assert part.path.read_bytes() == b"0123456789index"
    part.close()
    assert part.path.read_bytes() == b"AB23456789index"


def test_a_failure_drops_held_patches_and_what_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = PartFile(tmp_path / "x.bin")
    part.write(b"0123456789")
    part.mark()
    part.hold_patches()
    part.seek(0)
    part.write(b"AB")
    part.seek(10)
    part.write(b"half of the ind")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            part.write(b"ex")
    assert part.failed is not None
    message = str(part.failure(part.failed))
    part.close()
    assert part.path.read_bytes() == b"0123456789"
    assert "is full; free some space" in message
    assert str(part.path) in message


def test_parts_of_earlier_runs_stay(tmp_path: Path) -> None:
    PartFile(tmp_path / "x.bin").close()
    (tmp_path / "x.part2.bin").symlink_to("elsewhere")
    with PartFile(tmp_path / "x.bin") as third:
        assert third.path.name == "x.part3.bin"
    assert not (tmp_path / "elsewhere").exists()


def test_two_at_once_cannot_write_the_same_file(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x.bin") as first:
        with pytest.raises(RecordingError, match="being written by another Mien"):
            PartFile(tmp_path / "x.bin", overwrite=True)
        write_whole(tmp_path / "x.bin", b"small and written in one go")
        first.write(b"goes on")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["x.bin", "x.part.bin"]


def test_a_drive_without_locks_refuses_nobody(tmp_path: Path, no_locks: None) -> None:
    with PartFile(tmp_path / "x.bin"), PartFile(tmp_path / "x.bin") as second:
        assert second.path.name == "x.part2.bin"


@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_a_folder_that_goes_away_is_noticed(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    part = PartFile(folder / "x.bin")
    part.write(b"before")
    if how == "deleted":
        shutil.rmtree(folder)
    else:
        folder.rename(tmp_path / "elsewhere")
    part.write(b"not yet looked")
    monkeypatch.setattr("mien.sinks.part_file.LOOK_EVERY_S", 0.0)
    with pytest.raises(OSError, match="No such file") as caught:
        part.write(b"after")
    assert "is gone, moved or deleted" in str(part.failure(caught.value))
    part.discard()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "x.bin").symlink_to("mine")
    with pytest.raises(RecordingError, match="exists already"):
        PartFile(tmp_path / "x.bin")
    (tmp_path / "dangling.bin").symlink_to("nowhere")
    with pytest.raises(RecordingError, match="exists already"):
        PartFile(tmp_path / "dangling.bin")
    write_whole(tmp_path / "x.bin", b"new")
    assert (tmp_path / "mine").read_bytes() == b"mine"
    (tmp_path / "lock").symlink_to("made")
    with pytest.raises(OSError):  # noqa: PT011 - each system has its own error
        LockFile(tmp_path / "lock")
    assert not (tmp_path / "made").exists()


def test_a_lock_file_that_its_holder_deletes_is_made_anew(tmp_path: Path) -> None:
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    assert (first.is_held, second.is_held) == (True, False)
    second.release(delete=True)
    assert (tmp_path / "lock").exists()
    first.release(delete=True)
    assert not (tmp_path / "lock").exists()
    with LockFile(tmp_path / "lock") as third:
        assert third.is_held


def test_a_taken_name_is_refused_at_both_ends(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "x.bin")
    (tmp_path / "x.bin").write_bytes(b"")
    with pytest.raises(RecordingError, match="--overwrite"):
        part.publish()
    with pytest.raises(RecordingError, match="--overwrite"):
        PartFile(tmp_path / "x.bin")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, "is full; free some space"),
        (errno.EACCES, "is not writable; choose another folder"),
        (errno.EROFS, "is not writable; choose another folder"),
        (errno.ENAMETOOLONG, "the name is too long"),
        (errno.EFBIG, "takes no larger file"),
        (errno.EIO, "writing failed (Input/output error); try another folder or disk"),
    ],
)
def test_errors_of_the_system_become_a_line(
    number: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(RecordingError) as caught:
        PartFile(tmp_path / "x.bin")
    monkeypatch.undo()
    assert str(caught.value).startswith(f"{tmp_path / 'x.bin'}: ")
    assert expected in str(caught.value)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="too long"):
        PartFile(tmp_path / ("x" * 250 + ".mp4"))


def test_what_a_kill_left_of_a_small_file_is_replaced(tmp_path: Path) -> None:
    left, growing = tmp_path / "x.part.json", tmp_path / "y.part.json"
    for path in (left, growing):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - 2 * LEFT_AFTER_S,) * 2)
    with LockFile(growing):
        write_whole(tmp_path / "x.json", b"x")
        write_whole(tmp_path / "y.json", b"y")
    young = tmp_path / "z.part.json"
    young.write_bytes(b"half")
    write_whole(tmp_path / "z.json", b"z")
    assert not left.exists()
    assert growing.read_bytes() == young.read_bytes() == b"half"
    assert [(tmp_path / f"{name}.json").read_bytes() for name in "xyz"] == [b"x", b"y", b"z"]


@pytest.mark.skipif(os.name == "nt", reason="folders of a user are private there by default")
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o750, 0o640), (0o755, 0o644)])
def test_a_file_is_open_to_nobody_who_may_not_open_its_folder(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    folder.chmod(folder_mode)
    before = os.umask(0o022)
    try:
        write_whole(folder / "x.json", b"x")
    finally:
        os.umask(before)
    assert (folder / "x.json").stat().st_mode & 0o777 == file_mode
