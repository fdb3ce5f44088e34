"""The sets that a shipped network is judged by, in the wild before the laboratory, and what is printed of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_models.data.crops import face_crop
from mien_models.data.eyes import EyeFinder, in_colour, open_finder
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.open import open_faces
from mien_models.data.split_by_group import a_tenth
from mien_models.data.targets import FER2013_TO_LABEL, LABELS
from mien_models.evaluation.calibration import reliability
from mien_models.evaluation.metrics import class_figures
from mien_models.evaluation.network import JudgedNetwork
from mien_models.judge.figures import classes_as_dict
from mien_models.judge.run import JudgeOptions, judge_faces

TIMED_FACES: Final = 300
TILES: Final = 4


@dataclass(frozen=True, slots=True)
class CardSet:
    """One row of a card.

    Attributes:
        folder: Below the folder of data.
        title: For the row.
        split: The part that is judged.
        eyes: Where every picture has them, or None.
        group_column: Column by whose values a tenth was kept out, where the set names no parts.
        by_votes: Of `fer2013plus.npz`.
        is_gray_crop: Faces that are not cut anew.
        with_changes: Whether changed faces are asked about.
    """

    folder: str
    title: str
    split: str = "val"
    eyes: tuple[float, float, float, float] | None = None
    group_column: str | None = None
    by_votes: bool = False
    is_gray_crop: bool = False
    with_changes: bool = False


SETS: Final = (
    CardSet("ratedweb", "web faces rated for affect (`ratedweb` val)"),
    CardSet("expw", "web pictures, noisy labels (`expw` val)"),
    CardSet("film", "films, five of them kept out (`film`)", "all", group_column="film"),
    CardSet("rafdb", "RAF-DB (`rafdb` val)", eyes=(27.0, 32.0, 71.0, 32.0), with_changes=True),
    CardSet("fer2013plus.npz", "FER+ PublicTest", "test", by_votes=True, is_gray_crop=True),
    CardSet("diffusionfer", "synthetic faces (`diffusionfer` val)"),
)
"""Chosen by were the val parts; FER+ PublicTest is for the report alone."""


def judge_for_card(network: Path, data: Path, detector: str) -> dict[str, Any]:
    """Judge a network by all sets of `SETS` that are there.

    Args:
        network: The `.onnx` file.
        data: The folder of sets.
        detector: Finds the eyes; see `open_finder`.

    Returns:
        Plain values: `sets` by folder, `fer2013_head`, `milliseconds_per_face` and what the file says of itself.
    """
    finder = open_finder(detector)
    found: dict[str, Any] = {"sets": {}}
    for one in SETS:
        if not (data / one.folder).exists():
            continue
        whole = open_faces(data / one.folder, by_votes=one.by_votes, group_column=one.group_column)
        options = JudgeOptions(
            split=one.split,
            eyes=None if one.eyes is None else np.array(one.eyes, np.float32).reshape(2, 2),
            with_changes=one.with_changes,
        )
        report = judge_faces(network, kept_out(whole, one), None if one.is_gray_crop else finder, options)
        found["sets"][one.folder] = {"title": one.title} | report.as_dict()
        found |= {"name": report.subject, "sha256": report.sha256}
    judged = JudgedNetwork(network)
    if (data / "fer2013plus.npz").is_file() and judged.has_fer2013:
        found["fer2013_head"] = judge_head(judged, open_faces(data / "fer2013plus.npz").of(Split.TEST))
    if (data / "ratedweb").is_dir():
        faces = open_faces(data / "ratedweb").of(Split.VAL)
        found["milliseconds_per_face"] = milliseconds_per_face(judged, faces, finder)
        found["unreadable"] = judge_unreadable(judged, faces, finder)
    found |= {"temperature": judged.temperature, "certain_from": judged.certain_from}
    return found


def kept_out(whole: LabelledFaces, one: CardSet) -> LabelledFaces:
    """Return the set with the parts that training made where the set itself names none."""
    if whole.groups is None:
        return whole
    chosen = a_tenth(whole.groups)
    return whole.take(chosen)


def judge_head(network: JudgedNetwork, faces: LabelledFaces) -> dict[str, Any]:
    """Judge the answer by FER2013's labels on faces of FER2013."""
    order = {int(label): place for place, label in enumerate(np.sort(FER2013_TO_LABEL))}
    truth = np.array([order[int(label)] for label in faces.expression])
    said = network.ask_fer2013([faces.pictures[row] for row in range(len(faces))])
    plain = classes_as_dict(class_figures(truth, said.argmax(axis=1), LABELS[:7]))
    return plain | {"calibration_error": reliability(said, truth).error}


def judge_unreadable(network: JudgedNetwork, faces: LabelledFaces, finder: EyeFinder) -> dict[str, Any]:
    """Return how sure a network is of pictures from which no expression can be read, made of faces.

    The tiles of every other face are shuffled; over the rest lies a gray sheet that leaves the forehead free.
    """
    chance = np.random.default_rng(11)
    spec, pictures = network.input_spec, []
    for row in range(len(faces)):
        crop = face_crop(faces, row, spec, finder)
        picture = np.asarray(cv2.resize(in_colour(crop), spec.size_wh, interpolation=cv2.INTER_AREA), np.uint8)
        pictures.append(_shuffled(picture, chance) if row % 2 else _covered(picture, chance))
    confidence = network.ask(pictures).probabilities.max(axis=1)
    shown = {
        f"{threshold:.2f}": float((confidence >= threshold).mean()) for threshold in (0.4, 0.5, 0.6, 0.7, 0.8)
    }
    return {"faces": len(pictures), "mean_confidence": float(confidence.mean()), "shown": shown}


def _shuffled(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    side = picture.shape[0] // TILES
    tiles = [
        picture[y * side : (y + 1) * side, x * side : (x + 1) * side] for y in range(TILES) for x in range(TILES)
    ]
    order = chance.permutation(len(tiles))
    rows = [np.hstack([tiles[place] for place in order[y * TILES : (y + 1) * TILES]]) for y in range(TILES)]
    return np.asarray(np.vstack(rows), np.uint8)


def _covered(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    covered = picture.copy()
    covered[picture.shape[0] // 5 :] = np.uint8(chance.integers(20, 220))
    return covered


def milliseconds_per_face(network: JudgedNetwork, faces: LabelledFaces, finder: EyeFinder) -> float:
    """Return the middle processor time of preparing and reading one face that is cut out, in milliseconds.

    The calling thread does all the work, so its own clock is right even where other programs want the processor.
    """
    crops: list[NDArray[np.uint8]] = []
    for row in range(min(len(faces), TIMED_FACES)):
        crops.append(face_crop(faces, row, network.input_spec, finder))
    times = []
    for crop in crops:
        started_s = time.thread_time()
        network.ask([crop])
        times.append(time.thread_time() - started_s)
    return 1000.0 * float(np.median(times))


def joint_curve(sets: Mapping[str, Any], names: Sequence[str], prior: str) -> list[tuple[float, float, float]]:
    """Return (threshold, share shown, share right) over several sets together."""
    parts = [sets[name]["priors"][prior] for name in names]
    joined = []
    for points in zip(*(part["curve"] for part in parts), strict=True):
        shown = [part["faces"] * point["shown"] for part, point in zip(parts, points, strict=True)]
        right = [0.0 if count == 0 else count * point["right"] for count, point in zip(shown, points, strict=True)]
        total = sum(part["faces"] for part in parts)
        joined.append(
            (
                points[0]["least_confidence"],
                sum(shown) / total,
                sum(right) / sum(shown) if sum(shown) else float("nan"),
            )
        )
    return joined
