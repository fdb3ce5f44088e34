"""The charts by themselves: as one drawing, and the curves of expressions."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from test_report_page import NASTY, summary_with
from test_report_statistics import LABELS, document, only, series_of

from mien.core.series import ReadingSeries
from mien.errors import RecordingError
from mien.overlay.style import COLOURS
from mien.report.chart_sheet import chart_sheet, write_svg
from mien.report.curves import curves_chart
from mien.report.summary import summarise
from mien.session.notes.annotations import Annotations, Marker, Person


def path_of(svg: str, label: str) -> list[tuple[float, float]]:
    (path,) = re.findall(rf'<path d="([^"]*)" fill="none" stroke="{COLOURS[label]}"', svg)
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def test_a_curve_goes_where_the_probability_was() -> None:
    series = series_of([(0.1 * step, 1, 0.9 if step < 50 else 0.2, None) for step in range(100)])
    svg = curves_chart(only(series, Annotations()), (0.0, 10.0), ()).to_svg()
    happy = path_of(svg, "happiness")
    neutral = path_of(svg, "neutral")
    assert {round(y / 120, 2) for x, y in happy if x < 320} == {0.1}
    assert {round(y / 120, 2) for x, y in happy if x > 360} == {0.8}
    assert {round(y / 120, 2) for x, y in neutral if x > 360} == {0.2}
    assert ">100%<" in svg
    assert ">00:10<" in svg


def test_a_curve_is_broken_where_the_face_was_away() -> None:
    series = series_of([(time_s, 1, 0.9, None) for time_s in (0.0, 0.1, 0.2, 8.0, 8.1, 8.2)])
    svg = curves_chart(only(series, Annotations()), (0.0, 10.0), ()).to_svg()
    (path,) = re.findall(rf'<path d="([^"]*)" fill="none" stroke="{COLOURS["happiness"]}"', svg)
    assert path.count("M") == 2


def test_all_charts_are_one_drawing() -> None:
    annotations = Annotations(
        markers=(Marker(kind="event", start_s=1.0), Marker(kind="exclude", start_s=2.0, end_s=3.0)),
        persons=(Person(name=NASTY, face_ids=(1,)),),
    )
    sheet = chart_sheet(summary_with(annotations, title=NASTY))
    root = ElementTree.fromstring(sheet.to_svg())
    assert root.get("height") == f"{sheet.height:g}"
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(NASTY) == 2  # the title, and the person
    assert {"Happiness", "Uncertain", "excited", "100%"} <= set(texts)
    assert "<script" not in sheet.to_svg()


def test_nobody_is_said(tmp_path: Path) -> None:
    empty = summarise("empty", document(), ReadingSeries(LABELS), Annotations())
    assert "Nobody was in view" in chart_sheet(empty).to_svg()


def test_it_is_written_in_one_step(tmp_path: Path) -> None:
    write_svg(summary_with(Annotations()), tmp_path / "charts.svg")
    with pytest.raises(RecordingError, match=r"charts\.svg"):
        write_svg(summary_with(Annotations()), tmp_path / "charts.svg")
    with pytest.raises(RecordingError, match="ending"):
        write_svg(summary_with(Annotations()), tmp_path / "charts.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["charts.svg"]
