"""Answers from a table: one row a picture, as Mien, Py-feat, OpenFace 3, LibreFace, deepface and others write."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces
from mien_models.evaluation.network import Answers

PICTURE_COLUMNS: Final = (
    "file", "path", "input", "filename", "image", "image_path", "frame_path", "img", "picture", "name", "source",
)  # fmt: skip
LABEL_COLUMNS: Final = ("label", "expression", "facial_expression", "emotion", "dominant_emotion", "prediction")
PREFIXES: Final = ("p_", "prob_", "probability_", "emotion_", "emotion.", "emo_")
MAX_BYTES: Final = 500_000_000


class AnswerTable:
    """What a program says of pictures, by the name of the picture.

    Args:
        path: A CSV file with a line of names: one column for the picture, and a column with a number for each
            expression, or one for the label; `valence` and `arousal` where it has them.

    Raises:
        DataError: It is too large, unreadable, or has no such columns.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        rows, names = _read(path)
        lowered = [name.strip().lower() for name in names]
        self._picture = _first(lowered, PICTURE_COLUMNS)
        self._label = _first(lowered, LABEL_COLUMNS)
        self._shares = {index: at for at, name in enumerate(lowered) if (index := _expression(name)) is not None}
        self._affect = [lowered.index(name) for name in ("valence", "arousal") if name in lowered]
        if self._picture is None or (len(self._shares) < 2 and self._label is None):
            raise DataError(
                f"{path}: needs a column for the picture ({', '.join(PICTURE_COLUMNS[:4])}) and one for each "
                "expression, or one with the label"
            )
        self.has_confidence = len(self._shares) >= 2
        self._rows: dict[str, list[str]] = {}
        for row in rows:
            if len(row) == len(names):
                # Of several faces in one picture the first row counts.
                self._rows.setdefault(_key(row[self._picture]), row)

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions that it tells apart, in the order of `EXPRESSIONS`."""
        if self.has_confidence:
            return tuple(EXPRESSIONS[index] for index in sorted(self._shares))
        assert self._label is not None
        said = {canonical_label(row[self._label]) for row in self._rows.values()}
        return tuple(label for label in EXPRESSIONS if label in said)

    def about(self, faces: LabelledFaces) -> tuple[Answers, np.ndarray]:
        """Return the answers to the faces of a set, and (N,) bool: which of them the table knows.

        Raises:
            DataError: The set has no names, or the table knows none of its pictures.
        """
        if faces.names is None:
            raise DataError(
                f"{faces.name}: its pictures have no names, so that a table cannot be matched with them"
            )
        probabilities = np.full((len(faces), len(EXPRESSIONS)), 0.0)
        affect = np.full((len(faces), 2), np.nan)
        known = np.zeros(len(faces), np.bool_)
        for at, name in enumerate(faces.names):
            row = self._rows.get(_key(str(name)))
            if row is not None:
                known[at] = self._fill(row, probabilities[at], affect[at])
        if not known.any():
            raise DataError(
                f"{self.path}: names none of the {len(faces):,} pictures of {faces.name}; check its paths"
            )
        return Answers(probabilities, affect if len(self._affect) == 2 else None), known

    def _fill(self, row: Sequence[str], probabilities: np.ndarray, affect: np.ndarray) -> bool:
        """Write one row's numbers; False where it holds none, as where no face was found."""
        if len(self._affect) == 2:
            affect[:] = [_number(row[at]) for at in self._affect]
        if not self.has_confidence:
            assert self._label is not None
            name = canonical_label(row[self._label])
            if name in EXPRESSIONS:
                probabilities[EXPRESSIONS.index(name)] = 1.0
            return name in EXPRESSIONS
        shares = {index: _number(row[at]) for index, at in self._shares.items()}
        total = sum(shares.values())
        if not np.isfinite(total) or total <= 0 or min(shares.values()) < 0:
            return False
        for index, share in shares.items():
            probabilities[index] = share / total
        return True


def _read(path: Path) -> tuple[list[list[str]], list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: larger than {MAX_BYTES:,} bytes, no table of answers")
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            reader = csv.reader(file)
            names = next(reader, [])
            return list(reader), names
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read ({error}); check the file") from error


def _first(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _expression(column: str) -> int | None:
    for prefix in PREFIXES:
        column = column.removeprefix(prefix)
    name = canonical_label(column)
    return EXPRESSIONS.index(name) if name in EXPRESSIONS else None


def _key(path: str) -> str:
    """Return by what a picture is matched: the last part of its path, whatever system wrote it."""
    return PurePosixPath(path.strip().replace("\\", "/")).name.lower()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
