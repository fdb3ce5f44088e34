"""The clock of what is played: time itself at some speed, or what is heard."""

import time
from collections.abc import Callable
from typing import Final

SPEEDS: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SOUND_SPEEDS: Final = (0.5, 2.0)
"""Within these speeds sound is played, at its own pitch; beyond, nobody understands it."""


class Playhead:
    """Tells which media time is due.

    Args:
        now_s: The clock of the machine.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._heard_s: Callable[[], float | None] | None = None
        self._from_s = 0.0
        self._since_s = 0.0
        self._speed = 1.0

    def start(self, from_s: float, speed: float, heard_s: Callable[[], float | None] | None) -> None:
        """Run from a media time on.

        Args:
            from_s: Where.
            speed: Media seconds a second; negative runs back.
            heard_s: The media time that is heard, which then leads; None where nothing is.
        """
        self._from_s, self._speed, self._heard_s = from_s, speed, heard_s
        self._since_s = self._now_s()

    def due_s(self) -> float:
        """Return the media time that is due now."""
        if self._heard_s is not None:
            heard_s = self._heard_s()
            return self._from_s if heard_s is None else heard_s
        return self._from_s + (self._now_s() - self._since_s) * self._speed

    def wait_s(self, media_s: float) -> float:
        """Return the seconds until a media time is due, 0 where it is past."""
        return max((media_s - self.due_s()) / self._speed, 0.0)


def faster(speed: float, *, back: bool) -> float:
    """Return the next speed when "forward" or "back" is pressed, as in editors: the first press plays at 1x."""
    size = abs(speed)
    if (speed < 0) is not back or not speed:
        return -1.0 if back else 1.0
    larger = next((each for each in SPEEDS if each > size), SPEEDS[-1])
    return -larger if back else larger
