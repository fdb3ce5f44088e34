"""Events that are marked while one watches: on the timeline, and in the recording where there is one."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from mien.gui.live.event_field import EventField
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.live.recording_controller import RecordingController
from mien.gui.parts.buttons import Button
from mien.gui.tab_page import Notice
from mien.timeline.history import SPAN_S


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """A moment.

    Attributes:
        time_s: Media time.
        text: What happened; may be empty.
    """

    time_s: float
    text: str


class EventController(QObject):
    """Marks moments; emits ``notified`` with a ``Notice``.

    Args:
        recorder: Has the session that events belong to while it records.
        timeline: Shows them.
        now_s: Returns the media time of the newest picture, or None where there is none.
        field: Asks for a text.
        parent: As in Qt.
    """

    notified = Signal(object)

    def __init__(
        self,
        recorder: RecordingController,
        timeline: LiveTimeline,
        now_s: Callable[[], float | None],
        field: EventField,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._recorder = recorder
        self._timeline = timeline
        self._now_s = now_s
        self._field = field
        self._events: tuple[LiveEvent, ...] = ()
        self._asked_at_s: float | None = None
        field.written.connect(self._keep_written)

    @property
    def events(self) -> tuple[LiveEvent, ...]:
        """Those of the last minute."""
        return self._events

    def mark(self) -> None:
        """Mark this moment."""
        now_s = self._now_s()
        if now_s is not None:
            self._keep(LiveEvent(now_s, ""))

    def ask(self, button: Button) -> None:
        """Mark this moment, with a text that is written above the button."""
        self._asked_at_s = self._now_s()
        if self._asked_at_s is not None:
            self._field.open_above(button)

    def forget(self) -> None:
        """Forget all: another source has other times."""
        self._events = ()
        self._asked_at_s = None
        self._timeline.show_events(())

    def _keep_written(self, text: str) -> None:
        at_s, self._asked_at_s = self._asked_at_s, None
        if at_s is not None:
            self._keep(LiveEvent(at_s, text))

    def _keep(self, event: LiveEvent) -> None:
        last_s = event.time_s - SPAN_S
        self._events = (*(each for each in self._events if last_s <= each.time_s <= event.time_s), event)
        self._timeline.show_events(tuple((each.time_s, each.text) for each in self._events))
        session = self._recorder.session
        if session is not None:
            session.add_marker("event", at_s=event.time_s, text=event.text, origin="key")
        where = "in the recording" if session is not None else "on the timeline; nothing is being recorded"
        self.notified.emit(Notice(f"Marked this moment {where}"))
