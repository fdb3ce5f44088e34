"""The options of `python -m mien_models train --architecture`."""

import argparse
import json
from pathlib import Path
from typing import Any

from mien.core.emotion import EXPRESSIONS
from mien_models.data import DataError
from mien_models.training.recipe import SETS, labels_for, recipe_of
from mien_networks.registry import ARCHITECTURES


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of training an architecture by its name."""
    data = parser.add_argument_group("with --architecture")
    data.add_argument("--data", type=Path, help="faces in any form that `evaluate` reads")
    data.add_argument(
        "--classes", type=int, choices=sorted(SETS), help="expressions; the published number otherwise"
    )
    data.add_argument(
        "--affect", action=argparse.BooleanOptionalAction, help="with valence and arousal, or without"
    )
    data.add_argument("--votes", action="store_true", help="learn FER+'s most voted label, not FER2013's")
    data.add_argument("--data-labels", metavar="A,B,…", help="what numbers stand for that the data has as labels")
    data.add_argument(
        "--split", default="", metavar="80/10/10", help="divide the faces anew into train, val and test"
    )
    data.add_argument("--folds", type=int, default=0, metavar="K", help="train K times, judge by a K-th each time")
    data.add_argument(
        "--group", default="", metavar="COLUMN", help="of a list: faces of one person or film are never divided"
    )
    data.add_argument("--balance", choices=("none", "weights", "sampling"), default="none", help="of rare classes")
    data.add_argument(
        "--augment", choices=("none", "geometric", "full"), default="none", help="pictures changed at random"
    )
    data.add_argument("--pretrained", type=Path, help="weights to begin with: a file, or a save_pretrained folder")
    data.add_argument("--freeze-backbone", action="store_true", help="only the head learns")
    data.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="an option of the architecture"
    )
    course = parser.add_argument_group("course, with --architecture")
    course.add_argument("--epochs", type=int, default=30, help="passes over the faces, 30 by default")
    course.add_argument("--steps", type=int, default=0, help="length in steps instead of epochs")
    course.add_argument(
        "--minutes", type=float, default=0.0, help="length in minutes of training instead (processor time)"
    )
    course.add_argument(
        "--steps-an-epoch", type=int, default=0, help="judge after so many steps; a pass otherwise"
    )
    course.add_argument("--batch", type=int, help="faces a step")
    course.add_argument("--rate", type=float, help="highest learning rate")
    course.add_argument("--optimiser", choices=("adamw", "sgd"), help="the architecture's own otherwise")
    course.add_argument("--label-smoothing", type=float, default=0.0, help="share of a label that the others get")
    course.add_argument("--patience", type=int, default=0, help="end after so many epochs without a lower loss")
    course.add_argument("--judge-at-most", type=int, default=0, metavar="FACES", help="by this many of a part")
    course.add_argument("--seed", type=int, default=0, help="of all that is drawn by chance")
    course.add_argument("--threads", type=int, default=2, help="of PyTorch")
    course.add_argument("--device", default="auto", help="auto, cpu or cuda")
    course.add_argument("--precision", default="auto", help="auto, float32, bfloat16 or float16")


def training_of(arguments: argparse.Namespace) -> Any:  # noqa: ANN401 - torch is imported only when it is needed
    """Return the run that the options describe.

    Raises:
        DataError: An option makes no sense.
    """
    from mien_models.training.course import Course
    from mien_models.training.learner import Order
    from mien_models.training.run import Training

    recipe = recipe_of(arguments.architecture)
    if arguments.data is None:
        raise DataError("--data: say where the faces are")
    classes = arguments.classes or recipe.classes
    if arguments.affect is not None and recipe.affect == ("never" if arguments.affect else "always"):
        with_it = "has no head for" if arguments.affect else "always answers"
        raise DataError(f"{arguments.architecture}: {with_it} valence and arousal; leave the option out")
    affect = recipe.affect in ("usual", "always") if arguments.affect is None else arguments.affect
    order = Order(
        arguments.architecture,
        labels_for(arguments.architecture, classes),
        affect,
        options_of(arguments.set),
        arguments.pretrained,
        arguments.freeze_backbone,
        arguments.seed,
        arguments.device,
    )
    course = Course(
        epochs=arguments.epochs,
        steps=arguments.steps,
        minutes=arguments.minutes,
        steps_an_epoch=arguments.steps_an_epoch,
        rate=arguments.rate or recipe.rate,
        optimiser=arguments.optimiser or recipe.optimiser,
        weight_decay=recipe.weight_decay,
        patience=arguments.patience,
        seed=arguments.seed,
        threads=arguments.threads,
        precision=arguments.precision,
    )
    return Training(
        order,
        arguments.data,
        arguments.out,
        course,
        batch_size=arguments.batch or recipe.batch_size,
        split=arguments.split,
        group_column=arguments.group,
        augment=arguments.augment,
        balance=arguments.balance,
        label_smoothing=arguments.label_smoothing,
        by_votes=arguments.votes or classes == len(EXPRESSIONS) or affect,
        number_names=number_names(arguments.data_labels),
        judge_at_most=arguments.judge_at_most,
    )


def options_of(pairs: list[str]) -> dict[str, Any]:
    """Read `width=8` and `dense=[8,8]`, values as JSON.

    Raises:
        DataError: One is neither.
    """
    options = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        try:
            options[key.strip()] = json.loads(value)
        except ValueError as error:
            raise DataError(f"--set {pair}: expected KEY=VALUE, such as width=8") from error
    return options


def number_names(text: str | None) -> tuple[str, ...] | None:
    """Read the names of `--data-labels`."""
    return tuple(name.strip() for name in text.split(",")) if text else None


def known_architectures() -> str:
    """Return the names that `--architecture` takes."""
    return ", ".join(ARCHITECTURES)
