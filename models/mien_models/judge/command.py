"""`mien judge`: how good a network, or a table of answers, is on one's own labelled faces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from mien.errors import AppError
from mien.json_output import json_option, print_json, without_odd_numbers


@click.command()
@click.argument("subject", metavar="NETWORK|TABLE")
@click.argument("faces", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a page: .html, or .json with all figures."
)
@click.option("--split", type=click.Choice(["train", "val", "test", "all"]), help="Part of the faces to judge by.")
@click.option("--votes", is_flag=True, help="Judge by FER+'s most voted label, where the faces have votes.")
@click.option("--labels", metavar="A,B,…", help="What numbers mean that stand for labels.")
@click.option("--group", metavar="COLUMN", help="Column of the list to group by, such as age or camera.")
@click.option("--detector", metavar="NAME", default="retinaface", help="Finds the eyes; none: pictures are whole.")
@click.option("--eyes", metavar="X,Y,X,Y", help="Where the eyes are in every picture, in pixels, left one first.")
@click.option("--learned-from", type=click.Path(path_type=Path), help="Faces it learned from, to find copies of.")
@click.option("--changes", is_flag=True, help="Also ask about the same faces darker, blurred, turned and so on.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it is there.")
@json_option
def judge(
    subject: str,
    faces: Path,
    output: Path | None,
    split: str | None,
    votes: bool,
    labels: str | None,
    group: str | None,
    detector: str,
    eyes: str | None,
    learned_from: Path | None,
    changes: bool,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Judge a network, or a table that some program wrote, by labelled FACES.

    NETWORK is a name from `mien models list` or an .onnx file. TABLE is a .csv file with a column for the picture
    and one for each expression, or for the label. FACES is a folder for each expression, a list (CSV) of pictures
    with labels, fer2013plus.npz, FER2013's own CSV file, or AffectNet's folder.
    """
    from mien.inference.catalog import find_model
    from mien_models.data.eyes import open_finder
    from mien_models.judge.page import to_html
    from mien_models.judge.run import JudgeOptions, brief, judge_file

    if output is not None:
        _check_output(output, overwrite)
    path = Path(subject) if subject.lower().endswith(".csv") else find_model(subject)
    if not path.is_file():
        raise AppError(f"{path}: there is no such file; name a network, an .onnx file or a .csv table")
    finder = None if detector == "none" or path.suffix == ".csv" else open_finder(detector)
    names = None if labels is None else tuple(name.strip() for name in labels.split(","))
    options = JudgeOptions(split or "", votes, names, group, parse_eyes(eyes), learned_from, changes)
    report = judge_file(path, faces, finder, options)
    plain = report.as_dict()
    if not as_json:
        click.echo(brief(report))
    if output is not None:
        text = to_html(plain) if output.suffix.lower() in (".html", ".htm") else _as_json(plain)
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise AppError(f"{output}: cannot be written ({error.strerror}); choose another place") from error
    return print_json(outputs=[] if output is None else [str(output)], report=plain) if as_json else 0


def _as_json(plain: dict[str, Any]) -> str:
    return json.dumps(without_odd_numbers(plain), indent=2, allow_nan=False) + "\n"


def _check_output(output: Path, overwrite: bool) -> None:
    if output.suffix.lower() not in (".html", ".htm", ".json"):
        raise AppError(f"{output}: a report is a page (.html) or figures (.json); give it one of these endings")
    if output.exists() and not overwrite:
        raise AppError(f"{output}: is there already; say --overwrite to replace it")


def parse_eyes(text: str | None) -> NDArray[np.float32] | None:
    """Read where both eyes are from four numbers between commas; None for none.

    Raises:
        AppError: They are no such numbers.
    """
    if text is None:
        return None
    try:
        places = np.array([float(part) for part in text.split(",")], np.float32).reshape(2, 2)
    except ValueError as error:
        raise AppError(f"--eyes {text}: four numbers are needed, such as 27,32,71,32") from error
    if not np.isfinite(places).all() or places[0, 0] >= places[1, 0]:
        raise AppError(f"--eyes {text}: the left eye of the picture comes first, then the right one")
    return places
