"""CSV lists of pictures: path and label, and where they are known valence, arousal and split."""

import csv
import zipfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from mien_models.data.errors import DataError
from mien_models.data.faces import FaceRows, LabelledFaces, LeftOut, Split, affect_of, expression_of
from mien_models.data.fer2013_csv import checked_lines
from mien_models.data.pictures import FilePictures, Pictures, ZipPictures

COLUMNS: Final = {
    "path": ("path", "file", "filename", "image", "img", "pth", "image_path", "subdirectory_filepath"),
    "label": ("label", "expression", "emotion", "class"),
    "valence": ("valence", "val_rating"),
    "arousal": ("arousal",),
    "split": ("split", "usage", "set", "subset"),
}
"""How lists name their columns, in lower case."""

PLAIN_ORDER: Final = ("path", "label", "valence", "arousal", "split")
"""Columns of a list without a line of names."""

ARCHIVE: Final = "images.zip"
MAX_ARCHIVE_ENTRIES: Final = 2_000_000
MAX_GROUP_NAME: Final = 80


def read_face_list(
    path: Path, number_names: Sequence[str] | None, group_column: str | None = None
) -> LabelledFaces:
    """Read a list; the pictures lie beside it, in a folder `images` there, or in `images.zip`.

    Args:
        path: The list.
        number_names: What numbers mean that stand for labels.
        group_column: The column that says which group a face belongs to, or None.

    Raises:
        DataError: It has no columns for picture and label, none to group by, or an archive beside it is damaged.
    """
    archive = _archive_beside(path)
    inside = set(archive.namelist()) if archive is not None else set()
    places: list[str] = []
    groups: list[str] = []
    rows, left_out = FaceRows(), LeftOut()
    reader = csv.reader(checked_lines(path))
    try:
        first = next(reader, [])
        columns, has_names = _columns(first, path)
        if group_column is not None:
            columns["group"] = _group_column(first if has_names else [], group_column, path)
        for row in reader if has_names else chain([first], reader):
            where = f"{path.name} line {reader.line_num}"
            said = {name: row[index].strip() for name, index in columns.items() if index < len(row)}
            place = _place(path.parent, said.get("path", ""), inside if archive is not None else None)
            problem = _problem(said, place, number_names)
            if problem or place is None:
                left_out.add(f"{where}: {problem}")
                continue
            label = expression_of(said["label"], number_names) if said.get("label") else None
            affect = affect_of(said["valence"], said["arousal"]) if said.get("valence") else None
            split = Split.named(said["split"]) if said.get("split") else Split.NONE
            places.append(place)
            groups.append(said.get("group", "")[:MAX_GROUP_NAME])
            rows.add(-1 if label is None else label, Split.NONE if split is None else split, affect)
    except csv.Error as error:
        raise DataError(f"{path}: line {reader.line_num} cannot be read ({error}); check the file") from error
    pictures: Pictures = (
        FilePictures([path.parent / place for place in places])
        if archive is None
        else ZipPictures(archive, places)
    )
    return LabelledFaces(
        path.parent.name or path.stem,
        pictures,
        *rows.arrays(),
        names=np.array(places, dtype=np.str_),
        groups=None if group_column is None else np.array(groups, dtype=np.str_),
        left_out=left_out,
    )


def _group_column(names: list[str], wanted: str, path: Path) -> int:
    lowered = [name.strip().lower() for name in names]
    if wanted.strip().lower() not in lowered:
        raise DataError(
            f"{path}: has no column {wanted!r} to group by; there are {', '.join(names) or 'no names'}"
        )
    return lowered.index(wanted.strip().lower())


def _columns(first: list[str], path: Path) -> tuple[dict[str, int], bool]:
    """Return the place of each column, and whether the first line names them."""
    names = [name.strip().lower() for name in first]
    found = {
        column: next(index for index, name in enumerate(names) if name in known)
        for column, known in COLUMNS.items()
        if any(name in known for name in names)
    }
    if "path" in found and ("label" in found or {"valence", "arousal"} <= set(found)):
        return found, True
    if len(first) >= 2 and "." in first[0]:
        return {name: index for index, name in enumerate(PLAIN_ORDER[: len(first)])}, False
    raise DataError(
        f"{path}: its first line names no columns for picture and label; call them path and label, and valence, "
        "arousal and split if there are any"
    )


def _problem(said: dict[str, str], place: str | None, number_names: Sequence[str] | None) -> str:
    """Return what is wrong with a row, or nothing."""
    label = said.get("label", "")
    if place is None:
        return f"no picture {said.get('path', '')[:80]!r} beside the list"
    if label and expression_of(label, number_names) is None:
        unsaid = label.isdecimal() and number_names is None
        return f"label {label[:20]!r}" + (", whose meaning --data-labels can say" if unsaid else "")
    if (said.get("valence") or said.get("arousal")) and (
        affect_of(said.get("valence", ""), said.get("arousal", "")) is None
    ):
        return "valence and arousal are not in -1 to 1"
    if not label and not said.get("valence"):
        return "neither a label nor valence"
    if said.get("split") and Split.named(said["split"]) is None:
        return f"split {said['split'][:20]!r}"
    return ""


def _place(folder: Path, name: str, inside: set[str] | None) -> str | None:
    """Return where a picture is, as a path within the list's folder or its archive; None where it is not there.

    A path that leaves the folder is none: a list from a stranger could name any file.
    """
    relative = Path(name)
    if not name or relative.is_absolute() or ".." in relative.parts:
        return None
    for candidate in (name, f"images/{name}"):
        if candidate in inside if inside is not None else (folder / candidate).is_file():
            return candidate
    return None


def _archive_beside(path: Path) -> zipfile.ZipFile | None:
    beside = path.with_name(ARCHIVE)
    if not beside.is_file():
        return None
    try:
        archive = zipfile.ZipFile(beside)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise DataError(f"{beside}: a damaged archive ({error}); fetch it again") from error
    if len(archive.namelist()) > MAX_ARCHIVE_ENTRIES:
        raise DataError(f"{beside}: holds {len(archive.namelist()):,} files, more than any set of faces")
    return archive
