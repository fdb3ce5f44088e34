"""The selection from A to B: what is labelled, measured, exported, or played again and again."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.player import Player
from mien.playback.play_worker import Span
from mien.session.notes.marker_drag import SHORTEST_SPAN_S


class SelectionController(QObject):
    """Emits ``changed`` when A or B is set, or the selection is played again and again, or gone.

    Args:
        player: Plays it.
        marking: Knows the marker in hand: without A and B, a span in hand is what is selected.
        now_s: The playhead's media time.
        parent: As in Qt.

    Attributes:
        start_s: Where A is; None for no selection.
        end_s: Where B is, after A; None until it is set.
        is_looping: Whether it is played again and again.
    """

    changed = Signal()

    def __init__(
        self, player: Player, marking: MarkerController, now_s: Callable[[], float], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.start_s: float | None = None
        self.end_s: float | None = None
        self.is_looping = False
        self._player = player
        self._marking = marking
        self._now_s = now_s

    @property
    def span(self) -> Span | None:
        """From A to B where both are set, otherwise the span of the marker in hand, or None."""
        if self.start_s is not None and self.end_s is not None:
            return self.start_s, self.end_s
        marker = self._marking.selected
        if self.start_s is None and marker is not None and marker.end_s is not None:
            return marker.start_s, marker.end_s
        return None

    def loop(self) -> None:
        """Set A here, or B and play from A to B again and again, or end that."""
        span = self.span
        if self.is_looping:
            self.drop()
        elif span is not None:
            self._play(*span)
        elif self.start_s is not None:
            self._play(*sorted((self.start_s, self._now_s())))
        else:
            self.set_start()

    def set_start(self) -> None:
        """Set A at the playhead; B stays where it comes after it."""
        now_s = self._now_s()
        keeps_end = self.end_s is not None and self.end_s >= now_s + SHORTEST_SPAN_S
        self._take(now_s, self.end_s if keeps_end else None)

    def set_end(self) -> None:
        """Set B at the playhead; A stays where it comes before it, otherwise it is the beginning."""
        now_s = self._now_s()
        if now_s >= SHORTEST_SPAN_S:
            start_s = self.start_s if self.start_s is not None else 0.0
            self._take(start_s if start_s <= now_s - SHORTEST_SPAN_S else 0.0, now_s)

    def choose(self, start_s: float, end_s: float) -> None:
        """Select a span."""
        if end_s - start_s >= SHORTEST_SPAN_S:
            self._take(start_s, end_s)

    def drop(self) -> bool:
        """Forget A and B, and end what is played again and again; say whether there was anything."""
        had_one = self.start_s is not None
        if had_one:
            self._player.loop(None)
            self.forget()
        return had_one

    def forget(self) -> None:
        """Forget it with the video it was of."""
        self.start_s = self.end_s = None
        self.is_looping = False
        self.changed.emit()

    def _take(self, start_s: float, end_s: float | None) -> None:
        self.start_s, self.end_s = start_s, end_s
        if self.is_looping:
            self.is_looping = end_s is not None
            self._player.loop(None if end_s is None else (start_s, end_s))
        self.changed.emit()

    def _play(self, start_s: float, end_s: float) -> None:
        self.start_s, self.end_s, self.is_looping = start_s, end_s, True
        self._player.loop((start_s, end_s))
        self._player.seek(start_s)
        self._player.play()
        self.changed.emit()
