"""The types of the readings' columns, for the formats that have types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mien.sinks.readings.rows import Row
from mien.version import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS: Final = ("person", "label", "reason", "raw_reason", "other_label", "other_reason")
"""Columns of a few words that come again and again."""

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
    types |= {"time_s": pa.float64(), "usable": pa.bool_(), "relative": pa.bool_()}
    types |= dict.fromkeys((*TEXTS, "file"), pa.string())
    fields = [pa.field(name, types.get(name, pa.float32()), nullable=name not in ALWAYS) for name in columns]
    metadata = {"program": f"mien {VERSION}", "model": model}
    if other_model:
        metadata["other_model"] = other_model
    return pa.schema(fields, metadata=metadata)


def compact(schema: "pa.Schema") -> "pa.Schema":
    """Return the schema with its columns of words as dictionaries: categories to pandas and polars."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    fields = [field.with_type(words) if field.name in TEXTS else field for field in schema]
    return pa.schema(fields, metadata=schema.metadata)


def with_persons(schema: "pa.Schema") -> "pa.Schema":
    """Return the schema with the columns of exports of a session: ``person``, and ``excluded``."""
    import pyarrow as pa

    at = schema.get_field_index("face_id") + 1
    return schema.insert(at, pa.field("person", pa.string())).append(pa.field("excluded", pa.bool_()))


def rows_of_batch(batch: "pa.RecordBatch") -> list[Row]:
    """Return rows whose float32 have the shortest text that means them."""
    import pyarrow as pa

    columns = [
        # By way of their texts: as by ``shortest``, but five times as fast.
        column.cast(pa.string()).cast(pa.float64()) if column.type == pa.float32() else column
        for column in batch.columns
    ]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))
