import csv
import dataclasses
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.face import SecondReading
from mien.core.shown import as_read
from mien.errors import RecordingError
from mien.sinks.readings.journal import open_journal
from mien.sinks.readings.parquet_file import ROWS_IN_GROUP
from mien.sinks.readings.readings_log import open_readings
from mien.sinks.readings.rows import columns_of, rows_of, shortest

FORMATS = [".csv", ".jsonl", ".parquet", ".xlsx"]


@pytest.fixture
def results(make_result: Any, make_reading: Any) -> list[Any]:
    rng = np.random.default_rng(3)
    frames = []
    for index in range(40):
        faces = [
            make_reading(
                face_id,
                rng.normal(size=8),
                affect=Affect(*rng.uniform(-1, 1, 2)) if index % 3 else None,
                reason="blurred" if index % 5 == 0 else None,
            )
            for face_id in range(1, 1 + index % 4)
        ]
        frames.append(make_result(index=index * 2, time_s=index / 29.97, readings=faces))
    return frames


def write(path: Path, results: list[Any], labels: Any = EXPRESSIONS) -> Path:
    log = open_readings(path, labels, model="net 1")
    for result in results:
        log.write(result, None)
    assert not path.exists()
    log.finish()
    log.finish()
    assert [child.name for child in path.parent.iterdir() if ".part" in child.name] == []
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of any of the formats, in the types of JSON."""
    if path.suffix in (".parquet", ".journal"):
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
        else:
            with open_journal(path) as journal:
                rows = pa.Table.from_batches(journal.batches, journal.schema).to_pylist()
        return [
            {k: shortest(v) if isinstance(v, float) and k != "time_s" else v for k, v in r.items()} for r in rows
        ]
    if path.suffix == ".xlsx":
        return read_workbook(path)
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: typed(key, text) for key, text in row.items()} for row in csv.DictReader(file)]


def read_workbook(path: Path) -> list[dict[str, Any]]:
    """Rows of the only sheet, by the names in its first row; a cell that is not there is None."""
    place = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{place}row"):
        cells = {}
        for cell in row:
            column = re.sub(r"\d", "", cell.get("r", ""))
            text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{place}t", f"{place}v"))
            cells[column] = {"inlineStr": str, "b": lambda said: said == "1"}.get(cell.get("t", ""), float)(text)
        rows.append(cells)
    names = rows.pop(0)
    return [{name: cells.get(column) for column, name in names.items()} for cells in rows]


def typed(column: str, text: str) -> Any:
    if text == "":
        return None
    if column in ("label", "reason", "raw_reason"):
        return text
    if column in ("usable", "relative"):
        return {"true": True, "false": False}[text]
    return int(text) if column in ("frame", "face_id", "track_id") else float(text)


def test_the_columns_are_those_of_the_specification() -> None:
    assert ",".join(columns_of(("happy", "sad"))) == (
        "frame,time_s,face_id,track_id,x1,y1,x2,y2,face_score,label,confidence,p_happy,p_sad,valence,arousal,quality,yaw_deg,roll_deg,usable,reason,"
        "relative,raw_p_happy,raw_p_sad,raw_valence,raw_arousal,raw_reason"
    )


def test_all_formats_hold_the_same(tmp_path: Path, results: list[Any]) -> None:
    tables = [read(write(tmp_path / f"x{suffix}", results)) for suffix in FORMATS]
    assert tables[0] == tables[1] == tables[2] == tables[3]
    rows = tables[0]
    assert len(rows) == sum(max(1, index % 4) for index in range(40))
    assert list(rows[0]) == list(columns_of(EXPRESSIONS))
    empty = {"frame": 0, "time_s": 0.0, "usable": False, "relative": False}
    assert rows[0] == dict.fromkeys(columns_of(EXPRESSIONS)) | empty


def test_cells_hold_what_was_read(make_result: Any, make_reading: Any) -> None:
    reading = make_reading(4, affect=Affect(0.1, -0.7), reason="turned away")
    (cells,) = rows_of(make_result(index=12, time_s=0.40040040, readings=[reading]), EXPRESSIONS)
    row = dict(zip(columns_of(EXPRESSIONS), cells, strict=True))
    assert (row["frame"], row["time_s"], row["face_id"], row["label"]) == (12, 0.4004, 4, "happiness")
    assert (row["x1"], row["y1"], row["x2"], row["y2"]) == (10.1, 20.2, 114.3, 140.4)
    assert (row["valence"], row["arousal"], row["usable"], row["reason"]) == (0.1, -0.7, False, "turned away")
    chances = [np.float32(row[f"p_{label}"]) for label in EXPRESSIONS]
    assert chances == list(reading.emotion.probabilities)
    assert row["confidence"] == row["p_happiness"]


def test_a_label_stays_though_it_is_withheld_on_screen(
    tmp_path: Path, make_result: Any, make_reading: Any
) -> None:
    path = write(tmp_path / "x.csv", [make_result(readings=[make_reading(reason="dark")])])
    (row,) = read(path)
    assert (row["label"], row["usable"], row["reason"]) == ("happiness", False, "dark")


def test_csv_is_plain_utf8_with_line_feeds(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    labels = ("joie, vive", "Ärger", 'a "quoted" one')
    reading = make_reading(logits=(3.0, 1.0, 0.0), labels=labels)
    data = write(tmp_path / "x.csv", [make_result(index=1, time_s=1 / 3, readings=[reading])], labels).read_bytes()
    assert b"\r" not in data
    assert data.endswith(b",\n")
    assert 'p_Ärger,"p_a ""quoted"" one"'.encode() in data
    assert data.splitlines()[1].startswith(b'1,0.333333,1,1,10.1,20.2,111.3,140.4,0.9123457,"joie, vive",')


@pytest.mark.parametrize("label", ["=1+1", "@SUM(A1)", "+1", "-1", "\tx"])
def test_a_label_is_never_a_formula(label: str, tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    reading = make_reading(logits=(2.0, 0.0), labels=(label, "b"))
    (row,) = read(write(tmp_path / "x.csv", [make_result(readings=[reading])], (label, "b")))
    assert row["label"] == f"'{label}"
    (row,) = read(write(tmp_path / "x.jsonl", [make_result(readings=[reading])], (label, "b")))
    assert row["label"] == label


def test_parquet_has_types_groups_and_metadata(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    face = make_reading(affect=Affect(0.5, 0.5))
    frames = [make_result(index=index, time_s=index / 30, readings=[face]) for index in range(ROWS_IN_GROUP + 50)]
    file = pq.ParquetFile(write(tmp_path / "x.parquet", frames))
    schema = file.schema_arrow
    assert file.num_row_groups == 2
    assert ROWS_IN_GROUP <= file.metadata.row_group(0).num_rows < ROWS_IN_GROUP + 30
    assert file.metadata.num_rows == ROWS_IN_GROUP + 50
    assert schema.field("frame").type == pa.int64()
    assert schema.field("time_s").type == pa.float64()
    assert schema.field("p_happiness").type == pa.float32()
    assert schema.field("usable").type == pa.bool_()
    for words in ("label", "reason"):
        assert schema.field(words).type == pa.string()
    assert not schema.field("frame").nullable
    assert schema.metadata[b"model"] == b"net 1"
    assert schema.metadata[b"program"].startswith(b"mien ")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_pandas_reads_plain_types(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    pandas = pytest.importorskip("pandas")
    path = write(tmp_path / f"x{suffix}", results)
    frame = (
        pandas.read_json(path, lines=True) if suffix == ".jsonl" else getattr(pandas, f"read_{suffix[1:]}")(path)
    )
    kinds = {
        name: frame[name].dtype.kind for name in ("frame", "time_s", "face_id", "p_anger", "usable", "relative")
    }
    assert "".join(kinds.values()) == "ifffbb"
    assert frame.label.dtype == pandas.Series(["a", None]).dtype
    assert not frame.usable[frame.face_id.isna()].any()
    happy = [row for row in read(path) if row["usable"] and row["label"] == "happiness"]
    assert len(frame[frame.usable & (frame.label == "happiness")]) == len(happy) > 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_polars_reads_plain_types(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    polars = pytest.importorskip("polars")
    frame = getattr(polars, f"read_{suffix[1:]}")(write(tmp_path / f"x{suffix}", results))
    assert frame.schema["usable"] == frame.schema["relative"] == polars.Boolean
    assert frame.schema["label"] == frame.schema["reason"] == polars.String
    assert frame.schema["face_id"] == polars.Int64
    assert frame["usable"].null_count() == frame["relative"].null_count() == 0


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_without_rows_is_a_table(suffix: str, tmp_path: Path) -> None:
    assert read(write(tmp_path / f"x{suffix}", [])) == []


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_each_frame_is_on_disk_at_once(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    log = open_readings(tmp_path / f"x{suffix}", EXPRESSIONS)
    for result in results[:2]:
        log.write(result, None)
    assert len(log.part_path.read_text().splitlines()) == 2 + (suffix == ".csv")
    log.abort()


@pytest.mark.parametrize("suffix", FORMATS)
def test_abort_keeps_the_rows_under_the_part_name(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    log = open_readings(tmp_path / f"x{suffix}", EXPRESSIONS)
    for result in results:
        log.write(result, None)
    log.abort()
    log.abort()
    grows = ".journal" if suffix in (".parquet", ".xlsx") else suffix
    assert [path.name for path in tmp_path.iterdir()] == [f"x.part{grows}"]
    assert len(read(log.part_path)) == sum(max(1, index % 4) for index in range(40))


@pytest.mark.parametrize("suffix", FORMATS)
def test_abort_without_rows_leaves_nothing(suffix: str, tmp_path: Path) -> None:
    open_readings(tmp_path / f"x{suffix}", EXPRESSIONS).abort()
    assert list(tmp_path.iterdir()) == []


def test_a_network_changed_in_mid_stream_leaves_gaps(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    other = make_reading(logits=(1.0, 0.0), labels=("sadness", "boredom"))
    (row,) = read(write(tmp_path / "x.csv", [make_result(readings=[other])]))
    assert row["label"] == "sadness"
    assert row["p_sadness"] == pytest.approx(0.731, abs=1e-3)
    assert row["p_anger"] is None


def test_a_second_network_has_columns_of_its_own(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    emotion = make_reading(logits=(0.0, 3.0), labels=("calm", "upset")).emotion
    second = SecondReading(emotion, Affect(-0.25, 0.5))
    both = as_read(dataclasses.replace(make_reading(1, affect=Affect(0.1, 0.2)).raw, other=second))
    alone = make_reading(2)
    labels, other_labels = ("neutral", "happiness"), ("calm", "upset")
    assert columns_of(labels, other_labels)[len(columns_of(labels)) :] == (
        "other_label",
        "other_confidence",
        "other_p_calm",
        "other_p_upset",
        "other_valence",
        "other_arousal",
        "other_reason",
        "other_raw_p_calm",
        "other_raw_p_upset",
        "other_raw_valence",
        "other_raw_arousal",
    )
    for suffix in FORMATS:
        path = tmp_path / f"x{suffix}"
        log = open_readings(path, EXPRESSIONS, model="a", other_labels=other_labels, other_model="b")
        log.write(make_result(readings=[both, alone]), None)
        log.write(make_result(index=1, time_s=0.1), None)
        log.finish()
        if suffix == ".parquet":
            table = pq.read_table(path)
            assert table.schema.metadata[b"other_model"] == b"b"
            rows = table.to_pylist()
        elif suffix == ".xlsx":
            rows = read(path)
        elif suffix == ".jsonl":
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        else:
            with path.open(newline="") as file:
                rows = list(csv.DictReader(file))
            assert rows[0]["other_label"] == "upset"
            assert [row["other_label"] for row in rows[1:]] == ["", ""]
            continue
        assert (rows[0]["other_label"], rows[0]["other_valence"], rows[0]["other_arousal"]) == (
            "upset",
            -0.25,
            0.5,
        )
        assert np.float32(rows[0]["other_p_upset"]) == emotion.probabilities[1]
        assert [row["other_label"] for row in rows[1:]] == [None, None]


def test_the_quality_is_the_score(make_result: Any, make_reading: Any) -> None:
    (cells,) = rows_of(make_result(readings=[make_reading()]), EXPRESSIONS)
    assert dict(zip(columns_of(EXPRESSIONS), cells, strict=True))["quality"] == 0.8


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    with pytest.raises(RecordingError, match="--overwrite"):
        open_readings(tmp_path / "x.csv", EXPRESSIONS)
    open_readings(tmp_path / "x.csv", EXPRESSIONS, overwrite=True).finish()
    with pytest.raises(RecordingError, match=r"use \.csv, \.jsonl, \.parquet or \.xlsx"):
        open_readings(tmp_path / "x.ods", EXPRESSIONS)


def test_a_workbook_takes_no_text_for_a_formula_and_says_when_it_is_full(
    tmp_path: Path, make_result: Any, make_reading: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = ("=1+1", "https://example.org")
    reading = make_reading(1, [5.0, 0.0], labels=labels)
    path = write(tmp_path / "x.xlsx", [make_result(readings=[reading])], labels)
    assert read(path)[0]["label"] == "=1+1"
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not [name for name in archive.namelist() if "rels" in name and "sheet" in name]
    monkeypatch.setattr("mien.sinks.readings.xlsx_file.MAX_ROWS", 4)
    log = open_readings(tmp_path / "full.xlsx", labels)
    for index in range(5):
        log.write(make_result(index=index, time_s=index / 30, readings=[reading]), None)
    with pytest.raises(RecordingError, match=r"more rows than Excel takes; write \.csv or \.parquet.*journal"):
        log.finish()
    (kept,) = tmp_path.glob("full*journal")
    assert len(read(kept)) == 5
