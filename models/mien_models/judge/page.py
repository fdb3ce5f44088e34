"""A report of the judge as one HTML file: no script, no other file, nothing from the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

STYLE: Final = """
body{margin:0;background:#F1F3F6;color:#1A1F27;font:14px/1.5 Inter,"Segoe UI","Noto Sans",sans-serif}
main{max-width:920px;margin:32px auto;padding:40px 48px;background:#fff;border-radius:12px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:18px;margin:28px 0 8px}
.quiet{color:#5B6675}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:5px 10px;border-bottom:1px solid #EEF1F5}th{color:#5B6675;font-weight:500}
th:first-child,td:first-child{text-align:left}.charts{display:grid;grid-template-columns:1fr 1fr;gap:24px}
svg{width:100%;height:auto}.scroll{overflow-x:auto}
@media(max-width:760px){.charts{grid-template-columns:1fr}main{padding:24px 20px;margin:0}}
"""


def to_html(report: Mapping[str, Any]) -> str:
    """Return the page of `JudgeReport.as_dict()`."""
    parts = [_overview(report)]
    for prior, figures in report["priors"].items():
        parts.append(_part(prior, figures))
    if report["groups"]:
        parts.append("<h2>Groups</h2>" + _summary_table(report["groups"], "group"))
    if report["changes"]:
        parts.append(_changes(report["changes"]))
    title = escape(f"{report['subject']} on {report['set']}")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>{''.join(parts)}"
        "</main></body></html>\n"
    )


def _overview(report: Mapping[str, Any]) -> str:
    notes = [note for note in [*report["notes"], report["left_out"]] if note]
    if report["copies"]:
        notes.append(f"{report['copies']:,} faces are nearly the same as one that was learned from.")
    rows = {prior or "as it answers": figures for prior, figures in report["priors"].items()}
    if report["without_copies"] is not None:
        rows[f"{next(iter(rows))}, without those copies"] = report["without_copies"]
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    head = f"{report['faces']:,} faces · {escape(report['file'])} · sha256 {report['sha256'][:16]}…"
    return f'<p class="quiet">{head}</p>{said}{_summary_table(rows, "prior")}'


def _summary_table(rows: Mapping[str, Mapping[str, Any]], name: str) -> str:
    table = [
        [name, "faces", "accuracy", "mean recall", "macro-F1", "calibration error", "CCC valence", "CCC arousal"]
    ]
    for title, figures in rows.items():
        affect = figures.get("affect", {})
        table.append(
            [
                title,
                f"{figures['faces']:,}" if "faces" in figures else "–",
                _share(figures.get("accuracy")),
                _share(figures.get("mean_recall")),
                _number(figures.get("macro_f1"), 3),
                _number(figures.get("calibration_error"), 3),
                *(
                    _number(affect[key]["network"]["ccc"], 2) if key in affect else "–"
                    for key in ("valence", "arousal")
                ),
            ]
        )
    return _table(table)


def _part(prior: str, figures: Mapping[str, Any]) -> str:
    parts = [f"<h2>{escape(f'By the prior {prior}' if prior else 'By class')}</h2>"]
    if "classes" in figures:
        rows = [["expression", "faces", "recall", "precision", "F1"]]
        for label, row in figures["classes"].items():
            shares = (_share(row["recall"]), _share(row["precision"]), _number(row["f1"], 3))
            rows.append([label, f"{row['faces']:,}", *shares])
        parts.append(_table(rows))
        charts = _confusion(list(figures["classes"]), figures["confusion"])
        if "curve" in figures:
            charts += _curve(figures["curve"])
        parts.append(f'<div class="charts">{charts}</div>')
    if "curve" in figures:
        rows = [["labels below this confidence withheld", "faces with a label", "right among them"]]
        rows += [
            [f"{p['least_confidence']:.2f}", _share(p["shown"]), _share(p["right"])] for p in figures["curve"]
        ]
        parts.append(_table(rows))
    if "affect" in figures:
        parts.append(f"<p>Valence and arousal; class means are of {escape(figures['class_means_of'])}.</p>")
        rows = [["", "", "CCC", "RMSE", "Pearson", "right sign"]]
        for dimension, comparison in figures["affect"].items():
            for who, row in comparison.items():
                numbers = (_number(row[key], 2) for key in ("ccc", "rmse", "pearson"))
                rows.append([dimension, who.replace("_", " "), *numbers, _share(row["sagr"])])
        parts.append(_table(rows))
    return "".join(parts)


def _changes(rows: Sequence[Mapping[str, Any]]) -> str:
    table = [["change", "", "the same label as unchanged", "accuracy", "unchanged"]]
    for row in rows:
        shares = (_share(row[key]) for key in ("agreement", "accuracy", "unchanged"))
        table.append([row["change"], row["setting"], *shares])
    return "<h2>The same faces, changed</h2>" + _table(table)


def _confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """Return the confusion matrix as SVG; a row is a true class, its shades are shares of it."""
    size, left, top = 40, 84, 20
    parts = []
    for row, line in enumerate(counts):
        total = max(1, sum(line))
        parts.append(
            f'<text x="{left - 6}" y="{top + row * size + 25}" text-anchor="end">{escape(labels[row])}</text>'
        )
        for column, count in enumerate(line):
            x, y, share = left + column * size, top + row * size, count / total
            ink = "#fff" if share > 0.5 else "#1A1F27"
            parts.append(
                f'<rect x="{x}" y="{y}" width="{size - 2}" height="{size - 2}" fill="#0F8F82" '
                f'fill-opacity="{share:.2f}"/><text x="{x + 19}" y="{y + 24}" text-anchor="middle" fill="{ink}">'
                f"{100 * share:.0f}</text>"
            )
    for column, label in enumerate(labels):
        parts.append(
            f'<text x="{left + column * size + 19}" y="{top - 6}" text-anchor="middle">{label[:5]}</text>'
        )
    width, height = left + len(labels) * size, top + len(labels) * size
    return _svg(width, height, "".join(parts), "Confusion: rows are true, columns are said, in percent of the row")


def _curve(points: Sequence[Mapping[str, Any]]) -> str:
    """Return coverage against accuracy as SVG."""
    side, pad = 320, 36
    inner = side - 2 * pad
    known = [point for point in points if point["right"] == point["right"] and point["shown"] > 0]
    places = [(pad + inner * point["shown"], side - pad - inner * point["right"]) for point in known]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) if places else ""
    ticks = "".join(
        f'<path d="M{pad} {side - pad - inner * share}h{inner}" stroke="#DFE4EB"/>'
        f'<text x="{pad - 6}" y="{side - pad - inner * share + 4}" text-anchor="end">{share:.0%}</text>'
        f'<text x="{pad + inner * share}" y="{side - pad + 16}" text-anchor="middle">{share:.0%}</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#C2408A"/>' for x, y in places)
    names = f'<text x="{side / 2}" y="{side - 4}" text-anchor="middle">faces with a label</text>'
    body = f'{ticks}<path d="{line}" fill="none" stroke="#C2408A" stroke-width="2"/>{dots}{names}'
    return _svg(side, side, body, "Share of right labels, by the share of faces that get one")


def _svg(width: float, height: float, body: str, spoken: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(spoken)}" font-size="11" '
        f'fill="#1A1F27" xmlns="http://www.w3.org/2000/svg"><title>{escape(spoken)}</title>{body}</svg>'
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _share(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.1%}"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None or value != value else f"{value:.{digits}f}"
