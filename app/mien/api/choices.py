"""How faces are read, as keyword arguments: checked, and named in words where they are wrong."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypedDict, get_args

import msgspec

from mien.errors import SettingsError, did_you_mean
from mien.plugins import plugin_names
from mien.settings import (
    FaceCover,
    PriorName,
    ProviderName,
    Settings,
    VideoCodec,
    VideoHardware,
    VideoQuality,
    load_settings,
)
from mien.settings.profiles import Profile, all_profiles, find_profile


class Choices(TypedDict, total=False):
    """The keyword arguments of ``analyse``, ``annotate`` and ``read``; what is left out has its default.

    Attributes:
        profile: Settings for a kind of material: "lecture", "interview", "posed", or one that you kept by
            ``mien config profile NAME --save`` or in the window; all other choices go over it.
        model: A network's name or an ``.onnx`` file.
        compare: A second network that reads the same faces.
        detector: "retinaface", "full-range", "short-range", or a YuNet ``.onnx`` file.
        provider: "auto", "cpu", "cuda", "directml", "coreml" or "openvino".
        threads: Threads of the network; 0 lets Mien choose.
        every: Detect faces in every n-th frame and follow them between; 0 lets Mien choose.
        faces_are_crops: The pictures are faces already, one each; none is left out.
        min_face_score: Detections that score less are no faces, 0 to 1.
        recognise_people: Give a person who comes back the same number.
        prior: Which expressions to expect: "everyday", mostly neutral and happy; "balanced", all alike.
        face_details: Look closely at each face: head pose, eyes, action units; more columns.
        auto_neutral: Of face details, fill the columns of changes by the first seconds that read neutral.
        own: Expressions of your own, such as "squint = au06 + au07 > 0.6 for 0.3 s"; a column ``x_squint`` each.
        min_confidence: Below this probability a label is withheld as uncertain, 0 to 1; "auto" leaves it to the
            network.
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        cover: "none", "blur" or "plate" hides the faces in annotated pictures.
        video_codec: Of annotated videos: "auto", "h264", "h265", "av1" or "vp9".
        video_hardware: Encode in hardware: a kind, "any" for the first that works; empty for software.
        video_quality: Of annotated videos: "small", "good" or "best".
    """

    profile: str
    model: str | Path
    compare: str | Path
    detector: str | Path
    provider: ProviderName
    threads: int
    every: int
    faces_are_crops: bool
    min_face_score: float
    recognise_people: bool
    prior: PriorName
    face_details: bool
    auto_neutral: bool
    own: Sequence[str]
    min_confidence: float | Literal["auto"]
    smoothing_s: float
    cover: FaceCover
    video_codec: VideoCodec
    video_hardware: VideoHardware
    video_quality: VideoQuality


_PLACES: Final = {
    "model": ("reading", "model"),
    "compare": ("reading", "compare"),
    "detector": ("reading", "detector"),
    "yunet_file": ("reading", "yunet_file"),
    "added_detector": ("reading", "added_detector"),
    "every": ("reading", "every"),
    "faces_are_crops": ("reading", "faces_are_crops"),
    "min_face_score": ("reading", "min_face_score"),
    "recognise_people": ("reading", "recognise_people"),
    "prior": ("shown", "prior"),
    "face_details": ("reading", "face_details"),
    "auto_neutral": ("shown", "auto_neutral"),
    "own": ("own", "expressions"),
    "min_confidence": ("shown", "min_confidence"),
    "smoothing_s": ("shown", "smoothing_s"),
    "provider": ("compute", "provider"),
    "threads": ("compute", "threads"),
    "cover": ("video", "cover"),
    "video_codec": ("video", "codec"),
    "video_hardware": ("video", "hardware"),
    "video_quality": ("video", "quality"),
}
_NAMES: Final = {place: name for name, place in _PLACES.items()}
_WORDS: Final = {
    "provider": f"no such execution provider; choose {', '.join(get_args(ProviderName))}",
    "detector": "no such detector; choose retinaface, full-range, short-range, or give a YuNet .onnx file",
    "prior": f"no such prior; choose {', '.join(get_args(PriorName))}",
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
        known = list(Choices.__annotations__)
        near = did_you_mean(unknown[0], known) or f"; there are {', '.join(known)}"
        raise SettingsError(f"{unknown[0]}: no such choice{near}")
    if "profile" in choices:
        settings = settings.changed(**_profile(settings, str(choices["profile"])).changes)
    changes = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in choices.items()
        if name != "profile"
    }
    detector = changes.get("detector")
    if isinstance(detector, str) and detector.lower().endswith(".onnx"):
        changes |= {"detector": "yunet", "yunet_file": detector}
    elif detector in plugin_names("detectors"):
        changes |= {"detector": "added", "added_detector": detector}
    groups: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        group, field = _PLACES[name]
        groups.setdefault(group, {})[field] = value
    try:
        return settings.changed(**groups).checked()
    except msgspec.ValidationError as error:
        raise SettingsError(_in_words(str(error), choices)) from error
    except TypeError as error:  # no JSON type
        wrong = next(
            name for name, value in changes.items() if not isinstance(value, str | int | float | Sequence)
        )
        raise SettingsError(f"{wrong}: expected text or a number, got {type(changes[wrong]).__name__}") from error


def _profile(settings: Settings, name: str) -> Profile:
    """Return a profile of Mien's or of ``settings``, or else a kept one: all that Python takes from there."""
    if any(name == each.name for each in all_profiles(settings)):
        return find_profile(settings, name)
    return find_profile(load_settings(), name)


def _in_words(complaint: str, choices: Mapping[str, Any]) -> str:
    """Turn a complaint about a field into one about the choice."""
    what, _, place = complaint.partition(" - at `$.")
    group, _, field = place.rstrip("`").partition(".")
    name = _NAMES.get((group, field), field)
    return (
        f"{choices.get(name, name)}: {_WORDS.get(name) or f'not usable as {name}; {what[:1].lower()}{what[1:]}'}"
    )
