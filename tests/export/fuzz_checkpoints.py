"""Checkpoints that a disk damaged or a stranger bent: one line each, never a traceback. Seeded.

    python tests/export/fuzz_checkpoints.py 3000

A program of its own: what reads such files is C code as well, and a fault there must not reach other tests.
"""

import copy
import json
import os
import random
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch

from mien.errors import AppError
from mien_export.convert import open_checkpoint
from mien_export.facts import Facts
from mien_export.request import ExportRequest
from mien_models.architectures import build

VALUES: list[Any] = [
    *(None, True, -1, 0, 10**9, 2**63, -(2**70), 1e308, float("nan"), "", "x" * 5000, "relu", "..//..//etc", "\0"),
    *([], {}, [[[]]], [10**6] * 4, {"class_name": "Lambda"}, {"a": [1]}),
]


def opens_or_refuses(path: Path, output: Path) -> None:
    message = ""
    try:
        open_checkpoint(ExportRequest(path, output, None, Facts(labels=tuple("abcdefg"))))
    except AppError as error:
        message = str(error)
    assert "\n" not in message
    assert len(message) < 600


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Cut off, with bits flipped, overwritten, or with a piece lost or doubled."""
    way, changed = chance.randrange(4), bytearray(data)
    if way == 0:
        return data[: chance.randrange(len(data))]
    if way == 1:
        for _ in range(chance.choice((1, 4, 64))):
            changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if way == 2:
        at = chance.randrange(len(data))
        changed[at : at + 8] = chance.choice((b"\xff", b"\0", b"\x7f")) * 8
        return bytes(changed)
    start, end = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    return data[:start] + (b"" if chance.random() < 0.5 else data[start:end] * 2) + data[end:]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from places(part, (*at, key))


def bent(value: Any, chance: random.Random) -> Any:
    """The same JSON with some entries replaced, missing, or wrapped many times."""
    value = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 2, 3))):
        where = [place for place in places(value) if place]
        if not where:
            break
        *way, last = chance.choice(where)
        inner = value
        for key in way:
            inner = inner[key]
        kind = chance.random()
        if kind < 0.6:
            inner[last] = copy.deepcopy(chance.choice(VALUES))
        elif kind < 0.8:
            del inner[last]
        else:
            for _ in range(chance.choice((3, 50, 400))):
                inner[last] = {"config": inner[last]} if chance.random() < 0.5 else [inner[last]]
    return value


def write_sound(made: Path) -> Path:
    """Write sound checkpoints of several forms."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((16, 16, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(7, activation="softmax"),
        ]
    )
    model.save(made / "a.keras")
    model.save(made / "a.h5")
    (made / "a.json").write_text(model.to_json())
    model.save_weights(made / "a.weights.h5")
    options = {"side_px": 32, "blocks": 2}
    shape = {"name": "image", "size_wh": [32, 32], "layout": "NCHW", "colour": "GRAY"}
    told = {"config": options, "architecture": "mobilenet", "labels": list("abcdefgh"), "input": shape}
    torch.save({"model": build("mobilenet", **options).state_dict(), **told}, made / "a.pt")
    return made


def damage_files(name: str, folder: Path, place: Path, cases: int) -> None:
    """Open a checkpoint that is sound, then damaged ones."""
    chance, data, path = random.Random(1), (folder / name).read_bytes(), place / name
    opens_or_refuses(folder / name, place / "out.onnx")
    for _ in range(cases):
        path.write_bytes(damaged(data, chance))
        opens_or_refuses(path, place / "out.onnx")


def keras_zip(folder: Path, path: Path, chance: random.Random) -> Path:
    with zipfile.ZipFile(folder / "a.keras") as sound, zipfile.ZipFile(path / "a.keras", "w") as target:
        for name in sound.namelist():
            data = sound.read(name)
            target.writestr(name, json.dumps(bent(json.loads(data), chance)) if name == "config.json" else data)
    return path / "a.keras"


def keras_json(folder: Path, path: Path, chance: random.Random) -> Path:
    (path / "a.json").write_text(json.dumps(bent(json.loads((folder / "a.json").read_text()), chance)))
    shutil.copy(folder / "a.weights.h5", path)
    return path / "a.json"


def torch_file(folder: Path, path: Path, chance: random.Random) -> Path:
    content = torch.load(folder / "a.pt", weights_only=True)
    told = bent({key: value for key, value in content.items() if key != "model"}, chance)
    torch.save({"model": content["model"], **told}, path / "a.pt")
    return path / "a.pt"


def bend_descriptions(
    write: Callable[[Path, Path, random.Random], Path], folder: Path, place: Path, cases: int
) -> None:
    """Open checkpoints whose description is bent."""
    chance = random.Random(2)
    for _ in range(cases):
        opens_or_refuses(write(folder, place, chance), place / "out.onnx")


def main(cases: int) -> None:
    """Open so many of each kind; the first one that is neither opened nor refused in one line ends it."""
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name) / "sound", Path(name) / "bent"
        folder.mkdir()
        place.mkdir()
        write_sound(folder)
        for checkpoint in ("a.keras", "a.h5", "a.pt"):
            damage_files(checkpoint, folder, place, cases)
        for write in (keras_zip, keras_json, torch_file):
            bend_descriptions(write, folder, place, cases)
    print(f"{6 * cases} checkpoints")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
