"""Chosen curves as a drawing, and as files."""

import math
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from mien.cli.report import report
from mien.errors import RecordingError
from mien.report.curve_sheet import keys_there, sheet_of_session
from mien.session.foreign.bring_in import import_table
from mien.session.stored import StoredSession


@pytest.fixture
def stored(tmp_path: Path) -> StoredSession:
    rows = [f"{at / 10},1,{0.5 + at / 200},{0.5 - at / 200},{at / 100},{math.sin(at / 10)}" for at in range(100)]
    table = tmp_path / "old.csv"
    table.write_text("\n".join(["time,face_id,happy,sad,AU12,valence", *rows]) + "\n")
    return import_table(table)


def points(svg: str) -> list[list[tuple[float, float]]]:
    paths = re.findall(r'<path d="(M[^"]*)" fill="none"', svg)
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) (-?[\d.]+)", path)] for path in paths]


def test_each_number_is_drawn_on_the_axis_of_its_scale(stored: StoredSession) -> None:
    svg = sheet_of_session("Old", stored, ["au12", "valence"]).to_svg()
    for words in ("Old", "Face 1", "AU12 Lip corner puller", "Valence", "100 %", "+1"):
        assert words in svg
    unit, valence = points(svg)
    assert unit[0][1] > unit[-1][1]  # rises from 0 at the bottom
    assert unit[0][1] == pytest.approx(96, abs=1)
    assert unit[-1][1] == pytest.approx(96 * 0.01, abs=1.5)
    assert min(y for _, y in valence) == pytest.approx(0, abs=1)
    assert max(y for _, y in valence) == pytest.approx(96, abs=1)


def test_what_the_session_does_not_have(stored: StoredSession) -> None:
    with pytest.raises(RecordingError, match=r"happines: no curve of this session; did you mean happiness"):
        sheet_of_session("Old", stored, ["happines"])
    assert keys_there(stored, ("au12", "bs_jawOpen", "happiness")) == ["happiness", "au12"]
    assert "There is nothing to draw" in sheet_of_session("Old", stored, []).to_svg()


def test_from_the_command_line(stored: StoredSession) -> None:
    done = CliRunner().invoke(report, [str(stored.folder), "--curve", "happiness"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Happiness" in (stored.folder / "curves.svg").read_text()
