"""The command line. Nothing heavy is imported before a command needs it, so that ``--help`` answers at once."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from mien.cli.commands import VERBOSE, LazyGroup
from mien.errors import AppError, StageError
from mien.json_output import JSON_OPTION, Invocation, command_of, print_object
from mien.version import VERSION


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 something failed, told in a line; 2 unusable arguments; 130 stopped by Ctrl-C.",
)
@click.version_option(VERSION, prog_name="mien")
@click.option(VERBOSE, is_flag=True, help="Show where an error comes from; may stand anywhere.")
@click.pass_context
def cli(ctx: click.Context, verbose: bool) -> None:
    """Mien reads facial expressions in real time, on your own machine.

    Without a command it opens the window on the first camera; `mien clip.mp4` opens a video in it. Options may
    stand before or after what they belong to.
    """
    ctx.ensure_object(Invocation).verbose = verbose
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
    invocation = Invocation()
    try:
        result: Any = cli.main(args=list(arguments), prog_name="mien", standalone_mode=False, obj=invocation)
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.UsageError) and error.ctx is not None:
            invocation.command = command_of(error.ctx)
        return _ended(invocation, arguments, error.exit_code, error.format_message())
    except AppError as error:
        if isinstance(error, StageError) and error.__cause__ is not None:
            from mien.faults import note_fault

            note_fault(error.__cause__, f"mien {invocation.command}".strip())
        return _failed(invocation, arguments, str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("mien: stopped", err=True)
        return _ended(invocation, arguments, 130, "stopped")
    except BrokenPipeError:
        # The reader of a pipe has seen enough; Python must not complain about it when it flushes at the end.
        sys.stdout = None
        return 0
    except Exception as error:  # a fault of ours; nobody is helped by a page of traceback
        from mien.faults import note_fault
        from mien.own_process import is_own

        said = " ".join(str(error).split()) or type(error).__name__
        line = f"unexpected {type(error).__name__}: {said}; please report this"
        if is_own():
            note_fault(error, f"mien {invocation.command}".strip())
            line += "; `mien doctor --report FILE` writes what is needed for it"
        return _failed(invocation, arguments, line)
    return result if isinstance(result, int) else 0


def _failed(invocation: Invocation, arguments: Sequence[str], line: str) -> int:
    """Tell of the exception at hand: in a line, in the log, and with ``--verbose`` where it comes from."""
    import traceback

    from mien.log_file import log_failure

    trace = traceback.format_exc()
    log_failure(line, trace)
    if VERBOSE in arguments:
        click.echo(trace, err=True, nl=False)
    click.echo(f"mien: {line}", err=True)
    return _ended(invocation, arguments, 1, line)


def _ended(invocation: Invocation, arguments: Sequence[str], exit_code: int, error: str) -> int:
    """Tell a program that reads JSON of an error as well."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if JSON_OPTION in own and not invocation.has_printed:
        print_object(invocation.command, exit_code, error)
    return exit_code
