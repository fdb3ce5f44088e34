"""Options that several commands share, and how they change the kept settings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from app.api.choices import with_choices
from app.settings import Settings, load_settings

F = TypeVar("F", bound=Callable[..., Any])

_ANALYSIS = [
    click.option(
        "--model", metavar="NAME|FILE", help="Network: a name from `mien models list`, or an .onnx file."
    ),
    click.option("--compare", metavar="NAME|FILE", help="A second network, which reads the same faces beside it."),
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
    names = {
        "smoothing": "smoothing_s",
        "codec": "video_codec",
        "hardware": "video_hardware",
        "quality": "video_quality",
    }
    given = {names.get(name, name): value for name, value in options.items() if value is not None}
    return with_choices(load_settings(), given)
