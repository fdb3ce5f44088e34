"""The commands of ``mien``: their names, what each is for, and how a command line is understood."""

import os
import re
from typing import Any, Final

import click

from mien.cli.spelling import SpellingGroup
from mien.errors import did_you_mean

COMMANDS: Final = {
    "window": ("mien.cli.window:window", "Open the window, on a camera or on SOURCE (the default)."),
    "annotate": (
        "mien.cli.annotate:annotate",
        "Read the faces of videos; write annotated videos and readings.",
    ),
    "convert": ("mien.cli.convert:convert", "Write a session or a table of readings in another form."),
    "import": (
        "mien.cli.import_table:import_table_command",
        "Make a session of a table that another program wrote.",
    ),
    "recover": ("mien.cli.recover:recover", "Finish recordings that were cut off."),
    "report": ("mien.cli.report:report", "Write a summary of a session as one HTML page."),
    "cameras": ("mien.cli.cameras:cameras", "List the cameras."),
    "models": ("mien.cli.models:models", "List, fetch, verify and show networks and detector weights."),
    "judge": (
        "mien_models.judge.command:judge",
        "Measure a network, or another program's table, by your own labelled faces.",
    ),
    "own": (
        "mien_models.own.command:own",
        "Make a network for classes of your own, from a folder of pictures for each.",
    ),
    "export": ("mien_export.cli:export_command", "Turn a trained checkpoint into a network for Mien."),
    "bench": ("mien.cli.bench:bench", "Measure speed, latency and memory on a video."),
    "config": ("mien.cli.config:config", "Show or change the settings, or keep a profile of them."),
    "doctor": ("mien.cli.doctor:doctor", "Tell what is here, what is missing, and how to get it."),
    "help": ("mien.cli.help_command:help_command", "Show the help of a command, or options by a word."),
}
"""Where each lies, and its line in the list of all, which imports none of them."""

VERBOSE: Final = "--verbose"
_OWN_OPTIONS: Final = ("-h", "--help", "--version")
_WORD: Final = re.compile(r"[a-z][a-z-]*")
_LIVE: Final = ("camera", "synthetic", "synthetic-live")


class LazyGroup(SpellingGroup):
    """Imports a command when it is called; anything that is no command is something to open in the window."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        import importlib

        if cmd_name not in COMMANDS:
            return None
        module_name, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module_name), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options stand before the command, and take "mien clip.mp4" for "mien window clip.mp4"."""
        return super().parse_args(ctx, self._in_order(ctx, args))

    def _in_order(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return the arguments with our own options first, then the command, then what is for the command."""
        end = args.index("--") if "--" in args else len(args)
        own = [each for each in args[:end] if each == VERBOSE]
        rest = [each for each in args[:end] if each != VERBOSE] + args[end:]
        if not rest or rest[0] in (*COMMANDS, *_OWN_OPTIONS):
            return own + rest
        for at, word in enumerate(rest[:end]):
            parsed = self._parsed(word, rest[:at], ctx) if word in COMMANDS else None
            if parsed is not None and not parsed[1]:
                return [*own, word, *rest[:at], *rest[at + 1 :]]
        parsed = self._parsed("window", rest, ctx)
        named = str(parsed[0].get("source") or "") if parsed is not None else ""
        if _is_misspelt(named):
            near = did_you_mean(named, COMMANDS) or "; `mien --help` lists the commands"
            ctx.fail(f"{named}: no such command, and no such file{near}")
        return [*own, "window", *rest]

    def _parsed(self, name: str, args: list[str], ctx: click.Context) -> tuple[dict[str, Any], list[str]] | None:
        """Return what a command makes of arguments, and those that it leaves; None where it refuses an option."""
        command = self.get_command(ctx, name)
        assert command is not None
        try:
            taken, left, _ = command.make_parser(click.Context(command)).parse_args(list(args))
        except click.UsageError:
            return None
        return taken, left


def _is_misspelt(word: str) -> bool:
    """Whether something that is no command looks like one, and can be nothing else."""
    return _WORD.fullmatch(word) is not None and word not in _LIVE and not os.path.lexists(word)
