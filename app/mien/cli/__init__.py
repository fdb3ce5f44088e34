"""The command line. Nothing heavy is imported before a command needs it, so that ``--help`` answers at once."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from mien.errors import AppError
from mien.version import VERSION

_COMMANDS = {
    "window": "mien.cli.window:window",
    "annotate": "mien.cli.annotate:annotate",
    "convert": "mien.cli.convert:convert",
    "recover": "mien.cli.recover:recover",
    "report": "mien.cli.report:report",
    "cameras": "mien.cli.cameras:cameras",
    "models": "mien.cli.models:models",
    "export": "mien_export.cli:export_command",
    "judge": "mien_models.judge.command:judge",
    "bench": "mien.cli.bench:bench",
    "doctor": "mien.cli.doctor:doctor",
}

_VERBOSE = "--verbose"
_OWN_OPTIONS = ("-h", "--help", "--version")


class LazyGroup(click.Group):
    """Imports a command when it is called; anything that is no command is something to open in the window."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        import importlib

        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module_name, attribute = target.split(":")
        if module_name.startswith("mien_export."):
            return _export_command()
        command = getattr(importlib.import_module(module_name), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_SUMMARIES.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options stand before the command, and take "mien clip.mp4" for "mien window clip.mp4"."""
        return super().parse_args(ctx, self._in_order(ctx, args))

    def _in_order(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return the arguments with our own options first, then the command, then what is for the command."""
        end = args.index("--") if "--" in args else len(args)
        own = [each for each in args[:end] if each == _VERBOSE]
        rest = [each for each in args[:end] if each != _VERBOSE] + args[end:]
        if not rest or rest[0] in (*_COMMANDS, *_OWN_OPTIONS):
            return own + rest
        for at, word in enumerate(rest[:end]):
            if word in _COMMANDS and self._are_options_of(word, rest[:at], ctx):
                return [*own, word, *rest[:at], *rest[at + 1 :]]
        return [*own, "window", *rest]

    def _are_options_of(self, name: str, args: list[str], ctx: click.Context) -> bool:
        """Whether what stands before a command's name are its options, and the name is not the value of one."""
        command = self.get_command(ctx, name)
        assert command is not None
        try:
            _, others, _ = command.make_parser(click.Context(command)).parse_args(list(args))
        except click.UsageError:
            return False
        return not others


_SUMMARIES = {
    "window": "Open the window, on a camera or on SOURCE (the default).",
    "annotate": "Read the faces of videos; write annotated videos and readings.",
    "convert": "Write a session or a table of readings in another form.",
    "recover": "Finish recordings that were cut off.",
    "report": "Write a summary of a session as one HTML page.",
    "cameras": "List the cameras.",
    "models": "List, fetch, verify and show networks and detector weights.",
    "judge": "Measure a network, or another program's table, by your own labelled faces.",
    "export": "Turn a trained checkpoint into a network for Mien.",
    "bench": "Measure speed, latency and memory on a video.",
    "doctor": "Tell what is here, what is missing, and how to get it.",
}


def _export_command() -> click.Command:
    """Return the command of the export step, which needs PyTorch or Keras."""
    import importlib

    command = importlib.import_module("mien_export.cli").export_command
    assert isinstance(command, click.Command)
    return command


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="mien")
@click.option(_VERBOSE, is_flag=True, help="Show where an error comes from.")
@click.pass_context
def cli(ctx: click.Context, verbose: bool) -> None:
    """Mien reads facial expressions in real time, on your own machine.

    Without a command it opens the window on the first camera; `mien clip.mp4` opens a video in it.
    """
    ctx.obj = {"verbose": verbose}
    if ctx.invoked_subcommand is None:
        command = cli.get_command(ctx, "window")
        assert command is not None
        ctx.invoke(command)


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Returns:
        The exit code: 0, 1 after an error (one line on stderr), 2 for unusable arguments, 130 after Ctrl-C.
    """
    if "_MIEN_COMPLETE" in os.environ:
        from mien.cli.completion import prepare

        prepare()
    try:
        result: Any = cli.main(args=list(arguments), prog_name="mien", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AppError as error:
        if _VERBOSE in arguments:
            import traceback

            traceback.print_exc()
        click.echo(f"mien: {error}", err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("mien: stopped", err=True)
        return 130
    except BrokenPipeError:
        # The reader of a pipe has seen enough; Python must not complain about it when it flushes at the end.
        sys.stdout = None
        return 0
    return result if isinstance(result, int) else 0
