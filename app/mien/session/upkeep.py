"""What happens beside a recording, so that the recording does not wait for it."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from mien.session.digest import sha256_of

SYNC_EVERY_S: Final = 5.0
"""A power cut costs this much at most. A kill costs less: what was written is the system's already, and nothing
waits in the program for longer than half a second."""


class Upkeep:
    """A thread that takes the sha256 of what a session is made from, and syncs what grows to the disk.

    Args:
        sources: Files to take the sha256 of.
        growing: Asked again and again for the files that are being written.
    """

    def __init__(self, sources: Sequence[Path], growing: Callable[[], Iterable[Path]]) -> None:
        self._sources = tuple(dict.fromkeys(sources))
        self._growing = growing
        self._digests: dict[Path, str] = {}
        self._are_known = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mien-session-upkeep", daemon=True)
        self._thread.start()

    def digests(self, timeout_s: float) -> dict[Path, str]:
        """Wait for the digests, and return those there are; what cannot be read has none."""
        self._are_known.wait(timeout_s)
        return dict(self._digests)

    def stop(self) -> None:
        """End, and wait for it. Safe twice."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        synced_s = time.monotonic()

        def go_on() -> bool:
            nonlocal synced_s
            if time.monotonic() - synced_s >= SYNC_EVERY_S:
                self._sync()
                synced_s = time.monotonic()
            return not self._stopping.is_set()

        for source in self._sources:
            try:
                self._digests[source] = sha256_of(source, go_on)
            except OSError:
                continue
        self._are_known.set()
        while not self._stopping.wait(SYNC_EVERY_S):
            self._sync()

    def _sync(self) -> None:
        for path in self._growing():
            try:
                # Windows syncs only what can be written to.
                handle = os.open(path, os.O_RDWR)
            except OSError:
                continue  # it has its own name by now
            try:
                os.fsync(handle)
            except OSError:
                pass  # its writer meets the same error, and tells
            finally:
                os.close(handle)
