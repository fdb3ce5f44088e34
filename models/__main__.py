"""`python -m models train`, `evaluate` and `ship`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path


def _train(arguments: argparse.Namespace) -> None:
    from models.training.run import train

    train(arguments.config, arguments.out)


def _evaluate(arguments: argparse.Namespace) -> None:
    from models.evaluation.run import evaluate

    report = evaluate(arguments.model, arguments.data, arguments.detector, arguments.out)
    print(report.as_text())
    if arguments.card is not None:
        from models.evaluation.card import write_figures

        write_figures(arguments.card, report.as_dict())


def _ship(arguments: argparse.Namespace) -> None:
    from models.catalog import ship

    entry = ship(arguments.file, arguments.summary)
    print(f"{entry.file}  {entry.sha256}")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(prog="python -m models", description="Train and judge Mien's networks.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train a network, or go on with a run that was stopped")
    train.add_argument("--config", type=Path, required=True, help="a TOML file of models/training/configs")
    train.add_argument("--out", type=Path, required=True, help="folder for checkpoints and history")
    train.set_defaults(run=_train)
    judge = commands.add_parser("evaluate", help="measure an exported network")
    judge.add_argument("model", type=Path, help="the .onnx file")
    judge.add_argument("--data", type=Path, required=True, help="folder with fer2013plus.npz and diffusionfer/")
    judge.add_argument("--detector", type=Path, help="YuNet .onnx, to cut out the synthetic faces")
    judge.add_argument("--card", type=Path, help="model card whose figures are written anew")
    judge.add_argument("--out", type=Path, help="folder for report.json and pictures")
    judge.set_defaults(run=_evaluate)
    shipped = commands.add_parser("ship", help="enter a file of models/zoo into catalog.json, with its checksum")
    shipped.add_argument("file", help="name of the .onnx file within models/zoo")
    shipped.add_argument("--summary", help="one sentence for people; needed once")
    shipped.set_defaults(run=_ship)
    return root


def main() -> None:
    """Read the command line and run one command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    arguments = parser().parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
