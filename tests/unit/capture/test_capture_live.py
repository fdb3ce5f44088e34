import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mien.capture import live, stillness
from mien.capture.grabber import EndOfStream, GrabberThread
from mien.capture.live import LiveSource
from mien.core.arrays import Image
from mien.errors import SourceError
from tests.patience import PATIENCE_S

Step = int | str
SIZE_WH = (32, 24)


def picture(number: int, size_wh: tuple[int, int] = SIZE_WH) -> Image:
    return np.full((size_wh[1], size_wh[0], 3), number % 256, np.uint8)


class FakeGrabber:
    """Plays a script: a number is that many new pictures, words say what else happens."""

    def __init__(self, script: list[Step], thaw: threading.Event, size_wh: tuple[int, int] = SIZE_WH) -> None:
        self.size_wh = size_wh
        self.fps = 30.0
        self.released = threading.Event()
        self._thaw = thaw
        self._steps = self._play(script)
        self._number = 0

    def grab(self) -> Image | None:
        time.sleep(0.002)
        return next(self._steps)

    def release(self) -> None:
        self.released.set()

    def _play(self, script: list[Step]) -> Iterator[Image | None]:
        for step in script:
            if isinstance(step, int):
                for _ in range(step):
                    self._number += 1
                    yield picture(self._number, self.size_wh)
            elif step == "frozen":
                self._thaw.wait(PATIENCE_S)
            elif step == "over":
                raise EndOfStream
            elif step == "same":
                while True:
                    yield picture(200, self.size_wh)
            elif step == "bug":
                raise ZeroDivisionError
            elif step == "damaged":
                yield None
            elif step == "gone":
                break
        while True:
            yield None


class FakeDevice:
    name = "Cam"

    def __init__(self, *scripts: list[Step] | None, sizes_wh: list[tuple[int, int]] | None = None) -> None:
        self.thaw = threading.Event()
        self.grabbers: list[FakeGrabber] = []
        self._scripts = list(scripts)
        self._sizes_wh = sizes_wh or []

    def connect(self) -> FakeGrabber:
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        if script is None:
            raise SourceError("Cam is not there; plug it in")
        size_wh = self._sizes_wh.pop(0) if self._sizes_wh else SIZE_WH
        self.grabbers.append(FakeGrabber(script, self.thaw, size_wh))
        return self.grabbers[-1]

    def lost(self) -> str:
        return "Cam is unplugged"

    def silent(self) -> SourceError:
        return SourceError("Cam gives no pictures")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SILENCE_S", 0.15)
    monkeypatch.setattr(live, "RETRY_S", 0.02)
    monkeypatch.setattr(live, "POLL_S", 0.02)
    monkeypatch.setattr("mien.capture.grabber.MAX_FAILURES_S", 0.05)
    monkeypatch.setattr(stillness, "REPEAT_S", 0.2)


def wait_for(condition: Callable[[], bool], timeout_s: float = 3.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "it did not happen in time"
        time.sleep(0.005)


def test_frames_are_counted_at_capture_and_timed_by_the_clock() -> None:
    source = LiveSource(FakeDevice([100_000]))
    assert source.info.is_live
    assert (source.info.name, source.info.width_px, source.info.height_px, source.info.fps) == (
        "Cam",
        32,
        24,
        30.0,
    )
    frames = source.frames()
    first = next(frames)
    assert (first.index, first.timestamp_s) == (0, 0.0)
    time.sleep(0.1)
    second, third = next(frames), next(frames)
    assert second.index > 5  # those passed over leave a gap
    assert second.timestamp_s == pytest.approx(0.1, abs=0.08)
    assert third.index > second.index
    assert third.timestamp_s > second.timestamp_s
    assert third.passed_over == third.index - 2
    assert third.damaged == 0


def test_what_comes_damaged_is_not_passed_over() -> None:
    source = LiveSource(FakeDevice([1, "damaged", "damaged", 1, "damaged", 100_000]))
    frames = source.frames()
    for frame in frames:
        if frame.damaged == 3:
            break
    source.close()
    assert frame.index <= frame.passed_over + 5  # the damaged ones take no number
    source.close()
    assert list(frames) == []


def test_a_lost_device_is_named_and_connected_again() -> None:
    device = FakeDevice([20, "gone"], None, None, None, [100_000])
    source = LiveSource(device)
    notices, indices, times = set(), [], []
    for frame in source.frames():
        notices.add(source.notice)
        indices.append(frame.index)
        times.append(frame.timestamp_s)
        if len(device.grabbers) == 2 and source.notice is None and frame.index > 40:
            break
        wait_for(lambda: True)
    assert device.grabbers[0].released.is_set()
    assert np.diff(indices).min() >= 1
    assert np.diff(times).min() > 0
    assert source.notice is None
    assert source.is_connected
    source.close()


def test_the_notice_stands_while_the_device_is_away() -> None:
    device = FakeDevice([5, "gone"], None)
    source = LiveSource(device)
    reader = threading.Thread(target=lambda: list(source.frames()), name="mien test reader")
    reader.start()
    wait_for(lambda: source.notice == "Cam is unplugged")
    assert not source.is_connected
    source.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()


def test_a_blocked_read_is_noticed_and_survived() -> None:
    device = FakeDevice([5, "frozen", 100_000])
    source = LiveSource(device)
    seen: list[int] = []
    reader = threading.Thread(
        target=lambda: seen.extend(f.index for f in source.frames()), name="mien test reader"
    )
    reader.start()
    wait_for(lambda: source.notice is not None)
    assert "sends no pictures" in str(source.notice)
    device.thaw.set()
    wait_for(lambda: source.notice is None)
    wait_for(lambda: max(seen) > 5)
    assert len(device.grabbers) == 1  # it thawed: no need to open it again
    source.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()


def test_close_does_not_wait_for_a_blocked_read() -> None:
    device = FakeDevice([5, "frozen"])
    source = LiveSource(device)
    reader = threading.Thread(target=lambda: list(source.frames()), name="mien test reader")
    reader.start()
    wait_for(lambda: source.notice is not None)
    source.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    assert "does not answer" in str(source.notice)
    device.thaw.set()
    wait_for(device.grabbers[0].released.is_set)


def test_a_repeated_picture_is_worth_one_new_connection() -> None:
    device = FakeDevice([5, "same"], ["same"])
    source = LiveSource(device)
    reader = threading.Thread(target=lambda: list(source.frames()), name="mien test reader")
    reader.start()
    wait_for(lambda: len(device.grabbers) == 2)
    wait_for(lambda: "repeats the same picture" in str(source.notice))
    time.sleep(0.5)
    assert len(device.grabbers) == 2  # a covered lens is not opened over and over
    source.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()


def test_a_device_that_comes_back_in_another_size_is_fitted() -> None:
    device = FakeDevice([5, "gone"], [100_000], sizes_wh=[SIZE_WH, (64, 48)])
    source = LiveSource(device)
    for frame in source.frames():
        assert frame.size_wh == SIZE_WH
        if len(device.grabbers) == 2 and frame.index > 20:
            break
    source.close()


def test_refusals() -> None:
    with pytest.raises(SourceError, match="plug it in"):
        LiveSource(FakeDevice(None))
    source = LiveSource(FakeDevice(["gone"]))
    with pytest.raises(SourceError, match="gives no pictures"):
        list(source.frames())
    source = LiveSource(FakeDevice([3, "bug"]))
    with pytest.raises(ZeroDivisionError):
        list(source.frames())


def test_a_stream_may_end() -> None:
    device = FakeDevice([5, "over"])
    source = LiveSource(device)
    assert [frame.index for frame in source.frames()][-1] <= 4
    assert len(device.grabbers) == 1


def test_a_device_that_does_not_open_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "OPEN_TIMEOUT_S", 0.05)
    opening = threading.Event()

    class Slow(FakeDevice):
        def connect(self) -> FakeGrabber:
            opening.wait(PATIENCE_S)
            return super().connect()

    device = Slow([5])
    with pytest.raises(SourceError, match="gives no pictures"):
        LiveSource(device)
    opening.set()
    wait_for(lambda: bool(device.grabbers) and device.grabbers[0].released.is_set())


def test_an_abandoned_thread_releases_what_it_opens() -> None:
    device = FakeDevice([100_000])
    thread = GrabberThread(device.connect, "test")
    assert thread.wait_open(1) is device.grabbers[0]
    assert thread.wait_picture(0, 1) is not None
    assert thread.stop(1)
    assert device.grabbers[0].released.is_set()
    assert not thread.alive
