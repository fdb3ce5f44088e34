"""The program's version, as it stands in every file that Mien writes."""

from typing import Final

VERSION: Final = "0.1.0"
