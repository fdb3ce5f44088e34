"""Prints how fast files are read, against the Python package `fer` in the same run, and what live reading takes.

    python tests/benchmarks/against_fer.py CLIP --fer PYTHON [--seconds 6] [--rounds 3] [--mtcnn]

CLIP shows one face. Two videos of 1280x720 are made of it: the whole picture enlarged, and its face eight times.
PYTHON is one that can import `fer`: make a virtual environment of its own, `python -m venv fer-venv`, then
`fer-venv/bin/python -m pip install fer tensorflow`. Without it the rows about `fer` are left out. `fer` finds
faces as it does by default, or with its more careful detector (`--mtcnn`).

What is compared takes turns, so that a busy machine slows all alike, and the median of the rounds counts; ratios
of processor time hardly change with what else runs. The readings of Mien go into a table; `fer` only reads, also
where Mien writes a video.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from mien.composition import build_finder
from mien.core.arrays import Image
from mien.core.frame import Frame
from mien.runs.networks import open_networks
from mien.runs.running import run_task
from mien.runs.task import Task
from mien.settings import Settings

SIZE_WH = (1280, 720)
FPS = 30
COLUMNS, ROWS = 4, 2


@dataclass(frozen=True, slots=True)
class Run:
    """What one reading of a video took.

    Attributes:
        wall_s: By the clock.
        cpu_s: Of the processor, all threads.
        frames: Pictures read.
        faces: Faces found in all of them.
    """

    wall_s: float
    cpu_s: float
    frames: int
    faces: int

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a picture."""
        return 1e3 * self.cpu_s / self.frames


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--fer", type=Path, metavar="PYTHON", help="a Python that can import fer")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of the videos, media time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mtcnn", action="store_true", help="fer with its more careful detector")
    chosen = parser.parse_args()
    if chosen.fer is not None:
        check_fer(parser, chosen.fer)
    with tempfile.TemporaryDirectory(prefix="mien-fer-") as folder:
        compare(Path(folder), chosen)


def check_fer(parser: argparse.ArgumentParser, python: Path) -> None:
    """End with a remedy where this Python has no `fer`."""
    try:
        done = subprocess.run([python, "-c", "import fer.fer"], capture_output=True, text=True)
    except OSError as error:
        parser.error(f"{python}: does not start ({error.strerror}); name a Python that has fer")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        parser.error(f"{python}: cannot import fer ({reason}); run {python} -m pip install fer tensorflow")


def compare(folder: Path, chosen: argparse.Namespace) -> None:
    """Make the videos, run all rounds and print the tables."""
    pictures = read_clip(chosen.clip)
    one, eight = folder / "one.mp4", folder / "eight.mp4"
    count = round(chosen.seconds * FPS)
    write_video(one, [scaled(picture, SIZE_WH) for picture in pictures], count)
    write_video(eight, eight_faces(pictures), count)
    detector = "mtcnn" if chosen.mtcnn else "haar"
    runs: dict[str, list[Run]] = {"one": [], "video": [], "eight": [], "fer": []}
    run_mien(one, folder / "first.csv")
    for turn in range(chosen.rounds):
        runs["one"].append(run_mien(one, folder / f"one{turn}.csv"))
        if chosen.fer is not None:
            runs["fer"].append(run_fer(chosen.fer, one, detector))
        runs["eight"].append(run_mien(eight, folder / f"eight{turn}.csv"))
        runs["video"].append(run_mien(one, folder / f"video{turn}.csv", folder / f"video{turn}.mp4"))
    print_files(runs, detector)
    print_live(one, chosen.seconds)


def read_clip(clip: Path) -> list[Image]:
    """Return all pictures of a short clip, forwards, then backwards, so that it can be repeated without a cut."""
    with av.open(str(clip)) as source:
        pictures = [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in source.decode(video=0)]
    return pictures + pictures[-2:0:-1]


def scaled(picture: Image, size_wh: tuple[int, int]) -> Image:
    """Return the picture at another size."""
    return np.asarray(cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def eight_faces(pictures: list[Image]) -> list[Image]:
    """Return pictures that show the face of the first one eight times."""
    height, width = pictures[0].shape[:2]
    finder = build_finder(Settings())
    tracks = finder.find(Frame(pictures[0], 0, 0.0, 0.0))
    finder.close()
    if len(tracks) != 1:
        sys.exit(
            f"against_fer.py: the first picture of the clip shows {len(tracks)} faces; name a clip of one face"
        )
    cell_wh = SIZE_WH[0] // COLUMNS, SIZE_WH[1] // ROWS
    wide = min(height * cell_wh[0] // cell_wh[1], width)
    box = tracks[0].box
    left = min(max(round((box.x1 + box.x2 - wide) / 2), 0), width - wide)
    cells = [scaled(picture[:, left : left + wide], cell_wh) for picture in pictures]
    return [np.tile(cell, (ROWS, COLUMNS, 1)) for cell in cells]


def write_video(path: Path, pictures: list[Image], count: int) -> None:
    """Write ``count`` pictures, those given again and again."""
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=Fraction(FPS), options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(pictures[index % len(pictures)], format="bgr24")
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def run_mien(video: Path, table: Path, annotated: Path | None = None) -> Run:
    """Read a video as `mien annotate` does; opening the network is not timed, as it isn't for `fer`."""
    settings = Settings()
    networks = open_networks(settings)
    task = Task(source=str(video), video=annotated, readings=table)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    summary = run_task(task, settings, networks)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return Run(wall_s, cpu_s, summary.frames, sum(1 for _ in table.open()) - 1)


def run_fer(python: Path, video: Path, detector: str) -> Run:
    """Read a video with the package `fer`, in a process of its own."""
    command = [python, Path(__file__).with_name("fer_worker.py"), video, detector]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def print_files(runs: dict[str, list[Run]], detector: str) -> None:
    """Print what reading files takes."""
    fer = runs["fer"]
    print("| what | faces a picture | ms of processor a picture | pictures a second | against |")
    print("| --- | --: | --: | --: | --- |")
    rows = (
        ("mien, one face, no video", "one", "fer", fer),
        ("mien, one face, with video", "video", "fer", fer),
        ("mien, eight faces, no video", "eight", "one face", runs["one"]),
        (f"fer ({detector}), one face, reads only", "fer", "", []),
    )
    for name, key, other_name, others in rows:
        if not runs[key]:
            continue
        ratio = ratios(runs[key], others, other_name) if others else "–"
        faces = statistics.mean(run.faces / run.frames for run in runs[key])
        cpu_ms = statistics.median(run.cpu_ms for run in runs[key])
        fps = statistics.median(run.frames / run.wall_s for run in runs[key])
        print(f"| {name} | {faces:.2f} | {cpu_ms:.1f} | {fps:.1f} | {ratio} |")
    if not fer:
        print("\nno ratio to the package fer: name a Python that has it with --fer (see --help)")


def ratios(runs: list[Run], others: list[Run], other_name: str) -> str:
    """Return how a row compares with another; runs of the same round are compared."""
    pairs = list(zip(runs, others, strict=True))
    if other_name == "fer":
        wall = statistics.median((b.wall_s / b.frames) / (a.wall_s / a.frames) for a, b in pairs)
        cpu = statistics.median(b.cpu_ms / a.cpu_ms for a, b in pairs)
        return f"fer: {wall:.1f}x as fast, {cpu:.1f}x by processor time"
    wall = statistics.median((a.wall_s / a.frames) / (b.wall_s / b.frames) for a, b in pairs)
    cpu = statistics.median(a.cpu_ms / b.cpu_ms for a, b in pairs)
    return f"{other_name}: {wall:.2f} times the time, {cpu:.2f} times the processor time"


def print_live(video: Path, seconds: float) -> None:
    """Print latency and memory of `mien bench --live`, which plays the video as a camera would."""
    command = [sys.executable, "-m", "mien", "bench", str(video), "--live", "--json"]
    command += ["--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"against_fer.py: mien bench failed: {done.stderr.strip()}")
    measured = json.loads(done.stdout.splitlines()[-1])["measured"]
    latency = measured["stats"]["latency"]
    print(
        f"\nlive: latency {1e3 * latency['p50_s']:.1f} ms at the median, {1e3 * latency['p95_s']:.1f} ms at the "
        f"95th percentile; {measured['dropped']} of {measured['frames'] + measured['dropped']} frames dropped; "
        f"{measured['rss_peak_mb']:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
