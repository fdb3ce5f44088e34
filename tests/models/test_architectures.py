"""The table of every architecture, from what runs left."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")

from mien_models.compare.architectures import BEGIN, END, as_markdown, outcomes, write_into  # noqa: E402
from mien_models.data import DataError  # noqa: E402
from mien_networks.registry import ARCHITECTURES  # noqa: E402
from tests.networks import manifest_of, write_network  # noqa: E402


def run_of(folder: Path, accuracy: float) -> None:
    folder.mkdir(parents=True)
    (folder / "history.csv").write_text("epoch,steps,train_loss\n1,10,1.95\n2,1020,1.2\n", encoding="utf-8")
    result = {"test": {"accuracy": accuracy}, "passes": 0.4}
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def test_only_what_was_trained_beyond_chance_has_a_figure(tmp_path: Path) -> None:
    run_of(tmp_path / "cnn-b", 0.612)
    run_of(tmp_path / "published-cnn-c", 0.26)
    (tmp_path / "vit-base").mkdir()
    write_network(tmp_path / "cnn-b.onnx", manifest_of())
    rows = {row.name: row for row in outcomes(tmp_path)}
    assert list(rows) == list(ARCHITECTURES)
    assert rows["cnn-b"].cells()[2:4] == ("1,020 steps, loss 1.95 → 1.20", "61.2")
    assert rows["cnn-b"].exports == "not said in the file"
    assert rows["cnn-c"].reaches == "not trained, because 0.4 passes left it at the commonest class"
    assert rows["vit-base"].reaches == "not trained, because no run of it ended"
    assert rows["retinaface-m025"].reaches == "not trained, because it has no recipe here"
    assert rows["cnn-a"].exports == "not exported here"
    (tmp_path / "page.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_into(tmp_path / "page.md", as_markdown(list(rows.values())))
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert page.startswith("before\n")
    assert page.endswith("after\n")
    assert "old" not in page
    assert page.count("\n| ") == len(rows) + 2
    with pytest.raises(DataError, match="no place for the table"):
        write_into(tmp_path / "cnn-b" / "history.csv", "")
