"""The selected person at the playhead: expression, probabilities, valence and arousal with the way they took."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mien.core.emotion import Affect
from mien.core.face import ShownReading
from mien.gui.parts.circumplex import Circumplex
from mien.gui.parts.detail_view import DetailView
from mien.gui.parts.divider import Divider
from mien.gui.parts.easing import Animator
from mien.gui.parts.empty_state import EmptyState
from mien.gui.parts.face_header import FaceHeader
from mien.gui.parts.gauges import AffectGauges
from mien.gui.parts.probability_bars import ProbabilityBars
from mien.gui.parts.scrolled import scrolled
from mien.gui.parts.tab_row import TabRow

JUMP_S: Final = 0.3
"""Beyond this the playhead was moved, and nothing glides from one moment to another."""

Trail = list[tuple[float, float, float]]
"""Media time, valence and arousal, oldest first."""


class FaceDetails(QWidget):
    """Shows one reading, or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.bars = FaceHeader(), ProbabilityBars()
        self.gauges, self.circumplex = AffectGauges(), Circumplex()
        self.detail = DetailView()
        self.tabs = TabRow(("Expression", "In detail"))
        self.empty = EmptyState("face", "No readings yet", "", icon_px=40, large=False)
        self._person_id: int | None = None
        self._time_s = -1.0
        self._affect: Affect | None = None
        self._animator = Animator([self.bars.advance, self.gauges.advance, self.circumplex.advance], self)
        self._stack, self._views = QStackedWidget(), QStackedWidget()
        self._stack.addWidget(self._make_face())
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.show_empty("No readings yet", "They appear with the first face.")

    @property
    def is_empty(self) -> bool:
        """Whether it shows no reading."""
        return self._stack.currentWidget() is self.empty

    def show_reading(
        self,
        name: str,
        reading: ShownReading,
        time_s: float,
        trail: Trail,
        networks: tuple[str, ...] = (),
        *,
        blinks_a_minute: float | None = None,
    ) -> None:
        """Show a reading; the same person a moment later is glided to, the same moment shown otherwise is not.

        Args:
            name: Of the person.
            reading: At the playhead.
            time_s: Media time of the playhead.
            trail: Where valence and arousal were in the seconds before, oldest first.
            networks: The names of the networks that read it, one or two.
            blinks_a_minute: Over the whole time, or None where that is not known.
        """
        person_id = reading.track.face_id
        jump = person_id != self._person_id or self.is_empty or not 0.0 <= time_s - self._time_s < JUMP_S
        if time_s == self._time_s and reading.affect != self._affect:
            jump = True  # the same moment is shown otherwise: no way leads there from what it was before
        self._person_id, self._time_s, self._affect = person_id, time_s, reading.affect
        label = reading.label
        self.header.show_face(name, label, reading.confidence, reading.quality, reading.doubt)
        self.bars.show_emotion(reading.emotion, label, is_certain=reading.usable, jump=jump, tells=True)
        other = reading.other
        self.bars.show_other(
            None if other is None else (other.emotion, other.reason),
            (networks[0], networks[1]) if len(networks) > 1 else ("First", "Second"),
            jump=jump,
            tells=True,
        )
        other_affect = other.affect if other is not None else None
        self.gauges.show_affect(reading.affect, jump=jump, tells=True, other=other_affect)
        self._show_on_circle(reading, label, time_s, trail, jump=jump)
        self._offer_detail(reading.raw.details is not None)
        self.detail.show_details(reading.raw.details, blinks_a_minute, tells=True, own=reading.own)
        self._stack.setCurrentIndex(0)
        self._animator.wake()

    def set_tight(self, *, is_tight: bool, is_low: bool) -> None:
        """Take less height, and where there is very little leave the circle out."""
        self.bars.set_tight(is_tight)
        self.circumplex.setVisible(not is_low)

    def show_empty(self, title: str, text: str) -> None:
        """Show that there is nothing to read at the playhead, and why."""
        self._person_id = None
        self.empty.set_content("face", title, text)
        self._stack.setCurrentWidget(self.empty)

    def _show_on_circle(
        self, reading: ShownReading, label: str, time_s: float, trail: Trail, *, jump: bool
    ) -> None:
        if jump and reading.affect is not None:
            for index, (at_s, valence, arousal) in enumerate(trail):
                affect = Affect(min(max(valence, -1.0), 1.0), min(max(arousal, -1.0), 1.0))
                self.circumplex.show_affect(affect, label, at_s, jump=index == 0)
        ring = None
        if reading.other is not None and reading.other.affect is not None:
            ring = (reading.other.affect, reading.other.label)
        self.circumplex.show_affect(reading.affect, label, time_s, jump=jump and not trail, other=ring)
        if jump and reading.affect is not None:
            self.circumplex.advance(10.0)

    def _make_face(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        read = _column(
            (self.bars, (16, 4, 16, 12), 0),
            (Divider(), (0, 0, 0, 0), 0),
            (self.gauges, (16, 12, 16, 4), 0),
            (self.circumplex, (16, 0, 16, 4), 1),
        )
        self._views.addWidget(read)
        self._views.addWidget(scrolled(self.detail))
        for widget, margins, stretch in (
            (self.header, (16, 16, 16, 8), 0),
            (self.tabs, (16, 0, 16, 4), 0),
            (self._views, (0, 0, 0, 0), 1),
        ):
            _add(layout, widget, margins, stretch)
        self.tabs.hide()
        self.tabs.chosen.connect(self._views.setCurrentIndex)
        page.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        return page

    def _offer_detail(self, is_there: bool) -> None:
        """Offer the face in detail from the first reading that has it on."""
        if is_there:
            self.tabs.show()


Margins = tuple[int, int, int, int]


def _column(*rows: tuple[QWidget, Margins, int]) -> QWidget:
    """Return widgets below each other, each with its margins and how much of the room is left to it."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget, margins, stretch in rows:
        _add(layout, widget, margins, stretch)
    return column


def _add(layout: QVBoxLayout, widget: QWidget, margins: Margins, stretch: int) -> None:
    row = QHBoxLayout()
    row.setContentsMargins(*margins)
    row.addWidget(widget)
    layout.addLayout(row, stretch)
