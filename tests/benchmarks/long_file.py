"""Memory and speed on a file of hours: a clip is joined with itself, packets as they are, and annotated.

    python tests/benchmarks/long_file.py CLIP [--hours 3] [--fps 25] [--video]

Prints a line a minute: media time, speed against media time, processor time a frame (which other programs on the
machine hardly change), resident memory now and at most. Not a test: it takes as long as it takes.
"""

import argparse
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from mien import annotate
from mien.runs.progress import Progress

EVERY_S = 60.0


def join_with_itself(clip: Path, target: Path, length_s: float, fps: float | None) -> int:
    """Write a clip again and again until ``length_s`` of media time; return the number of pictures.

    Args:
        clip: A video whose packets are in the order of their pictures, or nearly so.
        target: The long file.
        length_s: How long, seconds.
        fps: Pictures a second of the long file; the clip's own by default.
    """
    with av.open(str(clip)) as source:
        stream = source.streams.video[0]
        packets = [packet for packet in source.demux(stream) if packet.pts is not None and packet.dts is not None]
        rate = Fraction(fps or float(stream.average_rate or 25)).limit_denominator(1001)
        interval = Fraction(1) / rate / stream.time_base
        first = min(packet.pts for packet in packets)
        own = (max(packet.pts for packet in packets) - first) / max(len(packets) - 1, 1)
        count = 0
        with av.open(str(target), "w", options={"movflags": "faststart"}) as joined:
            copy = joined.add_stream_from_template(stream)
            while count / rate < length_s:
                for packet in packets:
                    again = av.Packet(bytes(packet))
                    again.stream, again.time_base, again.is_keyframe = copy, stream.time_base, packet.is_keyframe
                    again.pts = round(((packet.pts - first) / own + count) * interval)
                    again.dts = round(((packet.dts - first) / own + count) * interval)
                    again.duration = round(interval)
                    joined.mux(again)
                count += len(packets)
    return count


class Watch:
    """Prints the run's speed and memory now and then."""

    def __init__(self, fps: float) -> None:
        self.peak_mb = 0.0
        self._fps = fps
        self._process = psutil.Process()
        self._started_s = self._printed_s = time.monotonic()
        self._before = (0, time.process_time())

    def __call__(self, progress: Progress) -> None:
        rss_mb = self._process.memory_info().rss / 1e6
        self.peak_mb = max(self.peak_mb, rss_mb)
        now_s = time.monotonic()
        is_due = now_s - self._printed_s >= EVERY_S or progress.share == 1.0
        if not is_due or progress.frames == self._before[0]:
            return
        self._printed_s = now_s
        media_s = progress.frames / self._fps
        speed = media_s / (now_s - self._started_s)
        frames, cpu_s = self._before
        self._before = (progress.frames, time.process_time())
        cpu_ms = 1e3 * (self._before[1] - cpu_s) / max(progress.frames - frames, 1)
        print(
            f"{(now_s - self._started_s) / 60:6.1f} min  media {media_s / 3600:5.2f} h  {speed:5.1f}x  "
            f"{progress.fps:5.0f} fps  {cpu_ms:5.1f} ms of processor a frame  "
            f"{rss_mb:5.0f} MB  peak {self.peak_mb:5.0f} MB",
            flush=True,
        )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--fps", type=float)
    parser.add_argument("--video", action="store_true", help="write the annotated video too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mien-long-") as folder:
        long_file = Path(folder) / "long.mp4"
        count = join_with_itself(chosen.clip, long_file, chosen.hours * 3600, chosen.fps)
        with av.open(str(long_file)) as made:
            rate = float(made.streams.video[0].average_rate or 25)
            length_s = (made.duration or 0) / 1e6
        print(
            f"{long_file.stat().st_size / 1e6:.0f} MB, {count} pictures, {length_s / 3600:.2f} h at {rate:.2f} fps"
        )
        watch = Watch(rate)
        video = Path(folder) / "out.mp4" if chosen.video else None
        summary = annotate(long_file, video, Path(folder) / "out.parquet", progress=watch)
        speed = summary.media_s / summary.elapsed_s
        print(
            f"{summary.frames} of {count} frames, {summary.faces} faces, {speed:.1f}x, peak {watch.peak_mb:.0f} MB"
        )


if __name__ == "__main__":
    main()
