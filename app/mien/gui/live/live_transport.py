"""The bar at the bottom: source, start and pause, recording, snapshot, and how the picture is shown."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from mien.errors import printable
from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.buttons import Button
from mien.gui.parts.divider import Divider
from mien.gui.parts.readout import Readout
from mien.timeline.clock import clock

HEIGHT_PX: Final = 56
_SOURCE_WIDTH_PX: Final = 208
_SHORT_PX: Final = 960
_LEAST_PX: Final = 860
_SHORT_SOURCE_PX: Final = 148
_RECENT: Final = 5
_WORDS_FROM_PX: Final = 1240
COVERS: Final = (("Show faces", "none"), ("Blur faces", "blur"), ("Replace faces by their label", "plate"))


class LiveTransport(QWidget):
    """Emits what was asked for; shows what it is told."""

    source_chosen = Signal(str)
    open_asked = Signal()
    demo_asked = Signal()
    cameras_asked = Signal()
    pause_asked = Signal()
    stop_asked = Signal()
    record_asked = Signal()
    snapshot_asked = Signal()
    mirror_asked = Signal()
    rotate_asked = Signal()
    cover_chosen = Signal(str)
    baseline_asked = Signal()
    tuning_asked = Signal()
    mode_chosen = Signal(int, int, float)
    event_asked = Signal()
    types_asked = Signal()
    stream_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self.source = Button("Choose a source", "camera", tip="Camera or video", has_menu=True, framed=True)
        self.source.setFixedWidth(_SOURCE_WIDTH_PX)
        self.pause = Button(icon="play", tip="Start", key="live.pause", framed=True)
        self.stop = Button(icon="stop", tip="Stop and release the source", key="live.stop", framed=True)
        self.record = Button(
            "Record", "record", kind="record", tip="Record", key="live.record", reserve="00:00:00", framed=True
        )
        self.record.setCheckable(True)
        self.snapshot = Button("Snapshot", "photo", tip="Save this picture", key="live.snapshot")
        self.mark = Button("Event", "flag", tip="Mark this moment with a text", key="live.write_event")
        self.types = Button(icon="down", tip="Types of events, each with its key")
        self.types.setFixedWidth(20)
        self.mirror = Button("Mirror", "mirror", tip="Show the camera as a mirror does", key="live.mirror")
        self.rotate = Button(icon="rotate", tip="Rotate the picture by 90°", key="live.rotate")
        self.cover = Button(
            "Faces", "blur", tip="Hide faces in picture and recording", key="live.blur", has_menu=True
        )
        self.baseline = Button(
            "Neutral", "baseline", tip="Take the selected person's neutral face: 3 s", key="live.baseline"
        )
        self.tuning = Button(icon="tune", tip="Smoothing, what counts as uncertain, absolute or relative")
        for toggle in (self.mirror, self.cover, self.baseline):
            toggle.setCheckable(True)
        self._words = {
            button: button.text() for button in (self.snapshot, self.mark, self.mirror, self.cover, self.baseline)
        }
        self.drops = Readout("dropped", "0", "Camera frames that came faster than they could be read")
        self.recorded = Readout("", "000 MB", "What the recording takes so far")
        self.recorded.hide()
        self.disk = Readout("free", "000 GB", "Space left where recordings go")
        self._sources = QMenu(self)
        self._sources.setToolTipsVisible(True)
        self._modes = QMenu("Size and rate", self)
        self._covers = QMenu(self)
        for text, cover in COVERS:
            action = self._covers.addAction(text)
            action.setCheckable(True)
            action.setData(cover)
            action.triggered.connect(partial(self._choose_cover, cover))
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.source.clicked.connect(self._open_sources)
        for button, asked in (
            (self.pause, self.pause_asked),
            (self.stop, self.stop_asked),
            (self.record, self.record_asked),
            (self.snapshot, self.snapshot_asked),
            (self.mark, self.event_asked),
            (self.types, self.types_asked),
            (self.mirror, self.mirror_asked),
            (self.rotate, self.rotate_asked),
            (self.baseline, self.baseline_asked),
            (self.tuning, self.tuning_asked),
        ):
            button.clicked.connect(asked)
        self.cover.clicked.connect(self._open_covers)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.source)
        layout.addWidget(self.pause)
        layout.addWidget(self.stop)
        layout.addWidget(self.record)
        layout.addSpacing(4)
        layout.addWidget(Divider(Qt.Orientation.Vertical, 20))
        layout.addSpacing(4)
        for button in (
            self.snapshot,
            self.mark,
            self.mirror,
            self.rotate,
            self.cover,
            self.baseline,
            self.tuning,
        ):
            layout.addWidget(button)
            if button is self.mark:
                layout.addSpacing(-layout.spacing())
                layout.addWidget(self.types)
        layout.addStretch(1)
        layout.addWidget(self.recorded)
        layout.addSpacing(8)
        layout.addWidget(self.drops)
        layout.addSpacing(8)
        layout.addWidget(self.disk)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works, once ``resizeEvent`` has shortened what can be."""
        return QSize(_LEAST_PX, HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the words where the bar is short; the icons and their tips stay."""
        for button, words in self._words.items():
            button.setText(words if self.width() >= _WORDS_FROM_PX else "")
        is_short = self.width() < _SHORT_PX
        self.source.setFixedWidth(_SHORT_SOURCE_PX if is_short else _SOURCE_WIDTH_PX)
        self.disk.setVisible(not is_short)
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), colour(surfaces().line))
        painter.end()

    def show_sources(self, cameras: list[tuple[str, str]], recent_files: tuple[str, ...]) -> None:
        """Fill the menu of sources.

        Args:
            cameras: Name for people and what to open, each.
            recent_files: Paths, newest first.
        """
        if self._sources.isVisible():  # nobody likes a menu that changes under the pointer
            return
        self._sources.clear()
        for name, spec in cameras:
            action = self._sources.addAction(name)
            action.triggered.connect(lambda _checked, chosen=spec: self.source_chosen.emit(chosen))
        if not cameras:
            self._sources.addAction("No camera found").setEnabled(False)
        self._sources.addAction("Look for cameras again").triggered.connect(self.cameras_asked)
        if self._modes.actions():
            self._sources.addMenu(self._modes)
        self._sources.addSeparator()
        self._sources.addAction("Open a video…").triggered.connect(self.open_asked)
        self._sources.addAction("Network stream…").triggered.connect(self.stream_asked)
        self._sources.addAction("Demo clip").triggered.connect(self.demo_asked)
        if recent_files:
            self._sources.addSeparator()
        for path in recent_files[:_RECENT]:
            action = self._sources.addAction(printable(Path(path).name))
            action.setToolTip(path)
            action.triggered.connect(lambda _checked, chosen=path: self.source_chosen.emit(chosen))

    def show_modes(self, modes: list[tuple[int, int, float]], chosen_wh: tuple[int, int], fps: float) -> None:
        """Offer the sizes and rates of the camera that is open.

        Args:
            modes: Width, height and rate each; none where no camera is open.
            chosen_wh: The size that is asked for.
            fps: The rate that is asked for.
        """
        self._modes.clear()
        for width, height, rate in modes:
            action = self._modes.addAction(f"{width} × {height} · {rate:.0f} fps")
            action.setCheckable(True)
            action.setChecked((width, height) == chosen_wh and abs(rate - fps) < 0.5)
            action.triggered.connect(partial(self._choose_mode, width, height, rate))

    def show_source(self, name: str, icon: str) -> None:
        """Show what is watched."""
        self.source.setText(name)
        self.source.setToolTip(name)
        self.source.set_icon(icon)

    def show_running(self, *, is_open: bool, is_playing: bool, is_over: bool) -> None:
        """Show whether there is a source, whether it moves, and whether it came to its end."""
        icon, tip = ("pause", "Pause") if is_playing else ("play", "Start")
        if is_over:
            icon, tip = "replay", "Play again"
        self.pause.set_icon(icon, tip)
        self.stop.setEnabled(is_open)
        self.record.setEnabled(is_open and not is_over)
        self.snapshot.setEnabled(is_open)
        self.mark.setEnabled(is_open)

    def show_looks(self, *, mirror: bool, can_mirror: bool, cover: str) -> None:
        """Show how the picture is shown; only what is live can be mirrored."""
        self.mirror.setChecked(mirror)
        self.mirror.setEnabled(can_mirror)
        self.cover.setChecked(cover != "none")
        for action in self._covers.actions():
            action.setChecked(action.data() == cover)

    def show_turn(self, *, can_turn: bool) -> None:
        """Show whether the picture can be turned."""
        self.rotate.setEnabled(can_turn)

    def show_baseline(self, *, can_take: bool, is_taking: bool, is_used: bool) -> None:
        """Show whether a neutral face can be taken, is being taken, or is what readings are relative to."""
        self.baseline.setEnabled(can_take or is_taking)
        self.baseline.setChecked(is_taking or is_used)

    def show_recording(self, elapsed_s: float | None, size_bytes: int = 0) -> None:
        """Show time and size of the recording, or None where nothing is recorded."""
        self.record.setChecked(elapsed_s is not None)
        self.recorded.setVisible(elapsed_s is not None)
        size = f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
        self.recorded.set_value(size)
        if elapsed_s is None:
            self.record.setText("Record")
            return
        self.record.setText(clock(elapsed_s))

    def show_disk(self, free_bytes: int | None) -> None:
        """Show the space that is left."""
        if free_bytes is None:
            self.disk.set_value("")
            return
        gigabytes = free_bytes / 1e9
        self.disk.set_value(
            f"{gigabytes:.0f} GB" if gigabytes >= 10 else f"{gigabytes:.1f} GB", warning=gigabytes < 2
        )

    def _choose_cover(self, cover: str) -> None:
        self.cover_chosen.emit(cover)

    def _choose_mode(self, width: int, height: int, fps: float) -> None:
        self.mode_chosen.emit(width, height, fps)

    def _open_covers(self) -> None:
        self.cover.setChecked(not self.cover.isChecked())  # the menu decides, not the click
        self._covers.ensurePolished()
        corner = self.cover.mapToGlobal(self.cover.rect().topLeft())
        corner.setY(corner.y() - self._covers.sizeHint().height() - 4)
        self._covers.popup(corner)

    def _open_sources(self) -> None:
        self._sources.ensurePolished()
        height = self._sources.sizeHint().height()
        corner = self.source.mapToGlobal(self.source.rect().topLeft())
        corner.setY(corner.y() - height - 4)
        self._sources.popup(corner)
