"""Checkpoints that a disk damaged or a stranger bent: one line each, never a traceback. Seeded.

Thousands of them: ``MIEN_FUZZ=3000 pytest tests/export/test_export_fuzz.py``.
"""

import copy
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")

from mien.errors import AppError  # noqa: E402
from mien_export.convert import open_checkpoint  # noqa: E402
from mien_export.facts import Facts  # noqa: E402
from mien_export.request import ExportRequest  # noqa: E402
from mien_models.architectures import build  # noqa: E402

CASES = int(os.environ.get("MIEN_FUZZ", "16"))
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound checkpoints of several forms."""
    made = tmp_path_factory.mktemp("sound")
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


@pytest.mark.parametrize("name", ["a.keras", "a.h5", "a.pt"])
def test_a_damaged_checkpoint_is_refused_in_one_line(name: str, folder: Path, tmp_path: Path) -> None:
    chance, data, path = random.Random(1), (folder / name).read_bytes(), tmp_path / name
    opens_or_refuses(folder / name, tmp_path / "out.onnx")
    for _ in range(CASES):
        path.write_bytes(damaged(data, chance))
        opens_or_refuses(path, tmp_path / "out.onnx")


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


@pytest.mark.parametrize("write", [keras_zip, keras_json, torch_file])
def test_a_bent_description_is_refused_in_one_line(
    write: Callable[[Path, Path, random.Random], Path], folder: Path, tmp_path: Path
) -> None:
    chance = random.Random(2)
    for _ in range(CASES):
        opens_or_refuses(write(folder, tmp_path, chance), tmp_path / "out.onnx")


def test_a_layer_s_class_that_is_no_text_is_refused(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "a.json").read_text())
    config["config"]["layers"][1]["class_name"] = {"a": [1]}
    (tmp_path / "a.json").write_text(json.dumps(config))
    shutil.copy(folder / "a.weights.h5", tmp_path)
    with pytest.raises(AppError):
        open_checkpoint(ExportRequest(tmp_path / "a.json", tmp_path / "out.onnx"))
