"""Plays a video with its stored readings painted on, for the GUI thread, which never decodes."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from mien.capture.seekable_picture import NoVideo
from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.errors import AppError
from mien.overlay.painter import Painter
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.screen import LatestResult
from mien.playback.play_worker import PlayState, PlayWorker, Span
from mien.playback.speaker import Speaker
from mien.session.analyses.recall import Recall
from mien.settings import OverlaySettings

_NO_PARTS: Final = OverlaySettings(box=False, label=False, bars=False, gauges=False, mesh=False)


class Player(QObject):
    """Owns one video from ``open`` to ``close``.

    Emits ``changed`` when ``state`` did, ``result_waits`` when ``take`` has a picture, ``failed`` with an
    ``AppError`` where the video cannot be opened or read any more.
    """

    changed = Signal()
    result_waits = Signal()
    failed = Signal(object)

    def __init__(self, speaker: Speaker | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = PlayState()
        self._speaker = speaker or Speaker()
        self._screen = LatestResult(self._wake)
        self._room = ScreenSize()
        self._worker: PlayWorker | None = None
        self._leaving: PlayWorker | None = None

    def open(self, path: Path | NoVideo, rotate_deg: int = 0) -> None:
        """Open a video, turned clockwise, and show its first frame; what was open is closed."""
        self.close()
        self.state = PlayState()
        self._screen = LatestResult(self._wake)
        self._worker = PlayWorker(
            path,
            self._speaker,
            self._screen,
            self._tell,
            self._fail,
            after=self._leaving,
            rotate_deg=rotate_deg,
        )
        self._worker.start()

    def close(self) -> None:
        """Release the video."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.quit()
            self._leaving = worker
        self.state = PlayState()

    def take(self) -> tuple[FrameResult, Image] | None:
        """Return the newest result with its picture, once."""
        return self._screen.take()

    def join(self, timeout_s: float) -> bool:
        """Close, release the sound and wait for the thread; say whether it ended in time."""
        self.close()
        is_done = self._leaving is None or self._leaving.join(timeout_s)
        if is_done:
            self._speaker.close()
        return is_done

    def seek(self, time_s: float) -> None:
        """Show the frame of a media time; playing goes on from there."""
        if self._worker is not None:
            self._worker.ask(time_s=time_s)

    def step(self, frames: int) -> None:
        """Rest, and go so many frames on, or back where negative."""
        if self._worker is not None:
            self._worker.ask(frames=frames, is_playing=False)
            self._expect(is_playing=False)

    def play(self, speed: float | None = None) -> None:
        """Play, at a new speed where one is given; from the beginning where it came to the end."""
        if self._worker is not None:
            self._worker.ask(is_playing=True, speed=speed)
            self._expect(is_playing=True, speed=speed)

    def pause(self) -> None:
        """Rest."""
        if self._worker is not None:
            self._worker.ask(is_playing=False)
            self._expect(is_playing=False)

    def set_speed(self, speed: float) -> None:
        """Change the speed, whether it plays or rests."""
        if self._worker is not None:
            self._worker.ask(speed=speed)
            self._expect(is_playing=self.state.is_playing, speed=speed)

    def loop(self, span: Span | None) -> None:
        """Play from the frame of one media time to that of another, again and again; None plays on."""
        if self._worker is not None:
            self._worker.loop(span)

    def mute(self, is_muted: bool) -> None:
        """Turn the sound off or on; the clock goes on."""
        self._speaker.is_muted = is_muted

    def show_readings(
        self,
        recall: Recall | None,
        parts: OverlaySettings | None,
        cover: str,
        names: Mapping[int, str] | None = None,
    ) -> None:
        """Paint these readings from now on, and the present picture anew.

        Args:
            recall: The readings, or None.
            parts: What of them is painted; None paints nothing. They come with the picture all the same.
            cover: How faces are hidden, as in the settings.
            names: Of the persons, where they were given.
        """
        if self._worker is not None:
            painter = Painter(cover=cover, parts=parts or _NO_PARTS, names=names, screen=self._room)
            self._worker.look_with(recall, painter)

    def show_at(self, room_wh: tuple[int, int], ratio: float) -> None:
        """Paint pictures as large as the window has room for them, from now on.

        Args:
            room_wh: In pixels of the screen.
            ratio: Screen pixels to a pixel of the window's lengths.
        """
        if self._room.show(room_wh, ratio) and self._worker is not None:
            self._worker.paint_again()

    def _expect(self, *, is_playing: bool, speed: float | None = None) -> None:
        """Take what was asked for as done, so that keys pressed quickly build on one another."""
        if self.state.info is not None:
            self.state = replace(self.state, is_playing=is_playing, speed=speed or self.state.speed)
            self.changed.emit()

    def _tell(self, worker: PlayWorker, state: PlayState) -> None:
        if worker is self._worker:
            self.state = state
            with contextlib.suppress(RuntimeError):  # the window is gone
                self.changed.emit()

    def _fail(self, worker: PlayWorker, error: AppError) -> None:
        if worker is self._worker:
            with contextlib.suppress(RuntimeError):
                self.failed.emit(error)

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.result_waits.emit()
