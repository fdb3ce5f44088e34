"""`mien own`: a network for classes of one's own, from a folder of pictures for each."""

from dataclasses import asdict
from pathlib import Path

import click

from mien.errors import printable
from mien.json_output import json_option, print_json


@click.command("own")
@click.argument("pictures", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The network to write, .onnx.",
)
@click.option(
    "--base",
    default="mien-m",
    metavar="NAME|FILE",
    help="Whose features are taken; mien-m by default.",
)
@json_option
def own(pictures: Path, output: Path, base: str, as_json: bool) -> int:
    """Make a network for classes of your own from PICTURES, a folder with a folder of pictures for each class.

    One face in each picture, 30 pictures of a class or more, of many people. It takes minutes, without PyTorch: a
    new last layer is learned on the features of a network that comes with Mien.
    """
    from mien_models.own.make import make_own

    made = make_own(pictures, output, base)
    if as_json:
        told = asdict(made)
        return print_json(outputs=[str(told.pop("path"))], **told)
    click.echo("\n".join(printable(line) for line in made.lines()))
    return 0
