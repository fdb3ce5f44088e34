"""k-fold: every face is judged once by a network that did not learn from it, nor from its person or its film."""

from __future__ import annotations

import json
import logging
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from mien_models.data import DataError, LabelledFaces, Split
from mien_models.data.splitting import divide
from mien_models.training.run import HELD_OUT, Training, train

log = logging.getLogger(__name__)

MOST_FOLDS: Final = 20
RESULT: Final = "folds.json"


def parse_fold(text: str) -> tuple[int, int]:
    """Read `2/5`, the second of five.

    Raises:
        DataError: It is none.
    """
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text)
    fold, folds = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= fold <= folds or not 2 <= folds <= MOST_FOLDS:
        raise DataError(f"--fold {text}: expected one of 2 to {MOST_FOLDS}, such as 2/5")
    return fold, folds


def fold_of(faces: LabelledFaces, text: str, seed: int) -> tuple[LabelledFaces, LabelledFaces, LabelledFaces]:
    """Return the faces to learn from, to choose the checkpoint by, and of one fold, to judge by.

    Args:
        faces: The whole set; its own parts are not looked at. Groups stay together where it has some.
        text: Such as "2/5".
        seed: Of the division, the same for all folds.
    """
    fold, folds = parse_fold(text)
    tested = divide(faces, [(fold - 1) / folds, 1 / folds, 1 - fold / folds], seed) == Split.VAL
    rest = faces.take(~tested)
    parts = divide(rest, HELD_OUT, seed)
    learned, held_out, test = rest.take(parts == Split.TRAIN), rest.take(parts == Split.VAL), faces.take(tested)
    if not all(map(len, (learned, held_out, test))):
        raise DataError(f"{faces.name}: too few faces or groups for {folds} folds; take fewer")
    return learned, held_out, test


def train_folds(training: Training, folds: int) -> dict[str, Any]:
    """Train once for each fold, in folders of their own, and write what all of them came to.

    Returns:
        What `folds.json` holds: for each figure of the test parts its mean and standard deviation over the folds.

    Raises:
        DataError: See `train`.
    """
    parse_fold(f"1/{folds}")
    results = []
    for fold in range(1, folds + 1):
        log.info("fold %d of %d", fold, folds)
        out = training.out / f"fold-{fold}"
        results.append(train(replace(training, fold=f"{fold}/{folds}", out=out))["test"])
    summary = {"folds": folds, "test": spread(results)}
    part = training.out / f"{RESULT}.part"
    part.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    part.replace(training.out / RESULT)
    return summary


def spread(results: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation of each figure that all results have."""
    keys = [key for key in results[0] if all(key in result for result in results)]
    columns = {key: [result[key] for result in results] for key in keys}
    return {
        key: {"mean": round(statistics.fmean(values), 4), "sd": round(float(np.std(values, ddof=1)), 4)}
        for key, values in columns.items()
    }
