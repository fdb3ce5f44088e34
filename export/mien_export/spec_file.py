"""Facts of a network in a file of TOML: written with blanks where there is nobody to ask, read with `--spec`."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mien.errors import ExportError
from mien_export.facts import (
    parse_affect_order,
    parse_colour,
    parse_labels,
    parse_normalisation,
    parse_size,
)
from mien_export.missing import QUESTIONS, MissingFacts
from mien_networks.facts import Facts, LabelsFrom
from mien_networks.reasons import listed, reason_of

MAX_BYTES: Final = 1 << 20
FIELDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "labels": ("labels", parse_labels),
    "input_size": ("size_wh", parse_size),
    "colour": ("colour", parse_colour),
    "normalise": ("normalisation", parse_normalisation),
    "affect_order": ("affect_order", parse_affect_order),
    "name": ("name", str),
}
"""By the name in the file: the field of `Facts`, and how its text is read."""
RECORD: Final = ("licence", "trained_on")
OTHERS: Final = ("architecture", "module", "config")


@dataclass(frozen=True, slots=True)
class Spec:
    """What a file says.

    Attributes:
        facts: Of the network.
        architecture: Its id, or None.
        module: FILE.py:CLASS, the file taken from the folder of this one; or None.
        config: What the architecture or the class is built with.
    """

    facts: Facts = field(default_factory=Facts)
    architecture: str | None = None
    module: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


def read_spec(path: Path) -> Spec:
    """Read a file of facts; what is left blank is not said.

    Raises:
        ExportError: It cannot be read, or says something that makes no sense.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ExportError(f"{path}: larger than any such file; name the one that `mien export` wrote")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{path}: cannot be read as TOML ({reason_of(error)}); correct it") from error
    known = (*FIELDS, *RECORD, *OTHERS)
    if unknown := [key for key in content if key not in known]:
        raise ExportError(f"{path}: says {listed(unknown)}, which is not known; known are {', '.join(known)}")
    config = content.pop("config", {})
    if not isinstance(config, dict):
        raise ExportError(f"{path}: config: expected a table, [config]")
    said = {key: _text(value, key, path) for key, value in content.items()}
    said = {key: text for key, text in said.items() if text}
    module = said.get("module")
    facts: dict[str, Any] = {}
    for key, (name, parse) in FIELDS.items():
        if key in said:
            try:
                facts[name] = parse(said[key])
            except ValueError as error:
                raise ExportError(f"{path}: {key}: {reason_of(error)}") from error
    record: dict[str, Any] = {key: said[key] for key in RECORD if key in said}
    labels_from: LabelsFrom | None = "options" if "labels" in facts else None
    return Spec(
        Facts(provenance=record, labels_from=labels_from, **facts),
        said.get("architecture"),
        None if module is None else str(path.parent / module),
        config,
    )


def _text(value: object, key: str, path: Path) -> str:
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return ("x" if key == "input_size" else ",").join(map(str, value))
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value).strip()
    raise ExportError(f"{path}: {key}: expected a text in quotation marks")


def write_blank(path: Path, missing: MissingFacts) -> None:
    """Write a file that asks for what is missing.

    Raises:
        OSError: It cannot be written, or exists.
    """
    # A name may hold a line's end, after which TOML would take the rest for an entry.
    origin = " ".join(missing.origin.split())
    lines = [f"# What `mien export` must know of {origin}. Fill in what stands between quotation marks.", ""]
    for name in missing.names:
        question = QUESTIONS[name]
        count = f" ({missing.width} of them)" if name == "labels" and missing.width is not None else ""
        lines += [f"# {question.ask}{count}, such as: {question.example}", f'{name} = ""', ""]
    with path.open("x", encoding="utf-8") as file:
        file.write("\n".join(lines))
