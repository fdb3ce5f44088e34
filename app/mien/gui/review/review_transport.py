"""The bar at the bottom of Review: playing, the time, markers, and export."""

from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.buttons import Button
from mien.gui.parts.divider import Divider
from mien.gui.parts.readout import Readout
from mien.playback.play_worker import PlayState
from mien.playback.playhead import SPEEDS
from mien.timeline.clock import clock

HEIGHT_PX: Final = 56
_WIDE_PX: Final = 1180
_LOOP_TIPS: Final = (
    "Loop: set its start A here",
    "Loop: set its end B here, or play A to B",
    "End the loop",
)


class ReviewTransport(QWidget):
    """Emits what was asked for by the name of its command, and ``speed_chosen``; shows what it is told."""

    asked = Signal(str)
    speed_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self.back = Button(icon="step-back", tip="Previous frame (←)")
        self.play = Button(icon="play", tip="Play", key="review.pause", framed=True)
        self.on = Button(icon="step-on", tip="Next frame (→)")
        self.loop = Button(icon="loop", tip=_LOOP_TIPS[0], key="review.loop")
        self.loop.setCheckable(True)
        self.speed = Button("1×", tip="Speed (J reverse, K pause, L forward)", reserve="−0.25×", has_menu=True)
        self.sound = Button(icon="sound", tip="Sound off", key="review.mute")
        self.time = Readout("", "00:00:00.00", "Where the playhead is")
        self.length = Readout("", "/ 00:00:00", "How long it is")
        self.frame = Readout("", "frame 000000", "Number of the frame, from 0")
        self.rotate = Button(icon="rotate", tip="Rotate the picture by 90°", key="review.rotate")
        self.save = Button(icon="photo", tip="Save this frame", key="review.save_frame")
        self.overlay = Button("Readings", "overlay", tip="Show the readings on the picture", key="review.overlay")
        self.overlay.setCheckable(True)
        self.event_button = Button("Event", "flag", tip="Mark an event", key="review.mark_event")
        self.types = Button(icon="down", tip="Types of events, each with its key")
        self.types.setFixedWidth(20)
        self.note = Button("Note", "note", tip="Write a note", key="review.mark_note")
        self.exclude = Button("Exclude", "exclude", tip="Begin or end an excluded span", key="review.mark_span")
        self.exclude.setCheckable(True)
        self.undo = Button(icon="undo", tip="Undo", key="review.undo")
        self.redo = Button(icon="redo", tip="Redo", key="review.redo")
        self.export = Button("Export", "export", kind="primary", tip="Export", key="review.export")
        self._words = {
            button: button.text() for button in (self.overlay, self.event_button, self.note, self.exclude)
        }
        marking = (self.event_button, self.note, self.exclude)
        self._needs_video = (self.back, self.play, self.on, self.speed, self.loop, self.save, *marking)
        self._speeds = QMenu(self)
        for value in SPEEDS:
            action = self._speeds.addAction(speed_text(value))
            action.triggered.connect(lambda _checked=False, chosen=value: self.speed_chosen.emit(chosen))
        self._connect()
        self._lay_out()
        self.show_playing(PlayState())

    def _connect(self) -> None:
        self.speed.clicked.connect(self._open_speeds)
        for button, command in (
            (self.back, "previous_frame"),
            (self.play, "pause"),
            (self.on, "next_frame"),
            (self.loop, "loop"),
            (self.sound, "mute"),
            (self.rotate, "rotate"),
            (self.save, "save_frame"),
            (self.overlay, "overlay"),
            (self.event_button, "mark_event"),
            (self.types, "event_types"),
            (self.note, "mark_note"),
            (self.exclude, "mark_span"),
            (self.undo, "undo"),
            (self.redo, "redo"),
            (self.export, "export"),
        ):
            button.clicked.connect(lambda _checked=False, name=command: self.asked.emit(name))

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(4)
        for button in (self.back, self.play, self.on):
            layout.addWidget(button)
        layout.addSpacing(4)
        layout.addWidget(self.speed)
        layout.addWidget(self.sound)
        layout.addWidget(self.loop)
        layout.addSpacing(4)
        for readout in (self.time, self.length):
            layout.addWidget(readout)
        layout.addSpacing(8)
        layout.addWidget(self.frame)
        layout.addStretch(1)
        layout.addWidget(self.rotate)
        layout.addWidget(self.save)
        layout.addWidget(self.overlay)
        self._add_line(layout)
        for button in (self.event_button, self.types, self.note, self.exclude):
            if button is self.types:
                layout.addSpacing(-layout.spacing())
            layout.addWidget(button)
        self._add_line(layout)
        layout.addWidget(self.undo)
        layout.addWidget(self.redo)
        layout.addSpacing(8)
        layout.addWidget(self.export)

    def _add_line(self, layout: QHBoxLayout) -> None:
        layout.addSpacing(4)
        layout.addWidget(Divider(Qt.Orientation.Vertical, 20))
        layout.addSpacing(4)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works, once ``resizeEvent`` has left out the words."""
        return QSize(888, HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide words where the bar is short; the icons and their tips stay."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE_PX
        for button, word in self._words.items():
            button.setText(word if is_wide else "")
            button.updateGeometry()
        self.frame.setVisible(is_wide)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), colour(surfaces().line))
        painter.end()

    def show_playing(self, state: PlayState) -> None:
        """Show whether it plays, how fast, and how long it is."""
        is_open = state.info is not None
        icon, tip = ("pause", "Pause") if state.is_playing else ("play", "Play")
        self.play.set_icon(icon, tip)
        for button in self._needs_video:
            button.setEnabled(is_open)
        self.speed.setText(speed_text(state.speed))
        has_sound = state.info is not None and state.info.has_audio
        self.sound.setEnabled(has_sound and not state.hint)
        self.length.set_value(f"/ {clock(state.duration_s)}" if is_open else "")
        if not is_open:
            self.time.set_value("")
            self.frame.set_value("")

    def show_turn(self, *, can_turn: bool) -> None:
        """Show whether the picture can be turned."""
        self.rotate.setEnabled(can_turn)

    def show_sound(self, *, is_muted: bool, hint: str, has_sound: bool) -> None:
        """Show whether sound is on, or why there is none."""
        is_off = is_muted or bool(hint) or not has_sound
        tip = hint or ("Sound on" if is_muted else "Sound off") if has_sound else "This video has no sound"
        self.sound.set_icon("sound-off" if is_off else "sound", tip)

    def show_loop(self, *, is_begun: bool, is_looping: bool) -> None:
        """Show whether something is selected, or at least begun, and whether it is played again and again."""
        self.loop.setChecked(is_looping)
        self.loop.set_icon("loop", _LOOP_TIPS[2 if is_looping else int(is_begun)])

    def show_time(self, time_s: float, frame: int) -> None:
        """Show where the playhead is."""
        self.time.set_value(clock(time_s, decimals=2))
        self.frame.set_value(f"frame {frame}")

    def show_edits(self, undo: str, redo: str) -> None:
        """Show what can be undone and done again; empty for nothing."""
        for button, word, text in ((self.undo, "Undo", undo), (self.redo, "Redo", redo)):
            button.setEnabled(bool(text))
            button.setToolTip(f"{word}: {text}" if text else word)

    def _open_speeds(self) -> None:
        self._speeds.ensurePolished()
        corner = self.speed.mapToGlobal(self.speed.rect().topLeft())
        self._speeds.popup(corner - QPoint(0, self._speeds.sizeHint().height() + 4))


def speed_text(speed: float) -> str:
    """Return a speed as people read it: "1×", "−2×"."""
    return f"{'−' if speed < 0 else ''}{abs(speed):g}×"
