"""The child process of `bounded_export`: reads a request, exports, and says in a line of JSON what came of it."""

import json
import os
import pickle
import signal
import sys
from typing import Any

from mien.errors import AppError
from mien_export.convert import ExportReport, export_network, open_checkpoint
from mien_export.detector import export_detector
from mien_export.missing import MissingFacts
from mien_export.request import ExportRequest


def export(request: ExportRequest) -> str:
    """Export a network that reads faces or finds them, and return what came of it in words.

    Raises:
        ExportError: As `convert.export_checkpoint`.
    """
    network, checkpoint_format = open_checkpoint(request)
    if network.facts.detector is not None:
        return export_detector(request, network, checkpoint_format)
    return in_words(export_network(request, network, checkpoint_format))


def in_words(report: ExportReport) -> str:
    """Return what the user is told of an export."""
    manifest = report.manifest
    width, height = manifest.input.size_wh
    affect = " + valence, arousal" if manifest.outputs.affect else ""
    lines = [
        f"{report.output}: {manifest.name}, recognised as {report.checkpoint_format.value}",
        f"  input   {width}x{height} {manifest.input.colour}",
        f"  labels  {', '.join(manifest.labels)}{affect}",
    ]
    if manifest.provenance["labels_from"] == "architecture":
        lines.append(
            "          (in the order of this architecture's published code; say --labels if yours differs)"
        )
    lines.append(
        f"  parity  largest difference {report.parity.max_abs_diff:.2g} over {report.parity.faces} face crops and "
        f"{report.parity.noise} of noise, top label equal in {report.parity.top_label_agreement:.0%}"
    )
    if report.loss is not None:
        lines.append(
            f"  weights {report.loss.form}: they change answers by {report.loss.max_abs_diff:.2g} at most, "
            f"top label equal in {report.loss.top_label_agreement:.0%} of {report.loss.faces} face crops"
        )
    if report.loss is not None and report.loss.accuracy is not None:
        before, after = report.loss.accuracy
        lines.append(
            f"  accuracy {before:.1%} before, {after:.1%} after, on {report.loss.labelled} labelled faces"
            + (" that it was not calibrated with" if report.loss.calibrated_with else "")
        )
    return "\n".join(lines)


def main() -> int:
    """Be the child. What nobody foresaw ends in a traceback, of which the parent makes one line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C as well, and ends this process
    request = pickle.loads(sys.stdin.buffer.read())
    # Libraries print to standard output as well; the parent wants nothing there but the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answer: dict[str, Any]
    try:
        answer = {"said": export(request)}
    except MissingFacts as error:
        answer = {"missing": error.names, "origin": error.origin, "width": error.width}
    except AppError as error:
        answer = {"refused": str(error), "kind": type(error).__name__}
    with answers:
        print(json.dumps(answer), file=answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
