"""Sets of faces in one small file, to take to a machine with a graphics card: mosaics of WebP, and their labels.

A packed set lies at 116 pixels a side, uncompressed, over a gigabyte in all. In a bundle every face takes some
hundred bytes. FER2013 is kept at its own 48 pixels, with the votes, for both kinds of run.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_models.data.aligned import STORED_PX
from mien_models.data.errors import DataError
from mien_models.data.faces import MAX_FACES, LabelledFaces, Split
from mien_models.data.fer_archive import ARCHIVE_NAME, NEEDED, is_fer_archive
from mien_models.data.packed import load_packed, pixels_of, save_packed
from mien_models.data.pictures import ArrayPictures, decode
from mien_models.several.packing import pack_fer

log = logging.getLogger(__name__)

Bytes = NDArray[np.uint8]

INDEX: Final = "bundle.json"
FORMAT: Final = 1
ARCHIVE_COLUMNS: Final = (*NEEDED[1:], "label_ambiguous")

TILES: Final = 16
"""Faces a side of a mosaic."""

SIDE_PX: Final = 112
"""Of a face of a packed set in a bundle: whole blocks of WebP, so that no face runs into its neighbour."""

FER_PX: Final = 48

QUALITIES: Final = (90, 80, 70, 60, 50, 40, 30, 20, 10)
SAMPLE: Final = 512
"""Faces of a set by which its size is foretold."""

MAX_BYTES: Final = 1 << 29
NAME: Final = re.compile(r"[a-z0-9_-]{1,40}")


def bundle(files: Sequence[Path], out: Path, most_mb: float, at_most: int = 0, seed: int = 0) -> list[str]:
    """Write a bundle.

    Args:
        files: What `pack` wrote, and `fer2013plus.npz`, which brings the packed set "fer" with it.
        out: The file.
        most_mb: It becomes no larger than so many million bytes; faces are compressed as little as that allows.
        at_most: Faces of one part of a set, drawn at random; 0 takes all.
        seed: Of that draw.

    Returns:
        A line for each set.

    Raises:
        DataError: A file is no set, two have one name, or nothing is small enough.
    """
    sets = [_opened(path, at_most, seed) for path in files]
    names = [name for name, *_ in sets]
    if len(set(names)) < len(names) or not all(NAME.fullmatch(name) for name in names):
        raise DataError(f"{', '.join(names)}: two sets of one name, or an odd one; rename the files")
    labels = {name: _compressed(columns) for name, _, columns in sets}
    room = most_mb * 1e6 - sum(map(len, labels.values())) - 200_000
    quality = _quality({name: pixels for name, pixels, _ in sets}, room)
    part = out.with_name(f"{out.name}.part")
    index: dict[str, Any] = {"format": FORMAT, "quality": quality, "sets": {}}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, pixels, columns in sets:
            archive.writestr(f"{name}/labels.npz", labels[name])
            for number, start in enumerate(range(0, len(pixels), TILES**2)):
                archive.writestr(f"{name}/{number:05d}.webp", _encoded(pixels[start : start + TILES**2], quality))
            kind = "archive" if "ferplus_votes" in columns else "packed"
            index["sets"][name] = {"faces": len(pixels), "side_px": pixels.shape[1], "kind": kind}
        archive.writestr(INDEX, json.dumps(index, indent=2))
    size = part.stat().st_size
    if size > most_mb * 1e6:
        part.unlink()
        raise DataError(f"{out}: {size / 1e6:.1f} MB even so; give a larger --most-mb, or --at-most FACES")
    part.replace(out)
    lines = [f"{name}: {entry['faces']:,} faces of {entry['side_px']} px" for name, entry in index["sets"].items()]
    return [*lines, f"{out}: {size / 1e6:.1f} MB, quality {quality}"]


def unpack(path: Path, folder: Path) -> list[str]:
    """Write the sets of a bundle into a folder, as `pack` and FER2013's archive have them.

    Returns:
        Their names.

    Raises:
        DataError: It is no bundle, or damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise DataError(f"{path}: claims more bytes than any bundle has; refused")
            index = json.loads(archive.read(INDEX))
            if index.get("format") != FORMAT:
                raise DataError(f"{path}: a bundle of another version; write it again")
            for name, entry in index["sets"].items():
                _unpack_set(archive, str(name), entry, folder)
            return [str(name) for name in index["sets"]]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError, EOFError) as error:
        raise DataError(f"{path}: no bundle that can be read ({error}); write it again") from error


def _opened(path: Path, at_most: int, seed: int) -> tuple[str, Bytes, dict[str, NDArray[Any]]]:
    """Return a set's name, its faces as they are stored in a bundle, and what is known of them."""
    chance = np.random.default_rng(seed)
    if is_fer_archive(path):
        with np.load(path, allow_pickle=False) as content:
            arrays = {name: content[name] for name in ("pixels", *ARCHIVE_COLUMNS)}
        rows = _some(arrays["split"], at_most, chance)
        columns = {name: arrays[name][rows] for name in ARCHIVE_COLUMNS}
        return Path(ARCHIVE_NAME).stem, np.asarray(arrays["pixels"][rows], np.uint8), columns
    faces = load_packed(path)
    used = np.flatnonzero(faces.split != Split.NONE)
    faces = faces.take(used[_some(faces.split[used], at_most, chance)])
    pixels = np.stack(
        [cv2.resize(face, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA) for face in pixels_of(faces)]
    )
    columns = {
        "expression": np.round(255 * faces.soft_targets()).astype(np.uint8),
        "affect": faces.affect.astype(np.float16),
        "split": faces.split,
        "fer2013": np.round(255 * faces.fer2013_targets()).astype(np.uint8),
    }
    return path.stem, pixels.astype(np.uint8), columns


def _some(split: NDArray[Any], at_most: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """Return at most so many rows of each part, in their order."""
    rows = np.arange(len(split))
    if not at_most:
        return rows
    kept = [chance.permutation(rows[split == part])[:at_most] for part in np.unique(split)]
    return np.sort(np.concatenate(kept))


def _quality(sets: Mapping[str, Bytes], room: float) -> int:
    """Return the best quality with which all sets will fit, foretold by some faces of each."""
    samples = {name: pixels[:: max(1, len(pixels) // SAMPLE)][: TILES**2] for name, pixels in sets.items()}
    for quality in QUALITIES:
        bytes_a_face = {name: len(_encoded(some, quality)) / len(some) for name, some in samples.items()}
        if 1.03 * sum(bytes_a_face[name] * len(pixels) for name, pixels in sets.items()) <= room:
            return quality
    return QUALITIES[-1]


def _encoded(faces: Bytes, quality: int) -> bytes:
    side = faces.shape[1]
    tiles = np.zeros((TILES, TILES, side, side), np.uint8)
    tiles.reshape(TILES**2, side, side)[: len(faces)] = faces
    mosaic = tiles.transpose(0, 2, 1, 3).reshape(TILES * side, TILES * side)
    _, data = cv2.imencode(".webp", mosaic, [cv2.IMWRITE_WEBP_QUALITY, quality])
    return data.tobytes()


def _compressed(columns: Mapping[str, NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def _unpack_set(archive: zipfile.ZipFile, name: str, entry: Mapping[str, Any], folder: Path) -> None:
    count, side, kind = int(entry["faces"]), int(entry["side_px"]), entry["kind"]
    expected = {"archive": FER_PX, "packed": SIDE_PX}
    if not NAME.fullmatch(name) or not 0 < count <= MAX_FACES // 4 or side != expected.get(kind):
        raise DataError(f"{name[:40]!r}: no set that a bundle holds; write it again")
    numbers = range(-(-count // TILES**2))
    data = [archive.read(f"{name}/{number:05d}.webp") for number in numbers]
    with ThreadPoolExecutor() as pool:
        pixels = np.concatenate(list(pool.map(lambda one: _decoded(one, name, side), data)))[:count]
    with np.load(io.BytesIO(archive.read(f"{name}/labels.npz")), allow_pickle=False) as content:
        columns = {column: content[column] for column in content.files}
    if any(len(column) != count for column in columns.values()):
        raise DataError(f"{name}: labels of other faces; write the bundle again")
    writers: dict[str, Callable[[], None]] = {
        "archive": lambda: _write_archive(pixels, columns, folder),
        "packed": lambda: save_packed(_faces(name, pixels, columns), folder / f"{name}.npz"),
    }
    writers[kind]()
    log.info("%s: %d faces", name, count)


def _decoded(data: bytes, name: str, side: int) -> Bytes:
    """Return (N, side, side) of one mosaic."""
    picture = decode(data, name)
    gray = picture if picture.ndim == 2 else picture[:, :, 1]
    if gray.shape != (TILES * side, TILES * side):
        raise DataError(f"{name}: a mosaic of {gray.shape} pixels; write the bundle again")
    return gray.reshape(TILES, side, TILES, side).transpose(0, 2, 1, 3).reshape(TILES**2, side, side)


def _write_archive(pixels: Bytes, columns: Mapping[str, NDArray[Any]], folder: Path) -> None:
    """Write FER2013's archive, and its packed set."""
    path = folder / ARCHIVE_NAME
    kept: dict[str, Any] = {name: columns[name] for name in ARCHIVE_COLUMNS}
    np.savez(path, pixels=pixels, **kept)
    save_packed(replace(pack_fer(path), name="fer"), folder / "fer.npz")


def _faces(name: str, pixels: Bytes, columns: Mapping[str, NDArray[Any]]) -> LabelledFaces:
    size = (STORED_PX, STORED_PX)
    large = np.stack([cv2.resize(face, size, interpolation=cv2.INTER_LINEAR) for face in pixels])
    expression = _shares(columns["expression"])
    return LabelledFaces(
        name,
        ArrayPictures(large.astype(np.uint8)),
        np.where(expression.sum(axis=1) > 0, expression.argmax(axis=1), -1).astype(np.int64),
        columns["affect"].astype(np.float32),
        columns["split"].astype(np.int8),
        targets=expression,
        fer2013=_shares(columns["fer2013"]),
    )


def _shares(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows that sum to 1 again after they were rounded, or to 0."""
    total = values.sum(axis=1, keepdims=True, dtype=np.float32)
    return np.asarray(values / np.maximum(total, 1.0), np.float32)
