"""Turning the picture in Live: by a button, or where its heads are upside down, by a click on the notice."""

from collections import deque
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from mien.core.arrays import Image
from mien.core.face import FrameResult, Reason
from mien.core.quality import looks_turned
from mien.core.wording import turned_by
from mien.engine.contracts import LiveEngine
from mien.gui.background import Background
from mien.gui.live.live_controller import LiveController
from mien.gui.tab_page import Notice

EVERY_S: Final = 0.5
PICTURES: Final = 4
"""So many pictures, so far apart, tell which way up it is."""

MOST_READINGS: Final = 300
"""What was longer ago than some seconds counts for less."""


class TurnController(QObject):
    """Emits ``notified`` with an offer to turn the picture, once for each time that a source is opened."""

    notified = Signal(object)

    def __init__(self, engine: LiveEngine, controller: LiveController) -> None:
        super().__init__(controller)
        self._engine = engine
        self._controller = controller
        self._background = Background(self)
        self._pictures: deque[Image] = deque(maxlen=PICTURES)
        self._picture_s = 0.0
        self._readings = self._upside_down = 0
        self._opened = 0
        self._has_asked = False
        controller.started.connect(lambda _: self._begin())

    def turn_on(self) -> None:
        """Turn the picture by 90 degrees: clockwise on the screen, where a mirror turns it the other way."""
        info = self._controller.source_info
        is_mirrored = self._controller.settings.camera.mirror and info is not None and info.is_live
        self._controller.turn((self._controller.rotate_deg + (270 if is_mirrored else 90)) % 360)

    def see(self, result: FrameResult) -> None:
        """Look at the newest result."""
        if self._has_asked or not result.readings:
            return
        self._readings += len(result.readings)
        self._upside_down += sum(each.quality.reason == Reason.UPSIDE_DOWN for each in result.readings)
        if self._readings > MOST_READINGS:
            self._readings, self._upside_down = self._readings // 2, self._upside_down // 2
        now_s = result.frame.timestamp_s
        if not self._pictures or not 0.0 <= now_s - self._picture_s < EVERY_S:
            self._pictures.append(result.frame.image)
            self._picture_s = now_s
        if len(self._pictures) == PICTURES and looks_turned(self._upside_down, self._readings):
            self._has_asked = True
            work = partial(self._engine.find_turn, list(self._pictures), self._controller.settings)
            self._background.run(work, partial(self._offer, self._opened), self._controller.failed.emit)
            self._pictures.clear()

    def shut_down(self, timeout_s: float) -> bool:
        """End what runs; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _begin(self) -> None:
        self._opened += 1
        self._has_asked = False
        self._readings = self._upside_down = 0
        self._pictures.clear()

    def _offer(self, opened: int, turn_deg: int) -> None:
        if turn_deg and opened == self._opened and self._controller.can_turn:
            rotate_deg = (self._controller.rotate_deg + turn_deg) % 360
            act = partial(self._turn, opened, rotate_deg)
            self.notified.emit(Notice(turned_by(turn_deg), "Turn it", act, stays=True))

    def _turn(self, opened: int, rotate_deg: int) -> None:
        """Turn what was offered, unless something else is open by now."""
        if opened == self._opened:
            self._controller.turn(rotate_deg)
