"""``mien bench``: speed, latency and memory on a real video, and how far from the bound they are."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import click
import psutil

from mien.cli.options import analysis_options, settings_with
from mien.cli.progress import interrupts, progress_bar
from mien.json_output import json_option, print_json
from mien.pipeline.stats import PipelineStats
from mien.runs.progress import run_to_end
from mien.settings import Settings

SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run came to.

    Attributes:
        frames: Results that came out.
        dropped: Frames that a live run left out.
        wall_s: From start to end, opening and warm-up left out.
        cpu_s: Processor time of the whole process in that time: all stages, decoder and encoder threads included.
        cores: Of the machine that this process may use.
        fps: Frames over wall time.
        bound_fps: Frames a second if all cores worked without a pause: frames · cores / processor time.
        share_of_bound: fps / bound_fps, which is how busy the cores were.
        rss_start_mb: Resident memory when a quarter of the run was over.
        rss_end_mb: Resident memory at the end.
        rss_peak_mb: The highest of all.
        stats: Stage times and latency.
    """

    frames: int
    dropped: int
    wall_s: float
    cpu_s: float
    cores: int
    fps: float
    bound_fps: float
    share_of_bound: float
    rss_start_mb: float
    rss_end_mb: float
    rss_peak_mb: float
    stats: PipelineStats


@click.command()
@click.argument("source", metavar="INPUT")
@click.option("--video/--no-video", default=False, help="Write an annotated video too (to a temporary file).")
@click.option("--live", is_flag=True, help="Play INPUT as if it came from a camera, and measure the latency.")
@click.option("--seconds", type=click.FloatRange(0, 86400), default=0.0, help="Repeat INPUT for this long.")
@click.option("--yes-camera", is_flag=True, help="The people before the camera agree; asked once, remembered.")
@json_option
@analysis_options
def bench(
    source: str, video: bool, live: bool, seconds: float, yes_camera: bool, as_json: bool, **options: object
) -> None:
    """Measure speed, latency and memory on INPUT.

    "bound" is what all cores could reach without a pause: the processor time of the whole run over their number.
    """
    from mien.api.consent import require_consent

    require_consent(source, given=yes_camera)
    measured = _measure(source, settings_with(options), video=video, live=live, seconds=seconds)
    if as_json:
        print_json(measured=asdict(measured))
    else:
        _print(measured, source)


def _measure(source: str, settings: Settings, *, video: bool, live: bool, seconds: float) -> Measurement:
    from mien.capture.open import open_source
    from mien.capture.replay import ReplaySource
    from mien.capture.source_spec import parse_source
    from mien.composition import build_pipeline, open_classifier
    from mien.pipeline.screen import LatestResult
    from mien.scratch import scratch_folder
    from mien.sinks.video.recorder import Recorder

    classifier = open_classifier(settings)
    replay = ReplaySource(lambda: open_source(parse_source(source)), seconds, as_camera=live)
    with scratch_folder("bench") as folder:
        sinks: list[Any] = [Recorder(folder / "bench.mp4", fps=replay.info.fps)] if video else []
        screen = LatestResult(lambda: None)
        if live:
            sinks.append(screen)
        pipeline = build_pipeline(settings, replay, sinks, classifier=classifier)
        memory = _MemoryWatch()
        memory.start()
        cpu_before_s, started_s = time.process_time(), time.monotonic()
        with interrupts() as stop, progress_bar("bench", quiet=False) as report:
            run_to_end(pipeline, replay.info.frame_count, report, stop)
        wall_s, cpu_s = time.monotonic() - started_s, time.process_time() - cpu_before_s
        memory.stop()
    stats = pipeline.stats()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fps, bound_fps = stats.frames / wall_s, stats.frames * cores / max(cpu_s, 1e-9)
    return Measurement(
        frames=stats.frames,
        dropped=stats.dropped,
        wall_s=wall_s,
        cpu_s=cpu_s,
        cores=cores,
        fps=fps,
        bound_fps=bound_fps,
        share_of_bound=fps / bound_fps if bound_fps else 0.0,
        rss_start_mb=memory.after_a_quarter_mb,
        rss_end_mb=memory.samples_mb[-1],
        rss_peak_mb=max(memory.samples_mb),
        stats=stats,
    )


class _MemoryWatch(threading.Thread):
    """Samples the resident memory of this process."""

    def __init__(self) -> None:
        super().__init__(name="mien-memory", daemon=True)
        self.samples_mb: list[float] = []
        self._ended = threading.Event()
        self._read: Callable[[], int] = lambda: int(psutil.Process().memory_info().rss)

    def run(self) -> None:
        """Sample until stopped."""
        while not self._ended.wait(SAMPLE_S if self.samples_mb else 0.0):
            self.samples_mb.append(self._read() / 1e6)

    def stop(self) -> None:
        """End, with one last sample."""
        self._ended.set()
        self.join()
        self.samples_mb.append(self._read() / 1e6)

    @property
    def after_a_quarter_mb(self) -> float:
        """The sample when a quarter of the run was over: everything is loaded by then."""
        return self.samples_mb[len(self.samples_mb) // 4]


def _print(measured: Measurement, source: str) -> None:
    stats = measured.stats
    click.echo(
        f"{source}: {measured.frames} frames in {measured.wall_s:.2f} s, network {stats.model} on {stats.provider}"
    )
    click.echo(f"\n  {'stage':<10}{'p50 ms':>10}{'p95 ms':>10}")
    for name, times in stats.stages.items():
        click.echo(f"  {name:<10}{times.p50_s * 1e3:>10.2f}{times.p95_s * 1e3:>10.2f}")
    click.echo(f"  {'latency':<10}{stats.latency.p50_s * 1e3:>10.2f}{stats.latency.p95_s * 1e3:>10.2f}")
    click.echo(
        f"\n  {measured.fps:.1f} frames a second; bound {measured.bound_fps:.1f} "
        f"({measured.cpu_s / max(measured.frames, 1) * 1e3:.2f} ms of processor time a frame on {measured.cores} "
        f"cores); reached {measured.share_of_bound:.0%} of it"
    )
    click.echo(f"  dropped {measured.dropped} of {measured.frames + measured.dropped}")
    click.echo(
        f"  memory: {measured.rss_start_mb:.0f} MB after a quarter of the run, {measured.rss_end_mb:.0f} MB at "
        f"the end, {measured.rss_peak_mb:.0f} MB at most"
    )
