from pathlib import Path

import pytest

from mien.api.plan import plan_tasks
from mien.errors import RecordingError


@pytest.fixture(name="clip")
def _clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x")
    return path


def test_results_lie_beside_the_input(clip: Path) -> None:
    (plan,) = plan_tasks([str(clip)], None, None, with_video=True, overwrite=False)
    assert plan.video == clip.parent / "clip.mien.mp4"
    assert plan.readings == clip.parent / "clip.mien.csv"


def test_readings_lie_beside_the_named_video(clip: Path, tmp_path: Path) -> None:
    (plan,) = plan_tasks([str(clip)], str(tmp_path / "x.mkv"), None, with_video=True, overwrite=False)
    assert (plan.video, plan.readings) == (tmp_path / "x.mkv", tmp_path / "x.csv")


def test_no_video_writes_the_readings_alone(clip: Path, tmp_path: Path) -> None:
    named = str(tmp_path / "r.parquet")
    (plan,) = plan_tasks([str(clip)], None, named, with_video=False, overwrite=False)
    assert (plan.video, plan.readings) == (None, tmp_path / "r.parquet")


def test_several_inputs_go_into_a_folder(clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mov"
    other.write_bytes(b"x")
    folder = tmp_path / "out"
    folder.mkdir()
    plans = plan_tasks([str(clip), str(other)], str(folder), None, with_video=True, overwrite=False)
    assert [plan.video for plan in plans] == [folder / "clip.mien.mp4", folder / "other.mien.mp4"]


def test_a_camera_is_named_by_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (plan,) = plan_tasks(["camera"], None, None, with_video=True, overwrite=False)
    assert plan.video is not None
    assert plan.video.name.startswith("mien-20")


def test_bad_names_are_refused_before_the_work(clip: Path, tmp_path: Path) -> None:
    def refused(match: str, output: str | None, readings: str | None = None, sources: int = 1) -> None:
        with pytest.raises(RecordingError, match=match):
            plan_tasks([str(clip)] * sources, output, readings, with_video=True, overwrite=False)

    refused("does not exist", str(tmp_path / "missing" / "x.mp4"))
    refused("being read", str(clip))
    refused("use .mp4", str(tmp_path / "x.txt"))
    refused("use .csv", None, str(tmp_path / "x.xls"))
    refused("folder that exists", str(tmp_path / "x.mp4"), sources=2)
    refused("two inputs", str(tmp_path), sources=2)
    (tmp_path / "there.mp4").write_bytes(b"y")
    refused("--overwrite", str(tmp_path / "there.mp4"))
    (plan,) = plan_tasks([str(clip)], str(tmp_path / "there.mp4"), None, with_video=True, overwrite=True)
    assert plan.video == tmp_path / "there.mp4"


def test_a_session_takes_the_place_of_video_and_readings(clip: Path, tmp_path: Path) -> None:
    (plan,) = plan_tasks([str(clip)], None, None, with_video=True, session=True, overwrite=False)
    assert plan.outputs == (tmp_path / "clip.mien",)
    (plan,) = plan_tasks([str(clip)], str(tmp_path / "here"), None, with_video=True, session=True, overwrite=False)
    assert plan.session == tmp_path / "here"
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "clip.mien").mkdir()
    with pytest.raises(RecordingError, match="exists already"):
        plan_tasks([str(clip)], str(tmp_path / "here"), None, with_video=True, session=True, overwrite=False)


def test_a_second_video_is_checked_too(clip: Path, tmp_path: Path) -> None:
    clean = str(tmp_path / "clean.mkv")
    (plan,) = plan_tasks([str(clip)], None, None, clean_video=clean, with_video=True, overwrite=False)
    assert plan.clean_video == tmp_path / "clean.mkv"
    with pytest.raises(RecordingError, match="several inputs"):
        plan_tasks([str(clip)] * 2, None, None, clean_video=clean, with_video=True, overwrite=False)
    with pytest.raises(RecordingError, match="being read"):
        plan_tasks([str(clip)], None, None, clean_video=str(clip), with_video=True, overwrite=True)
