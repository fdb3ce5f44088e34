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


def test_a_small_file_that_swells_is_refused_unread(record: Record) -> None:
    folder = record(10)
    path = folder / "readings.parquet"
    schema = pq.read_schema(path)
    rows = 1 << 20
    piece = pa.table(
        [
            pa.nulls(rows, field.type).fill_null(0)
            if field.name in ("frame", "time_s", "face_id")
            else pa.nulls(rows, field.type)
            for field in schema
        ],
        names=schema.names,
    )
    with pq.ParquetWriter(path, piece.schema, compression="zstd") as writer:
        for _ in range(19):
            writer.write_table(piece)
    assert path.stat().st_size < 3_000_000
    assert "would take more than" in refusal(folder)


def test_more_markers_than_a_window_can_show(record: Record) -> None:
    folder = record(10)
    markers = [{"kind": "event", "start_s": n * 1e-3} for n in range(100_000)]
    (folder / "markers.json").write_text(json.dumps({"schema": 1, "markers": markers}))
    assert "20,000 markers" in refusal(folder)
