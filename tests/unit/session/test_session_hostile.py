"""Sessions of strangers: one line each, in bounded memory and time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mien.errors import SessionError
from mien.report.summary import summarise
from mien.session.exports.export import export_session
from mien.session.stored import open_session
from mien.session.swelling import FEW_ROWS, MAX_CELL_BYTES
from mien.sinks.readings.journal import _record, damage_of, open_journal

Record = Callable[..., Path]


def change(folder: Path, **fields: Any) -> None:
    document = json.loads((folder / "session.json").read_text())
    (folder / "session.json").write_text(json.dumps(document | fields))


def refusal(folder: Path) -> str:
    def read() -> None:
        session = open_session(folder)
        summarise("s", session.document, session.series, session.annotations)

    with pytest.raises(SessionError) as caught:
        read()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["readings.parquet", "session.json", "markers.json"])
def test_a_link_to_itself(record: Record, name: str) -> None:
    folder = record(10)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(name)
    if name == "markers.json":
        assert open_session(folder).annotations.markers == ()
    else:
        refusal(folder)


def test_a_video_that_is_a_link_to_itself_is_missing(record: Record, tmp_path: Path) -> None:
    folder = record(10)
    (folder / "video.mp4").unlink()
    (folder / "video.mp4").symlink_to("video.mp4")
    export_session(folder, tmp_path / "x.eaf")
    assert open_session(folder).video is None


@pytest.mark.parametrize("fields", [{"duration_s": 1e308}, {"frames": 10**30}, {"duration_s": -1.0}])
def test_lengths_that_nothing_has(record: Record, fields: dict[str, Any]) -> None:
    folder = record(10)
    change(folder, **fields)
    assert "session.json" in refusal(folder)


def test_times_that_nothing_has(record: Record) -> None:
    folder = record(10)
    table = pq.read_table(folder / "readings.parquet")
    times = pa.array(np.linspace(0, 1e308, len(table)))
    at = table.schema.get_field_index("time_s")
    pq.write_table(table.set_column(at, table.schema.field(at), times), folder / "readings.parquet")
    assert "lies beyond" in refusal(folder)


def test_a_table_without_probabilities_and_one_with_damaged_names_are_read(record: Record) -> None:
    folder = record(10)
    table = pq.read_table(folder / "readings.parquet")
    bare = table.select([name for name in table.column_names if not name.startswith(("p_", "raw_p_"))])
    pq.write_table(bare, folder / "readings.parquet")
    assert open_session(folder).series.labels == ()
    names = [name.replace("p_anger", "p_\x1b[31m\n" + "x" * 5000) for name in table.column_names]
    pq.write_table(table.rename_columns(names), folder / "readings.parquet")
    assert len(open_session(folder).series.face(1)) == 10


def rewrite(path: Path, rows: int, **columns: pa.Array) -> None:
    """Write a table anew: these columns, zero for what must be there, and nothing in all others."""
    schema = pq.read_schema(path)
    needed = ("frame", "time_s", "face_id")
    empty = {field.name: pa.nulls(rows, field.type) for field in schema}
    zeros = {name: empty[name].fill_null(0) for name in needed}
    pq.write_table(pa.table(empty | zeros | columns), path, compression="zstd")


def test_a_small_file_of_many_rows_is_refused_unread(record: Record) -> None:
    path = record(10) / "readings.parquet"
    rewrite(path, 2 * FEW_ROWS, frame=pa.array(np.arange(2 * FEW_ROWS) // 1000))
    assert path.stat().st_size < 100_000
    assert "would swell" in refusal(path.parent)


def test_a_table_that_no_memory_holds_is_refused_unread(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.session.table_files.MAX_CELLS", 300)
    assert "would take more than" in refusal(record(10))


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_long_text_in_many_rows_is_refused_before_it_takes_its_room(record: Record, is_packed: bool) -> None:
    """A megabyte of text in 1,500 rows: 16 kB of a file, and 1.5 GB once read."""
    rows, size = (1500, 1_000_000) if is_packed else (10, 8 * MAX_CELL_BYTES)
    path = record(10) / "readings.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), ["x" * size])
    rewrite(path, rows, frame=pa.array(np.arange(rows)), reason=texts if is_packed else texts.cast(pa.string()))
    before = pa.total_allocated_bytes()
    assert "reason is too long" in refusal(path.parent)
    assert pa.default_memory_pool().max_memory() - before < 200_000_000


def test_a_column_larger_than_its_rows_can_need_is_refused_unread(record: Record) -> None:
    rows = 100
    path = record(10) / "readings.parquet"
    rewrite(path, rows, reason=pa.array(["x" * 1_000_000] * rows, pa.string()))
    table = pq.read_table(path)
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    assert "would swell" in refusal(path.parent)


@pytest.mark.parametrize("kind", ["compressed", "more rows than bytes"])
def test_a_record_of_a_journal_that_swells_is_left_unread(record: Record, kind: str) -> None:
    folder = record(60, finish=False)
    journal = folder / "readings.part.journal"
    with open_journal(journal) as opened:
        schema = opened.schema
    if kind == "compressed":
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_stream(sink, schema, options=options) as writer:
            writer.write_batch(pa.record_batch([pa.nulls(10, field.type) for field in schema], schema=schema))
        messages = pa.ipc.MessageReader.open_stream(sink.getvalue())
        payload = next(each for each in messages if each.type == "record batch").serialize()
    else:
        payload = pa.record_batch([pa.nulls(100_000)], names=["x"]).serialize()
        schema = pa.schema([pa.field("x", pa.null())])
        journal.write_bytes(_record(schema.serialize()))
    with journal.open("ab") as file:
        file.write(_record(payload))
    damage = damage_of(journal)
    assert (damage.places, damage.unread_bytes) == (1, payload.size)


def test_more_markers_than_a_window_can_show(record: Record) -> None:
    folder = record(10)
    markers = [{"kind": "event", "start_s": n * 1e-3} for n in range(100_000)]
    (folder / "markers.json").write_text(json.dumps({"schema": 1, "markers": markers}))
    assert "20,000 markers" in refusal(folder)
