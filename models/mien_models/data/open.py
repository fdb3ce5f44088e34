"""Which form a set of faces has, by looking into it."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien_models.data.affectnet import is_annotated_folder, read_annotated_folder
from mien_models.data.class_folders import has_class_folders, read_class_folders
from mien_models.data.errors import DataError
from mien_models.data.face_list import read_face_list
from mien_models.data.faces import LabelledFaces
from mien_models.data.fer2013_csv import is_fer2013_csv, read_fer2013_csv
from mien_models.data.fer_archive import ARCHIVE_NAME, is_fer_archive, read_fer_archive
from mien_models.data.packed import is_packed, read_packed

LIST_NAMES: Final = ("labels.csv", "legend.csv", "annotations.csv")


def open_faces(
    path: Path,
    *,
    by_votes: bool = False,
    number_names: Sequence[str] | None = None,
    group_column: str | None = None,
) -> LabelledFaces:
    """Open a set of labelled faces, whatever its form.

    The forms: `fer2013plus.npz`; what `pack` wrote; FER2013's own CSV file; a CSV list of pictures with label,
    valence, arousal and split, beside the pictures or a zip archive of them; a folder for each class, within
    train, val and test or not; AffectNet's `images` and `annotations`. A folder that holds one of these stands for
    it.

    Args:
        path: A file or a folder.
        by_votes: Take FER+'s most voted label instead of FER2013's, and the votes' place on the circumplex, where
            the set has votes.
        number_names: What numbers mean that stand for labels, from 0, where the form does not fix it.
        group_column: The column of a list that says which group a face belongs to, or None.

    Raises:
        DataError: It is none of these, or holds no usable face.
    """
    if number_names is not None:
        unknown = [name for name in number_names if canonical_label(name) not in EXPRESSIONS]
        if unknown:
            raise DataError(f"--data-labels: {', '.join(unknown)} is none of {', '.join(EXPRESSIONS)}")
    faces = _open(path, by_votes, number_names, group_column)
    if group_column is not None and faces.groups is None:
        raise DataError(f"{path}: only a list of pictures (CSV) has a column to group by; leave --group out")
    if not len(faces):
        reason = faces.left_out.as_text() or "nothing in it"
        raise DataError(f"{path}: no face that can be used ({reason})")
    return faces


def _open(
    path: Path, by_votes: bool, number_names: Sequence[str] | None, group_column: str | None
) -> LabelledFaces:
    open_one = _open_file if path.is_file() else _open_folder
    return open_one(path, by_votes, number_names, group_column)


def _open_folder(
    folder: Path, by_votes: bool, number_names: Sequence[str] | None, group_column: str | None
) -> LabelledFaces:
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such file or folder; check the path")
    if (folder / ARCHIVE_NAME).is_file():
        return read_fer_archive(folder / ARCHIVE_NAME, by_votes)
    if is_annotated_folder(folder):
        return read_annotated_folder(folder)
    lists = [folder / name for name in LIST_NAMES if (folder / name).is_file()] or sorted(folder.glob("*.csv"))
    if len(lists) == 1:
        return _open_file(lists[0], by_votes, number_names, group_column)
    if has_class_folders(folder, number_names):
        return read_class_folders(folder, number_names)
    if lists:
        raise DataError(
            f"{folder}: {len(lists)} lists of faces in it; name one of {', '.join(p.name for p in lists)}"
        )
    raise DataError(
        f"{folder}: neither a folder for each expression nor a list of faces in it; name the file, or say with "
        "--data-labels what numbered folders mean"
    )


def _open_file(
    path: Path, by_votes: bool, number_names: Sequence[str] | None, group_column: str | None
) -> LabelledFaces:
    if is_fer_archive(path):
        return read_fer_archive(path, by_votes)
    if is_packed(path):
        return read_packed(path)
    if zipfile.is_zipfile(path):
        beside = path.with_name("labels.csv")
        if not beside.is_file():
            raise DataError(f"{path}: an archive of pictures without their labels; put labels.csv beside it")
        return read_face_list(beside, number_names, group_column)
    if is_fer2013_csv(path):
        return read_fer2013_csv(path)
    return read_face_list(path, number_names, group_column)
