"""What the user names, and what is made of it: the same for the command line and the window."""

import time
from pathlib import Path

import pytest

from mien.batch.outputs import Outputs
from mien.batch.plan import Plan, make_plan, replan
from mien.errors import RecordingError


@pytest.fixture(name="clip")
def _clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x")
    return path


def plan_of(*named: Path | str, outputs: Outputs | None = None, **choices: object) -> Plan:
    return make_plan([str(name) for name in named], outputs or Outputs(), **choices)  # type: ignore[arg-type]


def test_results_lie_beside_the_input(clip: Path) -> None:
    plan = plan_of(clip)
    (task,) = plan.tasks
    assert task.outputs == (clip.parent / "clip.mien.mp4", clip.parent / "clip.mien.csv")
    assert plan.home is None


def test_readings_lie_beside_the_named_video(clip: Path, tmp_path: Path) -> None:
    (task,) = plan_of(clip, output=str(tmp_path / "x.mkv")).tasks
    assert task.outputs == (tmp_path / "x.mkv", tmp_path / "x.csv")


def test_no_video_writes_the_readings_alone(clip: Path, tmp_path: Path) -> None:
    no_video = Outputs(video=None)
    (task,) = plan_of(clip, outputs=no_video, readings=str(tmp_path / "r.parquet")).tasks
    assert task.outputs == (tmp_path / "r.parquet",)
    (task,) = plan_of(clip, outputs=no_video, readings=".jsonl").tasks
    assert task.outputs == (tmp_path / "clip.mien.jsonl",)


@pytest.mark.parametrize("named", ["new", "new/", "there", "results.2024"])
def test_a_name_without_an_ending_is_a_folder(named: str, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    other = tmp_path / "other.mov"
    other.write_bytes(b"x")
    folder = tmp_path / named.rstrip("/")
    many = plan_of(clip, other, output=f"{tmp_path}/{named}")
    assert [task.video for task in many.tasks] == [folder / "clip.mien.mp4", folder / "other.mien.mp4"]
    assert many.home == folder
    if named != "results.2024":
        (one,) = plan_of(clip, output=f"{tmp_path}/{named}").tasks
        assert one.video == folder / "clip.mien.mp4"


def test_a_camera_is_named_by_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (task,) = plan_of("camera").tasks
    assert task.is_live
    assert task.source == "camera"
    assert task.video is not None
    assert task.video.name.startswith(time.strftime("mien-20"))
    assert task.absolute().source == "camera"
    (task,) = plan_of("rtsp://host/x", outputs=Outputs(sessions=True)).tasks
    assert task.source == "rtsp://host/x"
    assert task.session is not None
    assert not task.session.suffix


def test_bad_names_are_refused_before_the_work(clip: Path, tmp_path: Path) -> None:
    def refused(match: str, *named: Path, **choices: object) -> None:
        with pytest.raises(RecordingError, match=match):
            plan_of(*(named or (clip,)), **choices)

    other = tmp_path / "other.mp4"
    other.write_bytes(b"x")
    refused("does not exist", output=str(tmp_path / "missing" / "x.mp4"))
    refused("being read", output=str(clip))
    refused("use .mp4", output=str(tmp_path / "x.txt"))
    refused("use .csv", readings=str(tmp_path / "x.xls"))
    refused("name a folder", clip, other, output=str(tmp_path / "x.mp4"))
    refused("name an ending", clip, other, readings="x.csv")
    refused("leave --clean-video out", clip, other, outputs=Outputs(clean_video=tmp_path / "y.mp4"))
    refused("being read", outputs=Outputs(clean_video=clip, overwrite=True))
    (tmp_path / "there.mp4").write_bytes(b"y")
    refused("--overwrite", output=str(tmp_path / "there.mp4"))
    (task,) = plan_of(clip, outputs=Outputs(overwrite=True), output=str(tmp_path / "there.mp4")).tasks
    assert task.video == tmp_path / "there.mp4"


def test_without_a_video_the_output_may_name_the_table(clip: Path, tmp_path: Path) -> None:
    (task,) = plan_of(clip, outputs=Outputs(video=None), output=str(tmp_path / "mine.csv")).tasks
    assert (task.video, task.readings) == (None, tmp_path / "mine.csv")


def test_a_session_takes_the_place_of_video_and_readings(clip: Path, tmp_path: Path) -> None:
    session = Outputs(sessions=True)
    (task,) = plan_of(clip, outputs=session).tasks
    assert task.outputs == (tmp_path / "clip.mien",)
    (task,) = plan_of(clip, outputs=session, output=str(tmp_path / "here")).tasks
    assert task.session == tmp_path / "here"
    (tmp_path / "here").mkdir()
    (task,) = plan_of(clip, outputs=session, output=str(tmp_path / "here")).tasks
    assert task.session == tmp_path / "here" / "clip.mien"


def test_a_picture_by_itself_and_as_one_of_many(tmp_path: Path) -> None:
    for name in ("1.ppm", "2.ppm"):
        (tmp_path / name).touch()
    (task,) = plan_of(tmp_path / "1.ppm").tasks
    assert task.outputs == (tmp_path / "1.mien.png", tmp_path / "1.mien.csv")
    for plan in (plan_of(tmp_path / "1.ppm", tmp_path / "2.ppm"), plan_of(tmp_path)):
        assert [task.outputs for task in plan.tasks] == [
            (tmp_path / "1.mien.png",),
            (tmp_path / "2.mien.png",),
        ]
        assert {task.table for task in plan.tasks} == {tmp_path / "pictures.mien.csv"}
    named = plan_of(tmp_path, readings=str(tmp_path / "faces.parquet"))
    assert {task.table for task in named.tasks} == {tmp_path / "faces.parquet"}


def test_a_mixed_folder_says_what_it_is_taken_for(tmp_path: Path) -> None:
    for name in ("a.mp4", "1.png", "2.png"):
        (tmp_path / name).touch()
    table = tmp_path / "pictures.mien.csv"
    assert plan_of(tmp_path).notes == (f"1 video and 2 pictures, each by itself, all faces in {table}",)
    assert plan_of(tmp_path / "a.mp4").notes == ()


def test_a_film_of_pictures_is_one_input(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "1.png").touch()
    plan = plan_of(folder, as_film=True)
    (task,) = plan.tasks
    assert (task.source, task.as_film, plan.home) == (str(folder), True, None)
    assert task.outputs == (tmp_path / "photos.mien.mp4", tmp_path / "photos.mien.csv")
    (task,) = plan_of(folder, as_film=True, output=str(tmp_path / "x.mp4")).tasks
    assert task.outputs == (tmp_path / "x.mp4", tmp_path / "x.csv")


def test_the_same_files_planned_otherwise_keep_their_folders(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.mp4", "deep/b.mp4", "deep/c.png"):
        (tmp_path / "in" / name).touch()
    out = tmp_path / "out"
    first, sessions = Outputs(folder=out), Outputs(folder=out, sessions=True)
    tasks = plan_of(tmp_path / "in", outputs=first, recursive=True).tasks
    again = replan(tasks, sessions)
    assert [task.session for task in again] == [out / "a.mien", out / "deep" / "b.mien", None]
    assert replan(again, first) == list(tasks)


def test_a_picture_of_several_pages_becomes_a_video(tmp_path: Path) -> None:
    from PIL import Image as pillow

    pages = [pillow.new("RGB", (16, 12), (value, value, value)) for value in (10, 90)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "one.tif")
    tasks = make_plan([tmp_path], Outputs()).tasks
    assert [task.video and task.video.name for task in tasks] == ["one.mien.png", "pages.mien.mp4"]
    assert {task.table for task in tasks} == {tmp_path / "pictures.mien.csv"}
    assert [path.name for path in make_plan([tmp_path / "pages.tif"], Outputs()).tasks[0].outputs] == [
        "pages.mien.mp4",
        "pages.mien.csv",
    ]
