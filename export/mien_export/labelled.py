"""A folder of faces to calibrate with, and to measure accuracy where its subfolders are named as expressions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.emotion import canonical_label
from mien.errors import ExportError
from mien.inference.manifest import InputSpec, OutputsSpec
from mien_export.parity import ask_onnx
from mien_export.samples import PICTURE_SUFFIXES, as_batch, read_picture

MAX_FACES: Final = 1_000
"""Taken from all subfolders in turn."""
BATCH: Final = 20


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces of a folder.

    Attributes:
        pictures: (S, S', 3) uint8 BGR each.
        answers: Place of each face's label among the network's; −1 where nobody says.
    """

    pictures: tuple[Image, ...]
    answers: npt.NDArray[np.intp]

    @property
    def is_labelled(self) -> bool:
        """Whether a label of every face is known."""
        return bool((self.answers >= 0).all())

    def halves(self) -> tuple["FaceSet", "FaceSet"]:
        """Return every other face, and the rest: one half to calibrate with, one to judge by."""
        return self._part(slice(0, None, 2)), self._part(slice(1, None, 2))

    def _part(self, places: slice) -> "FaceSet":
        return FaceSet(self.pictures[places], self.answers[places])


def read_faces(folder: Path, labels: tuple[str, ...]) -> FaceSet:
    """Read pictures that lie in a folder, or in its subfolders; those that are named as labels say what is shown.

    Args:
        folder: Pictures filled by a face each.
        labels: Of the network, in Mien's names.

    Raises:
        ExportError: There are fewer than two pictures.
    """
    named = {path: canonical_label(path.name) for path in sorted(folder.iterdir()) if path.is_dir()}
    known = {path: labels.index(label) for path, label in named.items() if label in labels}
    # Where some subfolders are labels, the others are labels that the network does not know.
    places = known or dict.fromkeys((folder, *named), -1)
    files = [(path, answer) for place, answer in places.items() for path in _pictures_in(place)]
    chosen = files[:: max(1, -(-len(files) // MAX_FACES))]
    read = [(picture, answer) for path, answer in chosen if (picture := read_picture(path)) is not None]
    if len(read) < 2:
        raise ExportError(
            f"{folder}: fewer than two pictures there; name a folder of face crops with --calibration"
        )
    return FaceSet(tuple(picture for picture, _ in read), np.array([answer for _, answer in read]))


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES)


def accuracy(session: Any, faces: FaceSet, spec: InputSpec, outputs: OutputsSpec) -> float:  # noqa: ANN401
    """Return the share of labelled faces whose most probable label is right.

    Args:
        session: The network, open in ONNX Runtime.
        faces: Labelled.
        spec: How the network wants them.
        outputs: Names of its outputs.
    """
    chosen = [ask_onnx(session, batch, outputs).expression.argmax(axis=1) for batch in batches(faces, spec)]
    return float((np.concatenate(chosen) == faces.answers).mean())


def batches(faces: FaceSet, spec: InputSpec) -> list[Floats]:
    """Return the faces as the network wants them, a few at a time."""
    pictures = list(faces.pictures)
    return [as_batch(pictures[start : start + BATCH], spec) for start in range(0, len(pictures), BATCH)]
