"""`python -m models train` and `python -m models evaluate`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path


def _train(arguments: argparse.Namespace) -> None:
    from models.training.run import train

    train(arguments.config, arguments.out)


def main() -> None:
    """Read the command line and run one command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train a network, or go on with a run that was stopped")
    train.add_argument("--config", type=Path, required=True, help="a TOML file of models/training/configs")
    train.add_argument("--out", type=Path, required=True, help="folder for checkpoints and history")
    train.set_defaults(run=_train)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
