"""Setting, changing and deleting markers at the playhead."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mien.gui.review.marker_editor import MarkerEditor
from mien.gui.review.notes import Notes
from mien.session.notes.annotations import Marker
from mien.session.notes.marker_drag import SHORTEST_SPAN_S
from mien.settings import EventType


class MarkerController(QObject):
    """Emits ``selected_changed`` when another marker is in hand, ``span_changed`` when a span begins or ends.

    Args:
        notes: Where the markers are.
        now_s: The playhead's media time.
        duration_s: How long the video is.
        types: The user's types of events.
        window: Over which editors open.

    Attributes:
        selected: The marker in hand, or None.
        open_since_s: Where a span to exclude began that is not ended yet, or None.
        open_types: The types of events whose spans began, each with where, and are not ended yet; by name.
    """

    selected_changed = Signal()
    span_changed = Signal()

    def __init__(
        self,
        notes: Notes,
        now_s: Callable[[], float],
        duration_s: Callable[[], float],
        types: Callable[[], tuple[EventType, ...]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.selected: Marker | None = None
        self.open_since_s: float | None = None
        self.open_types: dict[str, tuple[EventType, float]] = {}
        self._notes = notes
        self._now_s = now_s
        self._duration_s = duration_s
        self._types = types
        self._window = window
        self._editor: MarkerEditor | None = None
        notes.opened.connect(self.close_editor)
        notes.changed.connect(self._forget_deleted)

    def select(self, marker: Marker | None) -> None:
        """Take a marker in hand, or none."""
        if marker != self.selected:
            self.selected = marker
            self.selected_changed.emit()

    def mark_event(self) -> None:
        """Mark an event here; its text may be written later."""
        self._add(Marker(kind="event", start_s=self._now_s()))

    def mark_type(self, event_type: EventType) -> None:
        """Mark an event of a type here: a moment, or the beginning or the end of a span."""
        now_s, name, code = self._now_s(), event_type.name, event_type.code
        if name in self.open_types:
            _, since_s = self.open_types.pop(name)
            start_s, end_s = sorted((since_s, now_s))
            if end_s - start_s >= SHORTEST_SPAN_S:
                self._add(Marker(kind="event", start_s=start_s, end_s=end_s, event_type=name, code=code))
        elif event_type.is_span:
            self.open_types[name] = (event_type, now_s)
        else:
            self._add(Marker(kind="event", start_s=now_s, event_type=name, code=code))
        self.span_changed.emit()

    def mark_note(self) -> None:
        """Write a note for this moment."""
        self._edit(Marker(kind="note", start_s=self._now_s()), is_new=True)

    def mark_span(self) -> None:
        """Begin a span to exclude, or end the one that was begun."""
        if self.open_since_s is None:
            self.open_since_s = self._now_s()
        else:
            start_s, end_s = sorted((self.open_since_s, self._now_s()))
            self.open_since_s = None
            if end_s - start_s >= SHORTEST_SPAN_S:
                self._add(Marker(kind="exclude", start_s=start_s, end_s=end_s))
        self.span_changed.emit()

    def drop_span(self) -> bool:
        """Forget all spans that were begun; say whether there was one."""
        had_one = self.open_since_s is not None or bool(self.open_types)
        self.open_since_s = None
        self.open_types.clear()
        if had_one:
            self.span_changed.emit()
        return had_one

    def delete(self) -> None:
        """Delete the marker in hand."""
        if self.selected is not None:
            self.remove(self.selected)

    def remove(self, marker: Marker) -> None:
        """Delete a marker."""
        if marker in self._notes.annotations.markers:
            self._notes.remove(marker)

    def edit(self, marker: Marker) -> None:
        """Let a marker be changed."""
        self.select(marker)
        self._edit(marker, is_new=False)

    def move(self, before: Marker, after: Marker) -> None:
        """Give a marker other times."""
        if before in self._notes.annotations.markers:
            self._notes.move(before, after)
            self.select(after)

    def neighbour(self, step: int) -> Marker | None:
        """Return the next marker from here on, or with −1 the one before; None where there is none."""
        now_s, markers = self._now_s(), self._notes.annotations.markers
        if step > 0:
            return next((marker for marker in markers if marker.start_s > now_s + 1e-3), None)
        return next((marker for marker in reversed(markers) if marker.start_s < now_s - 1e-3), None)

    def _add(self, marker: Marker) -> None:
        if marker not in self._notes.annotations.markers:  # a key pressed twice
            self._notes.add(marker)
        self.select(marker)

    def _edit(self, marker: Marker, *, is_new: bool) -> None:
        editor = MarkerEditor(marker, self._duration_s(), self._types(), is_new=is_new, parent=self._window)

        def take_over() -> None:
            if editor.is_deleted:
                self.remove(marker)
            elif is_new:
                self._add(editor.marker)
            elif marker in self._notes.annotations.markers:
                self._notes.replace(marker, editor.marker)
                self.select(editor.marker)

        editor.accepted.connect(take_over)
        self.close_editor()
        self._editor = editor
        editor.finished.connect(partial(self._forget_editor, editor))
        editor.show_beside(self._window)

    def close_editor(self) -> None:
        """Close the editor that is open, unsaved: its marker is of another video, or another one is edited."""
        if self._editor is not None:
            self._editor.reject()

    def _forget_editor(self, editor: MarkerEditor, _result: int) -> None:
        if self._editor is editor:
            self._editor = None

    def _forget_deleted(self) -> None:
        if self.selected is not None and self.selected not in self._notes.annotations.markers:
            self.select(None)
