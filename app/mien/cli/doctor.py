"""``mien doctor``: what is missing and the one command that mends it, what can be added, and what is here."""

from pathlib import Path

import click

from mien.cli.checks import CHECKS, Finding
from mien.errors import AppError
from mien.installation.commands import libraries_command
from mien.json_output import json_option, print_json
from mien.settings import load_settings


@click.command()
@click.option(
    "--report",
    metavar="FILE",
    help="Write a report of the last fault of Mien's own instead; - prints it. It is sent nowhere.",
)
@click.option(
    "--with-names", is_flag=True, help="In the report: names of files, all messages, the end of the log."
)
@json_option
def doctor(report: str | None, with_names: bool, as_json: bool) -> int:
    """Tell what is missing, the command that mends it, and what is here. Exit code 1 when something is missing."""
    if report is not None:
        return _write_report(report, with_names, as_json)
    found: dict[str, list[Finding]] = {}
    for title, check in CHECKS.items():
        found[title] = []
        try:
            found[title].extend(check())
        except (AppError, ImportError, OSError) as error:
            found[title].append(Finding(str(error), is_missing=True))
    findings = [finding for group in found.values() for finding in group]
    missing = [finding for finding in findings if finding.is_missing]
    if as_json:
        told = [
            {"about": title, "text": each.line, "is_missing": each.is_missing, "command": _command_for([each])}
            for title, group in found.items()
            for each in group
        ]
        first = missing[0].line if missing else None
        return print_json(1 if missing else 0, first, findings=told, remedy=_command_for(missing))
    if missing:
        _print_missing(missing)
    _print_additions([finding for finding in findings if finding.command and not finding.is_missing])
    for title, group in found.items():
        here = [finding.line for finding in group if not finding.is_missing and not finding.command]
        if here:
            click.secho(title, bold=True)
            click.echo("\n".join(f"  {line}" for line in here))
    return 1 if missing else 0


def _write_report(target: str, with_names: bool, as_json: bool) -> int:
    """Write the report of the last fault, or print it.

    Raises:
        AppError: There was no fault, or the file cannot be written.
    """
    from mien.crash_report import report_text
    from mien.faults import find_dead, last_fault

    fault = find_dead() or last_fault()
    if fault is None:
        raise AppError("no fault of Mien's own is known here; other failures are in the log, see `mien config`")
    text = report_text(fault, load_settings(), with_names=with_names)
    path = None if target == "-" else Path(target)
    if path is not None:
        try:
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise AppError(f"{path}: can't be written ({error.strerror}); choose another place") from error
    if as_json:
        return print_json(report=text, outputs=[] if path is None else [str(path)])
    click.echo(text if path is None else f"{path}: read it before you give it to anybody; it was sent nowhere")
    return 0


def _print_missing(missing: list[Finding]) -> None:
    click.secho("Missing", bold=True)
    for finding in missing:
        click.echo(f"  {finding.line}")
    command = _command_for(missing)
    if command:
        click.echo(f"\n  This command mends it:\n  {command}\n")
    else:
        click.echo()


def _command_for(findings: list[Finding]) -> str:
    """Return the one command that mends all of them; empty where there is none."""
    libraries = dict.fromkeys(library for finding in findings for library in finding.libraries)
    commands = [libraries_command(libraries)] if libraries else []
    commands += [finding.command for finding in findings]
    return " && ".join(dict.fromkeys(filter(None, commands)))


def _print_additions(optional: list[Finding]) -> None:
    if not optional:
        return
    click.secho("Not installed, by choice", bold=True)
    for finding in optional:
        click.echo(f"  {finding.line}: {finding.command}")
