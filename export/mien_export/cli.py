"""The command `mien export`, also `python -m mien_export`."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import click

from mien.json_output import json_option, print_json
from mien_export.asking import export_asking
from mien_export.facts import parse_affect_order, parse_colour, parse_labels, parse_normalisation, parse_size
from mien_export.request import ExportRequest
from mien_export.spec_file import Spec, read_spec
from mien_export.weights import WeightForm
from mien_networks.facts import NORMALISATIONS, Facts, LabelsFrom

FILE: Final = click.Path(path_type=Path)


class Parsed(click.ParamType[Any]):
    """An option read by a function that raises ValueError."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Parse, or fail with click's usual line."""
        try:
            return self._parse(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)


@click.command("export")
@click.argument("checkpoint", type=FILE)
@click.option("-o", "--output", required=True, type=FILE, help="The ONNX file to write.")
@click.option("--architecture", "architecture_id", metavar="ID", help="For files that hold only weights.")
@click.option(
    "--module",
    metavar="FILE.py:CLASS",
    help="The torch class of a file that holds only weights; its code runs, so it needs --trust.",
)
@click.option(
    "--spec",
    "spec_file",
    type=FILE,
    help="A file of TOML with what the checkpoint does not say; it is written for you where facts are missing.",
)
@click.option("--labels", type=Parsed("A,B,…", parse_labels), help="In the order of the network's output.")
@click.option("--input-size", "size_wh", type=Parsed("WxH", parse_size), help="In pixels: 48, or 64x48.")
@click.option("--colour", type=Parsed("rgb|bgr|gray", parse_colour), help="What the network was trained on.")
@click.option(
    "--normalise",
    type=Parsed("HOW", parse_normalisation),
    help=f"{', '.join(NORMALISATIONS)}, or MEAN/STD on pixels of 0 to 1.",
)
@click.option(
    "--affect-order",
    type=Parsed("valence,arousal", parse_affect_order),
    help="Order of the two numbers that are no expressions.",
)
@click.option("--name", help="What the network is called; the output's name without its ending otherwise.")
@click.option("--licence", help="Under which the weights may be used, for the record.")
@click.option("--trained-on", help="The data, for the record.")
@click.option(
    "--samples",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of face crops for the parity check; the bundled portrait otherwise.",
)
@click.option(
    "--quantise",
    type=click.Choice(["int8", "float16"]),
    help="Store the weights small: a quarter or half of the file, same speed; the loss is measured and recorded.",
)
@click.option(
    "--calibration",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of faces for --quantise: int8 then holds for activations too, and where subfolders are named as "
    "labels, accuracy before and after is measured.",
)
@click.option("--trust", is_flag=True, help="Let code inside the checkpoint run. It can do anything that you can.")
@click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=1.0),
    metavar="SECONDS",
    help="After which the export is given up; two minutes and more for large files otherwise.",
)
@click.option("--overwrite", is_flag=True, help="Replace an output that exists.")
@json_option
def export_command(
    checkpoint: Path,
    output: Path,
    architecture_id: str | None,
    samples: Path | None,
    trust: bool,
    overwrite: bool,
    quantise: Literal["int8", "float16"] | None,
    calibration: Path | None,
    licence: str | None,
    trained_on: str | None,
    module: str | None,
    spec_file: Path | None,
    time_limit_s: float | None,
    as_json: bool,
    **said: Any,  # noqa: ANN401 - one entry for each fact that an option can say
) -> None:
    """Turn a trained CHECKPOINT into an ONNX file that Mien runs; it reads faces, or finds them.

    The format is recognised by looking into the file. What the file does not say is asked for by naming the option
    that says it. Nothing is written unless ONNX Runtime answers as the original does. A file can make
    the libraries that read it run without end or take all memory, so they work in a process of their own, with
    limits on both.
    """
    record = {key: value for key, value in (("licence", licence), ("trained_on", trained_on)) if value}
    labels_from: LabelsFrom | None = "options" if said["labels"] else None
    facts = Facts(normalisation=said.pop("normalise"), provenance=record, labels_from=labels_from, **said)
    if calibration is not None and quantise is None:
        raise click.UsageError("--calibration is for --quantise; say int8 or float16")
    form: WeightForm = quantise or "float32"
    spec = Spec() if spec_file is None else read_spec(spec_file)
    request = ExportRequest(
        checkpoint,
        output,
        architecture_id or spec.architecture,
        spec.facts.overridden_by(facts),
        samples,
        trust,
        overwrite,
        form,
        module or spec.module,
        spec.config,
        calibration,
    )
    told = export_asking(request, time_limit_s)
    if as_json:
        content = output.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        print_json(outputs=[str(output)], size_bytes=len(content), sha256=sha256, notes=told.splitlines())
        return
    click.echo(told)
