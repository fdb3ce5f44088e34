"""The page as people open it: well-formed, safe, with everything that it must say."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_report_statistics import LABELS, document, only, series_of

from mien.core.series import ReadingSeries
from mien.errors import RecordingError
from mien.overlay.style import COLOURS
from mien.report.charts import legend, plane_chart, shares_chart, timeline_chart
from mien.report.html_page import to_html, write_html
from mien.report.statistics import statistics_of
from mien.report.summary import CAUTION, Summary, summarise
from mien.session.notes.annotations import Annotations, Marker, Person
from mien.session.notes.persons import apply_persons

NASTY = '<script>alert("x")</script> & "Ada"'


def summary_with(annotations: Annotations, title: str = "talk") -> Summary:
    rows = [(0.1 * step, 1, 0.9 if step % 40 < 20 else 0.2, 0.5 - step / 100) for step in range(100)]
    return summarise(title, document(), series_of(rows, unusable={rows[5][0]: "dark"}), annotations)


def test_the_page_says_what_it_must() -> None:
    annotations = Annotations(
        markers=(Marker(kind="event", start_s=1.0, text="bell"), Marker(kind="exclude", start_s=2.0, end_s=3.0)),
        persons=(Person(name="Ada", face_ids=(1,)),),
    )
    page = to_html(summary_with(annotations))
    for text in ("Ada", "bell", "Excluded", "mien-s on cpu", "ab" * 32, "full-range", "0.3 s", "mien 0.1.0"):
        assert text in page
    assert "exclude 1 span (1.0 s in total)" in page
    assert CAUTION[:60] in page
    assert page.count("<svg") == 4  # legend, shares, plane, time line


def test_what_people_typed_stays_text() -> None:
    annotations = Annotations(
        markers=(Marker(kind="note", start_s=1.0, text=NASTY),), persons=(Person(name=NASTY, face_ids=(1,)),)
    )
    page = to_html(summary_with(annotations, title=NASTY))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    assert "default-src 'none'" in page


def test_a_title_from_a_name_that_is_no_utf_8_can_be_written() -> None:
    page = to_html(summary_with(Annotations(), title="M\udcfcller.mien"))
    assert "<h1>M\\xfcller.mien</h1>" in page.encode().decode()


def test_the_page_needs_nothing_else() -> None:
    page = to_html(summary_with(Annotations()))
    assert not re.search(r"(src|href)=", page)
    assert set(re.findall(r"https?://[^\"' ]+", page)) == {"http://www.w3.org/2000/svg"}


def test_charts_are_well_formed_and_in_the_colours_of_everything_else() -> None:
    summary = summary_with(Annotations(markers=(Marker(kind="exclude", start_s=2.0, end_s=3.0),)))
    part = summary.people[0]
    charts = [
        shares_chart(part.statistics),
        plane_chart(part.series.readings, part.statistics),
        timeline_chart(part.series.readings, summary.span, summary.markers),
        legend(LABELS),
    ]
    for chart in charts:
        ElementTree.fromstring(chart.to_svg())
    assert COLOURS["happiness"] in charts[0].body
    assert COLOURS["happiness"] in charts[2].body
    assert "url(#hatch)" in charts[2].body


def test_nobody_and_no_affect_have_pages_too() -> None:
    empty = summarise("empty", document(), ReadingSeries(LABELS), Annotations())
    assert "Nobody was in view" in to_html(empty)
    series = series_of([(0.1 * step, 1, 0.9, None) for step in range(30)])
    page = to_html(summarise("plain", document(), series, Annotations()))
    assert "not given by this network" in page
    (person,) = apply_persons(series, Annotations())
    found = statistics_of(person, Annotations())
    assert found is not None
    ElementTree.fromstring(plane_chart(only(series, Annotations()), found).to_svg())


def test_it_is_written_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    write_html(summary_with(Annotations()), target)
    with pytest.raises(RecordingError, match=r"page\.html"):
        write_html(summary_with(Annotations()), target)
    write_html(summary_with(Annotations(), title="second"), target, overwrite=True)
    assert "second" in target.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(RecordingError, match="ending"):
        write_html(summary_with(Annotations()), tmp_path / "page.docx")


def test_the_command_reports_a_folder_that_is_no_session(tmp_path: Path) -> None:
    from mien.cli.report import report
    from mien.errors import SessionError

    result = CliRunner().invoke(report, [str(tmp_path), "-o", str(tmp_path / "out.html")])
    assert isinstance(result.exception, SessionError)
    assert not (tmp_path / "out.html").exists()
