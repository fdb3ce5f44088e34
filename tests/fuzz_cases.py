"""Runs what a stranger's file may do to us in a process of its own, with limits, and tells how it ended.

What reads such files is C code as well, which may fault, loop or take all memory.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from mien.errors import AppError, printable

LIMIT_S: Final = 30.0
LIMIT_BYTES: Final = 3 * 1024**3
MOST_CHARACTERS: Final = 600


@dataclass
class Tally:
    """What came of the cases.

    Attributes:
        cases: How many there were.
        refused: How many of them were refused in one line; the others were read.
        ended: Which of them a limit, or a fault in C code, ended.
    """

    cases: int = 0
    refused: int = 0
    ended: list[str] = field(default_factory=list)

    def judge(self, path: Path, read: Callable[[], object]) -> None:
        """Read a file or a folder in a process of its own.

        Args:
            path: What is read; kept for a look where it fails.
            read: Reads it, or raises an ``AppError`` of one line.

        Raises:
            SystemExit: It ended in another error, or in more than a line.
        """
        with tempfile.TemporaryDirectory(prefix="mien-fuzz-") as place:
            report = Path(place) / "report.txt"
            child = os.fork()
            if child == 0:
                os._exit(_code_of(read, report))
            ended = _wait(child)
            self.cases += 1
            self.refused += ended == "refused"
            if ended == "failed":
                kept = Path(tempfile.mkdtemp(prefix="mien-fuzz-case-")) / path.name
                (shutil.copytree if path.is_dir() else shutil.copy)(path, kept)
                raise SystemExit(f"case {self.cases}, {kept}:\n{report.read_text()[-3000:]}")
        if ended not in ("", "refused"):
            self.ended.append(f"case {self.cases}, {path.name}: {ended}")

    def show(self, what: str) -> None:
        """Print how many cases there were, and on stderr what had to be ended."""
        print(f"{self.cases} {what}")
        for line in self.ended:
            print(f"  ended by force: {line}", file=sys.stderr)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some changed, cut off, left out or written twice."""
    changed = bytearray(data)
    at, other = sorted(chance.randrange(len(data)) for _ in range(2))
    match chance.randrange(5):
        case 0:
            changed[at] ^= 1 << chance.randrange(8)
        case 1:
            for _ in range(chance.randrange(1, 20)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        case 2:
            del changed[at:]
        case 3:
            del changed[at : min(other, at + 200)]
        case _:
            changed[at:at] = changed[at : min(other, at + 500)]
    return bytes(changed)


def _code_of(read: Callable[[], object], report: Path) -> int:
    try:
        try:
            read()
        except AppError as error:
            message = str(error)
            assert printable(message) == message, ascii(message)
            assert 0 < len(message) < MOST_CHARACTERS, message
            return 3
    except BaseException:
        report.write_text(traceback.format_exc())
        return 1
    return 0


def _wait(child: int) -> str:
    """Return how a case ended: "" as it should, "refused", "failed" with a traceback, or what ended it."""
    deadline_s, process = time.monotonic() + LIMIT_S, psutil.Process(child)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {0: "", 1: "failed", 3: "refused"}.get(code, f"code {code}")
        late = time.monotonic() > deadline_s
        if late or process.memory_info().rss > LIMIT_BYTES:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "time" if late else "memory"
        time.sleep(0.002)
