"""``mien cameras``."""

import click

from mien.json_output import json_option, print_json


@click.command()
@json_option
def cameras(as_json: bool) -> None:
    """List the cameras."""
    from mien.capture.camera_list import list_cameras

    found = list_cameras()
    if as_json:
        print_json(cameras=[{"index": each.index, "name": each.name, "path": each.path} for each in found])
        return
    if not found:
        click.echo("No camera found. Plug one in; on Linux `ls /dev/video*` shows what the system sees.")
    for camera in found:
        click.echo(f"camera:{camera.index}  {camera.name}  {camera.path}")
