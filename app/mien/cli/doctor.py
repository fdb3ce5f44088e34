"""``mien doctor``: what is missing and the one command that mends it, what can be added, and what is here."""

import click

from mien.cli.checks import CHECKS, Finding
from mien.cli.json_output import json_option, print_json
from mien.errors import AppError
from mien.installation.commands import libraries_command


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Tell what is missing, the command that mends it, and what is here. Exit code 1 when something is missing."""
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
