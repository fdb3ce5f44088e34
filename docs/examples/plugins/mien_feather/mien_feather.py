"""Tables of readings as Feather: `mien annotate clip.mp4 --no-video --readings clip.feather`."""

from typing import BinaryIO

import pyarrow as pa
import pyarrow.feather


def write(table: pa.Table, file: BinaryIO) -> None:
    """Write the whole table; the file is published under its name once this returns."""
    pyarrow.feather.write_feather(table, file)
