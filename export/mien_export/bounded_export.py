"""An export in a child process, with limits: what a stranger's file makes the frameworks do can be ended."""

import json
import pickle
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mien.errors import ExportError, ParityError, UnsupportedCheckpoint
from mien.inference.bounded import Ended, Limits, OutOfMemory, OutOfTime, run_bounded
from mien_export.convert import check_output
from mien_export.missing import QUESTIONS, MissingFacts
from mien_export.request import ExportRequest
from mien_networks.reasons import shortened

BASE_TIME_S: Final = 120.0
TIME_PER_BYTE_S: Final = 2e-6
"""A network of 90 M parameters (343 MB) gets 13 minutes; two slow cores take it 1 to 2."""

BASE_MEMORY_BYTES: Final = 3 * 1024**3
MEMORY_PER_BYTE: Final = 8
"""Torch alone takes 0.6 GiB; the weights are held as they were read, as a module, as ONNX, and by ONNX Runtime."""

MAX_MESSAGE: Final = 800
"""With two long paths in it; a message of more repeats what a file says, and is cut in its middle."""
ERRORS: Final = {kind.__name__: kind for kind in (ExportError, ParityError, UnsupportedCheckpoint)}


class ChildFailure(Exception):
    """What the child printed as it failed in a way that nobody foresaw; `mien --verbose` shows it."""


def export_bounded(request: ExportRequest, time_limit_s: float | None = None) -> str:
    """Export a checkpoint in a child process, and return what came of it in words.

    Args:
        request: The export.
        time_limit_s: After which it is given up; None goes by the checkpoint's size.

    Raises:
        MissingFacts: Facts are missing; all are named at once.
        ExportError: As `convert.export_checkpoint`, or the child took too long or too much memory, or died.
    """
    check_output(request)
    size = _size_of(request.checkpoint)
    limits = Limits(
        time_limit_s or BASE_TIME_S + TIME_PER_BYTE_S * size, BASE_MEMORY_BYTES + MEMORY_PER_BYTE * size
    )
    try:
        with tempfile.TemporaryDirectory(prefix=".mien-export-", dir=request.output.parent) as folder:
            inner = Path(folder) / request.output.name
            said = _run(replace(request, output=inner, overwrite=True), limits)
            inner.replace(request.output)
    except OSError as error:
        raise ExportError(
            f"{request.output}: cannot be written ({error.strerror}); choose another place"
        ) from error
    return said.replace(str(inner), str(request.output))


def _size_of(checkpoint: Path) -> int:
    """Return the bytes of a file, or of a folder's files; 0 where they cannot be seen, as the child will say."""
    try:
        files = [checkpoint] if checkpoint.is_file() else list(checkpoint.iterdir())
        return sum(file.stat().st_size for file in files if file.is_file())
    except OSError:
        return 0


def _run(request: ExportRequest, limits: Limits) -> str:
    """Let the child work, and return its words or raise what it raised."""
    folder = request.output.parent
    try:
        # The child's temporary files vanish with the folder, however it ends.
        ended = run_bounded("mien_export.child", [], limits, pickle.dumps(request), {"TMPDIR": str(folder)})
    except OutOfMemory as error:
        raise ExportError(
            f"{request.checkpoint}: takes more than {limits.memory_bytes / 1024**3:.1f} GiB of memory, which no "
            "network of its size needs; Mien does not export it"
        ) from error
    except OutOfTime as error:
        raise ExportError(
            f"{request.checkpoint}: was not exported in {limits.time_s:.0f} s and may never end; if you know "
            "that it is only slow, give --time-limit"
        ) from error
    answer = _answer_of(ended)
    if "said" in answer:
        return str(answer["said"])
    if "missing" in answer:
        raise _missing_from(answer)
    if "refused" in answer:
        message = str(answer["refused"]).replace(str(folder), str(request.output.parent.parent))
        raise ERRORS.get(str(answer.get("kind")), ExportError)(shortened(message, MAX_MESSAGE))
    raise ExportError(
        f"{request.checkpoint}: damaged, or of a kind that Mien cannot read ({shortened(ended.last_words())}); "
        "fetch or save it again"
    ) from ChildFailure(ended.stderr)


def _missing_from(answer: dict[str, Any]) -> MissingFacts:
    """Return what the child could not know, as far as it makes sense."""
    said, width = answer["missing"], answer.get("width")
    names = tuple(name for name in QUESTIONS if isinstance(said, list) and name in said)
    count = width if isinstance(width, int) else None
    return MissingFacts(names or tuple(QUESTIONS), str(answer.get("origin")), count)


def _answer_of(ended: Ended) -> dict[str, Any]:
    """Return what the child says in its last line, which is read with care: a file may have taken it over."""
    try:
        answer = json.loads(ended.stdout.splitlines()[-1])
    except (IndexError, ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
