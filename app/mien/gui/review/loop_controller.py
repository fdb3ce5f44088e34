"""Playing from A to B again and again: one key sets A, sets B, and ends it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.player import Player
from mien.playback.play_worker import Span


class LoopController(QObject):
    """Emits ``changed`` when A or B is set, or the loop ended.

    Args:
        player: Plays it.
        marking: Knows the marker in hand: a span is looped as it is.
        now_s: The playhead's media time.
        parent: As in Qt.

    Attributes:
        start_s: Where A is; None for no loop.
        end_s: Where B is; None until it is set.
    """

    changed = Signal()

    def __init__(
        self, player: Player, marking: MarkerController, now_s: Callable[[], float], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.start_s: float | None = None
        self.end_s: float | None = None
        self._player = player
        self._marking = marking
        self._now_s = now_s

    def press(self) -> None:
        """Set A here, or B and play, or end the loop."""
        marker = self._marking.selected
        if self.end_s is not None:
            self.drop()
        elif self.start_s is not None:
            self._play(*sorted((self.start_s, self._now_s())))
        elif marker is not None and marker.end_s is not None:
            self._play(marker.start_s, marker.end_s)
        else:
            self.start_s = self._now_s()
            self.changed.emit()

    def drop(self) -> bool:
        """End the loop, or forget A; say whether there was one."""
        had_one = self.start_s is not None
        if had_one:
            self.start_s = self.end_s = None
            self._player.loop(None)
            self.changed.emit()
        return had_one

    def forget(self) -> None:
        """Forget it with the video it was of."""
        self.start_s = self.end_s = None
        self.changed.emit()

    def _play(self, start_s: float, end_s: float) -> None:
        span: Span = (start_s, end_s)
        self.start_s, self.end_s = span
        self._player.loop(span)
        self._player.seek(start_s)
        self._player.play()
        self.changed.emit()
