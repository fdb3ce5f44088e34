import os
from pathlib import Path

import pytest

from mien.batch.inputs import find_inputs
from mien.batch.outputs import Outputs, home_of
from mien.core.frame import SourceKind
from mien.errors import RecordingError, SourceError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with all that lies about."""
    for name in (
        *(
            "10.mp4",
            "2.mov",
            "photo.JPG",
            "notes.txt",
            ".hidden.mp4",
            "2.mien.mp4",
            "2.mien.png",
            "10.mien.part.mp4",
        ),
        *("deep/er/clip.webm", "deep/photo.png", ".cache/x.mp4", "old.mien/session.json", "old.mien/video.mp4"),
        *("out/film.mp4", "10.part2.mkv", "10.mien.part.mp4"),
    ):
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path / "all"


def names(tree: Path, **choices: object) -> list[str]:
    return [one.path.relative_to(tree).as_posix() for one in find_inputs([tree], **choices).found]  # type: ignore[arg-type]


def test_videos_and_pictures_in_natural_order_and_nothing_of_our_own(tree: Path) -> None:
    assert names(tree) == ["2.mov", "10.mp4", "photo.JPG"]


def test_folders_of_folders_on_request(tree: Path) -> None:
    deep = ["2.mov", "10.mp4", "photo.JPG", "deep/photo.png", "deep/er/clip.webm"]
    assert names(tree, recursive=True) == [*deep, "out/film.mp4"]
    assert names(tree, recursive=True, leave_out=tree / "out") == deep


def test_a_circle_of_links_has_an_end(tree: Path) -> None:
    (tree / "deep" / "round").symlink_to(tree)
    assert names(tree, recursive=True).count("2.mov") == 1
    assert len(names(tree, recursive=True)) == 6


def test_what_is_named_twice_is_read_once(tree: Path) -> None:
    found = find_inputs([tree / "2.mov", tree, str(tree / "2.mov")]).found
    assert [one.path.name for one in found] == ["2.mov", "10.mp4", "photo.JPG"]


def test_a_file_is_taken_by_its_name_even_if_it_is_away(tree: Path) -> None:
    found = find_inputs([tree / "2.mien.mp4", tree / "missing.mp4"]).found
    assert [one.path.name for one in found] == ["2.mien.mp4", "missing.mp4"]


@pytest.mark.parametrize("name", ["camera", "camera:Logi", "rtsp://host/x", "synthetic:64x48", "0"])
def test_live_sources_go_alone(name: str) -> None:
    (one,) = find_inputs([name]).found
    assert one.is_live
    with pytest.raises(SourceError, match="only files can wait"):
        find_inputs([name, "clip.mp4"])


def test_a_folder_that_is_named_like_a_camera_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "clip.mp4").touch()
    monkeypatch.chdir(tmp_path)
    assert [one.path for one in find_inputs(["3"]).found] == [tmp_path / "3" / "clip.mp4"]


def test_an_empty_folder_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--recursive"):
        find_inputs([tmp_path])


def test_the_pictures_of_a_folder_are_a_film_on_request(tree: Path) -> None:
    found = find_inputs([tree], recursive=True, as_film=True, leave_out=tree / "out").found
    assert [one.path.name for one in found if one.is_film] == ["all", "deep"]
    films = [task for task in Outputs().tasks(found) if task.as_film]
    assert [task.video for task in films] == [tree.parent / "all.mien.mp4", tree / "deep.mien.mp4"]


def test_a_folder_within_that_cannot_be_listed_is_left_out(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder.name == "deep":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    inputs = find_inputs([tree], recursive=True)
    assert "deep/photo.png" not in [one.path.relative_to(tree).as_posix() for one in inputs.found]
    assert len(inputs.found) == 4
    (note,) = inputs.left_out
    assert note == f"{tree / 'deep'}: left out, since it cannot be listed (Permission denied)"
    with pytest.raises(SourceError, match="cannot be listed"):
        find_inputs([tree / "deep"])


@pytest.mark.parametrize("name", ["~nosuchuser/x.mp4", "x" * 300 + ".mp4", "a\0b.mp4", "\udcff.mp4"])
def test_names_that_cannot_be_are_told_by_reading_them(name: str) -> None:
    (one,) = find_inputs([name]).found
    assert (one.kind, one.is_picture) == (SourceKind.FILE, False)


def test_results_lie_beside_or_in_folders_like_those_of_the_inputs(tree: Path, tmp_path: Path) -> None:
    found = find_inputs([tree], recursive=True, leave_out=tree / "out").found
    beside = Outputs().tasks(found)
    assert beside[0].outputs == (tree / "2.mien.mp4", tree / "2.mien.csv")
    assert (beside[2].outputs, beside[2].table) == ((tree / "photo.mien.png",), tree / "pictures.mien.csv")
    other = Outputs(folder=tmp_path / "o", video=None, readings=".parquet").tasks(found)
    assert [(task.outputs, task.table) for task in other[-2:]] == [
        ((), tmp_path / "o/pictures.mien.parquet"),
        ((tmp_path / "o/deep/er/clip.mien.parquet",), None),
    ]
    assert home_of(found, Outputs()) == tree
    assert home_of(found, Outputs(folder=tmp_path / "o")) == tmp_path / "o"


def test_several_folders_keep_their_names(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "clip.mp4").touch()
    found = find_inputs([tmp_path / "a", tmp_path / "b"]).found
    tasks = Outputs(folder=tmp_path / "o").tasks(found)
    assert [task.video for task in tasks] == [tmp_path / "o/a/clip.mien.mp4", tmp_path / "o/b/clip.mien.mp4"]
    assert home_of(found, Outputs()) == tmp_path


def test_twins_keep_their_endings(tmp_path: Path) -> None:
    for name in ("clip.mp4", "clip.mov", "single.mp4"):
        (tmp_path / name).touch()
    tasks = Outputs().tasks(find_inputs([tmp_path]).found)
    assert [task.video and task.video.name for task in tasks] == [
        "clip.mov.mien.mp4",
        "clip.mp4.mien.mp4",
        "single.mien.mp4",
    ]
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "clip.mp4").touch()
    with pytest.raises(RecordingError, match="two inputs"):
        Outputs(folder=tmp_path / "o").tasks(
            find_inputs([tmp_path / "clip.mp4", tmp_path / "x" / "clip.mp4"]).found
        )


def test_sessions_of_videos_and_pictures_as_they_are(tree: Path) -> None:
    tasks = Outputs(sessions=True).tasks(find_inputs([tree]).found)
    assert [task.session for task in tasks] == [tree / "2.mien", tree / "10.mien", None]
    assert tasks[0].outputs == (tree / "2.mien",)
    assert tasks[2].table == tree / "pictures.mien.csv"


def test_a_session_that_is_named_is_no_folder_of_pictures(tmp_path: Path) -> None:
    for name in ("session.json", "video.mp4", "face-1.jpg"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(SourceError, match=r"is a recorded session.*video\.mp4"):
        find_inputs([tmp_path])
    assert [one.path.name for one in find_inputs([tmp_path / "video.mp4"]).found] == ["video.mp4"]
