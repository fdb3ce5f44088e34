import csv
import sys
import threading
from pathlib import Path

import cv2
import pytest

import mien
from mien import AppError, analyse, annotate, read
from mien.runs.progress import Progress
from mien.session.tables import open_table
from tests.clips import FRAMES, write_short_clip


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_package_offers_its_calls_and_nothing_else() -> None:
    assert mien.analyse is analyse
    with pytest.raises(AttributeError, match="no attribute 'analyze'"):
        mien.analyze  # noqa: B018


def test_readings_are_those_of_the_files(clip: Path, tmp_path: Path) -> None:
    annotate(clip, readings=tmp_path / "x.csv")
    rows, readings = rows_of(tmp_path / "x.csv"), analyse(clip)
    assert len(readings) == len(rows) == FRAMES
    assert list(readings.columns) == list(rows[0])
    for row, again in zip(rows, readings, strict=True):
        assert int(row["frame"]) == again["frame"]
        assert row["label"] == again["label"]
        assert float(row["valence"]) == pytest.approx(again["valence"], abs=1e-6)
        assert row["usable"] == str(again["usable"]).lower()
    assert readings.summary.frames == FRAMES
    assert readings.summary.faces == 1
    assert sum(readings.summary.shares.values()) == pytest.approx(1.0)
    assert "12 rows, 12 frames, 1 face" in repr(readings)


def test_two_networks_side_by_side_are_in_the_table(clip: Path) -> None:
    readings = analyse(clip, seconds=0.1, model="mien-s", compare="mien-s")
    first = next(iter(readings))
    assert first["other_label"] == first["label"]
    assert first["other_p_happiness"] == first["p_happiness"]


def test_pandas_takes_the_readings_as_it_reads_the_file(clip: Path, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    readings = analyse(clip, seconds=0.2)
    frame = readings.to_pandas()
    assert list(frame.frame) == list(range(6))
    assert frame.face_id.dtype.kind == "i"
    assert frame[frame.usable & (frame.label == "happiness")].confidence.between(0.4, 1).all()
    readings.save(tmp_path / "x.parquet")
    pandas.testing.assert_frame_equal(frame, pandas.read_parquet(tmp_path / "x.parquet"))
    with pytest.raises(AppError, match="exists already"):
        readings.save(tmp_path / "x.parquet")
    readings.save(tmp_path / "x.parquet", overwrite=True)
    readings.save(tmp_path / "x.csv", csv_form="semicolon")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").startswith("frame;time_s;face_id")


def test_pandas_takes_frames_without_faces(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    readings = analyse(write_short_clip(tmp_path / "clip.mp4", grey=range(6, FRAMES)))
    frame = readings.to_pandas(by_time=True)
    assert frame.usable.dtype == frame.relative.dtype == bool
    assert frame.face_id.isna().tolist() == [False] * 6 + [True] * 6
    assert not frame[~frame.face_id.isna()].empty
    assert not frame.usable[frame.face_id.isna()].any()
    assert isinstance(frame.index, pandas.TimedeltaIndex)
    assert frame.usable.resample("200ms").sum().tolist() == [frame.usable.sum(), 0]


@pytest.mark.parametrize(("library", "call"), [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_a_missing_library_never_costs_the_readings(
    library: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_short_clip(tmp_path / "clip.mp4", frames=3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / "clip.mien.parquet").write_text("mine")
    for _ in range(2):
        readings = analyse(clip)
        for _ in range(2):
            with pytest.raises(AppError, match=rf"pip install {library} \(the readings are in .*\.parquet"):
                getattr(readings, call)()
    names = ["clip.mien-2.parquet", "clip.mien-3.parquet", "clip.mien.parquet", "clip.mp4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    with open_table(tmp_path / names[0]) as table:
        assert sum(batch.num_rows for batch in table.batches) == 3
    (tmp_path / "locked").mkdir()
    monkeypatch.chdir(tmp_path / "locked")
    monkeypatch.setattr("mien.sinks.output_path.MIN_FREE_BYTES", 1 << 62)
    with pytest.raises(AppError, match=f"pip install {library} .*nearly full"):
        getattr(analyse(clip), call)()


def test_polars_takes_the_readings(clip: Path) -> None:
    polars = pytest.importorskip("polars")
    readings = analyse(clip, seconds=0.2)
    frame = readings.to_polars()
    assert frame.equals(polars.DataFrame(readings))
    assert frame["time_s"].to_list() == pytest.approx([n / 30 for n in range(6)], abs=1e-6)


def test_any_library_of_arrow_takes_the_readings(clip: Path) -> None:
    import pyarrow

    readings = analyse(clip, seconds=0.1)
    assert pyarrow.table(readings).equals(readings.to_arrow())


def test_a_source_without_faces_has_rows_without_faces() -> None:
    readings = analyse("synthetic:64x48@10x3")
    assert [(row["frame"], row["face_id"], row["label"]) for row in readings] == [
        (0, None, None),
        (1, None, None),
        (2, None, None),
    ]
    assert readings.summary.uncertain_share is None
    assert readings.summary.valence is None


def test_results_come_one_by_one(clip: Path) -> None:
    results = read(clip, smoothing_s=0)
    assert results.info.width_px > 0
    indices = []
    for result in results:
        indices.append(result.frame.index)
        assert result.readings[0].emotion.label in result.readings[0].emotion.labels
    assert indices == list(range(FRAMES))
    assert results.stats.frames == FRAMES
    with pytest.raises(AppError, match="read already"):
        iter(results)


def test_leaving_the_loop_ends_all_threads(clip: Path) -> None:
    for result in read(clip):
        if result.frame.index == 2:
            break
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mien")]


def test_another_thread_can_stop_a_live_source() -> None:
    times_s = []
    with read("synthetic-live:64x48@50") as results:
        for result in results:
            times_s.append(result.frame.timestamp_s)
            if len(times_s) == 3:
                threading.Thread(target=results.stop).start()
    assert len(times_s) >= 3
    assert times_s == sorted(times_s)


def test_results_that_nobody_looked_at_are_closed(clip: Path) -> None:
    with read(clip):
        pass


def test_a_failure_reaches_the_loop(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("this is no video")
    with pytest.raises(AppError, match=r"broken\.mp4"):
        read(broken)
    with pytest.raises(AppError, match="no such network"):
        read("synthetic", model="nobody")


def test_progress_is_told_to_the_end(clip: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    summary = annotate(clip, tmp_path / "x.mp4", tmp_path / "x.csv", progress=told.append)
    assert told[-1].frames == told[-1].total == FRAMES
    assert told[-1].share == 1.0
    assert [one.frames for one in told] == sorted(one.frames for one in told)
    assert summary.outputs == (str(tmp_path / "x.mp4"), str(tmp_path / "x.csv"))
    assert not summary.was_cut


def test_a_stopped_run_is_complete_as_far_as_it_went(tmp_path: Path) -> None:
    stop = threading.Event()

    def after_ten(progress: Progress) -> None:
        if progress.frames >= 10:
            stop.set()

    source = "synthetic:320x240@30x100000"
    summary = annotate(source, tmp_path / "x.mp4", tmp_path / "x.csv", progress=after_ten, stop=stop)
    assert summary.was_cut
    assert 10 <= summary.frames < 100_000
    assert len(rows_of(tmp_path / "x.csv")) == summary.frames
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.mp4"]


def test_an_error_of_the_callback_ends_the_run(tmp_path: Path) -> None:
    def fail(progress: Progress) -> None:
        if progress.frames > 3:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        annotate("synthetic:320x240@30x100000", readings=tmp_path / "x.csv", progress=fail)
    assert [path.name for path in tmp_path.iterdir()] == ["x.part.csv"]


def test_how_long_it_takes() -> None:
    assert Progress(30, 120, 10.0).left_s == 9.0
    assert Progress(30, 120, 10.0).share == 0.25
    assert Progress(30, 20, 10.0).share == 1.0
    assert Progress(30, None, 10.0).left_s is None
    assert Progress(0, 120, 0.0).left_s is None


@pytest.mark.shared
@pytest.mark.parametrize("is_turned", [True, False])
def test_a_source_upside_down_is_said_and_never_read(tmp_path: Path, shared: Path, is_turned: bool) -> None:
    capture = cv2.VideoCapture(str(shared / "media" / "one_face_360p.mp4"))
    for index in range(12):
        picture = cv2.resize(capture.read()[1], (320, 180), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(tmp_path / f"{index}.png"), cv2.rotate(picture, cv2.ROTATE_180) if is_turned else picture)
    capture.release()
    summary = annotate(tmp_path, readings=tmp_path / "out.csv", as_film=True, min_confidence=0.0)
    assert summary.frames_with_face == 12
    assert any("--rotate auto" in note for note in summary.notes) == is_turned
    assert (summary.certain == 0) == is_turned
    if is_turned:
        turned = annotate(tmp_path, readings=tmp_path / "turned.csv", rotate="auto", min_confidence=0.0)
        assert turned.certain > 0
        assert "turned by 180° clockwise" in turned.notes


def test_what_cannot_be_looked_at_before_needs_a_named_rotation() -> None:
    with pytest.raises(AppError, match="name the rotation"):
        analyse("synthetic:64x48x3", rotate="auto")
