"""Answers from a table: one row a picture, as Mien, Py-feat, OpenFace 3, LibreFace, deepface and others write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien.errors import SessionError
from mien.session.foreign.expressions import expression_columns, label_column
from mien.session.foreign.text_table import TextTable
from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces
from mien_models.evaluation.network import Answers

PICTURE_COLUMNS: Final = (
    "file", "path", "input", "filename", "image", "image_path", "frame_path", "img", "picture", "name", "source",
)  # fmt: skip
AFFECT: Final = ("valence", "arousal")


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
        try:
            table = TextTable(path, _has_answers)
            picture, self._label = _picture_column(table.names), label_column(table.names)
            self._shares = expression_columns(table.names)
            if picture is None or not _has_answers(table.names):
                raise DataError(
                    f"{path}: needs a column for the picture ({', '.join(PICTURE_COLUMNS[:4])}) and one for each "
                    "expression, or one with the label"
                )
            self.has_confidence = len(self._shares) >= 2
            shares = tuple(self._shares.values()) if self.has_confidence else ()
            texts = (picture,) if self._label is None else (picture, self._label)
            self._columns = table.read((*shares, *AFFECT), texts)
        except SessionError as error:
            raise DataError(str(error)) from error
        self._has_affect = all(name in self._columns for name in AFFECT)
        self._rows: dict[str, int] = {}
        for row, name in enumerate(self._columns.texts[picture]):
            # Of several faces in one picture the first row counts.
            self._rows.setdefault(_key(name or ""), row)

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions that it tells apart, in the order of `EXPRESSIONS`."""
        if self.has_confidence:
            return tuple(label for label in EXPRESSIONS if label in self._shares)
        said = {self._said(row) for row in self._rows.values()}
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
        return Answers(probabilities, affect if self._has_affect else None), known

    def _fill(self, row: int, probabilities: np.ndarray, affect: np.ndarray) -> bool:
        """Write one row's numbers; False where it holds none, as where no face was found."""
        if self._has_affect:
            affect[:] = [self._columns.numbers[name][row] for name in AFFECT]
        if not self.has_confidence:
            name = self._said(row)
            if name in EXPRESSIONS:
                probabilities[EXPRESSIONS.index(name)] = 1.0
            return name in EXPRESSIONS
        shares = {label: self._columns.numbers[name][row] for label, name in self._shares.items()}
        total = sum(shares.values())
        if not np.isfinite(total) or total <= 0 or min(shares.values()) < 0:
            return False
        for label, share in shares.items():
            probabilities[EXPRESSIONS.index(label)] = share / total
        return True

    def _said(self, row: int) -> str:
        assert self._label is not None
        return canonical_label(self._columns.texts[self._label][row] or "")


def _has_answers(names: Sequence[str]) -> bool:
    """Whether these are the names of a table of answers."""
    has_answer = len(expression_columns(names)) >= 2 or label_column(names) is not None
    return _picture_column(names) is not None and has_answer


def _picture_column(names: Sequence[str]) -> str | None:
    return next((name for name in PICTURE_COLUMNS if name in names), None)


def _key(path: str) -> str:
    """Return by what a picture is matched: the last part of its path, whatever system wrote it."""
    return PurePosixPath(path.strip().replace("\\", "/")).name.lower()
