"""Checkpoints that a disk damaged or a stranger bent: one line each, never a traceback. Seeded.

    python tests/export/fuzz_checkpoints.py 3000

A program of its own, and a process for each file: what reads such files is C code as well, which may fault,
loop or take all memory.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

os.environ["KERAS_BACKEND"] = "torch"

import psutil
from damaged_checkpoints import (
    damaged,
    keras_json,
    keras_zip,
    old_keras_json,
    onnx_file,
    safetensors_file,
    torch_file,
)
from sound_checkpoints import make_sound

from mien.errors import AppError
from mien_export.convert import export_network, open_checkpoint
from mien_export.formats import CheckpointFormat
from mien_export.request import ExportRequest
from mien_networks.facts import NORMALISATIONS, Facts

LIMIT_S: Final = 30.0
LIMIT_BYTES: Final = 3 * 1024**3


@dataclass
class Tally:
    """What came of the cases: how many there were, and which of them a limit or a fault in C code ended.

    `mien export` makes one line of these, as its child ends in the same way.
    """

    cases: int = 0
    ended: list[str] = field(default_factory=list)


def judge(path: Path, output: Path, tally: Tally) -> None:
    """Open a checkpoint in a process of its own, and export it as well where that is quick."""
    report = output.with_suffix(".txt")
    report.write_text("")
    child = os.fork()
    if child == 0:
        os._exit(_opens_or_refuses(path, output, report))
    ended = _wait(child)
    tally.cases += 1
    if ended == "failed":
        kept = shutil.copy(path, tempfile.mkdtemp(prefix="mien-fuzz-"))
        raise SystemExit(f"case {tally.cases}, {kept}:\n{report.read_text()[-3000:]}")
    if ended:
        tally.ended.append(f"{path.name}: {ended}")


def _opens_or_refuses(path: Path, output: Path, report: Path) -> int:
    message = ""
    facts = Facts(labels=tuple("abcdefg"), normalisation=NORMALISATIONS["0-1"], size_wh=(16, 16))
    request = ExportRequest(path, output, None, facts, overwrite=True)
    try:
        try:
            network, checkpoint_format = open_checkpoint(request)
            if checkpoint_format is CheckpointFormat.ONNX:
                export_network(request, network, checkpoint_format)
        except AppError as error:
            message = str(error)
        assert "\n" not in message, message
        assert len(message) < 600, message
    except BaseException:
        report.write_text(traceback.format_exc())
        return 1
    return 0


def _wait(child: int) -> str:
    """Return how a case ended: "" as it should, "failed" with a traceback, or what ended it."""
    deadline_s, process = time.monotonic() + LIMIT_S, psutil.Process(child)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {0: "", 1: "failed"}.get(code, f"code {code}")
        late = time.monotonic() > deadline_s
        if late or process.memory_info().rss > LIMIT_BYTES:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "time" if late else "memory"
        time.sleep(0.002)


def damage_files(name: str, folder: Path, place: Path, cases: int, tally: Tally) -> None:
    """Open a checkpoint that is sound, then damaged ones."""
    chance, data, path = random.Random(1), (folder / name).read_bytes(), place / name
    for number in range(cases):
        path.write_bytes(damaged(data, chance) if number else data)
        judge(path, place / "out.onnx", tally)


def main(cases: int) -> None:
    """Open so many of each kind; the first one that is neither opened nor refused in one line ends it."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name) / "sound", Path(name) / "bent"
        folder.mkdir()
        place.mkdir()
        make_sound(folder)
        for checkpoint in ("a.keras", "a.h5", "a.pt", "a.safetensors", "a.onnx"):
            damage_files(checkpoint, folder, place, cases, tally)
        for write in (keras_zip, keras_json, old_keras_json, torch_file, safetensors_file, onnx_file):
            chance = random.Random(2)
            for _ in range(cases):
                judge(write(folder, place, chance), place / "out.onnx", tally)
    print(f"{tally.cases} checkpoints")
    for line in tally.ended:
        print(f"  ended by force: {line}", file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
