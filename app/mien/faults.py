"""Faults of Mien's own: exceptions that nobody expected, and processes that died of one.

The last one is kept beside the log, on this machine alone, so that a report can be made of it
(``mien.crash_report``) even after the program is gone. In processes of ours alone: see ``mien.own_process``.
"""

import contextlib
import os
import re
import sys
import sysconfig
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Annotated, Final

import msgspec

from mien.file_lock import Lock, LockFile, try_lock_path
from mien.log_file import log_failure
from mien.own_process import is_own
from mien.places import log_folder, make_private_folder
from mien.version import VERSION

MAX_FAULT_BYTES: Final = 1_000_000
_MAX_DUMP_CHARS: Final = 60_000
_MAX_FRAMES: Final = 60
_DEAD: Final = "died-of-*.txt"
_QUOTED_PATH: Final = re.compile(r'"([^"\n]*[/\\][^"\n]*)"')
ELSEWHERE: Final = "<elsewhere>"

Text = Annotated[str, msgspec.Meta(max_length=100_000)]


class Frame(msgspec.Struct, frozen=True):
    """A line of a program.

    Attributes:
        file: Where the file lies on this machine.
        place: The same as far as it belongs to Mien, Python or a package; ``ELSEWHERE`` for any other.
        line: Its number.
        function: In which function.
    """

    file: Text
    place: Text
    line: int
    function: Text


class Raised(msgspec.Struct, frozen=True):
    """An exception.

    Attributes:
        kind: Its class.
        message: Its message, which may name the user's files.
        frames: Where it passed, the outermost first.
    """

    kind: Text
    message: Text
    frames: Annotated[tuple[Frame, ...], msgspec.Meta(max_length=1000)] = ()


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a fault.

    Attributes:
        when: By the clock on the wall, ISO 8601.
        version: Of the Mien that it befell.
        where: In which part of the program, for people: "annotate", "thread mien-background".
        raised: The exception, after those that it came from; none where a process died.
        dump: What a dying process left, as ``faulthandler`` writes it.
    """

    when: Text
    version: Text = VERSION
    where: Text
    raised: Annotated[tuple[Raised, ...], msgspec.Meta(max_length=100)] = ()
    dump: Text = ""

    @property
    def summary(self) -> str:
        """What happened, without anything of the user's: "ZeroDivisionError", "Segmentation fault"."""
        if self.raised:
            return self.raised[-1].kind
        return (self.dump.splitlines() or ["unknown"])[0].removeprefix("Fatal Python error: ")


def fault_of(error: BaseException, where: str) -> Fault:
    """Return what is known of an exception and those that it came from."""
    chain: list[Raised] = []
    at: BaseException | None = error
    while at is not None and len(chain) < 10:
        frames = traceback.extract_tb(at.__traceback__)[-_MAX_FRAMES:]
        passed = tuple(Frame(f.filename, place_of(f.filename), f.lineno or 0, f.name) for f in frames)
        chain.append(Raised(type(at).__name__, str(at)[:10_000], passed))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return Fault(when=_now(), where=where, raised=tuple(reversed(chain)))


def note_fault(error: BaseException, where: str) -> Fault:
    """Return the fault; in a process of ours it is kept too, and whoever listens is told."""
    fault = fault_of(error, where)
    last = fault.raised[-1]
    at = (last.kind, last.frames[-1].file if last.frames else "", last.frames[-1].line if last.frames else 0)
    if is_own() and at not in _noted:  # of what happens with every frame, the first
        _noted.add(at)
        keep_fault(fault)
        for tell in tuple(_listeners):
            tell(fault)
    return fault


def listen(tell: Callable[[Fault], None]) -> Callable[[], None]:
    """Call ``tell`` with each fault of this process, on whatever thread it happens; returns what ends that."""
    _listeners.append(tell)
    return lambda: _listeners.remove(tell) if tell in _listeners else None


def watch_faults() -> None:
    """Note what no code catches, in this process of ours."""
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread


def keep_fault(fault: Fault) -> None:
    """Keep a fault as the last one; nothing where there is no place for it."""
    target = log_folder() / "last-fault.json"
    part = target.with_suffix(f".part-{os.getpid()}")
    with contextlib.suppress(OSError):
        make_private_folder(target.parent)
        part.touch(mode=0o600)
        part.write_bytes(msgspec.json.encode(_encodable(fault)))
        os.replace(part, target)


def last_fault() -> Fault | None:
    """Return the last fault that was kept, or None; a file that is none counts as none."""
    path = log_folder() / "last-fault.json"
    try:
        if path.stat().st_size > MAX_FAULT_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=Fault)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


class DeathWatch:
    """Lets this process leave where it was, should it die of a fault below Python; holds a file meanwhile.

    ``faulthandler`` writes into it when the process dies. A process that was killed writes nothing.
    """

    def __init__(self) -> None:
        self._lock: LockFile | None = None
        self._file: IO[bytes] | None = None

    def begin(self) -> None:
        """Watch from now on; nothing where there is no place for the file."""
        import faulthandler

        path = log_folder() / f"died-of-{os.getpid()}.txt"
        try:
            make_private_folder(path.parent)
            self._lock = LockFile(path)
            self._file = path.open("wb", buffering=0)
        except OSError:
            return
        faulthandler.enable(self._file, all_threads=True)

    def end(self) -> None:
        """Watch no longer: the process ends as it should."""
        import faulthandler

        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
        if self._lock is not None:
            self._lock.release(delete=True)
            self._lock = None


def find_dead() -> Fault | None:
    """Return the fault of a process that died since the last look, the newest of several, or None.

    It is kept as the last fault and logged, and its file goes.
    """
    found: list[tuple[float, str]] = []
    for path in sorted(log_folder().glob(_DEAD)):
        with try_lock_path(path) as lock:
            if lock is Lock.TAKEN:
                continue  # it lives
            with contextlib.suppress(OSError):
                time_s = path.stat().st_mtime
                with path.open("rb") as file:
                    dump = file.read(_MAX_DUMP_CHARS).decode("utf-8", "replace").strip()
                if dump:
                    found.append((time_s, dump))
        with contextlib.suppress(OSError):
            path.unlink()
    if not found:
        return None
    time_s, dump = max(found)
    when = datetime.fromtimestamp(time_s).isoformat(" ", "seconds")
    fault = Fault(when=when, where="the window", dump=dump)
    keep_fault(fault)
    log_failure(f"the window died at {when}: {fault.summary}", dump)
    return fault


def place_of(file: str) -> str:
    """Return where a file of a program lies as far as it belongs to Mien, Python or a package."""
    if file.startswith("<"):
        return file
    for root, name in _roots():
        if file.startswith(root):
            return f"{name}{file[len(root) :]}".replace("\\", "/")
    return ELSEWHERE


def without_paths(dump: str) -> str:
    """Return what a dying process left with its paths shortened as by ``place_of``."""
    return _QUOTED_PATH.sub(lambda match: f'"{place_of(match[1])}"', dump)


_listeners: list[Callable[[Fault], None]] = []
_noted: set[tuple[str, str, int]] = set()


def _roots() -> list[tuple[str, str]]:
    """Return where programs lie and what that is called, the most exact first."""
    paths = sysconfig.get_paths()
    packages = {paths["purelib"], paths["platlib"]}
    roots = [(str(Path(__file__).parent), "mien")]
    roots += [(str(Path(__file__).parents[2] / way), name) for way, name in _OTHER_PACKAGES]
    roots += [(path, "site-packages") for path in packages]
    roots += [(paths["stdlib"], "python"), (paths["platstdlib"], "python")]
    return [(root + os.sep, name + "/") for root, name in roots]


_OTHER_PACKAGES: Final = (("models/mien_models", "mien_models"), ("export/mien_export", "mien_export"))
"""Where they lie in a checkout; installed they are packages like any other."""


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log_failure("uncaught", "".join(traceback.format_exception(kind, error, trace)))
        note_fault(error, "main thread")
    sys.__excepthook__(kind, error, trace)


def _on_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    if error is not None:
        name = arguments.thread.name if arguments.thread else "?"
        log_failure(f"uncaught in thread {name}", "".join(traceback.format_exception(error)))
        note_fault(error, f"thread {name}")
    threading.__excepthook__(arguments)


def _now() -> str:
    return datetime.now().isoformat(" ", "seconds")


def _encodable(fault: Fault) -> object:
    """Return a fault without lone surrogates, which names of files may hold and JSON in UTF-8 may not."""
    return _escaped(msgspec.to_builtins(fault))


def _escaped(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in value.items()}
    return [_escaped(each) for each in value] if isinstance(value, list | tuple) else value
