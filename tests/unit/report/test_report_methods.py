"""How the readings were made, in words; and how the program is cited."""

from pathlib import Path

import msgspec
import pytest
from test_report_page import summary_with
from test_report_statistics import document, series_of

from mien.report.citation import citation
from mien.report.html_page import to_html
from mien.report.methods import methods_text
from mien.report.summary import Summary, summarise
from mien.session.document import BaselineRecord, ImportRecord, SessionDocument
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.hand_labels import set_label

CITATION = Path(__file__).parents[3] / "CITATION.cff"


def said(found: SessionDocument, annotations: Annotations | None = None) -> str:
    plain = summary_with(annotations or Annotations())
    made = Summary(**{name: getattr(plain, name) for name in Summary.__slots__} | {"document": found})
    return "\n".join(methods_text(made))


def changed(**fields: object) -> SessionDocument:
    return msgspec.structs.replace(document(), **fields)


def test_all_that_a_paper_must_name_is_named() -> None:
    text = said(document())
    for part in (
        "Mien 0.1.0",
        "the network mien-s (SHA-256 of its file " + "cd" * 32,
        "SHA-256 " + "ab" * 32,
        "BlazeFace (full range)",
        "smoothed with a time constant of 0.3 s",
        "No neutral baseline was subtracted",
        "No span was excluded",
        "neutral and happiness",
    ):
        assert part.casefold() in text.casefold(), part


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"smoothing_s": 0.0}, "were not smoothed"),
        ({"min_confidence": 0.7}, "its probability lay below 0.7"),
        ({"min_confidence": "auto"}, "the network's calibration"),
        ({"every": 1, "min_face_score": 0.4}, "in every frame, with a detection threshold of 0.4"),
        ({"every": 5}, "in one of 5 frames"),
        ({"prior": "balanced"}, "all expressions equally frequent"),
    ],
)
def test_each_setting_is_said_as_it_was(settings: dict[str, object], part: str) -> None:
    assert part in said(changed(settings={**document().settings, **settings}))


def test_baselines_drops_spans_and_labels_by_hand_are_said() -> None:
    baselines = (BaselineRecord(face_id=1, taken_at_s=1.0, probabilities=(1.0, 0.0)),)
    relative = changed(
        settings={**document().settings, "relative": True}, baselines=baselines, frames=90, dropped=7
    )
    annotations = Annotations(markers=(Marker(kind="exclude", start_s=2.0, end_s=3.0),))
    text = said(relative, set_label(annotations, (1,), 4.0, 5.0, "happiness"))
    assert "relative to the neutral face of 1 person." in text
    assert "90 frames were read; besides these 7 were dropped" in text
    assert "1 span was excluded (1.0 s in total)" in text
    assert "1.0 s were labelled by hand" in text


def test_a_table_of_another_program_is_not_said_to_be_read_by_mien() -> None:
    text = said(changed(imported=ImportRecord(program="OpenFace 2.2", table="a.csv", sha256="cd" * 32)))
    assert text.startswith("Facial expressions were read by OpenFace 2.2")
    assert "mien-s" not in text


def test_the_reference_comes_from_the_file_for_citing() -> None:
    lines = CITATION.read_text(encoding="utf-8").splitlines()
    title = next(line for line in lines if line.startswith("title:")).split(":", 1)[1].strip(' "')
    author = next(line for line in lines if "name:" in line).split("name:", 1)[1].strip()
    assert citation("mien 1.2.3") == f"{author}. {title} (version 1.2.3) [Computer software]."
    assert citation(document().program) in said(document())


def test_the_page_holds_the_text_as_text() -> None:
    found = changed(source=msgspec.structs.replace(document().source, name="<b>x</b>.mp4"))
    page = to_html(
        summarise("t", found, series_of([(0.1 * step, 1, 0.9, 0.5) for step in range(30)]), Annotations())
    )
    assert "&lt;b&gt;x&lt;/b&gt;.mp4 (" in page
    assert "<b>" not in page
