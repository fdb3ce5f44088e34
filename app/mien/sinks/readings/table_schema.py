"""The types of the readings' columns, for the formats that have types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mien.core.further_numbers import OWN
from mien.sinks.readings.rows import FLAGS, Row
from mien.version import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

BY_HAND: Final = "label_by_hand"

TEXTS: Final = ("file", "person", "label", "reason", "raw_reason", "other_label", "other_reason", BY_HAND)

ALWAYS: Final = ("frame", "time_s")
"""Columns that have a value in every row."""


def schema_of(columns: Sequence[str], model: str = "", other_model: str = "") -> "pa.Schema":
    """Return the types: float32 for what the program holds as such, and nulls allowed but for frame and time.

    Args:
        columns: Their names.
        model: The network's name; stands in the metadata beside the program's version.
        other_model: The second network's name, where one runs.
    """
    import pyarrow as pa

    types = dict.fromkeys(("frame", "face_id", "track_id"), pa.int64())
    types |= {"time_s": pa.float64()} | dict.fromkeys(FLAGS, pa.bool_()) | dict.fromkeys(TEXTS, pa.string())
    fields = [pa.field(name, types.get(name, pa.float32()), nullable=name not in ALWAYS) for name in columns]
    metadata = {"program": f"mien {VERSION}", "model": model}
    if other_model:
        metadata["other_model"] = other_model
    return pa.schema(fields, metadata=metadata)


def with_persons(schema: "pa.Schema") -> "pa.Schema":
    """Return the schema with the columns of exports of a session: ``person``, ``excluded``, ``BY_HAND``."""
    import pyarrow as pa

    at = schema.get_field_index("face_id") + 1
    added = (pa.field("excluded", pa.bool_()), pa.field(BY_HAND, pa.string()))
    schema = schema.insert(at, pa.field("person", pa.string()))
    for field in added:
        schema = schema.append(field)
    return schema


def with_further(schema: "pa.Schema", names: Sequence[str]) -> "pa.Schema":
    """Return the schema with these further numbers in place of the own expressions that it has."""
    import pyarrow as pa

    kept = [field for field in schema if not field.name.startswith(OWN) and field.name not in names]
    fields = [*kept, *(pa.field(name, pa.float32()) for name in names)]
    return pa.schema(fields, metadata=schema.metadata)


def with_file(schema: "pa.Schema") -> "pa.Schema":
    """Return the schema with the column of tables of pictures: ``file``, the first one."""
    import pyarrow as pa

    return schema.insert(0, pa.field("file", pa.string()))


def rows_of_batch(batch: "pa.RecordBatch") -> list[Row]:
    """Return rows whose float32 have the shortest text that means them."""
    import pyarrow as pa

    columns = [
        # By way of their texts: as by ``shortest``, but five times as fast.
        column.cast(pa.string()).cast(pa.float64()) if column.type == pa.float32() else column
        for column in batch.columns
    ]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))
