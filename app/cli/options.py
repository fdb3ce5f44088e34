"""Options that several commands share, and how they change the kept settings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from app.errors import SettingsError
from app.settings import Settings, load_settings

F = TypeVar("F", bound=Callable[..., Any])

_ANALYSIS = [
    click.option(
        "--model", metavar="NAME|FILE", help="Network: a name from `mien models list`, or an .onnx file."
    ),
    click.option(
        "--detector", metavar="NAME", help="Face detector: full-range, short-range, or a YuNet .onnx file."
    ),
    click.option("--provider", metavar="NAME", help="auto, cpu, cuda, directml, coreml or openvino."),
    click.option(
        "--every", type=click.IntRange(0, 30), metavar="N", help="Detect in every N-th frame, follow between."
    ),
    click.option("--smoothing", type=click.FloatRange(0, 10), metavar="S", help="Smoothing in seconds; 0 is raw."),
    click.option(
        "--min-confidence", type=click.FloatRange(0, 1), metavar="P", help="Below this a label is «uncertain»."
    ),
    click.option("--cover", type=click.Choice(["none", "blur", "plate"]), help="Hide faces in the picture."),
]


def analysis_options(function: F) -> F:
    """Add the options that say how faces are read."""
    for option in reversed(_ANALYSIS):
        function = option(function)
    return function


def settings_with(options: dict[str, Any]) -> Settings:
    """Return the kept settings, changed by the options that were given.

    Args:
        options: By name, None where not given; the names of ``analysis_options``.

    Raises:
        SettingsError: A value is none that Mien knows.
    """
    changes: dict[str, Any] = {
        "model": options.get("model"),
        "provider": options.get("provider"),
        "every": options.get("every"),
        "smoothing_s": options.get("smoothing"),
        "min_confidence": options.get("min_confidence"),
        "cover": options.get("cover"),
    }
    detector = options.get("detector")
    if detector is not None and detector.lower().endswith(".onnx"):
        changes |= {"detector": "yunet", "yunet_file": detector}
    else:
        changes["detector"] = detector
    given = {name: value for name, value in changes.items() if value is not None}
    try:
        return msgspec.convert(msgspec.to_builtins(load_settings()) | given, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(_in_words(error, options)) from error


def _in_words(error: msgspec.ValidationError, options: dict[str, Any]) -> str:
    """Turn a complaint about a field into one about the option."""
    text = str(error)
    if "$.provider" in text:
        known = "auto, cpu, cuda, directml, coreml or openvino"
        return f"{options['provider']}: no such execution provider; choose {known}"
    if "$.detector" in text:
        return (
            f"{options['detector']}: no such detector; choose full-range, short-range, or give a YuNet .onnx file"
        )
    return text
