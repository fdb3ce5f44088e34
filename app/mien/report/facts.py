"""The rows of text on a summary, the same in HTML and in PDF."""

from datetime import datetime

from mien.core.wording import name_of, signed
from mien.report.by_hand import ByHand
from mien.report.statistics import OwnFigure, PersonStatistics, Spread
from mien.report.summary import Summary
from mien.session.document import ImportRecord
from mien.session.notes.annotations import MARKER_DECIMALS, Marker
from mien.timeline.clock import clock

Row = tuple[str, str]
_SETTINGS = {
    "smoothing_s": "Smoothing",
    "min_confidence": "Uncertain below",
    "min_face_score": "Face detection threshold",
    "every": "Faces detected in",
    "prior": "Expected expressions",
}


def person_facts(statistics: PersonStatistics) -> list[Row]:
    """Return a person's figures as name and value."""
    rows = [
        (
            "In view",
            f"{clock(statistics.in_view_s, decimals=1)}, "
            f"from {clock(statistics.first_s)} to {clock(statistics.last_s)}",
        ),
        ("Mean valence", _spread(statistics.valence)),
        ("Mean arousal", _spread(statistics.arousal)),
        ("Uncertain", _uncertain(statistics)),
        ("Mean quality", "not kept" if statistics.quality is None else f"{statistics.quality:.0%}"),
    ]
    if statistics.changes is not None:
        rows.append(("Changes of expression", f"{statistics.changes:.1f} a minute"))
    if statistics.blinks is not None:
        rows.append(("Blinks", f"{statistics.blinks:.0f} a minute"))
    if statistics.head_deg is not None:
        rows.append(
            (
                "Head",
                ", ".join(
                    f"{name} {spread.mean:+.0f}° ± {spread.deviation:.0f}°".replace("-", "−")
                    for name, spread in zip(("yaw", "pitch"), statistics.head_deg, strict=True)
                ),
            )
        )
    if statistics.units:
        strongest = sorted(statistics.units.items(), key=lambda item: -item[1].mean)[:5]
        rows.append(
            ("Strongest action units", ", ".join(f"{name} {spread.mean:.2f}" for name, spread in strongest))
        )
    if statistics.by_hand is not None:
        rows += _by_hand(statistics.by_hand)
    rows += [(f"Own: {name}", _own(figure)) for name, figure in statistics.own.items()]
    if len(statistics.face_ids) > 1:
        rows.append(("Merged faces", ", ".join(str(face_id) for face_id in statistics.face_ids)))
    return rows


def made_with(summary: Summary) -> list[Row]:
    """Return what the readings were made with."""
    document = summary.document
    rows = [("Video", document.source.name), ("Length", clock(summary.duration_s, decimals=1))]
    if summary.span != (0.0, summary.duration_s):
        rows.append(
            ("Part of it", " to ".join(clock(time_s, decimals=MARKER_DECIMALS) for time_s in summary.span))
        )
    if document.source.sha256:
        rows.append(("SHA-256 of the video", document.source.sha256))
    if document.imported is not None:
        rows += _imported(document.imported)
    for network in document.networks[: 0 if document.imported is not None else 1]:
        rows.append(("Network", f"{network.name}{f' on {network.provider}' if network.provider else ''}"))
        if network.sha256:
            rows.append(("SHA-256 of the network", network.sha256))
    if document.imported is None:
        rows.append(("Face detector", document.detector or "not kept"))
    for name, title in _SETTINGS.items():
        if name in document.settings:
            rows.append((title, _setting(name, document.settings[name])))
    rows.append(("Imported with" if document.imported is not None else "Read with", document.program))
    done = "Recorded" if document.source.kind == "camera" else "Read"
    rows.append(("Imported" if document.imported is not None else done, _date(document.started_at)))
    if document.frames is not None:
        counts = (
            (document.dropped, "dropped: this machine was slower than the source"),
            (document.left_out, "left out: the disk was too slow"),
            (document.damaged, "damaged on their way"),
        )
        missing = [f"{count} {why}" for count, why in counts if count]
        rows.append(("Frames", "; ".join([str(document.frames), *missing])))
    return rows


def _imported(table: ImportRecord) -> list[Row]:
    """Return what another program's table was taken from."""
    rows = [("Read by", table.program), ("Table", table.table), ("SHA-256 of the table", table.sha256)]
    return [*rows, *(("Note", note) for note in table.notes)]


def excluded_sentence(summary: Summary) -> str:
    """Return what the statistics leave out, in a sentence."""
    spans = sum(marker.kind == "exclude" for marker in summary.markers)
    if not spans:
        return "These figures cover everything that was read."
    word = "1 span" if spans == 1 else f"{spans} spans"
    return f"These figures exclude {word} ({summary.excluded_s:.1f} s in total), shown pale on the time lines."


def marker_row(marker: Marker) -> tuple[str, str, str]:
    """Return a marker's time, kind and text."""
    time = clock(marker.start_s, decimals=MARKER_DECIMALS)
    if marker.end_s is not None:
        time = f"{time} – {clock(marker.end_s, decimals=MARKER_DECIMALS)}"
    code = f" ({marker.code})" if marker.code else ""
    return time, f"{marker.title}{code}", marker.text


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return "not given by this network"
    return f"{signed(spread.mean)}  (spread {spread.deviation:.2f})"


def _by_hand(by_hand: ByHand) -> list[Row]:
    shares = ", ".join(f"{name_of(label)} {share:.0%}" for label, share in by_hand.shares.items())
    rows = [("Labelled by hand", f"{clock(by_hand.length_s, decimals=1)} ({shares})")]
    if by_hand.agreement is not None:
        kappa = "" if by_hand.kappa is None else f", Cohen's kappa {signed(by_hand.kappa)}"
        rows.append(
            ("Network agrees with it", f"{by_hand.agreement:.0%} of {by_hand.compared_s:.1f} s compared{kappa}")
        )
    return rows


def _own(figure: OwnFigure) -> str:
    if figure.times is None:
        return f"mean {figure.mean:.2f}".replace("-", "−")
    return f"{figure.mean:.0%} of the time, {figure.times} time{'' if figure.times == 1 else 's'}"


def _uncertain(statistics: PersonStatistics) -> str:
    reasons = ", ".join(f"{reason} {share:.0%}" for reason, share in list(statistics.reasons.items())[:3])
    return f"{statistics.uncertain:.0%} of the time in view{f' ({reasons})' if reasons else ''}"


def _setting(name: str, value: object) -> str:
    match name:
        case "smoothing_s":
            return f"{value} s" if value else "none"
        case "min_confidence":
            return "as the network says" if value == "auto" else str(value)
        case "every":
            return (
                "as many frames as time allows"
                if not value
                else f"1 of {value} frames"
                if value != 1
                else "every frame"
            )
    return str(value)


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%d %B %Y, %H:%M %Z").strip()
    except ValueError:
        return name_of(text)
