"""From a folder of pictures for each class to a network for the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.errors import AppError
from mien.inference.admission import open_network
from mien.inference.catalog import find_detector, find_model
from mien.inference.detector_session import DetectorSession
from mien.inference.manifest import Manifest, OutputsSpec
from mien.vision.anchor_detector import AnchorDetector
from mien.vision.crops import crop_face, normalise
from mien.vision.finder import FaceFinder
from mien.vision.people import People
from mien.vision.tracker import Tracker
from mien_models.data.errors import DataError
from mien_models.data.eyes import LEAST_SCORE, PAUSE_S, in_colour, open_finder
from mien_models.data.pictures import PICTURE_SUFFIXES, FilePictures
from mien_models.own.fit import FOLDS, fit
from mien_models.own.graph import features_of, load_graph, with_last_layer

MAX_CLASSES: Final = 30


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """What came of it.

    Attributes:
        path: The network.
        classes: Their names.
        counts: Pictures of each that were used.
        right: Of these, how many were told rightly by a layer that had not seen them.
        left_out: Pictures without a face that was found, or that could not be read.
    """

    path: Path
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    right: tuple[int, ...]
    left_out: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return the result for people."""
        lines = [
            f"{name}: {right} of {count} right on pictures that were held out"
            for name, count, right in zip(self.classes, self.counts, self.right, strict=True)
        ]
        total, right = sum(self.counts), sum(self.right)
        low, high = _interval(right, total)
        lines.append(
            f"{right / total:.1%} of {total} (95 % interval {low:.0%} to {high:.0%}; "
            f"chance {1 / len(self.counts):.0%}). "
            "Pictures of the same people are on both sides: on other people it will be less."
        )
        lines += [f"left out: {each}" for each in self.left_out]
        return [*lines, f"→ {self.path}"]


def make_own(pictures: Path, out: Path, base: str = "mien-m") -> OwnNetwork:
    """Make a network that tells classes of one's own apart.

    Args:
        pictures: A folder with a folder of pictures for each class, one face in each picture.
        out: The ``.onnx`` file to write.
        base: The name or the file of the network whose features are taken.

    Raises:
        AppError: There are too few classes or pictures, or the output exists or cannot be written.
        ModelError: The base is none whose last layer can be replaced.
    """
    if out.suffix != ".onnx" or out.exists():
        raise AppError(
            f"{out}: {'is there already' if out.exists() else 'has to end in .onnx'}; choose another name"
        )
    path = find_model(base)
    manifest = open_network(path, provider="cpu").manifest
    classes = _classes(pictures)
    batch, labels, left_out = _read(pictures, classes, manifest)
    counts = np.bincount(labels, minlength=len(classes))
    few = [f"{name} ({count})" for name, count in zip(classes, counts, strict=True) if count < FOLDS]
    if few:
        raise AppError(
            f"{pictures}: too few pictures with a face in {', '.join(few)}; at least {FOLDS}, better 30"
        )
    model = load_graph(path)
    output = manifest.outputs.expression.name
    flat = features_of(model, output, batch.reshape(-1, *batch.shape[2:]))
    fitted = fit(flat.reshape(len(labels), 2, -1), labels, len(classes))
    expression = msgspec.structs.replace(
        manifest.outputs.expression,
        temperature=fitted.temperature,
        priors={},
        learned_prior=(),
        certain_from=0.0,
    )
    own = Manifest(
        schema=manifest.schema,
        name=out.stem,
        labels=classes,
        input=manifest.input,
        outputs=OutputsSpec(expression=expression, affect=manifest.outputs.affect),
        provenance={"features_of": manifest.name, "trained_on": f"{len(labels)} pictures of {pictures.name}"},
    )
    made = with_last_layer(model, output, fitted.layer, own)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(made.SerializeToString())
    except OSError as error:
        raise AppError(f"{out}: cannot be written ({error.strerror}); choose another place") from error
    right = np.bincount(labels[fitted.answers == labels], minlength=len(classes))
    return OwnNetwork(out, classes, tuple(counts.tolist()), tuple(right.tolist()), tuple(left_out))


def _classes(pictures: Path) -> tuple[str, ...]:
    if not pictures.is_dir():
        raise AppError(f"{pictures}: no such folder; it holds a folder of pictures for each class")
    names = sorted(each.name for each in pictures.iterdir() if each.is_dir() and not each.name.startswith("."))
    if not 2 <= len(names) <= MAX_CLASSES:
        raise AppError(f"{pictures}: holds {len(names)} folders; one for each class is needed, 2 to {MAX_CLASSES}")
    return tuple(names)


def _read(
    pictures: Path, classes: Sequence[str], manifest: Manifest
) -> tuple[NDArray[np.float32], NDArray[np.int64], list[str]]:
    """Return (N, 2, …) float32, each face and its mirror image, (N,) labels, and what was left out."""
    cutter = _Cutter(manifest)
    faces: list[NDArray[np.float32]] = []
    labels: list[int] = []
    left_out: list[str] = []
    for number, name in enumerate(classes):
        for path in sorted((pictures / name).iterdir()):
            if path.suffix.lower() not in PICTURE_SUFFIXES:
                continue
            try:
                crop = cutter.cut(path)
            except DataError as error:
                left_out.append(str(error))
                continue
            if crop is None:
                left_out.append(f"{name}/{path.name}: no face found")
                continue
            faces.append(normalise([crop, np.ascontiguousarray(crop[:, ::-1])], manifest.input))
            labels.append(number)
    if not faces:
        raise AppError(f"{pictures}: no face was found in any picture; each should show one face")
    return np.stack(faces), np.array(labels, np.int64), left_out


class _Cutter:
    """Cuts the face out of a picture: the largest one of a photo, or the one that fills a picture of a face."""

    def __init__(self, manifest: Manifest) -> None:
        self._spec = manifest.input
        self._photos = AnchorDetector(DetectorSession(find_detector(), "cpu", 1), LEAST_SCORE)
        self._faces = open_finder("retinaface")
        self._looks = 0

    def cut(self, path: Path) -> NDArray[np.uint8] | None:
        """Return the crop that enters the network, or None where no face was found.

        Raises:
            DataError: The picture cannot be read.
        """
        picture = in_colour(FilePictures([path])[0])
        self._looks += 1  # each picture is one of its own: nothing may be carried over
        # As the program does, closer look included: what a network learned from has to be what it will see.
        finder = FaceFinder(self._photos, Tracker(), People(None))
        found = [track.box for track in finder.find(Frame(picture, self._looks, PAUSE_S * self._looks, 0.0))]
        if found:
            return crop_face(picture, max(found, key=lambda box: box.width_px * box.height_px), self._spec)
        eyes = self._faces.find(picture)
        if eyes is None:
            return None
        apart = float(np.linalg.norm(eyes[1] - eyes[0]))
        x, y = eyes.mean(axis=0)
        # The box matters little: faces are cut by their eyes where the network asks for that.
        box = FaceBox(x - 1.25 * apart, y - apart, x + 1.25 * apart, y + 1.75 * apart, 1.0, eyes)
        return crop_face(picture, box, self._spec)


def _interval(right: int, total: int) -> tuple[float, float]:
    """Return Wilson's interval, 95 %."""
    z = 1.96
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * float(np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)))
    return middle - half, middle + half
