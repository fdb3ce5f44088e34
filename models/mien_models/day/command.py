"""`python -m mien_models bundle` and `day`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mien_models.day.plan import PUBLISHED

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_bundle(commands: Commands) -> None:
    """Add the command that packs sets into one small file."""
    command = commands.add_parser("bundle", help="put packed sets into one small file, for a day's training")
    command.add_argument("files", type=Path, nargs="+", help="what `pack` wrote, and fer2013plus.npz")
    command.add_argument("--out", type=Path, required=True, help="the file to write")
    command.add_argument("--most-mb", type=float, default=50.0, help="it becomes no larger")
    command.add_argument("--at-most", type=int, default=0, metavar="FACES", help="of one part of a set")
    command.set_defaults(run=_bundle)


def add_day(commands: Commands) -> None:
    """Add the command that trains everything within a time."""
    command = commands.add_parser(
        "day",
        help="within minutes of a graphics card: train a teacher, the shipped networks, the published ones",
    )
    command.add_argument("bundle", type=Path, help="what `bundle` wrote")
    command.add_argument("--out", type=Path, required=True, help="folder; given again, what is done stays done")
    command.add_argument("--seconds", type=float, default=540.0, help="for everything")
    command.add_argument("--device", default="auto", help="auto, cpu or cuda")
    command.add_argument("--faces-a-step", type=int, default=0, help="of runs over several sets; 0 chooses")
    command.add_argument("--at-once", type=int, default=4, help="published architectures side by side")
    command.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2), help="of a part")
    command.add_argument(
        "--published", default=",".join(PUBLISHED), metavar="A,B,…", help="architectures to train; empty for none"
    )
    command.add_argument("--piece-mb", type=float, default=15.0, help="size of a piece of what is handed back")
    command.add_argument("--handback-mb", type=float, default=60.0, help="of all pieces")
    command.add_argument("--part", help=argparse.SUPPRESS)
    command.add_argument("--until", type=float, help=argparse.SUPPRESS)
    command.set_defaults(run=_day)


def _bundle(arguments: argparse.Namespace) -> None:
    from mien_models.day.bundle import bundle

    print("\n".join(bundle(arguments.files, arguments.out, arguments.most_mb, arguments.at_most)))


def _day(arguments: argparse.Namespace) -> None:
    from mien_models.day.parts import Day, run_part, written
    from mien_models.day.run import DONE, Options, as_process, run_day

    day = Day(arguments.bundle, arguments.out, arguments.device, arguments.faces_a_step, arguments.threads)
    if arguments.part:
        figures = run_part(arguments.part, day, arguments.until)
        written(day.out / arguments.part / DONE, figures)
        return
    options = Options(
        day,
        arguments.seconds,
        arguments.at_once,
        tuple(filter(None, arguments.published.split(","))),
        arguments.piece_mb,
        arguments.handback_mb,
    )
    report = run_day(options, as_process(options))
    for name, part in report["parts"].items():
        print(f"{name:<30} {part['state']:<10} {part.get('seconds', '')!s:>7}  {part.get('reason', '')}")
    print(f"{day.out / 'handback'}: {report['handed_back']}")
