"""A folder for each expression with its pictures, at the top or within train, val and test."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mien_models.data.faces import FaceRows, LabelledFaces, LeftOut, Split, expression_of
from mien_models.data.pictures import PICTURE_SUFFIXES, FilePictures


def has_class_folders(folder: Path, number_names: Sequence[str] | None) -> bool:
    """Return whether two folders at least are named after expressions, at the top or within the set's parts."""
    found = {
        label
        for part, _ in _parts(folder)
        for inner in _folders(part)
        if (label := expression_of(inner.name, number_names)) is not None
    }
    return len(found) >= 2


def read_class_folders(folder: Path, number_names: Sequence[str] | None) -> LabelledFaces:
    """List the pictures; a folder whose name is no expression, and a file that is no picture, are left out."""
    paths: list[Path] = []
    rows, left_out = FaceRows(), LeftOut()
    for part, split in _parts(folder):
        for inner in _folders(part):
            if Split.named(inner.name) is not None:
                continue
            label = expression_of(inner.name, number_names)
            for path in sorted(inner.iterdir()):
                if label is None:
                    left_out.add(f'{path.relative_to(folder)}: "{inner.name}" is no expression')
                elif path.suffix.lower() not in PICTURE_SUFFIXES or not path.is_file():
                    left_out.add(f"{path.relative_to(folder)}: no picture")
                else:
                    paths.append(path)
                    rows.add(label, split)
    return LabelledFaces(folder.name, FilePictures(paths), *rows.arrays(), left_out=left_out)


def _parts(folder: Path) -> Iterator[tuple[Path, Split]]:
    """Yield the folders that may hold class folders: train, val and test, and the top itself."""
    for inner in _folders(folder):
        split = Split.named(inner.name)
        if split is not None:
            yield inner, split
    yield folder, Split.NONE


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())
