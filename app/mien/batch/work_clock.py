"""How long the queue will still take, by what it has done since it was started."""

from typing import Final

LEAST_SHARE: Final = 0.02
LEAST_S: Final = 3.0
"""Before so much is done in so long, nothing is said: the first guess would be far off."""


class WorkClock:
    """Measures from the moment at which work begins; a pause, or another number of files, begins anew."""

    def __init__(self) -> None:
        self._began: tuple[float, float, int] | None = None

    def left_s(self, now_s: float, share: float, files: int, *, works: bool) -> float | None:
        """Return the seconds that are left, or None where that cannot be said yet.

        Args:
            now_s: A clock that only rises.
            share: Of the whole work that is done, from 0 to 1.
            files: In the queue.
            works: Whether anything is being done.
        """
        if not works:
            self._began = None
            return None
        if self._began is None or self._began[2] != files or share < self._began[1]:
            self._began = (now_s, share, files)
        began_s, began_at, _ = self._began
        done, elapsed_s = share - began_at, now_s - began_s
        if done < LEAST_SHARE or elapsed_s < LEAST_S:
            return None
        return (1.0 - share) * elapsed_s / done
