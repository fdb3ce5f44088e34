"""How the readings were made, in sentences that can be pasted into a paper."""

from datetime import datetime

from mien.core.wording import in_order, name_of
from mien.report.citation import citation
from mien.report.summary import Summary
from mien.session.document import NetworkRecord, SessionDocument
from mien.timeline.clock import clock

_DETECTORS = {
    "retinaface": "RetinaFace",
    "full-range": "BlazeFace (full range)",
    "short-range": "BlazeFace (short range)",
    "yunet": "YuNet",
}


def methods_text(summary: Summary) -> list[str]:
    """Return the paragraphs, the last of which is the reference for the program."""
    document = summary.document
    if document.imported is not None:
        first = (
            f"Facial expressions were read by {document.imported.program}; its table {document.imported.table} "
            f"(SHA-256 {document.imported.sha256}) was imported with {_program(document)}."
        )
        return [first, _statistics(summary), citation(document.program)]
    first = " ".join((_source(summary), _finding(document), *map(_network, document.networks[:1])))
    second = " ".join(each for each in (_shown(document), _baseline(document)) if each)
    return [first, second, _statistics(summary), citation(document.program)]


def _program(document: SessionDocument) -> str:
    return document.program[:1].upper() + document.program[1:]


def _source(summary: Summary) -> str:
    document, source = summary.document, summary.document.source
    kinds = {"camera": "the camera", "stream": "the stream", "folder": "the pictures in", "file": "the video"}
    facts = []
    if source.width_px and source.height_px:
        facts.append(f"{source.width_px} × {source.height_px} pixels")
    if source.fps > 0:
        facts.append(f"{source.fps:.4g} frames a second")
    facts.append(f"{clock(summary.duration_s, decimals=1)} long")
    if source.sha256:
        facts.append(f"SHA-256 {source.sha256}")
    text = (
        f"Facial expressions were read with {_program(document)} on {_day(document.started_at)} from "
        f"{kinds.get(source.kind, 'the source')} {source.name} ({', '.join(facts)})."
    )
    if summary.span != (0.0, summary.duration_s):
        start, end = (clock(time_s, decimals=3) for time_s in summary.span)
        text += f" This summary covers the part from {start} to {end}."
    return text + _frames(document)


def _frames(document: SessionDocument) -> str:
    if document.frames is None:
        return ""
    missing = [
        f"{count} {what}"
        for count, what in (
            (document.dropped, "were dropped since reading was slower than the source"),
            (document.left_out, "were read but not kept"),
            (document.damaged, "arrived damaged"),
        )
        if count
    ]
    more = f"; besides these {', '.join(missing)}" if missing else ""
    return f" {document.frames} frames were read{more}."


def _finding(document: SessionDocument) -> str:
    finder = _DETECTORS.get(document.detector, document.detector or "a face detector that was not kept")
    every, least = document.settings.get("every"), document.settings.get("min_face_score")
    how = {0: "in as many frames as time allowed and followed between them", 1: "in every frame"}
    when = how.get(every, f"in one of {every} frames and followed between them") if isinstance(every, int) else ""
    threshold = f", with a detection threshold of {least}" if isinstance(least, int | float) else ""
    return f"Faces were found by {finder}{f' {when}' if when else ''}{threshold}."


def _network(network: NetworkRecord) -> str:
    labels = [name_of(network.labels[index]).lower() for index in in_order(network.labels)]
    digest = f" (SHA-256 of its file {network.sha256})" if network.sha256 else ""
    where = f", run by ONNX Runtime on {network.provider}" if network.provider else ""
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else "".join(labels)
    return f"The network {network.name}{digest}{where}, gave the probabilities of {listed} for each face."


def _shown(document: SessionDocument) -> str:
    settings, parts = document.settings, []
    smoothing, least, prior = settings.get("smoothing_s"), settings.get("min_confidence"), settings.get("prior")
    if prior is not None:
        known = {
            "everyday": "expressions as frequent as in front of a camera, mostly neutral and happy",
            "balanced": "all expressions equally frequent",
        }
        parts.append(f"The prior was {prior}: {known.get(str(prior), 'as set by the user')}.")
    if isinstance(smoothing, int | float):
        parts.append(
            f"Readings were smoothed with a time constant of {smoothing} s."
            if smoothing
            else "Readings were not smoothed."
        )
    limit = (
        "its probability lay below the limit that the network's calibration sets"
        if least in (None, "auto")
        else f"its probability lay below {least}"
    )
    parts.append(f"A label was withheld as uncertain where the face could not be read well or {limit}.")
    return " ".join(parts)


def _baseline(document: SessionDocument) -> str:
    if not document.settings.get("relative") or not document.baselines:
        return "No neutral baseline was subtracted."
    count = len({each.face_id for each in document.baselines})
    return f"Readings are relative to the neutral face of {count} {'person' if count == 1 else 'persons'}."


def _statistics(summary: Summary) -> str:
    text = (
        "Statistics weigh each reading by the time for which it stands; shares, probabilities, valence and "
        "arousal cover the time with a label that was not withheld."
    )
    spans = sum(marker.kind == "exclude" for marker in summary.markers)
    if spans:
        word = "1 span was" if spans == 1 else f"{spans} spans were"
        text += f" {word} excluded ({summary.excluded_s:.1f} s in total)."
    else:
        text += " No span was excluded."
    by_hand_s = sum(part.statistics.by_hand.length_s for part in summary.people if part.statistics.by_hand)
    if by_hand_s > 0:
        text += f" {by_hand_s:.1f} s were labelled by hand besides, which changed none of these figures."
    return text


def _day(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "an unknown day"
    return f"{moment.day} {moment:%B %Y}"
