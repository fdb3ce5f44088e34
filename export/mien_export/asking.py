"""Missing facts are asked for all at once: in the terminal, or in a file to fill in where there is none."""

import sys
from dataclasses import replace
from typing import Any

import click

from mien.errors import ExportError
from mien_export.bounded_export import export_bounded
from mien_export.missing import QUESTIONS, MissingFacts
from mien_export.request import ExportRequest
from mien_export.spec_file import FIELDS, write_blank
from mien_networks.facts import Facts


def export_asking(request: ExportRequest, time_limit_s: float | None) -> str:
    """Export; where facts are missing, ask whoever sits at the terminal and go on, or write a file and stop.

    Raises:
        ExportError: As `export_bounded`; where facts are missing, it names the file to fill in.
    """
    while True:
        try:
            return export_bounded(request, time_limit_s)
        except MissingFacts as missing:
            if not is_terminal():
                raise _with_a_file(request, missing) from missing
            said = _asked(missing)
            request = replace(request, facts=request.facts.overridden_by(said))


def is_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(missing: MissingFacts) -> Facts:
    click.echo(f"{missing.origin}: {missing.told()} not in the file.", err=True)
    facts: dict[str, Any] = {}
    for name in missing.names:
        question = QUESTIONS[name]
        key, parse = FIELDS[name]
        # click asks again where `parse` raises click's own error.
        asked = f"{question.ask}, such as {question.example}"
        facts[key] = click.prompt(asked, value_proc=_asking(parse), err=True)
    return Facts(labels_from="options" if "labels" in facts else None, **facts)


def _asking(parse: Any) -> Any:  # noqa: ANN401 - each answer has a type of its own
    def read(text: str) -> Any:  # noqa: ANN401
        try:
            return parse(text)
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    return read


def _with_a_file(request: ExportRequest, missing: MissingFacts) -> ExportError:
    """Write the file beside the output, and return an error that names it; never over one that is there."""
    path = request.output.with_suffix(".toml")
    try:
        write_blank(path, missing)
    except FileExistsError:
        pass  # from an earlier try, and perhaps filled in already
    except OSError:
        return missing
    return ExportError(f"{missing}; or fill in {path} and add --spec {path}")
