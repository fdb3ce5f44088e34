"""What the pipeline measures of itself."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

WINDOW: Final = 600
"""Measurements that a percentile looks at: 20 s at 30 frames a second."""


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a stage works on a frame: median and 95th percentile, seconds."""

    p50_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class PipelineStats:
    """A look at a running pipeline.

    Attributes:
        frames: Results that came out so far.
        fps: Results in the last second or so.
        latency: From capture to the painted picture.
        stages: By name, in the order of the way.
        dropped: Frames that a live source gave and nobody read.
        left_out: Frames that were shown but that a recording was too slow for.
        notice: What is wrong with the source right now, or None.
        model: The network's name.
        other_model: That of the second network, or None.
        provider: The execution provider that really runs it.
        fell_back: True where a faster provider was there but could not start.
    """

    frames: int = 0
    fps: float = 0.0
    latency: StageTime = StageTime(0.0, 0.0)
    stages: Mapping[str, StageTime] = field(default_factory=dict)
    dropped: int = 0
    left_out: int = 0
    notice: str | None = None
    model: str = ""
    other_model: str | None = None
    provider: str = ""
    fell_back: bool = False


class Stopwatches:
    """Measurements of one run, written by the stages and read by anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stages: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=WINDOW))
        self._latencies: deque[float] = deque(maxlen=WINDOW)
        self._moments: deque[float] = deque(maxlen=WINDOW)
        self._frames = 0

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Time a block as the work of ``stage`` on one frame."""
        started_s = time.perf_counter()
        yield
        self.add(stage, time.perf_counter() - started_s)

    def add(self, stage: str, seconds: float) -> None:
        """Add one measurement of ``stage``."""
        with self._lock:
            self._stages[stage].append(seconds)

    def result_out(self, captured_at_s: float) -> None:
        """Count a result that is ready to be seen."""
        now_s = time.monotonic()
        with self._lock:
            self._frames += 1
            self._moments.append(now_s)
            self._latencies.append(now_s - captured_at_s)

    def frames(self) -> int:
        """How many results came out."""
        with self._lock:
            return self._frames

    def fps(self) -> float:
        """Results a second, over the last two seconds."""
        now_s = time.monotonic()
        with self._lock:
            recent = [moment for moment in self._moments if now_s - moment <= 2.0]
        return (len(recent) - 1) / max(now_s - recent[0], 1e-6) if len(recent) > 1 else 0.0

    def latency(self) -> StageTime:
        """From capture to the painted picture."""
        with self._lock:
            times_s = list(self._latencies)
        return _percentiles(times_s)

    def stages(self) -> dict[str, StageTime]:
        """The stages' times, in the order in which they first reported."""
        with self._lock:
            stages = {name: list(times_s) for name, times_s in self._stages.items()}
        return {name: _percentiles(times_s) for name, times_s in stages.items()}


def _percentiles(times_s: list[float]) -> StageTime:
    """Return median and 95th percentile; away from the lock, for which the stages would have to wait."""
    if not times_s:
        return StageTime(0.0, 0.0)
    ordered, last = sorted(times_s), len(times_s) - 1
    return StageTime(ordered[round(0.5 * last)], ordered[round(0.95 * last)])
