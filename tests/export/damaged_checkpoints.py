"""Ways to damage a checkpoint's bytes, and to bend what it describes; seeded."""

import contextlib
import copy
import json
import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

VALUES: list[Any] = [
    *(None, True, -1, 0, 10**9, 2**63, -(2**70), 1e308, float("nan"), "", "x" * 5000, "relu", "..//..//etc", "\0"),
    *([], {}, [[[]]], [10**6] * 4, {"class_name": "Lambda"}, {"a": [1]}),
]


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


def old_keras_json(folder: Path, path: Path, chance: random.Random) -> Path:
    (path / "old.json").write_text(json.dumps(bent(json.loads((folder / "old.json").read_text()), chance)))
    shutil.copy(folder / "a.weights.h5", path / "old.weights.h5")
    return path / "old.json"


def torch_file(folder: Path, path: Path, chance: random.Random) -> Path:
    content = torch.load(folder / "a.pt", weights_only=True)
    told = bent({key: value for key, value in content.items() if key != "model"}, chance)
    torch.save({"model": content["model"], **told}, path / "a.pt")
    return path / "a.pt"


def safetensors_file(folder: Path, path: Path, chance: random.Random) -> Path:
    data = (folder / "a.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.dumps(bent(json.loads(data[8 : 8 + length]), chance)).encode()
    (path / "a.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length :])
    return path / "a.safetensors"


def onnx_file(folder: Path, path: Path, chance: random.Random) -> Path:
    """The same network with some fields of some messages changed, doubled or dropped, at any depth."""
    model = onnx.load(folder / "a.onnx")
    for _ in range(chance.choice((1, 1, 2, 4))):
        if chance.random() < 0.2:
            change_numbers(model, chance)
        else:
            change_field(chance.choice(messages_of(model)), chance)
    onnx.save(model, path / "a.onnx")
    return path / "a.onnx"


def change_numbers(model: Any, chance: random.Random) -> None:
    """Change a stored whole number: how often a loop runs, or how long a constant is."""
    stored = [tensor for tensor in model.graph.initializer if tensor.data_type == onnx.TensorProto.INT64]
    if not stored:
        return
    tensor = chance.choice(stored)
    try:
        values = np.array(onnx.numpy_helper.to_array(tensor), np.int64)
    except (ValueError, TypeError):  # an earlier change made no tensor of it
        return
    values[...] = chance.choice((0, -1, 1, 5, 70_000, 4_000_000_000, 2**62))
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))


def messages_of(message: Any) -> list[Any]:
    """Return a protocol buffer's message and all inside it."""
    found = [message]
    for kind, value in message.ListFields():
        if kind.message_type is not None:
            found += [
                inner for part in (value if is_list(kind, value) else [value]) for inner in messages_of(part)
            ]
    return found


def is_list(kind: Any, value: Any) -> bool:
    return kind.message_type is not None and hasattr(value, "add")


def change_field(message: Any, chance: random.Random) -> None:
    kinds = [kind for kind, _ in message.ListFields()]
    if not kinds:
        return
    kind = chance.choice(kinds)
    value = getattr(message, kind.name)
    numbers = [0, -1, 1, 2, 3, 7, 13, 10**6, 2**31 - 1, -(2**31)]
    texts = [
        "",
        "x",
        "image",
        "input",
        "../../etc/passwd",
        "Loop",
        "If",
        "Resize",
        "Tile",
        "Reshape",
        "ConstantOfShape",
    ]
    if (kind.message_type is not None and not is_list(kind, value)) or chance.random() < 0.15:
        message.ClearField(kind.name)
    elif kind.message_type is not None:
        picked = copy.deepcopy(value[chance.randrange(len(value))])
        (value.add().CopyFrom(picked)) if chance.random() < 0.5 else value.pop(chance.randrange(len(value)))
    elif isinstance(value, (int, float, str, bytes)):
        changed = chance.choice(texts if isinstance(value, (str, bytes)) else numbers)
        with contextlib.suppress(ValueError):  # beyond what the field takes
            setattr(message, kind.name, changed.encode() if isinstance(value, bytes) else type(value)(changed))
    else:
        at = chance.randrange(len(value))
        old = value[at]
        changed = chance.choice(texts if isinstance(old, (str, bytes)) else numbers)
        with contextlib.suppress(ValueError):
            value[at] = changed.encode() if isinstance(old, bytes) else type(old)(changed)
