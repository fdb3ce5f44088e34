"""Which video encoders this machine has, and which of them work; for ``mien doctor``."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_KNOWN: Final = {
    "libx264": "H.264, in software; what recordings are made with",
    "libx265": "H.265, in software",
    "libsvtav1": "AV1, in software",
    "h264_nvenc": "H.264, NVIDIA",
    "hevc_nvenc": "H.265, NVIDIA",
    "h264_qsv": "H.264, Intel Quick Sync",
    "h264_amf": "H.264, AMD",
    "h264_vaapi": "H.264, VA-API",
    "h264_videotoolbox": "H.264, Apple VideoToolbox",
    "h264_mf": "H.264, Windows Media Foundation",
    "aac": "AAC sound",
}


@dataclass(frozen=True, slots=True)
class Encoder:
    """One encoder.

    Attributes:
        name: FFmpeg's.
        about: For people.
        is_available: Whether it can be used here.
        problem: Why not, or None.
    """

    name: str
    about: str
    is_available: bool
    problem: str | None = None


def list_encoders() -> tuple[Encoder, ...]:
    """Say of each encoder that Mien knows whether it can be used here. Takes a fraction of a second.

    A software encoder that is built into PyAV works. A hardware encoder must also find its device and driver,
    so it is opened.
    """
    return tuple(_probe(name, about) for name, about in _KNOWN.items())


def _probe(name: str, about: str) -> Encoder:
    import av

    try:
        context = av.CodecContext.create(name, "w")
    except (av.FFmpegError, ValueError):
        return Encoder(name, about, is_available=False, problem="not built into PyAV")
    hardware = name.partition("_")[2]
    if hardware and isinstance(context, av.VideoCodecContext):
        context.width, context.height, context.pix_fmt = 256, 256, "yuv420p"
        context.time_base, context.framerate = Fraction(1, 30), Fraction(30)
        try:
            context.open()
        except (av.FFmpegError, ValueError, OSError):
            return Encoder(name, about, is_available=False, problem=f"no {hardware} device or driver")
    return Encoder(name, about, is_available=True)
