"""Events that are marked while one watches: on the timeline, and in the recording where there is one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from mien.gui.live.event_field import EventField
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.live.recording_controller import RecordingController
from mien.gui.look.theme import surfaces
from mien.gui.parts.buttons import Button
from mien.gui.tab_page import Notice
from mien.settings import EventType
from mien.timeline.history import SPAN_S


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """A moment.

    Attributes:
        time_s: Media time.
        text: What happened; may be empty.
        event_type: Its type, or None.
    """

    time_s: float
    text: str
    event_type: EventType | None = None

    @property
    def title(self) -> str:
        """What stands beside its flag."""
        name = self.event_type.name if self.event_type is not None else ""
        return ": ".join(part for part in (name, self.text) if part)


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
        self._open: dict[str, tuple[EventType, float]] = {}
        field.written.connect(self._keep_written)
        recorder.ending.connect(self.end_all)

    @property
    def events(self) -> tuple[LiveEvent, ...]:
        """Those of the last minute."""
        return self._events

    def mark(self) -> None:
        """Mark this moment."""
        now_s = self._now_s()
        if now_s is not None:
            self._keep(LiveEvent(now_s, ""))

    @property
    def open_names(self) -> Collection[str]:
        """The types whose spans were begun and are not ended yet."""
        return self._open.keys()

    def mark_type(self, event_type: EventType) -> None:
        """Mark an event of a type: a moment, or the beginning or the end of a span."""
        now_s = self._now_s()
        if now_s is None:
            return
        if event_type.name in self._open:
            self._end(event_type.name, now_s)
            return
        if event_type.is_span:
            self._open[event_type.name] = (event_type, now_s)
        self._keep(LiveEvent(now_s, "", event_type))

    def end_all(self) -> None:
        """End all spans that were begun: the recording ends, or the source."""
        now_s = self._now_s()
        for name in tuple(self._open):
            if now_s is not None:
                self._end(name, now_s)
        self._open.clear()

    def ask(self, button: Button) -> None:
        """Mark this moment, with a text that is written above the button."""
        self._asked_at_s = self._now_s()
        if self._asked_at_s is not None:
            self._field.open_above(button)

    def forget(self) -> None:
        """Forget all: another source has other times."""
        self._events = ()
        self._open.clear()
        self._asked_at_s = None
        self._timeline.show_events(())

    def _keep_written(self, text: str) -> None:
        at_s, self._asked_at_s = self._asked_at_s, None
        if at_s is not None:
            self._keep(LiveEvent(at_s, text))

    def _keep(self, event: LiveEvent) -> None:
        last_s = event.time_s - SPAN_S
        self._events = (*(each for each in self._events if last_s <= each.time_s <= event.time_s), event)
        self._show()
        session, kind = self._recorder.session, event.event_type
        if session is not None:
            session.add_marker(
                "event",
                at_s=event.time_s,
                text=event.text,
                origin="key",
                event_type=kind.name if kind is not None else "",
                code=kind.code if kind is not None else "",
            )
        what = "this moment" if kind is None else f"the beginning of {kind.name}" if kind.is_span else kind.name
        self.notified.emit(Notice(f"Marked {what} {self._where}"))

    def _end(self, name: str, now_s: float) -> None:
        """End a span; it is in the recording only if it began there."""
        _, since_s = self._open.pop(name)
        session = self._recorder.session
        if session is not None:
            session.end_marker(name, since_s, now_s)
        self.notified.emit(Notice(f"Marked the end of {name} {self._where}"))

    @property
    def _where(self) -> str:
        is_recorded = self._recorder.session is not None
        return "in the recording" if is_recorded else "on the timeline; nothing is being recorded"

    def _show(self) -> None:
        events = ((each.time_s, each.title, _ink_of(each.event_type)) for each in self._events)
        self._timeline.show_events(tuple(events))


def _ink_of(event_type: EventType | None) -> str:
    return surfaces().amber if event_type is None else event_type.colour
