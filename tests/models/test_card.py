import json
from pathlib import Path

import pytest

from mien_models.catalog import ZOO, read_catalog
from mien_models.evaluation.card import BEGIN, END, figures_as_markdown, write_figures


def stressed(change: str, setting: str, strength: int, accuracy: float) -> dict[str, object]:
    return {
        "change": change,
        "setting": setting,
        "strength": strength,
        "faces": 400,
        "accuracy": accuracy,
        "unchanged": 0.625,
        "agreement": 0.75,
    }


REPORT = {
    "temperature": 1.25,
    "milliseconds_per_face": 1.04,
    "sha256": "0123456789abcdef0",
    "expressions": [
        {
            "title": "A set",
            "count": 1234,
            "accuracy": 0.625,
            "macro_f1": 0.5,
            "calibration_error": 0.031,
            "without_near_copies": {"count": 1000, "accuracy": 0.6, "macro_f1": 0.48},
            "flip_average": {"count": 1234, "accuracy": 0.635, "macro_f1": 0.51},
            "classes": {"neutral": {"count": 1234, "recall": 0.625, "f1": 0.5}},
        }
    ],
    "affect": [],
    "stress": [
        stressed("mirrored", "", 0, 0.62),
        stressed("in the dark", "1/2", 1, 0.6),
        stressed("in the dark", "1/4", 2, 0.55),
        stressed("in the dark", "1/8", 3, 0.5),
    ],
}


def test_figures_replace_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"# Card\n\n{BEGIN}\nold figures\n{END}\n\nEnd.\n")
    write_figures(card, REPORT)
    text = card.read_text()
    assert text.startswith("# Card\n")
    assert text.endswith("\n\nEnd.\n")
    assert "old figures" not in text
    assert "| A set | 1,234 | 62.5% | 0.500 | 0.031 | 1,000, 60.0%, 0.480 | 63.5% |" in text
    assert "| in the dark | 1/2: 60.0% (-2.5) | 1/4: 55.0% (-7.5) | 1/8: 50.0% (-12.5) |" in text
    assert "- mirrored: 62.0% of 400 faces, 62.5% as they are; the same label for 75.0%" in text


def test_a_card_without_a_place_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("# Card\n")
    with pytest.raises(ValueError, match="no place for figures"):
        write_figures(card, REPORT)
    assert card.read_text() == "# Card\n"


@pytest.mark.parametrize("name", sorted(read_catalog()))
def test_the_figures_on_a_shipped_card_are_those_of_its_report(name: str) -> None:
    report = json.loads((ZOO / name / "report.json").read_text())
    assert report["name"] == name
    assert report["sha256"] == read_catalog()[name].sha256
    assert figures_as_markdown(report) in (ZOO / f"{name}.md").read_text()
