"""`mien annotate` on real clips, from the command line's arguments to the files on disk."""

import csv
import json
from collections import Counter
from pathlib import Path

import av
import pytest

from mien.cli import run
from mien.places import demo_clip
from tests.clips import write_portrait, write_short_clip


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def annotate(*arguments: object) -> int:
    return run(["annotate", *map(str, arguments), "--quiet"])


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(video=0) if frame.pts is not None]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first three seconds of the demo clip."""
    return write_short_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=90)


def test_a_video_is_annotated_frame_by_frame(clip: Path, tmp_path: Path) -> None:
    assert annotate(clip, "-o", tmp_path / "out.mp4") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.mp4"]
    assert [int(row["frame"]) for row in rows_of(tmp_path / "out.csv")] == list(range(90))
    assert times_of(tmp_path / "out.mp4") == pytest.approx(times_of(clip), abs=1e-3)


def test_the_demo_clip_is_read_to_its_end(tmp_path: Path) -> None:
    assert annotate(demo_clip(), "--no-video", "--readings", tmp_path / "out.csv") == 0
    rows = rows_of(tmp_path / "out.csv")
    assert sorted({int(row["frame"]) for row in rows}) == list(range(450))
    labels = Counter(row["label"] for row in rows if row["face_id"])
    assert labels.most_common(1)[0][0] == "happiness"
    assert labels["happiness"] > 120
    # Several expressions are made in it, and read.
    assert {"neutral", "surprise", "sadness"} <= {name for name, count in labels.items() if count > 15}
    # The face leaves the picture once and comes back as the same person; nothing else is a face.
    assert {(row["face_id"], row["track_id"]) for row in rows} == {("1", "1"), ("", ""), ("1", "2")}


@pytest.mark.shared
def test_a_film_of_one_face(tmp_path: Path, shared: Path) -> None:
    assert annotate(shared / "media/one_face_336p.mp4", "-o", tmp_path / "x.mp4") == 0
    rows = rows_of(tmp_path / "x.csv")
    assert len({row["frame"] for row in rows}) == 115
    with_face = [row for row in rows if row["face_id"]]
    assert len(with_face) >= 110
    assert {row["face_id"] for row in with_face} == {"1"}
    assert Counter(row["label"] for row in with_face).most_common(1)[0][0] == "happiness"
    assert len(times_of(tmp_path / "x.mp4")) == 115


@pytest.mark.shared
def test_a_cartoon_has_next_to_no_faces(tmp_path: Path, shared: Path) -> None:
    table = tmp_path / "x.csv"
    assert annotate(shared / "media/no_face_540p.mp4", "--no-video", "--readings", table) == 0
    rows = rows_of(table)
    assert len({row["frame"] for row in rows}) == 95
    assert sum(bool(row["face_id"]) for row in rows) <= 5


@pytest.mark.shared
def test_a_face_that_leaves(tmp_path: Path, shared: Path) -> None:
    table = tmp_path / "x.csv"
    assert annotate(shared / "media/face_then_none_540p.mov", "--no-video", "--readings", table) == 0
    rows = rows_of(table)
    assert len({row["frame"] for row in rows}) == 169
    frames = [int(row["frame"]) for row in rows if row["face_id"]]
    assert 60 <= len(frames) <= 100
    assert max(frames) < 110


@pytest.mark.shared
def test_five_faces_in_a_photo(tmp_path: Path, shared: Path) -> None:
    assert annotate(shared / "media/photos/five_faces.jpg", "-o", tmp_path / "five.png") == 0
    rows = rows_of(tmp_path / "five.csv")
    assert sorted(row["face_id"] for row in rows) == ["1", "2", "3", "4", "5"]
    assert (tmp_path / "five.png").read_bytes().startswith(b"\x89PNG")


def test_all_three_tables_say_the_same(clip: Path, tmp_path: Path) -> None:
    import pyarrow.parquet

    for suffix in ("csv", "jsonl", "parquet"):
        table = tmp_path / f"x.{suffix}"
        assert annotate(clip, "--no-video", "--seconds", 1, "--readings", table) == 0
    from_csv = rows_of(tmp_path / "x.csv")
    from_jsonl = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    from_parquet = pyarrow.parquet.read_table(tmp_path / "x.parquet").to_pylist()
    assert len(from_csv) == len(from_jsonl) == len(from_parquet) == 30
    for first, second, third in zip(from_csv, from_jsonl, from_parquet, strict=True):
        assert list(first) == list(second) == list(third)
        assert float(first["p_happiness"]) == pytest.approx(second["p_happiness"])
        assert second["p_happiness"] == pytest.approx(third["p_happiness"], abs=1e-7)


def test_an_excerpt_keeps_the_times_of_the_file(clip: Path, tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    assert annotate(clip, "--no-video", "--start", 2, "--seconds", 0.5, "--readings", table) == 0
    times_s = [float(row["time_s"]) for row in rows_of(table)]
    assert times_s == pytest.approx([2 + n / 30 for n in range(15)], abs=1e-3)


def test_a_summary_as_json(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["annotate", str(clip), "--seconds", "1", "-o", str(tmp_path / "x.mkv"), "--json"]
    assert run(arguments) == 0
    printed = json.loads(capsys.readouterr().out)
    (item,) = printed["files"]
    summary = item["summary"]
    assert (printed["schema"], item["state"], item["reason"]) == (1, "done", None)
    assert summary["frames"] == 30
    assert summary["faces"] == 1
    assert item["outputs"] == summary["outputs"] == [str(tmp_path / "x.mkv"), str(tmp_path / "x.csv")]
    assert summary["provider"] == "cpu"


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    error = capsys.readouterr().err.strip()
    assert "\n" not in error
    assert error.startswith("mien: ")
    return error


def test_bad_files_give_one_line_and_leave_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, text, cut = (tmp_path / name for name in ("empty.mp4", "text.mp4", "cut.mp4"))
    empty.touch()
    text.write_text("this is no video")
    cut.write_bytes(demo_clip().read_bytes()[:2_000])
    out = tmp_path / "out"
    out.mkdir()
    for name in (empty, text, cut, tmp_path / "missing.mp4"):
        assert annotate(name, "-o", out / "x.mp4") == 1
        assert name.name in one_line(capsys)
        assert list(out.iterdir()) == []


def test_what_can_be_read_of_a_damaged_file_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(demo_clip().read_bytes()[:200_000])
    assert annotate(cut, "-o", tmp_path / "x.mp4") == 1
    line = one_line(capsys)
    assert "cut off" in line
    assert str(tmp_path / "x.mp4") in line
    assert 10 < len(times_of(tmp_path / "x.mp4")) < 450


def test_one_broken_file_does_not_stop_the_others(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("this is no video")
    out = tmp_path / "out"
    out.mkdir()
    assert annotate(broken, clip, "--seconds", 0.5, "-o", out) == 1
    assert "broken.mp4" in one_line(capsys)
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) == [
        *("clip.mien.csv", "clip.mien.mp4", "mien-summary.csv"),
    ]


def test_bad_choices_give_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.mp4"
    for option, value, remedy in (
        ("--model", "nobody", "there are mien-m, mien-s"),
        ("--model", tmp_path / "none.onnx", "mien models list"),
        ("--provider", "quantum", "choose auto, cpu"),
        ("--provider", "directml", "install onnxruntime-directml"),
        ("--detector", "magic", "choose retinaface, full-range"),
        ("--detector", tmp_path / "none.onnx", "check its path"),
    ):
        assert annotate(demo_clip(), "-o", out, option, value) == 1
        assert remedy in one_line(capsys)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_output_is_safe(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.mp4"
    out.write_bytes(b"precious")
    assert annotate(clip, "-o", out) == 1
    assert "--overwrite" in one_line(capsys)
    assert out.read_bytes() == b"precious"
    assert annotate(clip, "-o", out, "--overwrite", "--seconds", 0.5) == 0
    assert len(times_of(out)) == 15


@pytest.mark.parametrize(("size", "frames"), [("1x1", 3), ("7x5", 3), ("8000x4000", 1)])
def test_odd_sizes_work(tmp_path: Path, size: str, frames: int) -> None:
    assert annotate(f"synthetic:{size}@30x{frames}", "-o", tmp_path / "x.mp4") == 0
    assert len(times_of(tmp_path / "x.mp4")) == frames
    assert len(rows_of(tmp_path / "x.csv")) == frames


def test_faces_can_be_hidden(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    def still(name: str, *options: str) -> np.ndarray:
        assert annotate(write_portrait(tmp_path / "face.png"), "-o", tmp_path / name, *options) == 0
        return np.asarray(cv2.imread(str(tmp_path / name)), np.float32)

    open_face, hidden = still("a.png"), still("b.png", "--cover", "blur")
    row = rows_of(tmp_path / "a.csv")[0]
    x1, y1, x2, y2 = (int(float(row[name])) for name in ("x1", "y1", "x2", "y2"))
    third = (x2 - x1) // 3
    inside = np.s_[y1 + third : y2 - third, x1 + third : x2 - third]

    def detail(image: np.ndarray) -> float:
        return float(np.abs(np.diff(image[inside], axis=1)).mean())

    assert detail(hidden) < 0.2 * detail(open_face)


@pytest.mark.parametrize("cover", ["none", "plate"])
def test_a_clean_picture_has_no_overlay_and_keeps_faces_covered(tmp_path: Path, cover: str) -> None:
    import cv2

    portrait = write_portrait(tmp_path / "face.png")
    assert annotate(portrait, "-o", tmp_path / "clean.png", "--clean", "--cover", cover) == 0
    before, after = (cv2.imread(str(path)) for path in (portrait, tmp_path / "clean.png"))
    (row,) = rows_of(tmp_path / "clean.csv")
    x1, y1, x2, y2 = (int(float(row[name])) for name in ("x1", "y1", "x2", "y2"))
    is_changed = (before != after).any(axis=2)
    assert is_changed[y1:y2, x1:x2].all() == (cover == "plate")
    margin = (x2 - x1) // 4
    if cover == "plate":
        is_changed[max(y1 - margin, 0) : y2 + margin, max(x1 - margin, 0) : x2 + margin] = False
    assert not is_changed.any()
