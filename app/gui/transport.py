"""The bar at the bottom: source, start and pause, recording, snapshot, and how the picture is shown."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.gui.buttons import Button
from app.gui.divider import Divider
from app.gui.readout import Readout
from app.gui.theme import colour, surfaces

HEIGHT_PX: Final = 56
_SOURCE_WIDTH_PX: Final = 208
_RECENT: Final = 5


class Transport(QWidget):
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
    blur_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self.source = Button("Choose a source", "camera", tip="Camera or video", has_menu=True, framed=True)
        self.source.setFixedWidth(_SOURCE_WIDTH_PX)
        self.pause = Button(icon="play", tip="Start (Space)", framed=True)
        self.stop = Button(icon="stop", tip="Stop and release the source (Ctrl+W)", framed=True)
        self.record = Button("Record", "record", kind="record", tip="Record (R)", reserve="00:00:00", framed=True)
        self.record.setCheckable(True)
        self.snapshot = Button("Snapshot", "photo", tip="Save this picture (S)")
        self.mirror = Button("Mirror", "mirror", tip="Show the camera as a mirror does (M)")
        self.blur = Button("Blur faces", "blur", tip="Hide faces in picture and recording (B)")
        for toggle in (self.mirror, self.blur):
            toggle.setCheckable(True)
        self.drops = Readout("drops", "0", "Camera frames that came faster than they could be read")
        self.disk = Readout("free", "000 GB", "Space left where recordings go")
        self._sources = QMenu(self)
        self._sources.setToolTipsVisible(True)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.source.clicked.connect(self._open_sources)
        for button, asked in (
            (self.pause, self.pause_asked),
            (self.stop, self.stop_asked),
            (self.record, self.record_asked),
            (self.snapshot, self.snapshot_asked),
            (self.mirror, self.mirror_asked),
            (self.blur, self.blur_asked),
        ):
            button.clicked.connect(asked)

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
        for button in (self.snapshot, self.mirror, self.blur):
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.drops)
        layout.addSpacing(8)
        layout.addWidget(self.disk)

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
        self._sources.addSeparator()
        self._sources.addAction("Open a video…").triggered.connect(self.open_asked)
        self._sources.addAction("Demo clip").triggered.connect(self.demo_asked)
        if recent_files:
            self._sources.addSeparator()
        for path in recent_files[:_RECENT]:
            action = self._sources.addAction(Path(path).name)
            action.setToolTip(path)
            action.triggered.connect(lambda _checked, chosen=path: self.source_chosen.emit(chosen))

    def show_source(self, name: str, icon: str) -> None:
        """Show what is watched."""
        self.source.setText(name)
        self.source.setToolTip(name)
        self.source.set_icon(icon)

    def show_running(self, *, is_open: bool, is_playing: bool, is_over: bool) -> None:
        """Show whether there is a source, whether it moves, and whether it came to its end."""
        icon, tip = ("pause", "Pause (Space)") if is_playing else ("play", "Start (Space)")
        if is_over:
            icon, tip = "replay", "Play again (Space)"
        self.pause.set_icon(icon, tip)
        self.stop.setEnabled(is_open)
        self.record.setEnabled(is_open and not is_over)
        self.snapshot.setEnabled(is_open)

    def show_looks(self, *, mirror: bool, can_mirror: bool, blur: bool) -> None:
        """Show how the picture is shown; only what is live can be mirrored."""
        self.mirror.setChecked(mirror)
        self.mirror.setEnabled(can_mirror)
        self.blur.setChecked(blur)

    def show_recording(self, elapsed_s: float | None) -> None:
        """Show the time of the recording, or None where nothing is recorded."""
        self.record.setChecked(elapsed_s is not None)
        if elapsed_s is None:
            self.record.setText("Record")
            return
        minutes, seconds = divmod(int(elapsed_s), 60)
        hours, minutes = divmod(minutes, 60)
        self.record.setText(f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}")

    def show_disk(self, free_bytes: int | None) -> None:
        """Show the space that is left."""
        if free_bytes is None:
            self.disk.set_value("")
            return
        gigabytes = free_bytes / 1e9
        self.disk.set_value(
            f"{gigabytes:.0f} GB" if gigabytes >= 10 else f"{gigabytes:.1f} GB", warning=gigabytes < 2
        )

    def _open_sources(self) -> None:
        self._sources.ensurePolished()
        height = self._sources.sizeHint().height()
        corner = self.source.mapToGlobal(self.source.rect().topLeft())
        corner.setY(corner.y() - height - 4)
        self._sources.popup(corner)
