"""The thread that plays one video: decodes, paints the stored readings on, keeps to the clock."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.capture.seekable import BEHIND
from mien.capture.seekable_picture import NoVideo, Seekable, open_seekable
from mien.capture.sound import sound_blocks
from mien.core.arrays import read_only
from mien.core.face import FrameResult
from mien.core.frame import SourceInfo
from mien.errors import AppError
from mien.overlay.painter import Painter
from mien.pipeline.screen import LatestResult
from mien.playback.playhead import SOUND_SPEEDS, Playhead
from mien.playback.speaker import Speaker
from mien.session.analyses.recall import Recall

_POLL_S: Final = 0.25
"""While sound leads the clock, it is asked again after this time at the latest."""


Span = tuple[float, float]
"""Media times, from and to."""


@dataclass(frozen=True, slots=True)
class PlayState:
    """What the player does at the moment.

    Attributes:
        info: The video; None until it is open.
        duration_s: Media time at the end.
        is_playing: Whether the picture moves.
        speed: Media seconds a second; negative runs back. Kept while it rests.
        hint: Why there is no sound, or empty.
        loop: Media times of the first and last frame that are played again and again, or None.
        times_s: (N,) float64 media time of each frame.
    """

    info: SourceInfo | None = None
    duration_s: float = 0.0
    is_playing: bool = False
    speed: float = 1.0
    hint: str = ""
    loop: Span | None = None
    times_s: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), compare=False)

    def nearest_frame(self, time_s: float) -> float:
        """Return when the frame nearest to a time begins, or the end of the video where that is nearer."""
        times_s = np.append(self.times_s, self.duration_s)
        return float(times_s[np.abs(times_s - time_s).argmin()])


class PlayWorker:
    """Owns one video. Wishes are left in fields under ``_asked``; the newest of each kind counts.

    Args:
        path: The video.
        speaker: Plays its sound.
        screen: Gets the pictures.
        tell: Called from the thread with what it does now.
        fail: Called from the thread where the video cannot be read.
        after: The worker before, which has the speaker until it ends.
        rotate_deg: How far its pictures are turned clockwise: 0, 90, 180 or 270.
    """

    def __init__(
        self,
        path: Path | NoVideo,
        speaker: Speaker,
        screen: LatestResult,
        tell: Callable[["PlayWorker", PlayState], None],
        fail: Callable[["PlayWorker", AppError], None],
        after: "PlayWorker | None",
        rotate_deg: int = 0,
    ) -> None:
        self._path = path
        self._rotate_deg = rotate_deg
        self._speaker = speaker
        self._screen = screen
        self._tell, self._fail = tell, fail
        self._after = after  # it has the sound until it ends
        self._asked = threading.Condition()
        self._seek_s: float | None = None
        self._frames = 0
        self._wants_playing: bool | None = None
        self._wants_speed: float | None = None
        self._is_stale = True
        self._quits = False
        self._loop_s: Span | None = None
        self._is_loop_new = False
        self._recall: Recall | None = None
        self._painter: Painter | None = None
        self._playhead = Playhead()
        self._position = 0
        self._is_playing = False
        self._speed = 1.0
        self._looped: tuple[int, int] | None = None
        self._thread = threading.Thread(target=self._run, name="mien-player", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def quit(self) -> None:
        """End soon."""
        with self._asked:
            self._quits = True
            self._asked.notify_all()

    def join(self, timeout_s: float | None) -> bool:
        """Wait for the end; say whether it came in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def ask(
        self,
        time_s: float | None = None,
        frames: int = 0,
        is_playing: bool | None = None,
        speed: float | None = None,
    ) -> None:
        """Leave wishes.

        Args:
            time_s: Where to.
            frames: How many frames on from there.
            is_playing: Whether to play.
            speed: How fast.
        """
        with self._asked:
            if time_s is not None:
                self._seek_s, self._frames = time_s, 0
            self._frames += frames
            self._wants_playing = is_playing if is_playing is not None else self._wants_playing
            self._wants_speed = speed if speed is not None else self._wants_speed
            self._asked.notify_all()

    def loop(self, span: Span | None) -> None:
        """Play from the frame of one media time to that of another, again and again; None plays on."""
        with self._asked:
            self._loop_s, self._is_loop_new = span, True
            self._asked.notify_all()

    def look_with(self, recall: Recall | None, painter: Painter | None) -> None:
        """Give these readings with the pictures from now on, and paint them where there is a painter."""
        with self._asked:
            self._recall, self._painter, self._is_stale = recall, painter, True
            self._asked.notify_all()

    def paint_again(self) -> None:
        """Show the present picture anew: it is to be painted in another size."""
        with self._asked:
            self._is_stale = True
            self._asked.notify_all()

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(None)
            self._after = None
        try:
            video = open_seekable(self._path, lambda: not self._quits, self._rotate_deg)
        except AppError as error:
            self._fail(self, error)
            return
        try:
            self._say(video)
            self._serve(video)
        except AppError as error:
            self._fail(self, error)
        finally:
            self._speaker.stop()
            video.close()

    def _serve(self, video: Seekable) -> None:
        while True:
            with self._asked:
                if not (self._quits or self._is_asked()):
                    self._asked.wait(self._rest_s(video))
                if self._quits:
                    return
                is_asked = self._is_asked()
            if is_asked:
                self._obey(video)
            elif self._is_playing:
                self._advance(video)

    def _is_asked(self) -> bool:
        wishes = (self._seek_s, self._wants_playing, self._wants_speed)
        is_other = self._is_stale or self._is_loop_new or self._frames != 0
        return is_other or any(wish is not None for wish in wishes)

    def _rest_s(self, video: Seekable) -> float | None:
        """Return how long nothing is to be done; None for as long as nobody asks."""
        if not self._is_playing:
            return None
        following = self._position + (1 if self._speed > 0 else 0)
        if following >= len(video.index):
            return min(self._playhead.wait_s(video.duration_s), _POLL_S)
        return min(self._playhead.wait_s(float(video.index.times_s[following])), _POLL_S)

    def _obey(self, video: Seekable) -> None:
        """Do what was asked for last, of each kind."""
        with self._asked:
            seek_s, frames = self._seek_s, self._frames
            wants_playing, wants_speed, is_stale = self._wants_playing, self._wants_speed, self._is_stale
            self._seek_s, self._frames, self._is_stale = None, 0, False
            self._wants_playing = self._wants_speed = None
            loop_s, is_loop_new, self._is_loop_new = self._loop_s, self._is_loop_new, False
        if is_loop_new:
            self._looped = None if loop_s is None else (video.index.at(loop_s[0]), video.index.at(loop_s[1]))
        before = (self._position, self._is_playing, self._speed)
        end = len(video.index) - 1
        if wants_speed is not None:
            self._speed = wants_speed
        if wants_playing is not None:
            self._is_playing = wants_playing
        if seek_s is not None:
            self._position = video.index.at(seek_s)
        self._position = min(max(self._position + frames, 0), end)
        if wants_playing and seek_s is None and self._position == (end if self._speed > 0 else 0):
            self._position = 0 if self._speed > 0 else end
        if self._position != before[0] or is_stale:
            self._show(video, behind=BEHIND if frames < 0 else 0)
        has_changed = before[1:] != (self._is_playing, self._speed)
        if has_changed or (self._is_playing and self._position != before[0]):
            self._set_clock(video)
        if has_changed or is_loop_new:
            self._say(video)

    def _set_clock(self, video: Seekable) -> None:
        """Start the clock at the position, with sound where it can be heard."""
        from_s = float(video.index.times_s[self._position])
        heard_s = None
        self._speaker.stop()
        low, high = SOUND_SPEEDS
        path = self._path if video.info.has_audio and isinstance(self._path, Path) else None
        if self._is_playing and path is not None and low <= self._speed <= high:
            blocks = sound_blocks(path, from_s, video.zero_s, self._speed)
            if self._speaker.play(blocks, from_s, self._speed):
                heard_s = self._speaker.position_s
        self._playhead.start(from_s, self._speed, heard_s)

    def _advance(self, video: Seekable) -> None:
        """Show the frame that is due; those that are past already are passed over."""
        due_s = self._playhead.due_s()
        if self._looped is not None and self._is_past_loop(video, self._looped, due_s):
            self._position = self._looped[0 if self._speed > 0 else 1]
            self._show(video, behind=BEHIND if self._speed < 0 else 0)
            self._set_clock(video)
            return
        position = video.index.at(due_s)
        is_over = due_s >= video.duration_s if self._speed > 0 else due_s <= 0.0
        moved = position > self._position if self._speed > 0 else position < self._position
        if moved:
            self._position = position
            self._show(video, behind=BEHIND if self._speed < 0 else 0)
        if is_over:
            self._is_playing = False
            self._speaker.stop()
            self._say(video)

    def _is_past_loop(self, video: Seekable, looped: tuple[int, int], due_s: float) -> bool:
        """Whether playing has just come out of the loop; a playhead that was put elsewhere is left there."""
        first, last = looped
        if not first <= self._position <= last:
            return False
        if self._speed > 0:
            return due_s >= _end_of(video, last)
        return due_s < float(video.index.times_s[first])

    def _show(self, video: Seekable, behind: int) -> None:
        frame = video.frame(self._position, behind=behind)
        recall, painter = self._recall, self._painter
        if recall is None:
            result = FrameResult(frame, (), "")
        else:
            readings = recall.at(frame.timestamp_s)
            result = FrameResult(frame, readings, recall.model_name, other_model=recall.other_name)
        picture = frame.image if painter is None else read_only(painter.paint(result))
        self._screen.write(result, picture)

    def _say(self, video: Seekable) -> None:
        hint = self._speaker.hint if video.info.has_audio else ""
        times_s = video.index.times_s
        loop = None if self._looped is None else (float(times_s[self._looped[0]]), float(times_s[self._looped[1]]))
        state = PlayState(video.info, video.duration_s, self._is_playing, self._speed, hint, loop, times_s)
        self._tell(self, state)


def _end_of(video: Seekable, position: int) -> float:
    """Return the media time at which a frame gives way to the next."""
    times_s = video.index.times_s
    return float(times_s[position + 1]) if position + 1 < len(times_s) else video.duration_s
