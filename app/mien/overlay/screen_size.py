"""How large a picture is shown, so that it can be painted at just that size."""

from typing import Final

MAX_PX: Final = 4096 * 2304
"""Of a picture that is enlarged; beyond, the screen enlarges the rest."""


class ScreenSize:
    """The room for a picture on a screen. Written by one thread, read by another.

    Until it is told a size, pictures keep their own.
    """

    def __init__(self) -> None:
        self._room: tuple[int, int, float] | None = None

    @property
    def ratio(self) -> float:
        """Screen pixels to a pixel of the window's lengths; 2 at 200 %."""
        return self._room[2] if self._room is not None else 1.0

    def show(self, room_wh: tuple[int, int], ratio: float) -> bool:
        """Take over the room, in pixels of the screen; say whether it is another one."""
        room = (*room_wh, ratio) if min(room_wh) > 0 else None
        is_other, self._room = room != self._room, room
        return is_other

    def fit(self, size_wh: tuple[int, int]) -> tuple[int, int]:
        """Return how large a picture of this size is painted."""
        room = self._room
        if room is None:
            return size_wh
        scale = min(room[0] / size_wh[0], room[1] / size_wh[1])
        scale = min(scale, max((MAX_PX / (size_wh[0] * size_wh[1])) ** 0.5, 1.0))
        return max(round(size_wh[0] * scale), 1), max(round(size_wh[1] * scale), 1)
