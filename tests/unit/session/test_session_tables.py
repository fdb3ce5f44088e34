"""Tables read back: the same from every format, and nothing taken from what is none."""

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.series import ReadingSeries
from mien.core.shown import as_read
from mien.errors import SessionError
from mien.session.tables import open_table, read_series
from mien.sinks.readings.readings_log import open_readings
from tests.makers import emotion_of

FORMATS = [".csv", ".jsonl", ".parquet", ".xlsx", ".journal"]
COLUMNS = ("times_s", "frames", "boxes", "probabilities", "affect", "quality", "usable")


@pytest.fixture
def results(make_result: Any, make_reading: Any) -> list[Any]:
    rng = np.random.default_rng(5)
    frames = []
    for index in range(200):
        faces = [
            make_reading(
                face_id,
                EXPRESSIONS[(index + face_id) % 8],
                box=tuple(np.float32(value) for value in (10 + rng.random(), 20.1, 50 + rng.random(), 90.7)),
                affect=Affect(float(np.float32(rng.uniform(-1, 1))), 0.25) if index % 3 else None,
                reason="blurred" if index % 5 == 0 else None,
                score=float(np.float32(rng.random())),
            )
            for face_id in range(1, 1 + index % 4)
        ]
        frames.append(make_result(2 * index, faces, time_s=round(index / 29.97, 6)))
    return frames


def write(path: Path, results: list[Any]) -> Path:
    """Write a table; for a journal leave it as a kill does."""
    target = path.with_suffix(".parquet") if path.suffix == ".journal" else path
    log = open_readings(target, EXPRESSIONS, model="net")
    for result in results:
        log.write(result, None)
    if path.suffix == ".journal":
        log.abort()
        return log.part_path
    log.finish()
    return target


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_read_back_is_what_was_read(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    live = ReadingSeries(EXPRESSIONS)
    for result in results:
        live.append(result)
    stored = read_series(write(tmp_path / f"x{suffix}", results))
    assert stored.labels == live.labels
    assert stored.face_ids() == live.face_ids() == (1, 2, 3)
    assert (stored.frame_count, stored.end_s) == (live.frame_count, live.end_s) == (200, live.end_s)
    for face_id in live.face_ids():
        before, after = live.face(face_id), stored.face(face_id)
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name), err_msg=name)
        assert after.reasons.tolist() == before.reasons.tolist()
        assert after.top_labels() == before.top_labels()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_without_rows(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{'.parquet' if suffix == '.journal' else suffix}"
    log = open_readings(path, EXPRESSIONS)
    if suffix == ".journal":
        path = path.with_name("y.journal")
        path.write_bytes(log.part_path.read_bytes())
        log.abort()
    else:
        log.finish()
    series = read_series(path)
    assert (series.face_ids(), series.frame_count) == ((), 0)


def test_an_older_table_without_quality(tmp_path: Path, results: list[Any]) -> None:
    path = write(tmp_path / "x.csv", results)
    rows = list(csv.reader(io.StringIO(path.read_text())))
    at = rows[0].index("quality")
    path.write_text("\n".join(",".join(row[:at] + row[at + 1 :]) for row in rows) + "\n")
    series = read_series(path)
    assert np.isnan(series.face(1).quality).all()
    assert series.face(1).usable.any()


@pytest.mark.parametrize("suffix", FORMATS[:3])
def test_an_older_table_with_empty_flags(suffix: str, tmp_path: Path, results: list[Any]) -> None:
    """Before, a frame without a face had neither true nor false, and words were dictionaries in Parquet."""
    path = write(tmp_path / f"x{suffix}", results)
    now = read_series(path)
    if suffix == ".parquet":
        table = pq.read_table(path)
        has_face = table.column("face_id").is_valid()
        for name in ("usable", "relative"):
            empty = pc.if_else(has_face, table.column(name), None)
            table = table.set_column(table.schema.get_field_index(name), name, empty)
        for name in ("label", "reason", "raw_reason"):
            words = table.column(name).dictionary_encode()
            table = table.set_column(table.schema.get_field_index(name), name, words)
        pq.write_table(table, path)
    else:
        lines = path.read_text().splitlines()
        no_face = [",,false,,false," in line or '"face_id":null' in line for line in lines]
        assert sum(no_face) == 50
        lines = [
            line.replace("false", "null" if suffix == ".jsonl" else "") if is_empty else line
            for line, is_empty in zip(lines, no_face, strict=True)
        ]
        path.write_text("\n".join(lines) + "\n")
    then = read_series(path)
    assert then.frame_count == now.frame_count == 200
    for face_id in (1, 2, 3):
        for name in (*COLUMNS, "reasons"):
            before, after = (getattr(series.face(face_id), name) for series in (now, then))
            np.testing.assert_array_equal(before, after, err_msg=name)
    with open_table(path) as opened:
        batch = pa.Table.from_batches(list(opened.batches))
    assert batch.column("usable").null_count == batch.column("relative").null_count == 0


def test_labels_with_commas_and_formulas(tmp_path: Path, make_result: Any, make_reading: Any) -> None:
    labels = ("=1+1", 'joie, "vive"', "Ärger")
    emotion = emotion_of(labels, (0.6, 0.3, 0.1))
    reading = as_read(dataclasses.replace(make_reading().raw, emotion=emotion))
    for suffix in (".csv", ".jsonl", ".parquet"):
        log = open_readings(tmp_path / f"x{suffix}", labels)
        log.write(make_result(0, [reading]), None)
        log.finish()
        with open_table(tmp_path / f"x{suffix}") as table:
            assert table.labels == labels
            (batch,) = table.batches
            assert batch.column("label").to_pylist() == ["=1+1"]


def test_a_hundred_thousand_rows_are_read_whole(tmp_path: Path) -> None:
    """In more pieces than one."""
    count = 4 * 27_000
    frames = np.repeat(np.arange(count // 4), 4)
    columns: dict[str, Any] = {
        "frame": frames,
        "time_s": frames / 30.0,
        "face_id": np.tile(np.arange(1, 5), count // 4),
        "x1": np.zeros(count, np.float32),
        "usable": np.ones(count, np.bool_),
        "p_happiness": np.ones(count, np.float32),
    }
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    series = read_series(tmp_path / "x.parquet")
    assert [len(series.face(face_id)) for face_id in series.face_ids()] == [27_000] * 4


def refused(path: Path) -> str:
    with pytest.raises(SessionError) as caught:
        read_series(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < 500
    return message


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_no_table_gives_one_line(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    assert "no such file" in refused(path)
    path.write_bytes(b"nothing\x00of the\nkind" * 50)
    refused(path)
    path.write_bytes(b"\xff\xff\xff\xff" + b"\x7f" * 400)
    refused(path)


def test_a_cut_off_parquet_gives_one_line(tmp_path: Path, results: list[Any]) -> None:
    path = write(tmp_path / "x.parquet", results)
    path.write_bytes(path.read_bytes()[:-100])
    assert "cannot be read as readings" in refused(path)


def test_a_damaged_parquet_never_brings_the_program_down(tmp_path: Path, results: list[Any]) -> None:
    whole = write(tmp_path / "x.parquet", results).read_bytes()
    rng = np.random.default_rng(1)
    for number in range(60):
        data = bytearray(whole)
        for at in rng.integers(4, len(data) - 8, 12):
            data[at] = int(rng.integers(256))
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(data)
        message = ""
        try:
            read_series(path)
        except SessionError as error:
            message = str(error)
        assert "\n" not in message


@pytest.mark.parametrize("cut", [1, 5, 300, 3000, 12_000])
def test_a_journal_cut_off_anywhere_keeps_what_is_whole(cut: int, tmp_path: Path, results: list[Any]) -> None:
    path = write(tmp_path / "x.journal", results)
    whole = read_series(path).face(1)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    part = read_series(path).face(1)
    assert 0 < len(part) < len(whole)
    np.testing.assert_array_equal(part.times_s, whole.times_s[: len(part)])
    # A power cut may leave zeros where the system had not written yet.
    path.write_bytes(data[:-cut] + bytes(cut))
    assert len(read_series(path).face(1)) >= len(part)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0,0.0,1\n1,nan,1\n", "no frame or no time"),
        ("0,0.0,1\n,0.1,1\n", "no frame or no time"),
        ("0,0.0,1\n1,0.1,1\n2,0.05,1\n", "do not rise"),
        ("0,-1.0,1\n", "do not rise"),
        ("0,0.0,1\n0,0.0,1\n", "twice in the same frame"),
        ("0,0.0,one\n", "cannot be read as readings"),
        ("0,0.0\n", "cannot be read as readings"),
        ("99999999999999999999,0.0,1\n", "cannot be read as readings"),
    ],
)
def test_hand_edited_tables(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("frame,time_s,face_id\n" + line)
    assert said in refused(path)


def test_odd_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    assert "no columns frame, time_s and face_id" in refused(path)
    path.write_text("frame,time_s,face_id,p_a,p_a\n0,0.0,1,0.5,0.5\n")
    assert "a column stands twice" in refused(path)
    path.write_text("frame,time_s,face_id,colour\n0,0.0,1,red\n")
    assert read_series(path).face_ids() == (1,)
    other = tmp_path / "x.jsonl"
    other.write_text(json.dumps({"frame": 0, "time_s": 0.0, "face_id": 1, "colour": {"r": 1}}) + "\n")
    assert read_series(other).face_ids() == (1,)
    wrong = tmp_path / "x.ods"
    wrong.touch()
    assert "name a .csv, .jsonl, .parquet or .xlsx file" in refused(wrong)
