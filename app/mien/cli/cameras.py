"""``mien cameras``."""

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cameras(as_json: bool) -> None:
    """List the cameras."""
    from mien.capture.camera_list import list_cameras

    found = list_cameras()
    if as_json:
        import json

        click.echo(
            json.dumps([{"index": c.index, "name": c.name, "path": c.path} for c in found], ensure_ascii=False)
        )
    elif not found:
        click.echo("No camera found. Plug one in; on Linux `ls /dev/video*` shows what the system sees.")
    for camera in [] if as_json else found:
        click.echo(f"camera:{camera.index}  {camera.name}  {camera.path}")
