"""The table of networks trained under one protocol, and any set of faces judged by one network."""

import json
from pathlib import Path

import pytest

from mien_models.compare.protocol import BEGIN, END, table_of, write_table

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
