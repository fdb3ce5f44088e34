"""The table of networks trained under one protocol, and any set of faces judged by one network."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_models.compare.protocol import BEGIN, END, table_of, write_table
from mien_models.evaluation.run import evaluate
from tests.networks import manifest_of, write_network

ROW = {"accuracy": 0.4217, "macro_f1": 0.3, "parameters": 57_687, "faces": 3589}
TIMES = {"ms_a_face_batch_1": 0.41, "ms_a_face_batch_8": 0.22}


def test_the_table_has_what_each_run_was_given_and_replaces_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "cnn-b").mkdir()
    run = {"steps": 1981, "passes": 2.455, "minutes": 4.0, "parameters": 1_446_199}
    (tmp_path / "cnn-b" / "result.json").write_text(json.dumps(run))
    networks = [{"name": "cnn-b", **ROW, **TIMES}, {"name": "mien-s", **ROW, **TIMES}]
    table = table_of({"data": "FER2013", "networks": networks, "notes": ["Times: one thread."]}, tmp_path)
    assert "FER2013 PublicTest, 3,589 faces." in table
    assert (
        "| cnn-b | 65.5, with augmentation 70.2 (PrivateTest) | 42.2 | 0.300 | 1,981 | 2.46 | 4.0 | 1,446,199 |"
        in table
    )
    assert "| mien-s | – | 42.2 | 0.300 | see its card |" in table

    page = tmp_path / "page.md"
    page.write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n")
    write_table(page, table)
    text = page.read_text()
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "old" not in text
    page.write_text("nothing")
    with pytest.raises(ValueError, match="has no place for the table"):
        write_table(page, table)


def test_one_network_is_judged_by_any_set_of_faces(tmp_path: Path) -> None:
    rows = ["file,expression,valence,arousal,split"]
    for number, (label, split) in enumerate(
        [("happy", "train"), ("happy", "val"), ("sad", "train"), ("sad", "val")]
    ):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((30, 30, 3), 90, np.uint8))
        rows.append(f"{number}.png,{label},{0.5 if label == 'happy' else -0.5},0.1,{split}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    logits = [0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    model = write_network(tmp_path / "net.onnx", manifest_of(), logits=logits)

    report = evaluate(model, tmp_path, None, tmp_path / "out")

    figures = report.expressions[0].figures
    assert figures.labels == ("happiness", "sadness")
    assert figures.count == 2  # the val part
    assert figures.accuracy == 0.5
    assert "class means of the training part" in report.affects[0].title
    assert report.affects[0].dimensions["valence"].mean_of_true_class.rmse == pytest.approx(0.0)
    assert {"report.json", "confusion-expressions.png"} <= {path.name for path in (tmp_path / "out").iterdir()}
