"""A child process with limits on time and memory, for what a stranger's file makes a library do.

Libraries cannot be stopped from inside: a network may loop without end or ask for more memory than there is. A
process can be ended.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

import psutil

_POLL_S: Final = 0.02
_BUSY: Final = 4
_DRAIN_S: Final = 5.0
"""A process that the child started may keep its outputs open after the child's end."""
_KEPT_BYTES: Final = 1 << 20
"""Of each of the child's two outputs, from the end: one that prints without end fills neither disk nor memory."""


class OutOfTime(Exception):
    """The child was ended, as it had not ended by itself in time."""


class OutOfMemory(Exception):
    """The child was ended, as it took too much memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may take, in seconds, and how much memory, in bytes.

    Where the machine is busy with other things, the child's own time on the processors counts, but no less than a
    quarter of what the clock shows.
    """

    time_s: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that ended by itself: its exit code (negative for a signal), and the ends of what it printed."""

    code: int
    stdout: str
    stderr: str

    def last_words(self) -> str:
        """Return the last line of its standard error, or its exit code where it printed none."""
        lines = self.stderr.strip().splitlines()
        return lines[-1] if lines else f"its process ended with code {self.code}"


def run_bounded(
    module: str, arguments: Sequence[str], limits: Limits, stdin: bytes = b"", env: dict[str, str] | None = None
) -> Ended:
    """Run ``python -m module`` with this process's import path until it ends or goes beyond a limit.

    Args:
        module: The module's name.
        arguments: For it.
        limits: Beyond which it is killed.
        stdin: What it reads.
        env: Variables beside those of this process.

    Raises:
        OutOfTime: It was killed.
        OutOfMemory: It was killed.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)} | (env or {})
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, env=environment
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        readers = [_Reader(child.stdout), _Reader(child.stderr)]
        try:
            _give(child.stdin, stdin)
            _watch(child, limits)
        finally:
            child.kill()
            for reader in readers:
                reader.join(_DRAIN_S)
    return Ended(child.returncode, *(reader.text() for reader in readers))


class _Reader(threading.Thread):
    """Empties a pipe, so that the child never waits for it, and keeps the end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(name="mien-child-output", daemon=True)
        self._pipe = pipe
        self._kept = b""
        self.start()

    def run(self) -> None:
        while part := os.read(self._pipe.fileno(), 1 << 16):
            self._kept = (self._kept + part)[-_KEPT_BYTES:]

    def text(self) -> str:
        return self._kept.decode(errors="replace")


def _give(pipe: IO[bytes], content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        pass  # it ended before it read; its exit code says why


def _watch(child: "subprocess.Popen[bytes]", limits: Limits) -> None:
    process = psutil.Process(child.pid)
    started_s = time.monotonic()
    while True:
        try:
            child.wait(_POLL_S)
            return
        except subprocess.TimeoutExpired:
            pass
        try:
            taken_bytes, cpu = process.memory_info().rss, process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        if taken_bytes > limits.memory_bytes:
            raise OutOfMemory
        by_clock_s = time.monotonic() - started_s
        if min(by_clock_s, max(cpu.user + cpu.system, by_clock_s / _BUSY)) > limits.time_s:
            raise OutOfTime
