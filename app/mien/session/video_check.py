"""Whether a recording plays."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer


def played_s(path: Path) -> float | None:
    """Return the length of a recording as far as it plays, seconds; None where not one picture can be decoded.

    Its packets are read through, and only the first picture is decoded: some 10 ms for each minute.
    """
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return None
            if next(container.decode(video=0), None) is None:
                return None
        with av.open(str(path)) as container:
            return _end_s(container)
    except (av.FFmpegError, OSError, ValueError):
        return None


def _end_s(container: "InputContainer") -> float:
    import av

    end_s = 0.0
    stream = container.streams.video[0]
    try:
        for packet in container.demux(stream):
            if packet.pts is not None and packet.time_base is not None:
                end_s = max(end_s, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except (av.FFmpegError, OSError):
        pass  # the last fragment was cut off; all before it plays
    return end_s
