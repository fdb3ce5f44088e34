"""How busy the GUI thread is while a 720p camera with four faces runs: prints figures, decides nothing.

    python tests/benchmarks/gui_heartbeat.py [SECONDS]

Each turn of Qt's event loop is timed from its waking to its next sleep, by the clock and by the processor time of
the thread; the latter tells the window's own work from what other programs take. The goal is 16 ms at the 99th
percentile. All is shown: two networks, curves, what the network sees, thumbnails, readings relative to a baseline.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "gui")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_NO_GLIB"] = "1"  # GLib's loop does not tell when it has done its work

import cv2  # noqa: E402
import fake_engine  # noqa: E402
import numpy as np  # noqa: E402

from mien.core.face import FaceReading, FaceTrack  # noqa: E402
from mien.core.frame import Frame  # noqa: E402
from mien.gui.main import forget_foreign_plugins  # noqa: E402

WARM_UP_S = 3.0
BOXES = ((90, 200, 260, 420), (400, 180, 570, 400), (700, 220, 860, 430), (1000, 190, 1170, 410))


def main(seconds: float) -> None:
    """Run the window for some seconds and print what was measured."""
    forget_foreign_plugins()
    from PySide6.QtCore import QAbstractEventDispatcher, QTimer
    from PySide6.QtWidgets import QApplication

    from mien.core.baseline import baseline_of
    from mien.core.face import SecondReading
    from mien.engine.live_engine import ProgramLiveEngine
    from mien.gui.look.theme import apply_theme
    from mien.gui.shell.main_window import MainWindow
    from mien.settings import Settings

    app = QApplication(["benchmark"])
    apply_theme(app, "dark")
    fake_engine.FRAME_WH = (1280, 720)
    engine = fake_engine.FakeEngine([("Camera", "camera:0")])
    noise = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    engine.images = [np.roll(cv2.resize(noise, (1280, 720)), shift, 1) for shift in range(0, 64, 8)]
    engine.boxes = lambda _: BOXES
    engine.painters = ProgramLiveEngine().painters

    def read_twice(
        reader: fake_engine.FakeReader, frame: Frame, tracks: Sequence[FaceTrack]
    ) -> tuple[FaceReading, ...]:
        return tuple(
            replace(reading, other=SecondReading(fake_engine.make_emotion(frame.timestamp_s), reading.affect))
            for reading in read_once(reader, frame, tracks)
        )

    read_once, fake_engine.FakeReader.read = fake_engine.FakeReader.read, read_twice  # type: ignore[method-assign]
    fake_engine.FakeReader.other_name = "fake-m"
    choices = Settings().changed(
        window={"consented": True, "timeline": "curves", "shows_seen": True},
        shown={"relative": True},
        reading={"compare": "fake-m"},
    )
    started_s = time.perf_counter()
    window = MainWindow(engine, choices, "camera:0")
    window.resize(1280, 800)
    window.show()
    app.processEvents()
    print(f"window built and shown in {time.perf_counter() - started_s:.2f} s")

    rest = [(fake_engine.make_emotion(0.3), None)]
    pairs = [(face_id, model) for face_id in range(1, 5) for model in ("fake-s", "fake-m")]
    window.live.baselines.baselines = {pair: baseline_of(*pair, 0.0, rest) for pair in pairs}

    turns: list[tuple[float, float, float]] = []
    woke: list[float] = []

    def awake() -> None:
        if not woke:
            woke[:] = time.perf_counter(), time.thread_time()

    def about_to_block() -> None:
        if woke:
            turns.append((woke[0], time.perf_counter() - woke[0], time.thread_time() - woke[1]))
            woke.clear()

    dispatcher = QAbstractEventDispatcher.instance()
    dispatcher.awake.connect(awake)
    dispatcher.aboutToBlock.connect(about_to_block)
    pictures = [0]
    window.live.controller.result_waits.connect(lambda: pictures.__setitem__(0, pictures[0] + 1))
    QTimer.singleShot(int((WARM_UP_S + seconds) * 1000), window.close)
    begin_s = time.perf_counter() + WARM_UP_S
    app.exec()

    kept = [turn for turn in turns if turn[0] >= begin_s]
    span_s = kept[-1][0] - kept[0][0]
    print(f"{len(kept)} turns in {span_s:.1f} s, {pictures[0] / (span_s + WARM_UP_S):.1f} pictures a second")
    report("busy by the clock", [turn[1] for turn in kept])
    report("busy on the processor", [turn[2] for turn in kept])
    print(f"share of one core: {sum(turn[2] for turn in kept) / span_s:.1%}")


def report(name: str, values_s: Sequence[float]) -> None:
    """Print percentiles in milliseconds."""
    p50, p95, p99 = np.percentile(np.asarray(values_s), [50, 95, 99]) * 1000
    print(f"{name}: p50 {p50:.2f}  p95 {p95:.2f}  p99 {p99:.2f}  max {max(values_s) * 1000:.1f} ms")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
