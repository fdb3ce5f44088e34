"""Where cyclic garbage dies."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from mien.gui.garbage import GarbageCollector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    gc.collect()
    gc.enable()
    collector = GarbageCollector()
    yield collector
    collector.deleteLater()


class Cycle(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.own = self


def test_a_cycle_made_here_dies_here_however_busy_a_worker_is(collector: GarbageCollector, qtbot: QtBot) -> None:
    died_in: list[str] = []
    here = threading.current_thread().name
    weakref.finalize(Cycle(), lambda: died_in.append(threading.current_thread().name))
    kept: list[list[object]] = []

    def allocate() -> None:
        kept.extend([] for _ in range(200_000))

    worker = threading.Thread(target=allocate, name="busy")
    worker.start()
    worker.join()
    assert died_in == []
    qtbot.waitUntil(lambda: died_in == [here])


def test_old_garbage_goes_too(collector: GarbageCollector, qtbot: QtBot) -> None:
    cycle = Cycle()
    gc.collect()  # it is old now
    gone = weakref.ref(cycle)
    del cycle
    for _ in range(200):
        rubbish = [[] for _ in range(gc.get_threshold()[0] + 100)]  # differs from Python to Python
        collector.collect_due()
        del rubbish
    assert gone() is None
