"""Workbooks read back: as Excel saves them, and those of strangers."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mien.errors import SessionError
from mien.session.tables import read_series
from mien.session.xlsx_rows import open_rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
WORKBOOK = (
    f'<workbook {MAIN} {RELATION}><sheets><sheet name="notes" sheetId="2" r:id="rId2"/>'
    '<sheet name="readings" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
)
TEXTS = (
    f"<sst {MAIN}><si><t>frame</t></si><si><r><t>time</t></r><r><t>_s</t></r></si><si><t>face_id</t>"
    "<rPh><t>furigana</t></rPh></si><si><t>p_joy</t></si><si><t>usable</t></si><si><t>label</t></si>"
    '<si><t xml:space="preserve">joy</t></si></sst>'
)
HEAD = "".join(f'<c r="{column}1" t="s"><v>{index}</v></c>' for index, column in enumerate("ABCDEF"))
ROWS = (
    '<row r="2"><c r="A2"><v>0</v></c><c r="B2"><v>0</v></c><c r="C2"><v>1</v></c><c r="D2"><v>0.75</v></c>'
    '<c r="E2" t="b"><v>1</v></c><c r="F2" t="s"><v>6</v></c></row>'
    '<row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>3.3333299999999999E-2</v></c>'
    '<c r="F3" t="e"><v>#N/A</v></c></row>'
    '<row r="4"/>'
)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook as Excel does, with some of its parts replaced."""

    def write(rows: str = ROWS, head: str = HEAD, **parts: str) -> Path:
        sheet = f'<worksheet {MAIN}><sheetData><row r="1">{head}</row>{rows}</sheetData></worksheet>'
        whole = {
            "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS,
            "xl/sharedStrings.xml": TEXTS,
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/sheet2.xml": f"<worksheet {MAIN}><sheetData/></worksheet>",
        }
        path = tmp_path / "x.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for name, text in (whole | parts).items():
                book.writestr(name, text)
        return path

    return write


def test_as_excel_saves_it(save: Callable[..., Path]) -> None:
    series = read_series(save())
    face = series.face(1)
    assert (series.labels, series.frame_count) == (("joy",), 2)
    assert face.probabilities.tolist() == [[0.75]]
    assert face.usable.tolist() == [True]
    assert face.top_labels() == ["joy"]
    assert series.end_s == pytest.approx(0.0333333)


def test_with_prefixes_and_the_first_sheet_where_none_has_our_name(save: Callable[..., Path]) -> None:
    workbook = WORKBOOK.replace('name="readings"', 'name="Tabelle1"').replace('"rId2"', '"rId9"')
    workbook = workbook.replace('"rId1"', '"rId2"').replace('"rId9"', '"rId1"')
    prefixed = f"<x:sst xmlns:x='main'>{TEXTS.partition('>')[2]}".replace("</sst>", "</x:sst>")
    prefixed = prefixed.replace("<si>", "<x:si>").replace("</si>", "</x:si>")
    path = save(**{"xl/workbook.xml": workbook, "xl/sharedStrings.xml": prefixed})
    assert read_series(path).labels == ("joy",)


def test_texts_for_flags_and_numbers_for_names(save: Callable[..., Path]) -> None:
    cells = '<c r="E2" t="str"><v>WAHR</v></c><c r="F2" t="inlineStr"><is><t>joy</t></is></c>'
    row = '<row r="2"><c r="A2"><v>0</v></c><c r="B2"><v>0</v></c><c r="C2"><v>1</v></c>' + cells + "</row>"
    assert read_series(save(row)).face(1).usable.tolist() == [True]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"rows": "<row><c r='A2'><v>x</v></c></row>"}, "could not convert"),
        ({"rows": '<row><c t="s"><v>99</v></c></row>'}, "no text 99"),
        ({"rows": '<row><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>'}, "in disorder"),
        ({"rows": '<row><c r="XFD2"><v>1</v></c></row>'}, "too many cells"),
        ({"rows": '<row><c r="1"><v>1</v></c></row>'}, "no cell is called"),
        ({"rows": "<row><c r='A2'><v>0</v></c><c r='B2'><v>nan</v></c></row>"}, "no frame or no time"),
        ({"rows": "<row><c r='A2'><v>1e400</v></c><c r='B2'><v>0</v></c></row>"}, "none of its column"),
        ({"rows": "<row><c>"}, "cannot be read as a workbook"),
        ({"head": "<c r='A1'><v>1</v></c>"}, "has no columns frame"),
        ({"xl/sharedStrings.xml": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{TEXTS}"}, "document type"),
        ({"xl/workbook.xml": "<workbook/>"}, "has no sheet"),
        ({"xl/_rels/workbook.xml.rels": "<Relationships/>"}, "cannot be read as a workbook"),
        (
            {"xl/_rels/workbook.xml.rels": RELATIONS.replace("worksheets/sheet1", "../../etc/passwd")},
            "no item named",
        ),
        ({"xl/sharedStrings.xml": "<sst><si><t>" + "x" * 20_000_000 + "</t></si></sst>"}, "swells"),
    ],
)
def test_what_is_damaged_or_swells_is_refused_in_one_line(
    save: Callable[..., Path], parts: dict[str, str], reason: str
) -> None:
    with pytest.raises(SessionError, match=reason) as caught:
        read_series(save(**parts))
    assert str(caught.value).isprintable()


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(SessionError, match="cannot be read as a workbook"), open_rows(tmp_path / "x.xlsx"):
        pass
