"""How faces are read, as keyword arguments: checked, and named in words where they are wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypedDict, get_args

import msgspec

from mien.errors import SettingsError
from mien.settings import FaceCover, ProviderName, Settings, VideoCodec, VideoHardware, VideoQuality


class Choices(TypedDict, total=False):
    """The keyword arguments of ``analyse``, ``annotate`` and ``read``; what is left out has its default.

    Attributes:
        model: A network's name or an ``.onnx`` file.
        compare: A second network that reads the same faces.
        detector: "retinaface", "full-range", "short-range", or a YuNet ``.onnx`` file.
        provider: "auto", "cpu", "cuda", "directml", "coreml" or "openvino".
        threads: Threads of the network; 0 lets Mien choose.
        every: Detect faces in every n-th frame and follow them between; 0 lets Mien choose.
        min_confidence: Below this a label is withheld as uncertain, 0 to 1.
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        cover: "none", "blur" or "plate" hides the faces in annotated pictures.
        video_codec: Of annotated videos: "auto", "h264", "h265", "av1" or "vp9".
        video_hardware: Encode in hardware: a kind, "any" for the first that works; empty for software.
        video_quality: Of annotated videos: "small", "good" or "best".
    """

    model: str | Path
    compare: str | Path
    detector: str | Path
    provider: ProviderName
    threads: int
    every: int
    min_confidence: float
    smoothing_s: float
    cover: FaceCover
    video_codec: VideoCodec
    video_hardware: VideoHardware
    video_quality: VideoQuality


_WORDS: Final = {
    "provider": f"no such execution provider; choose {', '.join(get_args(ProviderName))}",
    "detector": "no such detector; choose retinaface, full-range, short-range, or give a YuNet .onnx file",
    "cover": f"no such way to hide a face; choose {', '.join(get_args(FaceCover))}",
    "video_codec": f"no such video codec; choose {', '.join(get_args(VideoCodec))}",
    "video_quality": f"no such quality; choose {', '.join(get_args(VideoQuality))}",
}


def with_choices(settings: Settings, choices: Mapping[str, Any]) -> Settings:
    """Return ``settings`` with some of them chosen anew.

    Args:
        settings: What holds for all that is not chosen.
        choices: See ``Choices``.

    Raises:
        SettingsError: There is no such choice, or its value is out of range.
    """
    unknown = [name for name in choices if name not in Choices.__annotations__]
    if unknown:
        raise SettingsError(f"{unknown[0]}: no such choice; there are {', '.join(Choices.__annotations__)}")
    changes = {name: str(value) if isinstance(value, Path) else value for name, value in choices.items()}
    detector = changes.get("detector")
    if isinstance(detector, str) and detector.lower().endswith(".onnx"):
        changes |= {"detector": "yunet", "yunet_file": detector}
    try:
        return msgspec.convert(msgspec.to_builtins(settings) | changes, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(_in_words(str(error), choices)) from error


def _in_words(complaint: str, choices: Mapping[str, Any]) -> str:
    """Turn a complaint about a field into one about the choice."""
    what, _, field = complaint.partition(" - at `$.")
    name = field.rstrip("`")
    return (
        f"{choices.get(name, name)}: {_WORDS.get(name) or f'not usable as {name}; {what[:1].lower()}{what[1:]}'}"
    )
