"""Which video encoders work on this machine, and which one a recording gets."""

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from mien.errors import RecordingError
from mien.settings import VideoCodec, VideoHardware
from mien.sinks.video.containers import CONTAINERS
from mien.sinks.video.encoding import CODEC_NAMES, ENCODERS, Encoder, Pace

NOT_BUILT_IN: Final = "not built into PyAV"

_DECODERS: Final = {"h264": "h264", "h265": "hevc", "av1": "libdav1d", "vp9": "vp9"}
_TRIAL_PX: Final = 256
"""Hardware encoders refuse pictures that are much smaller."""
_TRIAL_PICTURES: Final = 4
_TRIAL_ERROR: Final = 8.0
"""Mean difference of luma, of 255, between a picture and what comes back; it is 0.5 in encoders that work."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an encoder can be used here.

    Attributes:
        name: FFmpeg's.
        about: For people.
        problem: Why it cannot be used, or None.
    """

    name: str
    about: str
    problem: str | None = None

    @property
    def is_available(self) -> bool:
        """Whether it can be used."""
        return self.problem is None


def list_encoders() -> tuple[Availability, ...]:
    """Say of each encoder that Mien knows whether it works here. Takes a fraction of a second."""
    sound = Availability("aac", "AAC sound", None if _is_built_in("aac") else NOT_BUILT_IN)
    return (*(Availability(one.name, one.about, problem_of(one)) for one in ENCODERS), sound)


def choose_encoder(codec: VideoCodec, hardware: VideoHardware, target: Path) -> Encoder:
    """Return the encoder for a recording: the one that was asked for, never another one in its place.

    Args:
        codec: "auto" is what is customary in the container.
        hardware: The kind, "any" for the first that works, or empty for software.
        target: The recording; its ending says which container.

    Raises:
        RecordingError: The container does not take the codec, or no such encoder works here.
    """
    suffix = target.suffix.lower()
    takes = CONTAINERS[suffix].codecs
    wanted = takes[0] if codec == "auto" else codec
    if wanted not in takes:
        names = " or ".join(CODEC_NAMES[one] for one in takes)
        raise RecordingError(
            f"{target}: {CODEC_NAMES[wanted]} does not belong in {suffix}; choose {names}, or another ending"
        )
    candidates = [
        one
        for one in ENCODERS
        if one.codec == wanted and (one.hardware != "" if hardware == "any" else one.hardware == hardware)
    ]
    problems = []
    for encoder in candidates:
        problem = problem_of(encoder)
        if problem is None:
            return encoder
        if problem != NOT_BUILT_IN or hardware != "any":
            problems.append(f"{encoder.name}: {problem}")
    what = f"{CODEC_NAMES[wanted]}{' in hardware' if hardware else ''}"
    raise RecordingError(
        f"{target}: no encoder for {what} works here ({'; '.join(problems) or 'none is known'}); "
        f"{'choose software' if hardware else 'choose another codec'}, `mien doctor` lists what there is"
    )


def problem_of(encoder: Encoder) -> str | None:
    """Say in a few words why an encoder cannot be used here, or None where it works.

    A software encoder that is built into PyAV works. A hardware encoder must also find its device and driver: it
    encodes a few small pictures, and what comes back must look like them.
    """
    import av

    if not _is_built_in(encoder.name):
        return NOT_BUILT_IN
    if not encoder.hardware:
        return None
    try:
        difference = _trial(encoder)
    except (av.FFmpegError, ValueError, OSError):
        return f"no {encoder.hardware} device or driver"
    return None if difference < _TRIAL_ERROR else "its pictures come back wrong"


def prepare_environment() -> None:
    """Keep SVT-AV1 from printing its settings on the terminal; it listens to nothing else."""
    os.environ.setdefault("SVT_LOG", "0")


def _is_built_in(name: str) -> bool:
    import av

    try:
        av.Codec(name, "w")
    except (av.FFmpegError, ValueError):
        return False
    return True


def _trial(encoder: Encoder) -> float:
    """Encode and decode a few pictures; return the mean difference of luma.

    Raises:
        av.FFmpegError: The encoder does not open, or fails.
        ValueError: Not one picture comes back.
    """
    import av

    coder = av.CodecContext.create(encoder.name, "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width = coder.height = _TRIAL_PX
    coder.pix_fmt = encoder.pixel_format
    coder.time_base, coder.framerate = Fraction(1, 30), Fraction(30)
    coder.options = encoder.options_for("good", Pace(30.0, 0, 1))
    luma = (np.add.outer(np.arange(_TRIAL_PX), np.arange(_TRIAL_PX)) // 4 + 60).astype(np.uint8)
    picture = av.VideoFrame.from_ndarray(np.stack([luma] * 3, axis=-1), format="bgr24")
    given = picture.reformat(format=encoder.pixel_format)
    packets = []
    for index in range(_TRIAL_PICTURES):
        given.pts, given.time_base = index, Fraction(1, 30)
        packets += coder.encode(given)
    packets += coder.encode(None)
    decoder = av.CodecContext.create(_DECODERS[encoder.codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)
    back = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    if not back:
        raise ValueError(f"{encoder.name}: not one picture came back")
    sent, got = (one.reformat(format="gray").to_ndarray().astype(int) for one in (given, back[-1]))
    return float(np.abs(sent - got).mean())
