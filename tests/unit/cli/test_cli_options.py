from typing import Any

import click
import pytest
from click.testing import CliRunner

from mien.cli.options import outlet_choices, outlet_options, settings_with, video_options
from mien.outlets import IntegrationSettings
from mien.settings import Settings, save_settings


def parsed(*arguments: str) -> dict[str, Any]:
    """The options as a command gets them."""
    found: dict[str, Any] = {}

    @click.command()
    @click.argument("inputs", nargs=-1)
    @video_options
    @outlet_options
    def command(inputs: tuple[str, ...], **options: Any) -> None:
        found.update(options, inputs=inputs)

    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return found


def settings_of(*arguments: str) -> Settings:
    options = parsed(*arguments)
    del options["inputs"]
    return settings_with(options)


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        ((), IntegrationSettings()),
        (("--websocket", "clip.mp4"), IntegrationSettings(websocket_port=8765)),
        (("--websocket-port", "9000"), IntegrationSettings(websocket_port=9000)),
        (("--lsl", "--virtual-camera", "clip.mp4"), IntegrationSettings(lsl=True, virtual_camera="any")),
        (("--virtual-camera-device", "/dev/video7"), IntegrationSettings(virtual_camera="/dev/video7")),
    ],
)
def test_outlets_are_what_the_command_line_asks_for(
    arguments: tuple[str, ...], choices: IntegrationSettings
) -> None:
    options = parsed(*arguments)
    assert outlet_choices(options) == choices
    assert options["inputs"] == (("clip.mp4",) if "clip.mp4" in arguments else ())


def test_kept_outlets_hold_for_the_window_and_the_command_line_adds_to_them() -> None:
    save_settings(
        Settings().changed(integrations={"lsl": True, "websocket_port": 9001}, video={"quality": "best"})
    )
    assert outlet_choices(parsed()) == IntegrationSettings()
    assert settings_of().integrations == IntegrationSettings(lsl=True, websocket_port=9001)
    assert settings_of("--websocket-port", "9002", "--virtual-camera").integrations == IntegrationSettings(
        lsl=True, websocket_port=9002, virtual_camera="any"
    )


def test_videos_are_encoded_as_asked_and_otherwise_as_kept() -> None:
    save_settings(Settings().changed(video={"quality": "best", "codec": "av1"}))
    settings = settings_of("--codec", "h265", "--hardware", "any")
    assert (settings.video.codec, settings.video.hardware, settings.video.quality) == ("h265", "any", "best")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--codec", "mpeg2"),
        ("--quality", "great"),
        ("--hardware", "magic"),
        ("--websocket-port", "0"),
        ("--websocket-port", "70000"),
    ],
)
def test_what_is_not_known_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(click.BadParameter):
        parsed(*arguments)
