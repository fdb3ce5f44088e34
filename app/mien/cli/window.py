"""``mien window``: the window."""

import click

from mien.cli.options import analysis_options, outlet_options, settings_with, video_options
from mien.settings import load_settings


@click.command()
@click.argument("source", required=False)
@analysis_options
@video_options
@outlet_options
def window(source: str | None = None, **options: object) -> int:
    """Open the window, on the first camera or on SOURCE. The options hold for this run only.

    SOURCE is a video, a picture, a folder of pictures, a stream (rtsp://…, http://…), "camera:NAME", or
    "synthetic" for a test picture.
    """
    settings = settings_with(options)
    from mien.gui.main import run_window

    return run_window(source, settings, kept=load_settings())
