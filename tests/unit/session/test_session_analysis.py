"""Analyses that are kept, found again, evicted, cancelled and cut off."""

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import av
import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from mien.capture.video_file import VideoFile
from mien.core.emotion import Affect, Priors
from mien.core.face import FaceReading, FaceTrack, SecondReading
from mien.core.frame import Frame
from mien.core.series import ReadingSeries
from mien.core.shown import ShownStage
from mien.errors import AppError, ModelError, SourceError
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import shown_choices
from mien.session.analyses.analysis import Analysis, AnalysisStage
from mien.session.analyses.analysis_store import AnalysisStore, choice_key
from mien.session.analyses.recall import Recall, reading_of
from mien.session.document_file import load_document, save_document
from mien.session.folder_lock import FolderLock
from mien.session.notes.annotation_file import load_annotations, save_annotations
from mien.session.notes.annotations import Annotations, Marker
from mien.session.stored import open_session
from mien.settings import Settings
from tests.fakes import MadeFinder, MadeReader
from tests.makers import emotion_of, make_raw
from tests.patience import PATIENCE_S

LABELS = ("neutral", "happiness")
AS_READ = Settings().changed(shown={"smoothing_s": 0.0})


PRIORS = Priors((0.8, 0.2), (("everyday", (0.8, 0.2)), ("balanced", (0.5, 0.5))), 0.7)


class OneFace(MadeReader):
    labels = LABELS
    priors = PRIORS

    def __init__(self, before_frame: Callable[[int], None] = lambda _: None) -> None:
        super().__init__("fake")
        self._before_frame = before_frame

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        self._before_frame(frame.index)
        return super().read(frame, tracks)

    def read_face(self, frame: Frame, track: FaceTrack) -> FaceReading:
        happy = (frame.index % 10) / 10
        return make_raw(
            track=track,
            emotion=replace(emotion_of(LABELS, (1 - happy, happy)), priors=self.priors),
            affect=Affect(happy, -happy),
            reason="dark" if frame.index == 3 else None,
            score=0.75,
        )


class TwoReaders(OneFace):
    other_name = "second"
    other_labels = ("calm", "joy", "fear")

    def read_face(self, frame: Frame, track: FaceTrack) -> FaceReading:
        other = emotion_of(self.other_labels, (0.25, 0.45, 0.3))
        second = SecondReading(other, Affect(0.5, 0.125) if frame.index > 4 else None)
        return replace(super().read_face(frame, track), other=second)


class Builder:
    def __init__(self, before_frame: Callable[[int], None] = lambda _: None) -> None:
        self.built = 0
        self._before_frame = before_frame

    def __call__(self, settings: Settings, path: Path) -> Pipeline:
        self.built += 1
        fake = (TwoReaders if settings.reading.compare else OneFace)(self._before_frame)
        shown = ShownStage(shown_choices(settings))
        return Pipeline(VideoFile(path), MadeFinder(), fake, lambda result: result.frame.image, shown_maker=shown)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(40):
            image = np.full((48, 64, 3), 5 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def store(tmp_path: Path) -> AnalysisStore:
    return AnalysisStore(tmp_path / "analyses")


def analyse(video: Path, store: AnalysisStore, build: Builder, settings: Settings | None = None) -> Analysis:
    analysis = Analysis(video, settings or Settings(), store, build)
    analysis.start()
    assert analysis.join(PATIENCE_S)
    return analysis


def test_it_is_computed_once_whatever_the_file_is_called(video: Path, store: AnalysisStore) -> None:
    build = Builder()
    first = analyse(video, store, build)
    assert (first.progress().stage, first.error) == (AnalysisStage.DONE, None)
    renamed = video.with_name("other.mp4")
    os.rename(video, renamed)
    second = analyse(renamed, store, build)
    assert build.built == 1
    assert first.series is not None
    assert second.series is not None
    before, after = first.series.face(1), second.series.face(1)
    assert after.times_s == pytest.approx(before.times_s, abs=1e-6)
    assert np.array_equal(after.probabilities, before.probabilities)
    assert np.array_equal(after.affect, before.affect)
    assert list(after.usable) == list(before.usable)
    assert after.quality == pytest.approx(before.quality)
    assert second.document is not None
    assert second.document.networks[0].name == "fake"


def test_other_choices_and_other_bytes_are_computed_anew(video: Path, store: AnalysisStore) -> None:
    build = Builder()
    analyse(video, store, build)
    analyse(video, store, build, Settings().changed(reading={"every": 2}))
    analyse(video, store, build, Settings().changed(window={"theme": "light"}, camera={"mirror": False}))
    assert build.built == 2
    data = bytearray(video.read_bytes())
    data += b"\0"
    video.write_bytes(data)
    analyse(video, store, build)
    assert build.built == 3


def test_choices_that_change_readings_change_the_key() -> None:
    plain = choice_key(Settings())
    for other in (
        Settings().changed(reading={"every": 2}),
        Settings().changed(reading={"min_face_score": 0.6}),
        Settings().changed(reading={"detector": "short-range"}),
    ):
        assert choice_key(other) != plain
    assert choice_key(Settings().changed(compute={"provider": "cpu"}, video={"cover": "blur"})) == plain
    assert choice_key(Settings().changed(shown={"min_confidence": 0.5, "smoothing_s": 0.0})) == plain
    with pytest.raises(ModelError):
        choice_key(Settings().changed(reading={"model": "no-such-network"}))


SHOWN = ("probabilities", "affect", "tops", "usable", "reasons", "relative")


def shown_of(series: ReadingSeries | None) -> dict[str, str]:
    """As texts: where there is nothing, both say nan."""
    assert series is not None
    face = series.face(1)
    shown = {name: str(getattr(face, name).tolist()) for name in SHOWN}
    if face.other is not None:
        shown |= {f"other_{name}": str(getattr(face.other, name).tolist()) for name in SHOWN[:3]}
        shown["other_reasons"] = str(face.other.reasons.tolist())
    return shown


@pytest.mark.parametrize("compare", ["", "mien-s"])
def test_how_readings_are_shown_never_reads_a_video_again(
    video: Path, tmp_path: Path, store: AnalysisStore, compare: str
) -> None:
    first = Settings().changed(reading={"compare": compare})
    calm = first.changed(shown={"smoothing_s": 1.0, "min_confidence": 0.7, "prior": "balanced"})
    fresh = analyse(video, AnalysisStore(tmp_path / "fresh"), Builder(), calm)
    build = Builder()
    analysis = analyse(video, store, build, first)
    before = shown_of(analysis.series)
    analysis.show(calm)
    found = analyse(video, store, build, calm)
    assert build.built == 1
    assert shown_of(analysis.series) == shown_of(found.series) == shown_of(fresh.series) != before
    assert found.folder is not None
    assert fresh.folder is not None
    tables = [open_session(folder).readings for folder in (found.folder, fresh.folder)]
    assert pq.read_table(tables[0]).equals(pq.read_table(tables[1]))
    assert open_session(found.folder).document.settings["min_confidence"] == 0.7
    analysis.show(first)
    assert shown_of(analysis.series) == before


def test_own_expressions_are_made_of_what_was_kept(video: Path, tmp_path: Path, store: AnalysisStore) -> None:
    first = Settings().changed(own={"expressions": ("old = valence",)})
    own = ("glad = happiness > 0.4 for 0.05 s", "more = happiness - neutral", "tilted = roll_deg > 3")
    changed = first.changed(own={"expressions": own})
    fresh = analyse(video, AnalysisStore(tmp_path / "fresh"), Builder(), changed)
    build = Builder()
    analysis = analyse(video, store, build, first)
    analysis.show(changed)
    found = analyse(video, store, build, changed)
    assert build.built == 1
    assert found.folder is not None
    assert fresh.folder is not None
    tables = [pq.read_table(open_session(folder).readings) for folder in (found.folder, fresh.folder)]
    assert tables[0].column_names[-3:] == ["x_glad", "x_more", "x_tilted"]
    assert "x_old" not in tables[0].column_names
    assert tables[0].equals(tables[1])
    glad = tables[0]["x_glad"].to_pylist()
    assert {0.0, 1.0} == set(glad)
    assert open_session(found.folder).document.own_expressions == own
    assert analysis.series is not None
    assert analysis.series.signed == {"x_more"}
    assert analysis.series.face(1).detail("x_glad").tolist() == glad


def test_choices_that_change_while_a_video_is_read_hold_for_all_of_it(
    video: Path, tmp_path: Path, store: AnalysisStore
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(index: int) -> None:
        if index == 20:
            reached.set()
            go_on.wait(PATIENCE_S)

    analysis = Analysis(video, Settings(), store, Builder(hold))
    analysis.start()
    assert reached.wait(PATIENCE_S)
    analysis.show(Settings().changed(shown={"smoothing_s": 2.0}))
    analysis.show(AS_READ)
    go_on.set()
    assert analysis.join(PATIENCE_S)
    fresh = analyse(video, AnalysisStore(tmp_path / "fresh"), Builder(), AS_READ)
    assert shown_of(analysis.series) == shown_of(fresh.series)


def test_cancelled_it_keeps_nothing_but_what_is_on_screen(video: Path, store: AnalysisStore) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(index: int) -> None:
        if index == 10:
            reached.set()
            go_on.wait(PATIENCE_S)

    analysis = Analysis(video, Settings(), store, Builder(hold))
    analysis.start()
    assert reached.wait(PATIENCE_S)
    assert analysis.progress().stage is AnalysisStage.READING
    analysis.cancel()
    go_on.set()
    assert analysis.join(PATIENCE_S)
    assert analysis.progress().stage is AnalysisStage.CANCELLED
    assert analysis.series is not None
    assert 0 < analysis.series.frame_count <= 40
    assert store.size_bytes() == 0
    build = Builder()
    analyse(video, store, build)
    assert build.built == 1


def test_a_failure_is_told_and_keeps_nothing(video: Path, store: AnalysisStore) -> None:
    def fail(index: int) -> None:
        if index == 5:
            raise ModelError("fake: cannot go on; choose another network")

    analysis = analyse(video, store, Builder(fail))
    assert analysis.progress().stage is AnalysisStage.FAILED
    assert "choose another network" in str(analysis.error)
    again = Builder()
    assert analyse(video, store, again).error is None
    assert again.built == 1


def test_a_missing_file_is_told(tmp_path: Path, store: AnalysisStore) -> None:
    analysis = analyse(tmp_path / "gone.mp4", store, Builder())
    assert isinstance(analysis.error, SourceError)


def test_a_damaged_entry_is_made_anew(video: Path, store: AnalysisStore) -> None:
    build = Builder()
    analyse(video, store, build)
    folder = store.folder_for(store.source_key(video), Settings())
    (folder / "readings.parquet").write_bytes(b"damaged")
    assert analyse(video, store, build).error is None
    assert build.built == 2


def test_room_is_made_by_age_and_notes_stay(video: Path, tmp_path: Path) -> None:
    store = AnalysisStore(tmp_path / "analyses", max_bytes=1)
    build = Builder()
    key = store.source_key(video)
    notes = Annotations(markers=(Marker(kind="event", start_s=1.0),))
    analyse(video, store, build)
    save_annotations(store.notes_folder(key), notes)
    os.utime(store.folder_for(key, Settings()), (1, 1))
    other = Settings().changed(reading={"every": 2})
    analyse(video, store, build, other)
    assert not store.folder_for(key, Settings()).exists()
    assert store.folder_for(key, other).exists()
    assert store.clear() > 0
    assert store.size_bytes() == 0
    assert load_annotations(store.notes_folder(key)) == notes


def test_what_is_being_written_is_not_cleared(video: Path, store: AnalysisStore) -> None:
    analyse(video, store, Builder())
    folder = store.folder_for(store.source_key(video), Settings())
    size = store.size_bytes()
    with FolderLock(folder):
        assert store.clear() == 0
        assert folder.exists()
    assert store.clear() >= size > 0
    assert not folder.exists()


def test_what_a_kill_cut_off_is_cleared_and_nothing_else(video: Path, store: AnalysisStore) -> None:
    key = store.source_key(video)
    done, cut_off = store.folder_for(key, Settings()), store.notes_folder(key) / "cut-off"
    analyse(video, store, Builder())
    save_annotations(store.notes_folder(key), Annotations())
    shutil.copytree(done, cut_off)
    document = load_document(cut_off)
    save_document(cut_off, msgspec.structs.replace(document, state="recording"))
    with FolderLock(cut_off):
        assert store.clear_cut_off() == 0
    assert store.clear_cut_off() == 1
    assert not cut_off.exists()
    assert store.find(done) is not None


def test_two_windows_may_read_the_same_video_at_once(video: Path, store: AnalysisStore) -> None:
    first_is_half = threading.Event()
    second_is_done = threading.Event()

    def wait(index: int) -> None:
        if index == 20:
            first_is_half.set()
            assert second_is_done.wait(PATIENCE_S)

    slow = Analysis(video, Settings(), store, Builder(wait))
    slow.start()
    assert first_is_half.wait(PATIENCE_S)
    quick = analyse(video, store, Builder())
    second_is_done.set()
    assert slow.join(PATIENCE_S)
    for one in (slow, quick):
        assert (one.progress().stage, one.error) == (AnalysisStage.DONE, None)
        assert one.document is not None
    assert slow.folder != quick.folder
    again = Builder()
    assert analyse(video, store, again).folder == slow.folder
    assert again.built == 0


def test_hashing_can_be_given_up(video: Path, store: AnalysisStore) -> None:
    with pytest.raises(AppError, match="cancelled"):
        store.source_key(video, lambda: False)


def test_recall_gives_back_what_was_read(video: Path, store: AnalysisStore) -> None:
    analysis = analyse(video, store, Builder(), AS_READ)
    assert analysis.series is not None
    recall = Recall(analysis.series, {1: 7}, ["fake"], [(0.4, 0.3)]).copy()
    (reading,) = recall.at(0.16)
    assert [each.error for each in (reading.affect, reading.raw.affect) if each is not None] == [(0.4, 0.3)] * 2
    assert (reading.track.face_id, reading.track.track_id) == (7, 1)
    assert reading.track.box.xyxy == (4.0, 4.0, 40.0, 44.0)
    assert reading.emotion.probabilities == pytest.approx([0.6, 0.4])
    assert reading.affect is not None
    assert (reading.affect.valence, reading.affect.arousal) == pytest.approx((0.4, -0.4))
    assert recall.at(0.12)[0].reason == "dark"
    assert recall.at(0.14) == ()
    frame = SimpleNamespace(timestamp_s=0.16)
    assert [track.face_id for track in recall.find(frame)] == [7]  # type: ignore[arg-type]


def test_a_second_network_is_kept_beside_the_first_and_given_back(video: Path, store: AnalysisStore) -> None:
    build = Builder()
    alone = analyse(video, store, build)
    pair = analyse(video, store, build, AS_READ.changed(reading={"compare": "mien-s"}))
    again = analyse(video, store, build, AS_READ.changed(reading={"compare": "mien-s"}))
    assert analyse(video, store, build).networks == alone.networks == ("fake",)
    assert build.built == 2
    assert pair.folder != alone.folder
    for analysis in (pair, again):
        assert analysis.networks == ("fake", "second")
        assert analysis.series is not None
        recall = Recall(analysis.series, {1: 7}, analysis.networks).copy()
        assert (recall.model_name, recall.other_name) == ("fake", "second")
        assert recall.other_labels == ("calm", "joy", "fear")
        (reading,) = recall.at(0.24)
        assert reading.emotion.probabilities == pytest.approx([0.4, 0.6])
        assert reading.other is not None
        assert reading.other.emotion.probabilities == pytest.approx([0.25, 0.45, 0.3])
        assert reading.other.affect == Affect(0.5, 0.125)
        assert reading.other.reason is None
        assert recall.at(0.12)[0].other is not None
        assert recall.at(0.12)[0].other.affect is None
        assert recall.at(0.12)[0].other.reason == "dark"
    assert alone.series is not None
    assert Recall(alone.series, {}, alone.networks).at(0.24)[0].other is None


def test_the_least_confidence_of_the_second_network_is_its_own(video: Path, store: AnalysisStore) -> None:
    pair = analyse(
        video, store, Builder(), Settings().changed(reading={"compare": "mien-s"}, shown={"min_confidence": 0.5})
    )
    assert pair.series is not None
    (reading,) = Recall(pair.series, {}, pair.networks).at(0.24)
    assert reading.reason is None
    assert reading.other is not None
    assert reading.other.reason == "low confidence"
    face = pair.series.face(1)
    doubtful = replace(
        face, usable=np.zeros(len(face), bool), reasons=np.full(len(face), "low confidence", object)
    )
    held = reading_of(doubtful, 6, 1)
    assert held is not None
    assert (held.reason, held.quality.reason) == ("low confidence", None)


def test_a_missing_second_network_is_told(video: Path, store: AnalysisStore) -> None:
    analysis = analyse(video, store, Builder(), Settings().changed(reading={"compare": "no-such-network"}))
    assert isinstance(analysis.error, ModelError)
