import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.face import FaceReading, FaceTrack, FrameResult
from mien.core.frame import Frame, SourceInfo
from mien.core.shown import ShownChoices
from mien.errors import RecordingError, StageError
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.screen import LatestResult
from mien.sinks.sink import Sink as AnySink
from tests.fakes import MadeFinder, MadeReader, MadeSource
from tests.makers import emotion_of, make_raw
from tests.patience import PATIENCE_S


class Source(MadeSource):
    """Frames whose every pixel is the frame's index."""

    def __init__(self, count: int, *, is_live: bool = False, interval_s: float = 0.0) -> None:
        super().__init__(
            SourceInfo("test", 8, 6, 30.0, is_live, count),
            count,
            picture_of=lambda index: np.full((6, 8, 3), index % 256, np.uint8),
            interval_s=interval_s,
        )


def one_face(delay_s: float = 0.0) -> MadeFinder:
    return MadeFinder(lambda _: ((1, 1, 5, 5),), delay_s=delay_s)


class Reader(MadeReader):
    def __init__(self, fails_at: int | None = None) -> None:
        super().__init__("test-net")
        self._fails_at = fails_at

    def read_face(self, frame: Frame, track: FaceTrack) -> FaceReading:
        if frame.index == self._fails_at:
            raise ZeroDivisionError("of all things")
        return make_raw(track=track, emotion=emotion_of(("neutral", "happiness"), (0.25, 0.75)), affect=None)


class Sink(AnySink):
    def __init__(self, *, wants_picture: bool = True, fails_at: int | None = None, delay_s: float = 0.0) -> None:
        self.wants_picture = wants_picture
        self.indices: list[int] = []
        self.dropped: list[int] = []
        self.results: list[FrameResult] = []
        self.pictures: list[Image | None] = []
        self.ends: list[str] = []
        self._fails_at = fails_at
        self._delay_s = delay_s

    def write(self, result: FrameResult, picture: Image | None) -> None:
        time.sleep(self._delay_s)
        if result.frame.index == self._fails_at:
            raise RecordingError("disk full; free some space")
        self.indices.append(result.frame.index)
        self.dropped.append(result.dropped)
        self.results.append(result)
        self.pictures.append(picture)

    def finish(self) -> None:
        self.ends.append("finish")

    def abort(self) -> None:
        self.ends.append("abort")


def paint(result: FrameResult) -> Image:
    return 255 - result.frame.image


def test_a_file_loses_no_frame_and_every_sink_finishes() -> None:
    picture_sink, plain_sink, finder = Sink(delay_s=0.001), Sink(wants_picture=False), one_face()
    pipeline = Pipeline(Source(60), finder, Reader(), paint, [picture_sink, plain_sink])
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert picture_sink.indices == plain_sink.indices == list(range(60))
    assert picture_sink.ends == plain_sink.ends == ["finish"]
    assert [int(picture[0, 0, 0]) for picture in picture_sink.pictures if picture is not None] == [
        255 - index for index in range(60)
    ]
    assert plain_sink.pictures == [None] * 60
    assert finder.closed == 1
    stats = pipeline.stats()
    assert stats.frames == 60
    assert stats.dropped == 0
    assert list(stats.stages) == ["capture", "detect", "read", "paint"]


def test_nothing_is_painted_when_nobody_looks() -> None:
    def refuse(result: FrameResult) -> Image:
        raise AssertionError("painted")

    pipeline = Pipeline(Source(5), one_face(), Reader(), refuse, [Sink(wants_picture=False)])
    pipeline.start()
    assert pipeline.join(PATIENCE_S)


def test_a_camera_drops_rather_than_waits() -> None:
    sink = Sink()
    pipeline = Pipeline(
        Source(60, is_live=True, interval_s=0.002), one_face(delay_s=0.02), Reader(), paint, [sink]
    )
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert 1 < len(sink.indices) < 60
    assert sink.indices == sorted(sink.indices)
    assert pipeline.stats().dropped == sink.dropped[-1] == 60 - len(sink.indices)


def test_what_a_pause_passes_over_is_not_dropped() -> None:
    sink = Sink()
    pipeline = Pipeline(Source(300, is_live=True, interval_s=0.004), one_face(), Reader(), paint, [sink])
    pipeline.start()
    while not sink.indices:
        time.sleep(0.002)
    pipeline.pause()
    time.sleep(0.3)
    pipeline.resume()
    assert pipeline.join(PATIENCE_S)
    assert max(np.diff(sink.indices)) > 20
    # What is missing beyond the pause's one gap was dropped, and nothing else was.
    gaps = sorted(int(gap) - 1 for gap in np.diff(sink.indices))
    # Frames that were on their way when the pause began were dropped within its gap: one for each channel.
    assert pipeline.stats().dropped <= sum(gaps[:-1]) + 3


def test_frames_that_the_source_passed_over_are_dropped_as_well() -> None:
    class Hasty(Source):
        def frames(self) -> Iterator[Frame]:
            for frame in super().frames():
                yield replace(frame, passed_over=7 * (frame.index >= 5))

    sink = Sink()
    pipeline = Pipeline(Hasty(10), one_face(), Reader(), paint, [sink])
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert pipeline.stats().dropped == sink.dropped[-1] == 7


def test_a_pipeline_that_never_started_lets_go_of_source_and_detector() -> None:
    source, finder, sink = Source(10), one_face(), Sink()
    pipeline = Pipeline(source, finder, Reader(), paint, [sink])
    pipeline.close()
    pipeline.close()
    assert (source.closed.is_set(), finder.closed, sink.ends) == (True, 1, ["abort"])
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert sink.indices == []


def test_a_running_pipeline_that_is_closed_finishes_its_sinks() -> None:
    finder, sink = one_face(), Sink()
    pipeline = Pipeline(Source(100_000), finder, Reader(), paint, [sink])
    pipeline.start()
    while not sink.indices:
        time.sleep(0.002)
    pipeline.close()
    assert pipeline.join(PATIENCE_S)
    assert (finder.closed, sink.ends) == (1, ["finish"])


def test_readers_painters_and_what_is_shown_are_swapped_while_it_runs() -> None:
    sink = Sink()
    pipeline = Pipeline(Source(100_000, interval_s=0.001), one_face(), Reader(), paint, [sink])
    pipeline.start()
    while not sink.indices:
        time.sleep(0.002)
    other = Reader()
    other.model_name = "another"
    pipeline.swap_reader(other)
    pipeline.set_painter(lambda result: np.full((6, 8, 3), 7, np.uint8))
    pipeline.set_shown(ShownChoices(min_confidence=0.9))
    count = len(sink.indices)
    while len(sink.indices) < count + 40:
        time.sleep(0.002)
    pipeline.stop()
    assert pipeline.join(PATIENCE_S)
    assert pipeline.reader is other
    assert (sink.results[0].model, sink.results[-1].model) == ("test-net", "another")
    assert [result.readings[0].reason for result in (sink.results[0], sink.results[-1])] == [
        None,
        "low confidence",
    ]
    assert sink.pictures[-1] is not None
    assert sink.pictures[-1][0, 0, 0] == 7


def test_only_a_screen_is_painted_as_a_mirror_and_each_way_once_a_frame() -> None:
    class Screen(Sink):
        is_screen = True

    painted: list[str] = []

    def paint_as(way: str, level: int) -> Callable[[FrameResult], np.ndarray]:
        def paint_one(result: FrameResult) -> np.ndarray:
            painted.append(way)
            return np.full((6, 8, 3), level, np.uint8)

        return paint_one

    camera, recording, screen = Sink(), Sink(), Screen()
    plain, mirrored = paint_as("plain", 1), paint_as("mirrored", 2)
    pipeline = Pipeline(Source(5), one_face(), Reader(), plain, [camera, recording, screen], paint_screen=mirrored)
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    for sink, level in ((camera, 1), (recording, 1), (screen, 2)):
        assert [int(picture[0, 0, 0]) for picture in sink.pictures if picture is not None] == [level] * 5
    assert sorted(painted) == ["mirrored"] * 5 + ["plain"] * 5


def test_a_failing_stage_stops_all_and_is_raised_in_one_line() -> None:
    sink, finder = Sink(), one_face()
    pipeline = Pipeline(Source(1000), finder, Reader(fails_at=7), paint, [sink])
    pipeline.start()
    with pytest.raises(StageError, match="read faces: of all things") as raised:
        pipeline.join(PATIENCE_S)
    assert "\n" not in str(raised.value)
    assert sink.ends == ["abort"]
    assert finder.closed == 1


def test_a_failing_sink_stops_all_others() -> None:
    broken, other = Sink(fails_at=3), Sink()
    pipeline = Pipeline(Source(100_000), one_face(), Reader(), paint, [broken, other])
    pipeline.start()
    with pytest.raises(RecordingError, match="disk full"):
        pipeline.join(PATIENCE_S)
    assert broken.ends == ["abort"]
    assert other.ends == ["abort"]


def test_a_failing_recording_leaves_the_live_picture_alone() -> None:
    screen, recording = Sink(), Sink(fails_at=0)
    failures: list[BaseException] = []
    pipeline = Pipeline(Source(50, interval_s=0.002), one_face(), Reader(), paint, [screen])
    pipeline.add_sink(recording, failures.append)
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert [str(failure) for failure in failures] == ["disk full; free some space"]
    assert screen.indices == list(range(50))
    assert screen.ends == ["finish"]


def test_stop_ends_soon_and_finishes_what_was_written() -> None:
    sink = Sink(delay_s=0.005)
    pipeline = Pipeline(Source(100_000), one_face(), Reader(), paint, [sink])
    pipeline.start()
    while len(sink.indices) < 3:
        time.sleep(0.005)
    pipeline.stop()
    assert pipeline.join(PATIENCE_S)
    assert sink.ends == ["finish"]
    assert sink.indices == list(range(len(sink.indices)))


def test_end_drains_what_was_captured() -> None:
    sink = Sink(delay_s=0.01)
    pipeline = Pipeline(Source(100_000), one_face(), Reader(), paint, [sink])
    pipeline.start()
    while not sink.indices:
        time.sleep(0.005)
    pipeline.end()
    assert pipeline.join(PATIENCE_S)
    assert sink.ends == ["finish"]
    assert len(sink.indices) > 8


def test_a_sink_comes_and_goes_while_running() -> None:
    always, guest = Sink(), Sink()
    pipeline = Pipeline(Source(400, interval_s=0.002), one_face(), Reader(), paint, [always])
    pipeline.start()
    pipeline.add_sink(guest)
    while len(guest.indices) < 5:
        time.sleep(0.002)
    pipeline.remove_sink(guest)
    assert pipeline.join(PATIENCE_S)
    assert guest.ends == ["finish"]
    assert 5 <= len(guest.indices) < 400
    assert guest.indices == list(range(guest.indices[0], guest.indices[-1] + 1))


def test_pause_holds_a_file_and_loses_nothing() -> None:
    sink = Sink()
    pipeline = Pipeline(Source(200, interval_s=0.001), one_face(), Reader(), paint, [sink])
    pipeline.start()
    while not sink.indices:
        time.sleep(0.002)
    pipeline.pause()
    time.sleep(0.1)
    held = len(sink.indices)
    time.sleep(0.1)
    assert len(sink.indices) == held < 200
    pipeline.resume()
    assert pipeline.join(PATIENCE_S)
    assert sink.indices == list(range(200))


def test_a_paced_file_takes_its_own_time() -> None:
    pipeline = Pipeline(Source(16), one_face(), Reader(), paint, [Sink()], paced=True)
    started_s = time.monotonic()
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    assert time.monotonic() - started_s >= 0.5


def test_the_screen_gets_the_latest_and_one_wake_up() -> None:
    wake_ups: list[int] = []
    slot = LatestResult(lambda: wake_ups.append(1))
    pipeline = Pipeline(Source(40), one_face(), Reader(), paint, [slot])
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    taken = slot.take()
    assert taken is not None
    assert taken[0].frame.index == 39
    assert not taken[1].flags.writeable
    assert len(wake_ups) == 1
    assert slot.take() is None
