"""The summary as PDF: its pages are numbered, and none is nearly empty for want of a little room."""

import re
from pathlib import Path

import numpy as np
from made_series import LABELS, add_rows
from PySide6.QtWidgets import QApplication

from mien.core.series import ReadingSeries
from mien.gui.review.summary_pdf import _NEARLY_EMPTY, _draw, _Form, write_pdf
from mien.report.summary import Summary, summarise
from mien.session.document import NetworkRecord, SessionDocument, SourceRecord
from mien.session.notes.annotations import Annotations, Marker


def summary_with(markers: int) -> Summary:
    series = ReadingSeries(LABELS)
    times_s = np.arange(100) / 10
    add_rows(series, 1, times_s, (times_s >= 5) * 0.9)
    document = SessionDocument(
        program="mien 0.1.0",
        started_at="2026-01-02T10:11:12+01:00",
        source=SourceRecord(kind="file", name="talk.mp4", sha256="ab" * 32),
        networks=(NetworkRecord(name="net", sha256="cd" * 32, labels=LABELS),),
    )
    found = tuple(Marker(kind="note", start_s=number / 50, text=f"note {number}") for number in range(markers))
    return summarise("talk", document, series, Annotations(markers=found))


def pages_of(target: Path) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", target.read_bytes()))


def test_pages_are_as_many_as_they_are_numbered(qapp: QApplication, tmp_path: Path) -> None:
    from PySide6.QtCore import QBuffer, QIODevice

    target = tmp_path / "out.pdf"
    for markers in (0, 10, 60, 200):
        summary = summary_with(markers)
        data = QBuffer()
        data.open(QIODevice.OpenModeFlag.WriteOnly)
        plain, last = _draw(summary, target, data, _Form())
        write_pdf(summary, target)
        assert plain - 1 <= pages_of(target) <= plain
        if last >= _NEARLY_EMPTY:
            assert pages_of(target) == plain
    assert pages_of(target) > 2


def test_a_little_too_much_is_drawn_smaller(qapp: QApplication, tmp_path: Path) -> None:
    from PySide6.QtCore import QBuffer, QIODevice

    target, saved = tmp_path / "out.pdf", 0
    for markers in range(60):
        summary = summary_with(markers)
        data = QBuffer()
        data.open(QIODevice.OpenModeFlag.WriteOnly)
        plain, last = _draw(summary, target, data, _Form())
        if plain > 1 and last < 0.04:
            write_pdf(summary, target)
            saved += pages_of(target) == plain - 1
    assert saved > 0
