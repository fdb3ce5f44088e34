"""Numbers of a face that not every table has: the user's own expressions, and what only other programs give.

They stand behind the details. Their names:

- ``x_squint``: an expression of the user's own.
- ``au12``, ``au45``: an action unit of a program that does not tell left from right, 0 to 1.
- ``au12_present``: 1 where a program says that the unit is there, else 0.
- ``o_smirk``: what has no counterpart in Mien, by the other program's own name.
- Any of ``ALONE``: a detail that stands alone, in a table of a program that gives only some of them.
"""

import re
from typing import Final

from mien.core.face_details import BLINK, DETAILS, GAZE, TABLE

OWN: Final = "x_"
"""What columns of the user's own expressions begin with."""

OTHER: Final = "o_"
"""What columns begin with that have no counterpart in Mien."""

ALONE: Final = frozenset(("pitch_deg", *GAZE, "eye_open_left", "eye_open_right", BLINK, "mouth_open"))

_FORM: Final = re.compile(r"x_[A-Za-z][A-Za-z_0-9]{0,39}|o_[a-z0-9_]{1,40}|au\d\d(_present)?")


def is_further(name: str) -> bool:
    """Tell whether a column holds such a number."""
    return name in ALONE or _FORM.fullmatch(name) is not None


SURE_DETAILS: Final = frozenset(name for name in TABLE if not is_further(name))
"""A table with one of these columns has all details: Mien looked at its faces closely."""

assert SURE_DETAILS & frozenset(DETAILS)


def unit_number(name: str) -> int | None:
    """Return the number of the action unit that a column is of, whatever the side; None of another column."""
    found = re.match(r"au(\d\d)(_|$)", name)
    return None if found is None else int(found[1])
