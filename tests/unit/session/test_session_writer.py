"""What a session's folder holds, while it grows and when it is complete."""

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from clips import write_short_clip

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.errors import RecordingError
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.document import BaselineRecord
from mien.session.exports.export import export_session
from mien.session.open_media import open_media
from mien.session.origin import NetworkInUse
from mien.session.recovery import recover
from mien.session.stored import open_session
from mien.session.tables import read_series
from mien.session.writer import Contents
from mien.settings import EventType, Settings
from mien.version import VERSION

Record = Callable[..., Path]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def document(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "session.json").read_text(encoding="utf-8"))


def test_a_complete_session(record: Record) -> None:
    folder = record(60, contents=Contents(overlay_video=True, csv=True))
    assert names(folder) == [
        "face-1.jpg",
        "face-2.jpg",
        "overlay.mp4",
        "readings.csv",
        "readings.parquet",
        "session.json",
        "thumbnail.jpg",
        "video.mp4",
    ]
    session = open_session(folder)
    written = session.document
    assert (written.state, written.frames, written.dropped) == ("complete", 60, 0)
    assert written.duration_s == pytest.approx(59 / 30)
    assert written.program == f"mien {VERSION}"
    assert written.networks[0].labels == EXPRESSIONS
    assert written.settings["smoothing_s"] == 0.3
    assert session.series.face_ids() == (1, 2)
    assert len(session.series.face(1)) == 60
    assert len(session.series.face(2)) == 30
    assert session.video == folder / "video.mp4"
    with av.open(str(folder / "video.mp4")) as container:
        assert len(list(container.decode(video=0))) == 60


def test_the_folder_says_recording_until_all_is_there(make_writer: Any, make_result: Any) -> None:
    writer = make_writer()
    assert document(writer.folder)["state"] == "recording"
    assert names(writer.folder) == ["readings.part.journal", "session.json", "session.lock", "video.part.mp4"]
    writer.write(make_result(), make_result().frame.image)
    assert document(writer.folder)["frames"] is None
    writer.finish()
    writer.finish()
    assert document(writer.folder)["state"] == "complete"
    assert not [name for name in names(writer.folder) if "part" in name or "lock" in name]


def test_time_0_is_the_first_picture(make_writer: Any, make_result: Any, make_reading: Any) -> None:
    writer = make_writer()
    for number in range(30):
        result = make_result(600 + number, [make_reading()], time_s=20.0 + number / 30)
        writer.write(result, result.frame.image)
        if number == 10:
            writer.add_marker("event", result.frame.timestamp_s, text="here")
            writer.add_marker("exclude", 19.0, 20.5)
            writer.add_baseline(BaselineRecord(face_id=1, model="fake", taken_at_s=20.2, probabilities=(1.0,)))
    writer.finish()
    session = open_session(writer.folder)
    face = session.series.face(1)
    assert face.frames.tolist() == list(range(30))
    assert face.times_s[[0, -1]].tolist() == pytest.approx([0.0, 29 / 30], abs=1e-6)
    assert session.document.source.source_start_s == 20.0
    spans = [(marker.kind, marker.start_s, marker.end_s) for marker in session.annotations.markers]
    assert spans == [("exclude", 0.0, 0.5), ("event", 0.333, None)]
    (baseline,) = session.document.baselines
    assert (baseline.model, baseline.taken_at_s) == ("fake", pytest.approx(0.2))
    with av.open(str(writer.folder / "video.mp4")) as container:
        assert next(container.decode(video=0)).time == 0.0


def test_the_start_is_a_moment_with_a_zone(record: Record) -> None:
    before = datetime.now().astimezone()
    started = datetime.fromisoformat(open_session(record(5)).document.started_at)
    assert started.utcoffset() is not None
    assert before - timedelta(seconds=1) <= started <= datetime.now().astimezone()


def test_dropped_frames_are_counted_for_a_camera(make_writer: Any, make_result: Any) -> None:
    """Those that gave way before, those of a pause and those that were lost on their way are none of them."""
    writer = make_writer()
    for index, dropped in ((5, 3), (6, 3), (9, 5), (10, 5), (90, 5)):
        writer.write(dataclasses.replace(make_result(index), dropped=dropped), make_result().frame.image)
    writer.left_out = 4  # this recording's own: the disk was too slow
    writer.finish()
    written = document(writer.folder)
    assert (written["frames"], written["dropped"], written["left_out"]) == (5, 2, 4)


def test_the_source_and_the_networks_are_measured(
    tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clip, network = tmp_path / "clip.mp4", tmp_path / "net.onnx"
    clip.write_bytes(b"clip" * 1000)
    network.write_bytes(b"net" * 1000)
    folder = record(
        5,
        info=SourceInfo("clip.mp4", 320, 180, 30.0, is_live=False, path="clip.mp4"),
        networks=(NetworkInUse("net", EXPRESSIONS, "cpu", network), NetworkInUse("b", ("x", "y"), "cpu", network)),
    )
    written = open_session(folder).document
    assert (written.source.kind, written.source.size_bytes) == ("file", 4000)
    assert written.source.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()
    digests = [each.sha256 for each in written.networks]
    assert digests == [hashlib.sha256(network.read_bytes()).hexdigest()] * 2
    columns = pq.read_schema(folder / "readings.parquet").names
    assert columns[-2:] == ["other_raw_valence", "other_raw_arousal"]
    assert "other_p_x" in columns


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_that_is_no_utf_8_is_found_again(tmp_path: Path, record: Record) -> None:
    clip = tmp_path / os.fsdecode(b"M\xfcller.mp4")
    write_short_clip(clip, 2)
    info = SourceInfo("clip", 320, 180, 30.0, is_live=False, path=str(clip))
    folder = record(2, info=info, contents=Contents(video=False))
    source = open_session(folder).document.source
    assert (source.path, source.file) == (f"{tmp_path}/M\\xfcller.mp4", clip)
    assert source.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()
    opened = open_media(folder, AnalysisStore(tmp_path / "kept"), lambda: True, trusts_outside=True)
    assert opened.video == clip
    export_session(folder, tmp_path / "out.eaf")
    assert "M%FCller.mp4" in (tmp_path / "out.eaf").read_text(encoding="utf-8")
    renamed = folder.rename(tmp_path / os.fsdecode(b"M\xfcller.mien"))
    for suffix in (".csv", ".jsonl", ".parquet"):
        table = renamed.with_suffix(suffix)
        export_session(renamed, table)
        assert read_series(table).face_ids() == open_session(renamed).series.face_ids() == (1, 2)


def test_a_source_that_is_gone_has_no_sha256(tmp_path: Path, record: Record) -> None:
    gone = SourceInfo("gone.mp4", 320, 180, 30.0, is_live=False, path=str(tmp_path / "gone.mp4"))
    assert open_session(record(5, info=gone)).document.source.sha256 == ""


def test_a_recording_is_clean_and_not_mirrored_and_the_overlay_is_burnt_in_when_asked(
    make_writer: Any, make_result: Any, make_reading: Any
) -> None:
    mirrored = Settings().changed(camera={"mirror": True})
    writer = make_writer(settings=mirrored, contents=Contents(overlay_video=True))
    image = np.full((180, 320, 3), 40, np.uint8)
    image[:, :60] = 220
    for index in range(5):
        result = make_result(index, [make_reading(box=(200.0, 40.0, 280.0, 140.0))])
        result = dataclasses.replace(result, frame=dataclasses.replace(result.frame, image=image))
        assert not writer.wants_picture
        writer.write(result, None)
    writer.finish()
    pictures = {}
    for name in ("video.mp4", "overlay.mp4"):
        with av.open(str(writer.folder / name)) as container:
            pictures[name] = next(container.decode(video=0)).to_ndarray(format="bgr24").astype(int)
        assert pictures[name][:, :50].mean() > 200
    assert np.abs(pictures["video.mp4"] - image).mean() < 4
    around = np.s_[30:150, 190:290]
    assert np.abs(pictures["overlay.mp4"][around] - image[around]).mean() > 10


def test_covered_faces_are_covered_everywhere(record: Record) -> None:
    """The face's box is gray in the picture; a plate is not."""
    covered = Settings().changed(video={"cover": "plate"})
    folder = record(10, settings=covered, contents=Contents(overlay_video=True))
    centre = np.s_[70:110, 120:160]
    for name in ("video.mp4", "overlay.mp4"):
        with av.open(str(folder / name)) as container:
            picture = next(container.decode(video=0)).to_ndarray(format="bgr24")
        assert abs(picture[centre].mean() - 90) > 20
    scene = cv2.imread(str(folder / "thumbnail.jpg"))
    assert abs(scene[centre].mean() - 90) > 20
    assert abs(scene[:, 250:].mean() - 90) < 2
    face = cv2.imread(str(folder / "face-1.jpg"))
    assert face.shape == (128, 128, 3)
    assert abs(face[40:90, 40:90].mean() - 90) > 20


def test_covering_that_begins_in_between(make_writer: Any, make_result: Any, make_reading: Any) -> None:
    writer = make_writer(contents=Contents(overlay_video=True))
    for index in range(10):
        result = make_result(index, [make_reading()])
        writer.write(result, result.frame.image)
        if index == 4:
            assert (writer.folder / "face-1.jpg").exists()
            writer.cover_from_now("plate")
    writer.finish()
    with av.open(str(writer.folder / "video.mp4")) as container:
        levels = [frame.to_ndarray(format="bgr24")[70:110, 120:160].mean() for frame in container.decode(video=0)]
    assert all(abs(level - 90) < 5 for level in levels[:5])
    assert all(abs(level - 90) > 20 for level in levels[5:])
    assert abs(cv2.imread(str(writer.folder / "face-1.jpg"))[40:90, 40:90].mean() - 90) > 20


def test_no_face_uncovered_in_a_thumbnail_though_none_was_found(make_writer: Any, make_result: Any) -> None:
    writer = make_writer(settings=Settings().changed(video={"cover": "blur"}))
    writer.write(make_result(), make_result().frame.image)
    writer.finish()
    assert not [name for name in names(writer.folder) if name.endswith(".jpg")]


def test_the_thumbnail_becomes_one_with_a_face(make_writer: Any, make_result: Any, make_reading: Any) -> None:
    writer = make_writer()
    writer.write(make_result(0, level=10), make_result().frame.image)
    assert cv2.imread(str(writer.folder / "thumbnail.jpg")).mean() < 20
    writer.write(make_result(1, [make_reading(reason="blurred")], level=60), make_result().frame.image)
    assert not (writer.folder / "face-1.jpg").exists()
    edge = make_reading(box=(-30.0, 100.0, 60.0, 220.0))
    writer.write(make_result(2, [edge], level=200), make_result().frame.image)
    writer.write(make_result(3, [make_reading()], level=30), make_result().frame.image)
    assert cv2.imread(str(writer.folder / "thumbnail.jpg")).mean() == pytest.approx(200, abs=2)
    assert cv2.imread(str(writer.folder / "face-1.jpg")).mean() == pytest.approx(200, abs=2)
    writer.finish()


def test_no_picture_of_anybody_is_kept_where_none_is_wanted(record: Record) -> None:
    folder = record(10, settings=Settings().changed(video={"keep_thumbnails": False}))
    assert not list(folder.glob("*.jpg"))
    assert open_session(folder).document.state == "complete"


def test_a_folder_that_is_deleted_meanwhile_is_noticed(
    make_writer: Any, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.sinks.part_file.LOOK_EVERY_S", 0.0)
    writer = make_writer(contents=Contents(video=False))
    writer.write(make_result(0), None)
    shutil.rmtree(writer.folder)

    def record_on() -> None:
        for index in range(1, 60):  # a second or so: readings come to the disk every half second
            writer.write(make_result(index), None)

    with pytest.raises(RecordingError, match="gone, moved or deleted"):
        record_on()
    writer.abort()


def test_a_network_that_takes_over_is_recorded(make_writer: Any, make_result: Any, make_reading: Any) -> None:
    writer = make_writer()
    for index in range(4):
        result = dataclasses.replace(make_result(index, [make_reading()]), model="net" if index < 2 else "net-2")
        writer.write(result, result.frame.image)
    writer.finish()
    assert [each.name for each in open_session(writer.folder).document.networks] == ["net", "net-2"]


@pytest.mark.parametrize("end", ["finish", "abort"])
def test_without_a_picture_nothing_stays(end: str, make_writer: Any) -> None:
    writer = make_writer()
    if end == "finish":
        with pytest.raises(RecordingError, match="not one picture came"):
            writer.finish()
    else:
        writer.abort()
    assert not writer.folder.exists()


def test_abort_leaves_what_can_be_recovered(record: Record) -> None:
    folder = record(60, finish=False)
    assert document(folder)["state"] == "recording"
    assert {"video.part.mp4", "readings.part.journal"} <= set(names(folder))


def test_a_folder_that_is_taken_is_refused(make_writer: Any, tmp_path: Path) -> None:
    taken, file = tmp_path / "taken", tmp_path / "file"
    taken.mkdir()
    (taken / "diary.txt").write_text("precious")
    file.touch()
    for place, said in (
        (taken, "exists already"),
        (file, "a file has this name"),
        (tmp_path / "a" / "b", "not exist"),
    ):
        with pytest.raises(RecordingError, match=said) as caught:
            make_writer(place)
        assert "\n" not in str(caught.value)
    assert names(taken) == ["diary.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    make_writer(empty).abort()


def test_a_full_disk_names_itself_and_keeps_what_was_written(
    small_disk: Path, make_writer: Any, make_result: Any, make_reading: Any
) -> None:
    writer = make_writer(small_disk / "s")
    rng = np.random.default_rng(0)
    message, index = "", -1
    for index in range(600):
        noise = rng.integers(0, 256, (180, 320, 3), np.uint8)
        try:
            result = make_result(index, [make_reading()])
            writer.write(dataclasses.replace(result, frame=dataclasses.replace(result.frame, image=noise)), None)
        except RecordingError as error:
            message = str(error)
            break
    assert re.search(rf"the disk of {small_disk} is full", message)
    assert "\n" not in message
    writer.abort()
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    with pytest.raises(RecordingError, match="is full; free some space") as caught:
        recover(small_disk / "s")
    assert "\n" not in str(caught.value)
    filler.unlink()
    recovered = recover(small_disk / "s")
    assert recovered.duration_s > index / 30 - 1.0
    with av.open(str(small_disk / "s" / "video.mp4")) as container:
        assert max(frame.time for frame in container.decode(video=0)) > index / 30 - 1.0


def test_a_read_only_folder_is_named(small_disk: Path, make_writer: Any) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(RecordingError, match="not writable") as caught:
        make_writer(small_disk / "s")
    assert str(small_disk) in str(caught.value)
    assert "\n" not in str(caught.value)


FRESH = """
import sys, time
from pathlib import Path
import numpy as np
from mien.core.face import FrameResult
from mien.core.frame import Frame, SourceInfo
from mien.session.origin import NetworkInUse
from mien.session.writer import SessionWriter
from mien.settings import EventType, Settings

info = SourceInfo("Camera 1", 64, 36, 30.0, is_live=True)
writer = SessionWriter(Path(sys.argv[1]), info, (NetworkInUse("net", ("a", "b")),), Settings())
before = set(sys.modules)
image = np.zeros((36, 64, 3), np.uint8)
for index in range(60):
    writer.write(FrameResult(Frame(image, index, index / 30, time.monotonic()), (), "net"), image)
print(" ".join(sorted(set(sys.modules) - before)))
writer.finish()
"""


def test_nothing_slow_is_loaded_between_frames(tmp_path: Path) -> None:
    """Frames that wait for an import are lost: pandas, which pyarrow looks for, took three seconds."""
    command = [sys.executable, "-c", FRESH, str(tmp_path / "s")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if not name.startswith("av.subtitles")]


def test_markers_of_other_programs_cannot_spoil_a_session(
    make_writer: Any, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.session.notes.live_notes.MAX_BYTES", 100_000)
    writer = make_writer()
    writer.write(make_result(), make_result().frame.image)
    writer.add_marker("event", 1.0, text="x" * 50_000, origin="y" * 500)
    for number in range(500):
        writer.add_marker("note", -3.0, -4.0, text=str(number), origin="websocket")
    for broken in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            writer.add_marker("event", broken)
    assert "more markers came" in (writer.notice or "")
    writer.finish()
    markers = open_session(writer.folder).annotations.markers
    assert 100 < len(markers) < 500
    assert (markers[0].start_s, markers[0].end_s) == (0.0, None)
    assert (len(markers[-1].text), len(markers[-1].origin)) == (10_000, 64)


def test_an_event_of_a_type_is_a_moment_until_its_end_comes(make_writer: Any, make_result: Any) -> None:
    types = (EventType(name="Stimulus", code="12"), EventType(name="Answer", is_span=True))
    writer = make_writer(settings=Settings().changed(events={"types": types}))
    for index in range(30, 60):
        writer.write(make_result(index), make_result(index).frame.image)
    writer.add_marker("event", 1.2, event_type="Answer", code="A")
    writer.add_marker("event", 1.3, text=" 12", origin="lsl")
    writer.add_marker("event", 1.4, text="12", origin="key")
    writer.add_marker("note", 1.5, text="12", origin="lsl")
    writer.end_marker("Answer", 1.2, 1.7)
    writer.end_marker("Answer", 1.2, 1.9)  # it has its end
    writer.end_marker("Stimulus", 1.3, 1.1)  # before its start
    writer.finish()
    found = [
        (each.start_s, each.end_s, each.event_type, each.code, each.text)
        for each in open_session(writer.folder).annotations.markers
    ]
    assert found == [
        (0.2, 0.7, "Answer", "A", ""),
        (0.3, None, "Stimulus", "12", ""),
        (0.4, None, "", "", "12"),
        (0.5, None, "", "", "12"),
    ]
