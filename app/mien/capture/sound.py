"""The sound of a video file as samples, from any moment on and at any speed, without changing its pitch."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mien.capture.local_video import open_local_video

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.filter.context import FilterContext

RATE_HZ: Final = 48_000
CHANNELS: Final = 2
Samples = npt.NDArray[np.int16]

_JITTER_S: Final = 0.02
"""Timestamps that are off by less are rounding; beyond, samples are left out or silence is put in."""
_SILENCE_S: Final = 0.5


def sound_blocks(path: Path, start_s: float, zero_s: float, speed: float = 1.0) -> Iterator[Samples]:
    """Yield the sound from a media time on, with silence where there is none before it ends.

    Args:
        path: The video.
        start_s: Media time to begin at.
        zero_s: The stream time of the first picture, which is media time 0.
        speed: From 0.5 to 2; pitch stays as it is (FFmpeg's filter atempo).

    Yields:
        (N, 2) int16 at 48 kHz; N differs.

    Raises:
        VideoUnreadable: The file cannot be opened any more.
    """
    container = open_local_video(path).container
    try:
        stream = next((s for s in container.streams.audio if s.codec_context is not None), None)
        if stream is None:
            return
        blocks = _in_time(_decoded(container, stream, start_s + zero_s), start_s + zero_s)
        yield from blocks if speed == 1.0 else _at_speed(blocks, speed)
    finally:
        container.close()


def _decoded(
    container: "InputContainer", stream: "AudioStream", start_s: float
) -> Iterator[tuple[float | None, Samples]]:
    """Yield stream time and samples of each decoded piece; damaged ones are left out."""
    import av
    from av.error import FFmpegError

    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE_HZ)
    try:
        container.seek(int(max(start_s - 0.2, 0.0) * av.time_base), backward=True)
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except FFmpegError:
                continue
            for frame in frames:
                time_s = frame.time
                for piece in resampler.resample(frame):
                    samples: Any = piece.to_ndarray().reshape(-1, CHANNELS)
                    yield time_s, samples
                    time_s = None
    except FFmpegError:
        return


def _in_time(pieces: Iterator[tuple[float | None, Samples]], start_s: float) -> Iterator[Samples]:
    """Put silence into gaps and drop what overlaps or lies before the start."""
    expected_s = start_s
    for time_s, samples in pieces:
        if time_s is not None:
            gap_s = time_s - expected_s
            while gap_s > _JITTER_S:
                part_s = min(gap_s, _SILENCE_S)
                yield np.zeros((round(part_s * RATE_HZ), CHANNELS), np.int16)
                expected_s += part_s
                gap_s -= part_s
            if gap_s < -_JITTER_S or expected_s == start_s:
                samples = samples[max(round(-gap_s * RATE_HZ), 0) :]
        if len(samples):
            expected_s += len(samples) / RATE_HZ
            yield samples


def _at_speed(blocks: Iterator[Samples], speed: float) -> Iterator[Samples]:
    import av
    from av.filter import Graph

    graph = Graph()
    source = graph.add_abuffer(format="s16", layout="stereo", sample_rate=RATE_HZ)
    tempo, sink = graph.add("atempo", str(speed)), graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = RATE_HZ
        source.push(frame)
        yield from _ready(sink)
    source.push(None)
    yield from _ready(sink)


def _ready(sink: "FilterContext") -> Iterator[Samples]:
    """Yield what a filter has ready."""
    from av.error import FFmpegError

    while True:
        try:
            pulled: Any = sink.pull()
        except FFmpegError:  # it wants more, or is at its end
            return
        yield pulled.to_ndarray().reshape(-1, CHANNELS)
