"""AffectNet's folders (Mollahosseini et al. 2019): `images/ID.jpg`, and `annotations/ID_exp.npy` with its kin."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien_models.data.faces import FaceRows, LabelledFaces, LeftOut, Split, affect_of, expression_of
from mien_models.data.pictures import FilePictures

CLASSES: Final = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "anger", "contempt")
"""What the numbers mean; 8 is none, 9 uncertain, 10 no face."""

MAX_ANNOTATION_BYTES: Final = 65_536
LEFT_EYE, RIGHT_EYE = slice(36, 42), slice(42, 48)
"""Points around the eyes, left and right in the picture, among the 68 of iBUG."""


def is_annotated_folder(folder: Path) -> bool:
    """Return whether `images` and `annotations` lie in a folder, or in its parts."""
    return any((part / "annotations").is_dir() and (part / "images").is_dir() for part, _ in _parts(folder))


def read_annotated_folder(folder: Path) -> LabelledFaces:
    """Read the annotations; a face of class 8 or beyond, or rated -2, is left out."""
    paths: list[Path] = []
    eyes: list[NDArray[np.float32]] = []
    rows, left_out = FaceRows(), LeftOut()
    for part, split in _parts(folder):
        if not (part / "annotations").is_dir():
            continue
        pictures = {path.stem: path for path in (part / "images").iterdir()}
        for annotation in sorted((part / "annotations").glob("*_exp.npy")):
            name = annotation.name.removesuffix("_exp.npy")
            said = _numbers(annotation)
            label = None if said is None else expression_of(f"{int(said[0])}", CLASSES)
            values = [_numbers(annotation.with_name(f"{name}_{kind}.npy")) for kind in ("val", "aro")]
            affect = (
                None
                if any(v is None for v in values)
                else affect_of(*(float(v[0]) for v in values if v is not None))
            )
            where = annotation.relative_to(folder)
            if name not in pictures:
                left_out.add(f"{where}: no picture images/{name}")
            elif label is None:
                left_out.add(f"{where}: class {'unreadable' if said is None else int(said[0])}")
            elif affect is None:
                left_out.add(f"{where}: no valence and arousal in -1 to 1")
            else:
                paths.append(pictures[name])
                rows.add(label, split, affect)
                eyes.append(_eyes(_numbers(annotation.with_name(f"{name}_lnd.npy"))))
    known = np.stack(eyes) if eyes and any(np.isfinite(pair).all() for pair in eyes) else None
    return LabelledFaces(folder.name, FilePictures(paths), *rows.arrays(), known, left_out)


def _parts(folder: Path) -> list[tuple[Path, Split]]:
    inner = [(path, Split.named(path.name)) for path in sorted(folder.iterdir()) if path.is_dir()]
    return [(folder, Split.NONE), *((path, split) for path, split in inner if split is not None)]


def _numbers(path: Path) -> NDArray[np.float64] | None:
    """Return the numbers of a small `.npy`, text or not, flat; None where there are none."""
    try:
        if path.stat().st_size > MAX_ANNOTATION_BYTES:
            return None
        # Mapped, so that a file which claims more than it holds is refused before memory is taken.
        values = np.load(path, mmap_mode="r", allow_pickle=False)
        numbers = np.asarray(values).ravel().astype(np.float64)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return numbers if numbers.size and np.isfinite(numbers).all() else None


def _eyes(landmarks: NDArray[np.float64] | None) -> NDArray[np.float32]:
    """Return the middles of both eyes, (2, 2), of 68 points as x, y, x, y …; NaN where there are none."""
    if landmarks is None or landmarks.size != 136:
        return np.full((2, 2), np.nan, np.float32)
    points = landmarks.reshape(68, 2)
    return np.stack([points[LEFT_EYE].mean(axis=0), points[RIGHT_EYE].mean(axis=0)]).astype(np.float32)
