"""A day's training: its parts one after the other or side by side, each with its end, and what comes back."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from mien_models.day.handback import README, halved, hand_back
from mien_models.day.parts import Day, weights_of, written
from mien_models.day.plan import PUBLISHED, Part, ends, plan

log = logging.getLogger(__name__)

DONE: Final = "done.json"
"""In a part's folder: what came of it; a part that has it is not run again."""

REPORT: Final = "report.json"
LOG: Final = "log.txt"
KEEPS_S: Final = 0.02
"""Share of the time that is kept for the last hand-back."""

GRACE_S: Final = 6.0
"""Between asking a part that is late to end, which saves it, and ending it."""

POLL_S: Final = 0.2


class Running(Protocol):
    """A part that runs."""

    def poll(self) -> int | None:
        """Return how it ended, or None."""

    def terminate(self) -> None:
        """Ask it to end; it saves."""

    def kill(self) -> None:
        """End it."""


Start = Callable[[str, float], Running]
"""Starts the part of that name, to be over by a time as `time.time` says it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the day goes.

    Attributes:
        day: What all parts are told.
        seconds: For everything.
        at_once: Published architectures that are trained side by side.
        architectures: Those that are.
        piece_mb: Size of a piece of what is handed back.
        most_mb: Of all pieces.
    """

    day: Day
    seconds: float
    at_once: int = 4
    architectures: Sequence[str] = PUBLISHED
    piece_mb: float = 15.0
    most_mb: float = 60.0


def run_day(options: Options, start: Start) -> dict[str, Any]:
    """Run the parts of a day that are not done yet, and hand back what there is, after each of them.

    A part that fails, or is late, stops no other but those that need it.

    Returns:
        What `report.json` holds: for each part its state ("done", "failed", "late", "not begun"), its seconds,
        and its figures or the reason.
    """
    out = options.day.out
    out.mkdir(parents=True, exist_ok=True)
    began_s = time.time()
    parts = plan(options.architectures)
    done = {part.name for part in parts if (out / part.name / DONE).is_file()}
    states: dict[str, dict[str, Any]] = {name: {"state": "done"} for name in done}
    last_s = began_s + options.seconds * (1 - KEEPS_S)
    for waiting in _batches([part for part in parts if part.name not in done], options.at_once):
        # Planned anew each time: what was over early leaves its time to the rest, what was late takes of it.
        when = ends(parts, last_s - time.time(), states.keys())
        own_s = when[waiting[0].name] / _batches_left(waiting[0], parts, options.at_once, states)
        until_s = time.time() + max(own_s, waiting[0].may_take * (last_s - time.time()))
        ready = []
        for part in waiting:
            missing = [name for name in part.needs if states.get(name, {}).get("state") != "done"]
            if missing and not _left_something(out, missing):
                states[part.name] = {"state": "not begun", "reason": f"needs {', '.join(missing)}"}
            elif until_s <= time.time():
                states[part.name] = {"state": "not begun", "reason": "no time left"}
            else:
                ready.append(part)
        states |= _together(ready, until_s, out, start)
        _report(options, states, began_s)
    return _report(options, states, began_s)


def _batches_left(part: Part, parts: Sequence[Part], at_once: int, states: Collection[str]) -> int:
    """Return how many batches of a part's group are to share its time."""
    group = [other for other in parts if part.group and other.group == part.group and other.name not in states]
    return max(1, -(-len(group) // at_once))


def _batches(parts: Sequence[Part], at_once: int) -> list[list[Part]]:
    """Return parts that run side by side, in order."""
    batches: list[list[Part]] = []
    for part in parts:
        before = batches[-1] if batches else []
        if part.group and before and before[0].group == part.group and len(before) < at_once:
            before.append(part)
        else:
            batches.append([part])
    return batches


def _left_something(out: Path, names: Sequence[str]) -> bool:
    """Return whether parts that were late have left weights or data that others can go on with."""
    return all(weights_of(out / name) is not None for name in names)


def _together(parts: Sequence[Part], until_s: float, out: Path, start: Start) -> dict[str, dict[str, Any]]:
    """Run parts side by side until they end, or are late."""
    began_s = time.time()
    running: dict[str, Running] = {}
    for part in parts:
        (out / part.name).mkdir(parents=True, exist_ok=True)
        running[part.name] = start(part.name, until_s)
    states: dict[str, dict[str, Any]] = {}
    asked: set[str] = set()
    while running:
        for name, process in list(running.items()):
            code = process.poll()
            if code is None and time.time() > until_s and name not in asked:
                process.terminate()
                asked.add(name)
            elif code is None and time.time() > until_s + GRACE_S:
                process.kill()
            elif code is not None:
                states[name] = _state(out / name, code, name in asked) | {
                    "seconds": round(time.time() - began_s, 1)
                }
                log.info("%s: %s after %.0f s", name, states[name]["state"], time.time() - began_s)
                del running[name]
        time.sleep(POLL_S if running else 0)
    return states


def _state(folder: Path, code: int, was_late: bool) -> dict[str, Any]:
    if (folder / DONE).is_file():
        return {"state": "done"}
    text = (folder / LOG).read_text(encoding="utf-8", errors="replace") if (folder / LOG).is_file() else ""
    lines = text.strip().splitlines()
    reason = "its time was over" if was_late else (lines[-1][:300] if lines else f"ended with {code}")
    return {"state": "late" if was_late else "failed", "reason": reason}


def _report(options: Options, states: dict[str, dict[str, Any]], began_s: float) -> dict[str, Any]:
    """Write `report.json`, and hand back what there is so far."""
    out = options.day.out
    report: dict[str, Any] = {"seconds": round(time.time() - began_s, 1), "parts": {}}
    files: list[tuple[str, bytes]] = []
    weights: list[tuple[str, bytes]] = []
    for name, state in states.items():
        folder = out / name
        figures = json.loads((folder / DONE).read_text(encoding="utf-8")) if (folder / DONE).is_file() else {}
        report["parts"][name] = {**state, **({"figures": figures} if figures else {})}
        files += [
            (f"{name}/{file}", (folder / file).read_bytes())
            for file in (LOG, "history.csv", "result.json")
            if (folder / file).is_file()
        ]
        if (found := weights_of(folder)) is not None:
            weights.append((f"{name}/{found.name}", halved(found)))
        weights += [(f"{name}/{path.name}", path.read_bytes()) for path in folder.glob("best.keras")]
        model = folder / "best" / "model.safetensors"
        if model.is_file():
            weights.append((f"{name}/{model.name}", model.read_bytes()))
    weights.sort(key=_importance)
    written(out / REPORT, report)
    files.insert(0, (REPORT, (out / REPORT).read_bytes()))
    left_out = hand_back([*files, *weights], out / "handback", options.piece_mb, options.most_mb)
    report |= {"handed_back": README, "left_out": left_out}
    written(out / REPORT, report)
    (out / "handback" / REPORT).write_bytes((out / REPORT).read_bytes())
    return report


def _importance(file: tuple[str, bytes]) -> tuple[int, int]:
    """Return by what weights are put in order: the shipped networks, the published ones by size, the teacher."""
    name, content = file
    order = ("mien-m", "mien-s", "published", "teacher")
    return next((place for place, start in enumerate(order) if name.startswith(start)), len(order)), len(content)


def as_process(options: Options) -> Start:
    """Return what starts parts in processes of their own, so that none takes another with it."""
    day = options.day

    def start(name: str, until_s: float) -> Running:
        command = [
            *(sys.executable, "-m", "mien_models", "day", str(day.bundle), "--out", str(day.out)),
            *("--device", day.device, "--faces-a-step", str(day.faces_a_step), "--threads", str(day.threads)),
            *("--part", name, "--until", str(until_s)),
        ]
        with (day.out / name / LOG).open("ab") as output:
            return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    return start
