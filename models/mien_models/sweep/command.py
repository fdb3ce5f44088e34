"""`python -m mien_models sweep`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mien_models.data import DataError
from mien_models.sweep.grid import (
    AUGMENTS,
    FAMILY,
    drawn,
    grid,
    least_kernels,
    parse_names,
    parse_numbers,
    parse_rates,
    with_training,
)
from mien_models.training.options import add_options, training_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_sweep(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("sweep", help="train the family of cnn-c over its sizes and ways of training")
    command.add_argument("--architecture", default="cnn-c", metavar="A[,B]", help=f"of {', '.join(FAMILY)}")
    command.add_argument("--stages", default="2-5", help="convolution stages, such as 2-5 or 2,4")
    command.add_argument("--kernels", default="64,128,256", help="of each stage")
    command.add_argument("--dense-layers", default="1-4", help="how many, such as 1,2 or 1-4")
    command.add_argument("--neurons", default="256,512", help="of each dense layer")
    command.add_argument("--rates", default="", metavar="R,…", help="highest learning rates to compare")
    command.add_argument("--batches", default="", metavar="N,…", help="faces a step to compare")
    command.add_argument("--augments", default="", metavar="A,…", help=f"of {', '.join(AUGMENTS)}, to compare")
    command.add_argument("--points", type=int, default=0, metavar="N", help="so many of them, drawn at random")
    command.add_argument("--rungs", type=int, default=1, help="rounds of successive halving; 1 has none")
    command.add_argument("--keep", type=int, default=3, metavar="K", help="one point in K goes on, K times longer")
    command.add_argument("--seeds", type=int, default=1, help="runs of each point in the last round")
    command.add_argument("--at-once", type=int, default=1, help="runs side by side, each a process")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of Dask: runs go to its workers")
    command.add_argument("--out", type=Path, required=True, help="folder for the table, the picture and the runs")
    add_options(command)
    command.set_defaults(run=_sweep)


def _sweep(arguments: argparse.Namespace) -> None:
    from mien_models.sweep.halving import Halving
    from mien_models.sweep.run import as_markdown, sweep

    architectures = parse_names(arguments.architecture, "--architecture", FAMILY)
    if not architectures:
        raise DataError(f"--architecture: expected one of {', '.join(FAMILY)}")
    fewest = max(map(least_kernels, architectures))
    sizes = grid(
        parse_numbers(arguments.stages, "--stages", 2, 5),
        parse_numbers(arguments.kernels, "--kernels", fewest, 1024),
        parse_numbers(arguments.dense_layers, "--dense-layers", 1, 4),
        parse_numbers(arguments.neurons, "--neurons", 8, 4096),
    )
    batches = parse_numbers(arguments.batches, "--batches", 1, 4096) if arguments.batches else ()
    augments = parse_names(arguments.augments, "--augments", AUGMENTS)
    points = with_training(sizes, architectures, parse_rates(arguments.rates), batches, augments)
    arguments.architecture = architectures[0]
    base = training_of(arguments)
    chosen = drawn(points, arguments.points, arguments.seed)
    halving = Halving(arguments.rungs, arguments.keep, arguments.seeds)
    with workers(arguments.at_once, arguments.scheduler) as executor:
        print(as_markdown(sweep(chosen, base, halving, executor)))


@contextmanager
def workers(at_once: int, scheduler: str | None) -> Iterator[Executor | None]:
    """Give where runs are trained: workers of Dask, processes here, or None for one after the other.

    Raises:
        DataError: The scheduler is not there, or Dask is not installed.
    """
    if scheduler is not None:
        try:
            client = import_module("distributed").Client(scheduler, timeout=10)
        except (ImportError, OSError, ValueError) as error:
            raise DataError(
                f"--scheduler {scheduler}: cannot be reached ({error}); start dask scheduler"
            ) from error
        with client:
            yield client.get_executor()
    elif at_once > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(at_once, get_context("spawn")) as executor:
            yield executor
    else:
        yield None
