"""What a library says of a failure, as a part of one line: files decide what stands in it, and how much."""

from collections.abc import Iterable
from typing import Final

MAX_REASON: Final = 160
MAX_NAME: Final = 60
MAX_NAMES: Final = 8


def reason_of(error: BaseException) -> str:
    """Return the first line of an error, or its class where it says nothing."""
    lines = str(error).strip().splitlines()
    return shortened(lines[0]) if lines else type(error).__name__


def shortened(text: str, most: int = MAX_REASON) -> str:
    """Return a text in one line, without its middle where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-most // 2 :]}"


def listed(names: Iterable[object]) -> str:
    """Return the first few names of a file between commas."""
    names = list(names)
    more = ", …" if len(names) > MAX_NAMES else ""
    return ", ".join(shortened(str(name), MAX_NAME) for name in names[:MAX_NAMES]) + more
