import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from mien.errors import RecordingError
from mien.sinks.output_path import (
    VIDEO_SUFFIXES,
    check_output,
    disk_of,
    part_name,
    readable_size,
    readings_suffixes,
)


def refusal(target: Path, **options: object) -> str:
    with pytest.raises(RecordingError) as caught:
        check_output(target, VIDEO_SUFFIXES, **options)  # type: ignore[arg-type]
    message = str(caught.value)
    assert message.startswith(str(target))
    assert "\n" not in message
    return message


def test_a_free_name_in_a_folder_passes(tmp_path: Path) -> None:
    check_output(tmp_path / "x.MP4", VIDEO_SUFFIXES, inputs=[tmp_path / "y.mp4"])
    check_output(tmp_path / "x.parquet", readings_suffixes())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.avi", "x", "x.mp4.txt"])
def test_an_unknown_ending_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    assert "use .mp4, .mov, .m4v, .mkv or .webm" in refusal(tmp_path / name)


def test_the_folder_must_be_there(tmp_path: Path) -> None:
    assert f"the folder {tmp_path / 'no'} does not exist; create it" in refusal(tmp_path / "no" / "x.mp4")
    (tmp_path / "file").touch()
    assert "is no folder" in refusal(tmp_path / "file" / "x.mp4")


def test_an_existing_file_asks_for_overwrite(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").touch()
    assert "--overwrite" in refusal(tmp_path / "x.mp4")
    check_output(tmp_path / "x.mp4", VIDEO_SUFFIXES, overwrite=True)


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").mkdir()
    assert "choose a file name" in refusal(tmp_path / "x.mp4", overwrite=True)


@pytest.mark.parametrize("how", ["same", "dotted", "symbolic", "hard"])
def test_an_input_is_never_overwritten(how: str, tmp_path: Path) -> None:
    source = tmp_path / "x.mp4"
    source.write_bytes(b"film")
    target = {"same": source, "dotted": tmp_path / "." / "x.mp4"}.get(how, tmp_path / "y.mp4")
    if how == "symbolic":
        target.symlink_to(source)
    elif how == "hard":
        os.link(source, target)
    assert "this file is being read" in refusal(target, overwrite=True, inputs=[source])


def test_a_folder_without_the_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):  # root ignores modes
        monkeypatch.setattr(os, "access", lambda *_: False)
    try:
        assert "is not writable; choose another" in refusal(tmp_path / "x.mp4")
    finally:
        tmp_path.chmod(0o700)


def test_a_disk_that_is_mounted_for_reading_only(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "is not writable; choose another" in refusal(small_disk / "x.mp4")


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    assert "is nearly full; free some space" in refusal(tmp_path / "x.mp4")


def test_names_and_sizes() -> None:
    assert part_name(Path("a/b.c.mp4"), 1) == Path("a/b.c.part.mp4")
    assert part_name(Path("b.mp4"), 3) == Path("b.part3.mp4")
    assert [readable_size(count) for count in (0, 1500, 123_456, 12_345_678)] == [
        "0.0 kB",
        "1.5 kB",
        "0.1 MB",
        "12.3 MB",
    ]


def test_a_disk_is_known_by_its_mount_point(small_disk: Path) -> None:
    (small_disk / "deep").mkdir()
    assert disk_of(small_disk / "deep") == small_disk
