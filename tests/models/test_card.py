import json
from pathlib import Path

import pytest

from mien_models.catalog import ZOO, read_catalog
from mien_models.judge.card import BEGIN, END, figures_as_markdown, write_figures


def figures(accuracy: float) -> dict[str, object]:
    row = {"faces": 400, "recall": accuracy, "precision": 0.5, "f1": 0.5}
    return {
        "faces": 400,
        "accuracy": accuracy,
        "mean_recall": 0.5,
        "macro_f1": 0.5,
        "calibration_error": 0.031,
        "classes": {"neutral": row},
        "confusion": [[400]],
        "curve": [{"least_confidence": 0.5, "shown": 0.25, "right": accuracy}],
    }


def changed(strength: int, agreement: float) -> dict[str, object]:
    rest = {"faces": 100, "accuracy": 0.5, "unchanged": 0.625, "agreement": agreement}
    return {"change": "low light", "setting": f"1/{2**strength}", "strength": strength} | rest


def judged(title: str, **more: object) -> dict[str, object]:
    priors = {"everyday": figures(0.625), "balanced": figures(0.5)}
    return {"title": title, "priors": priors, "copies": 0, "without_copies": None, "changes": []} | more


REPORT = {
    "temperature": 1.25,
    "milliseconds_per_face": 1.04,
    "sha256": "0123456789abcdef0",
    "sets": {
        "ratedweb": judged("web"),
        "expw": judged("noisy", copies=3, without_copies=figures(0.75)),
        "rafdb": judged("RAF", changes=[changed(strength, 0.9 - strength / 10) for strength in (1, 2, 3)]),
    },
}


def test_figures_replace_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"# Card\n\n{BEGIN}\nold figures\n{END}\n\nEnd.\n")
    write_figures(card, REPORT)
    text = card.read_text()
    assert text.startswith("# Card\n")
    assert text.endswith("\n\nEnd.\n")
    assert "old figures" not in text
    assert "| web | 400 | 1 | everyday | 62.5% | 50.0% | 0.031 | – |" in text
    assert "| noisy, without 3 near-copies | 400 | 1 | everyday | 75.0% |" in text
    assert "| 0.50 | 25.0% | 62.5% | 25.0% | 62.5% |" in text
    assert "| low light | 1/2: 80%, 50.0% | 1/4: 70%, 50.0% | 1/8: 60%, 50.0% |" in text


def test_a_card_without_a_place_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("# Card\n")
    with pytest.raises(ValueError, match="no place for figures"):
        write_figures(card, REPORT)
    assert card.read_text() == "# Card\n"


@pytest.mark.parametrize("name", ["mien-m", "mien-s"])
def test_the_figures_on_a_shipped_card_are_those_of_its_report(name: str) -> None:
    report = json.loads((ZOO / name / "report.json").read_text())
    assert report["name"] == name
    assert report["sha256"] == read_catalog()[name].sha256
    assert figures_as_markdown(report) in (ZOO / f"{name}.md").read_text()
