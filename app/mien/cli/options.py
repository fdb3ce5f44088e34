"""Options that several commands share, and how they change the kept settings."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar, get_args

import click
import msgspec
from click.shell_completion import CompletionItem

from mien.api.choices import with_choices
from mien.errors import SettingsError
from mien.settings import (
    IntegrationSettings,
    PriorName,
    Settings,
    VideoCodec,
    VideoHardware,
    VideoQuality,
    load_settings,
)
from mien.settings.profiles import all_profiles

F = TypeVar("F", bound=Callable[..., Any])


class LeastConfidence(click.FloatRange):
    """A share, or "auto"."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Return a float in [0, 1] or "auto"."""
        return value if value == "auto" else super().convert(value, param, ctx)


def _complete_profile(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    with suppress(SettingsError):
        found = all_profiles(load_settings())
        return [CompletionItem(each.name, help=each.about) for each in found if each.name.startswith(incomplete)]
    return []


_SHOWN = [
    click.option(
        "--prior",
        type=click.Choice(get_args(PriorName)),
        help="Expressions to expect: everyday, mostly neutral and happy; balanced, all alike.",
    ),
    click.option("--smoothing", type=click.FloatRange(0, 10), metavar="S", help="Smoothing in seconds; 0 is raw."),
    click.option(
        "--min-confidence",
        type=LeastConfidence(),
        metavar="P",
        help='Below this a label is "uncertain"; auto leaves it to the network.',
    ),
]

_ANALYSIS = [
    click.option(
        "--profile",
        metavar="NAME",
        shell_complete=_complete_profile,
        help="Settings for a kind of material; what else is given goes over it. `mien config profile` lists them.",
    ),
    click.option(
        "--model", metavar="NAME|FILE", help="Network: a name from `mien models list`, or an .onnx file."
    ),
    click.option("--compare", metavar="NAME|FILE", help="A second network, which reads the same faces beside it."),
    click.option(
        "--detector",
        metavar="NAME",
        help="Face detector: retinaface, full-range, short-range, or a YuNet .onnx file.",
    ),
    click.option(
        "--faces-are-crops", is_flag=True, default=None, help="Every picture is a face already, 48x48 or larger."
    ),
    click.option("--provider", metavar="NAME", help="auto, cpu, cuda, directml, coreml or openvino."),
    click.option(
        "--every", type=click.IntRange(0, 30), metavar="N", help="Detect in every N-th frame, follow between."
    ),
    click.option(
        "--recognise-people/--no-recognise-people",
        default=None,
        help="Give a person who comes back the same number; on by default.",
    ),
    click.option(
        "--face-details/--no-face-details",
        default=None,
        help="Look closely at each face: head pose, gaze, blinks, action units; adds columns.",
    ),
    click.option(
        "--auto-neutral/--no-auto-neutral",
        default=None,
        help="Of face details: fill the columns of changes by the first seconds that read neutral.",
    ),
    click.option(
        "--own",
        multiple=True,
        metavar="EXPRESSION",
        help='An expression of your own, such as "squint = au06 + au07 > 0.6 for 0.3 s"; a column x_squint.',
    ),
    *_SHOWN,
    click.option("--cover", type=click.Choice(["none", "blur", "plate"]), help="Hide faces in the picture."),
]

_VIDEO = [
    click.option(
        "--codec", type=click.Choice(get_args(VideoCodec)), help="Of videos; auto: VP9 in .webm, else H.264."
    ),
    click.option(
        "--hardware",
        type=click.Choice([kind for kind in get_args(VideoHardware) if kind]),
        help="Encode in hardware; any: the first kind that works.",
    ),
    click.option("--quality", type=click.Choice(get_args(VideoQuality)), help="Of videos; good is the default."),
]

DEFAULT_PORT: Final = 8765

_OUTLETS = [
    click.option("--lsl", is_flag=True, default=None, help="Stream readings as a Lab Streaming Layer outlet."),
    click.option(
        "--websocket",
        is_flag=True,
        default=None,
        help="Send readings to programs of this machine; prints address and token.",
    ),
    click.option(
        "--websocket-port",
        type=click.IntRange(1, 65535),
        metavar="PORT",
        help=f"The same on another port than {DEFAULT_PORT}.",
    ),
    click.option(
        "--virtual-camera", is_flag=True, default=None, help="Show the annotated picture as a camera to calls."
    ),
    click.option("--virtual-camera-device", metavar="NAME", help="The same on this device, such as /dev/video7."),
    click.option("--outlet", multiple=True, metavar="NAME", help="Send readings to an outlet of another package."),
]
_OUTLET_NAMES: Final = ("lsl", "websocket", "websocket_port", "virtual_camera", "virtual_camera_device", "outlet")


def video_options(function: F) -> F:
    """Add the options that say how videos are encoded."""
    for option in reversed(_VIDEO):
        function = option(function)
    return function


def outlet_options(function: F) -> F:
    """Add the options that send readings to other programs."""
    for option in reversed(_OUTLETS):
        function = option(function)
    return function


def outlet_choices(options: dict[str, Any]) -> IntegrationSettings:
    """Return the outlets that this command line asks for; what is kept in the settings is for the window."""
    port = options.get("websocket_port") or (DEFAULT_PORT if options.get("websocket") else 0)
    device = options.get("virtual_camera_device") or ("any" if options.get("virtual_camera") else "")
    added = tuple(options.get("outlet") or ())
    lsl = bool(options.get("lsl"))
    return IntegrationSettings(lsl=lsl, websocket_port=port, virtual_camera=device, added=added)


def shown_options(function: F) -> F:
    """Add the options that say how raw readings that are there already are shown."""
    relative = click.option(
        "--relative/--absolute", default=None, help="Relative to the baselines that a session holds, or not."
    )
    for option in reversed([*_SHOWN, relative]):
        function = option(function)
    return function


def analysis_options(function: F) -> F:
    """Add the options that say how faces are read."""
    for option in reversed(_ANALYSIS):
        function = option(function)
    return function


def settings_with(options: dict[str, Any]) -> Settings:
    """Return the kept settings, changed by the options that were given.

    Args:
        options: By name, None where not given; the names of ``analysis_options``, ``video_options`` and
            ``outlet_options``.

    Raises:
        SettingsError: A value is none that Mien knows.
    """
    names = {
        "smoothing": "smoothing_s",
        "codec": "video_codec",
        "hardware": "video_hardware",
        "quality": "video_quality",
    }
    given = {
        names.get(name, name): value
        for name, value in options.items()
        if value is not None and value != () and name not in _OUTLET_NAMES
    }
    settings = with_choices(load_settings(), given)
    outlets = outlet_choices(options)
    wanted = {name: value for name, value in msgspec.structs.asdict(outlets).items() if value}
    return settings.changed(integrations=wanted)
