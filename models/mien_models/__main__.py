"""`python -m mien_models COMMAND`: pack sets, train, release and refit networks, and write their cards."""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mien.errors import AppError
from mien_models.compare.architectures import add_architectures
from mien_models.day.command import add_bundle, add_day
from mien_models.sweep.command import add_sweep
from mien_models.training.options import add_options, known_architectures, number_names, training_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _train(arguments: argparse.Namespace) -> None:
    if arguments.architecture is not None:
        from mien_models.training.folds import train_folds
        from mien_models.training.run import train

        training = training_of(arguments)
        print(json.dumps(train_folds(training, arguments.folds) if arguments.folds else train(training), indent=2))
        return
    from mien_models.several.config import load_config
    from mien_models.several.run import train_several

    train_several(load_config(arguments.config), arguments.out)


def _profile(arguments: argparse.Namespace) -> None:
    from mien_models.training.profile import profile

    if arguments.architecture is not None:
        from mien_models.training.run import trainer_to_profile

        trainer = trainer_to_profile(training_of(arguments))
    else:
        from mien_models.several.config import load_config
        from mien_models.several.run import trainer_of

        trainer = trainer_of(load_config(arguments.config), arguments.out)
    print("\n".join(profile(trainer, arguments.timed_steps).lines()))


def _pack(arguments: argparse.Namespace) -> None:
    from mien_models.data import Split
    from mien_models.judge.command import parse_eyes
    from mien_models.several.packing import pack

    detectors = arguments.detector or ([] if arguments.eyes else ["retinaface"])
    packed = pack(arguments.data, arguments.out, detectors, parse_eyes(arguments.eyes), arguments.hold_out)
    print(f"{arguments.out}: {len(packed):,} faces, {(packed.split != Split.NONE).mean():.1%} of them in a part")


def _refit(arguments: argparse.Namespace) -> None:
    from mien_models.several.refit import refit

    found = refit(arguments.network, arguments.sets, arguments.out)
    shares = ", ".join(f"{share:.3f}" for share in found.learned_prior)
    print(f"temperature {found.temperature:.3f}, learned prior {shares}")


def _affect_error(arguments: argparse.Namespace) -> None:
    from mien_models.several.affect_error import measure_affect_error

    valence, arousal = measure_affect_error(arguments.network, arguments.rated, arguments.out)
    print(f"root mean square error: valence {valence:.3f}, arousal {arousal:.3f}")


def _release(arguments: argparse.Namespace) -> None:
    from mien_models.several.config import load_config
    from mien_models.several.release import release

    config = load_config(arguments.config)
    said = release(arguments.average, config, arguments.out, arguments.before, arguments.share)
    print(json.dumps(said, indent=2))


def _card(arguments: argparse.Namespace) -> None:
    from mien_models.judge.card import figures_as_markdown, write_figures, write_report
    from mien_models.judge.protocol import judge_for_card

    report = judge_for_card(arguments.model, arguments.data, arguments.detector)
    if arguments.out is not None:
        write_report(arguments.out, report)
    if arguments.card is not None:
        write_figures(arguments.card, report)
    print(figures_as_markdown(report))


def _compare(arguments: argparse.Namespace) -> None:
    from mien_models.compare.run import compare

    comparison = compare(
        arguments.models,
        arguments.data,
        by_votes=arguments.votes,
        number_names=number_names(arguments.data_labels),
        detector=arguments.detector,
        limit=arguments.limit,
    )
    print(comparison.as_text())
    if arguments.out is not None:
        comparison.write(arguments.out)


def _detection(arguments: argparse.Namespace) -> None:
    from mien.api.choices import with_choices
    from mien.composition import open_detector
    from mien.settings import Settings
    from mien_models.evaluation.detection import as_markdown, crop_tables, single_pictures, tables

    settings = with_choices(Settings(), {"detector": arguments.detector, "provider": "cpu"})
    detector, crops = open_detector(settings), open_detector(with_choices(settings, {"faces_are_crops": True}))
    found = tables(single_pictures(detector), arguments.data, arguments.media, arguments.odd, arguments.limit)
    given = crop_tables(single_pictures(crops), arguments.data, arguments.limit)
    print(f"{detector.name}")
    for line in as_markdown(itertools.chain(found, given)):
        print(line, flush=True)
    detector.close()
    crops.close()


def _ship(arguments: argparse.Namespace) -> None:
    from mien_models.catalog import ship

    entry = ship(arguments.file, arguments.summary)
    print(f"{entry.file}  {entry.sha256}")


def _add_train(commands: Commands) -> None:
    command = commands.add_parser("train", help="train a network, or go on with a run that was stopped")
    _add_run(command)
    command.set_defaults(run=_train)


def _add_profile(commands: Commands) -> None:
    command = commands.add_parser("profile", help="print where the time of a training step goes, and its speed")
    _add_run(command)
    command.add_argument("--timed-steps", type=int, default=20, metavar="N", help="steps that are timed")
    command.set_defaults(run=_profile)


def _add_run(command: argparse.ArgumentParser) -> None:
    """Add what describes a run, of one set or of several."""
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--config", type=Path, help="a TOML file as in models/mien_models/several/configs: a run over several sets"
    )
    which.add_argument("--architecture", metavar="ID", help=f"one of {known_architectures()}")
    command.add_argument("--out", type=Path, required=True, help="folder for checkpoints and history")
    add_options(command)


def _add_card(commands: Commands) -> None:
    command = commands.add_parser("card", help="judge a network by all sets of its card, and print the tables")
    command.add_argument("model", type=Path, help="the .onnx file")
    command.add_argument("--data", type=Path, required=True, help="the folder that holds the sets")
    command.add_argument(
        "--detector", default="retinaface", help="retinaface, full-range, short-range or a YuNet .onnx"
    )
    command.add_argument("--card", type=Path, help="model card whose figures are written anew")
    command.add_argument("--out", type=Path, help="folder for report.json and confusion matrices")
    command.set_defaults(run=_card)


def _add_compare(commands: Commands) -> None:
    command = commands.add_parser("compare", help="measure several exported networks by the same faces")
    command.add_argument("models", type=Path, nargs="+", metavar="MODEL", help="the .onnx files")
    command.add_argument("--data", type=Path, required=True, help="faces in any form that `mien judge` reads")
    command.add_argument("--votes", action="store_true", help="judge by FER+'s most voted label, not FER2013's")
    command.add_argument(
        "--data-labels", metavar="A,B,…", help="what numbers stand for that the data has as labels"
    )
    command.add_argument("--detector", type=Path, help="YuNet .onnx, to find the eyes in faces of other framing")
    command.add_argument("--limit", type=int, default=0, metavar="FACES", help="judge by so many faces only")
    command.add_argument("--out", type=Path, help="folder for the table (csv, json, md) and the picture")
    command.set_defaults(run=_compare)


def _add_pack(commands: Commands) -> None:
    command = commands.add_parser("pack", help="cut out the faces of a set once, for a training on several sets")
    command.add_argument("data", type=Path, help="the set, in any form that `mien judge` reads")
    command.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    command.add_argument(
        "--detector",
        action="append",
        help="retinaface (default without --eyes), full-range, short-range or a YuNet .onnx; again for more",
    )
    command.add_argument("--eyes", metavar="X,Y,X,Y", help="where the eyes are in every picture of an aligned set")
    command.add_argument("--hold-out", metavar="COLUMN", help="keep a tenth of this column's values to choose by")
    command.set_defaults(run=_pack)


def _add_release(commands: Commands) -> None:
    command = commands.add_parser("release", help="make a checkpoint for `mien export` of a run on several sets")
    command.add_argument("average", type=Path, help="average-….pt of the run")
    command.add_argument("--config", type=Path, required=True, help="the run's TOML file")
    command.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    command.add_argument("--before", type=Path, help="the network that the run began with, to blend in")
    command.add_argument("--share", type=float, default=1.0, help="of the run's own weights in that blend")
    command.set_defaults(run=_release)


def _add_refit(commands: Commands) -> None:
    command = commands.add_parser("refit", help="fit temperature and learned prior of an exported network anew")
    command.add_argument("network", type=Path, help="the .onnx file")
    command.add_argument(
        "sets", type=Path, nargs="+", help="what `pack` wrote, of sets that it did not learn from"
    )
    command.add_argument("--out", type=Path, required=True, help="the .onnx file to write")
    command.set_defaults(run=_refit)


def _add_affect_error(commands: Commands) -> None:
    command = commands.add_parser(
        "affect-error", help="measure how far valence and arousal lie from people's, and write it into the network"
    )
    command.add_argument("network", type=Path, help="the .onnx file")
    command.add_argument("rated", type=Path, help="what `pack` wrote, of a set rated for valence and arousal")
    command.add_argument("--out", type=Path, required=True, help="the .onnx file to write; may be the same")
    command.set_defaults(run=_affect_error)


def _add_detection(commands: Commands) -> None:
    command = commands.add_parser("detection", help="measure how well a face detector finds, and print the table")
    command.add_argument("--data", type=Path, required=True, help="the folder that holds the sets")
    command.add_argument("--media", type=Path, required=True, help="the folder with no_face_540p.mp4")
    command.add_argument("--odd", type=Path, help="the folder with faces_12mp.jpg and faces_48mp.jpg")
    command.add_argument("--detector", default="retinaface", help="as for `mien annotate --detector`")
    command.add_argument("--limit", type=int, default=0, metavar="N", help="so many pictures of each set only")
    command.set_defaults(run=_detection)


def _add_ship(commands: Commands) -> None:
    command = commands.add_parser("ship", help="enter a file of the zoo into catalog.json, with its checksum")
    command.add_argument("file", help="name of the .onnx file within the zoo")
    command.add_argument("--summary", help="one sentence for people; needed once")
    command.set_defaults(run=_ship)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(prog="python -m mien_models", description="Train and judge Mien's networks.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _add_train,
        _add_profile,
        _add_card,
        _add_compare,
        add_architectures,
        add_sweep,
        _add_pack,
        add_bundle,
        add_day,
        _add_release,
        _add_refit,
        _add_affect_error,
        _add_detection,
        _add_ship,
    ):
        add(commands)
    return root


def main() -> None:
    """Read the command line and run one command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    arguments = parser().parse_args()
    try:
        arguments.run(arguments)
    except AppError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
