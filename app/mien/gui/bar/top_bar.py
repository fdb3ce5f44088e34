"""The bar at the top: what is watched, by which network, how fast; the window's own choices at its end."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget

from mien.core.frame import SourceInfo
from mien.gui.bar.open_menu import OpenMenu
from mien.gui.bar.tab_switch import TabSwitch
from mien.gui.look.mark import Mark
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.camera_light import CameraLight
from mien.gui.parts.divider import Divider
from mien.gui.parts.drop_down import drop_down
from mien.gui.parts.key_hint import add_keyed
from mien.gui.parts.readout import Readout
from mien.gui.tab_page import Tab
from mien.pipeline.stats import PipelineStats

HEIGHT_PX: Final = 48
_NARROW_PX: Final = 1160
_SHORT_PX: Final = 960
_HELP: Final = (("Manual", "manual"), ("All keys", "keys"), ("About Mien and licences", "about"))


class TopBar(QWidget):
    """Emits what was asked for; shows what it is told."""

    theme_asked = Signal()
    panels_asked = Signal()
    full_screen_asked = Signal()
    settings_asked = Signal()
    help_asked = Signal(str)
    model_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self.tabs = TabSwitch()
        self.files = OpenMenu()
        self.light = CameraLight()
        self.source = QLabel()
        self.source.setProperty("role", "quiet")
        self.model = Button("", "cpu", tip="The network that reads the faces", has_menu=True)
        self.provider = Readout("", "CPU", "")
        self.fps = Readout("fps", "00", "Frames per second")
        self.latency = Readout("ms", "00", "")
        self._figures = QWidget()
        figures = QHBoxLayout(self._figures)
        figures.setContentsMargins(0, 0, 8, 0)
        figures.setSpacing(16)
        for readout in (self.provider, self.fps, self.latency):
            figures.addWidget(readout)
        self._figures.hide()
        self._has_figures = False
        self.theme = Button(icon="sun", tip="Light theme", key="window.theme")
        self.help = Button(icon="help", tip="Manual, keys, licences")
        self._help_menu = QMenu(self)
        for text, command in _HELP:
            add_keyed(self._help_menu, text, f"window.{command}").triggered.connect(
                partial(self.help_asked.emit, command)
            )
        self.help.clicked.connect(lambda: drop_down(self._help_menu, self.help, from_right=True))
        self._tab = Tab.LIVE
        self._chosen = self._read_by = ""
        self.models = QMenu(self)
        self.models.setToolTipsVisible(True)
        self.model.clicked.connect(self._open_models)
        self._lay_out()

    def _lay_out(self) -> None:
        name = QLabel("Mien")
        name.setFont(text_font(16, strong=True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 8, 0)
        layout.setSpacing(0)
        _add(
            layout,
            ((Mark(), 8), (name, 16), (self.tabs, 12), (self.files, 4), (self.light, 12), (self.source, 0)),
        )
        layout.addStretch(1)
        _add(layout, ((self.model, 8), (self._figures, 0)))
        layout.addWidget(Divider(Qt.Orientation.Vertical, 20))
        layout.addSpacing(8)
        panels = Button(icon="panels", tip="Hide all but the picture", key="window.panels")
        screen = Button(icon="full-screen", tip="Full screen", key="window.full_screen")
        settings = Button(icon="settings", tip="Settings", key="window.settings")
        for button, asked in (
            (self.theme, self.theme_asked),
            (panels, self.panels_asked),
            (screen, self.full_screen_asked),
            (settings, self.settings_asked),
        ):
            button.clicked.connect(asked)
            layout.addWidget(button)
        layout.addWidget(self.help)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the source's size where the bar is short."""
        self._fit()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), colour(surfaces().line))
        painter.end()

    def show_tab(self, tab: Tab) -> None:
        """Mark where one is; the figures are Live's."""
        self._tab = tab
        self.tabs.show_tab(tab)
        self._figures.setVisible(self._has_figures and tab is Tab.LIVE)
        self._fit()

    def show_source(self, info: SourceInfo | None) -> None:
        """Show the size and the rate of what is watched."""
        if info is None or not info.width_px:
            self.source.setText("")
            return
        rate = f" · {info.fps:.0f} fps" if info.fps and info.frame_count != 1 else ""
        self.source.setText(f"{info.width_px} × {info.height_px}{rate}")

    def show_theme(self, is_dark: bool) -> None:
        """Offer the other theme."""
        self.theme.set_icon("sun" if is_dark else "moon", f"{'Light' if is_dark else 'Dark'} theme")

    def show_chosen(self, name: str) -> None:
        """Show which network, or which two, will read."""
        self._chosen = name
        self._name_networks()

    def show_read_by(self, networks: Sequence[str]) -> None:
        """Show which networks made the readings on screen; none leaves those that are chosen."""
        self._read_by = " + ".join(networks)
        self._name_networks()

    def _name_networks(self) -> None:
        name = self._read_by or self._chosen
        if name != self.model.text():
            self.model.setText(name)
            self.model.updateGeometry()
        is_other = name != self._chosen
        self.model.setToolTip(
            f"{name} made these readings; {self._chosen} is chosen for new ones"
            if is_other
            else "The network that reads the faces"
        )

    def show_stats(self, stats: PipelineStats | None, *, is_live: bool) -> None:
        """Show how the pipeline does.

        Args:
            stats: None where nothing runs.
            is_live: A file waits in buffers until it is due, so that its latency says nothing.
        """
        self._has_figures = stats is not None
        self._figures.setVisible(self._has_figures and self._tab is Tab.LIVE)
        if stats is None:
            return
        self.provider.set_value(stats.provider.upper(), warning=stats.fell_back)
        self.provider.setToolTip(
            "Execution provider. A faster one is there but could not start: its driver or a library is missing."
            if stats.fell_back
            else "Execution provider that runs the network"
        )
        self.fps.set_value(f"{stats.fps:.0f}")
        self.latency.setVisible(is_live)
        self.latency.set_value(f"{stats.latency.p50_s * 1000:.0f}")
        self.latency.setToolTip(_latency_tip(stats))

    def _open_models(self) -> None:
        drop_down(self.models, self.model)

    def _fit(self) -> None:
        """Hide the source's size where the bar is short, and what is only of use in Live."""
        self.source.setVisible(self._tab is Tab.LIVE and self.width() >= _NARROW_PX)
        self.provider.setVisible(self.width() >= _SHORT_PX)


def _latency_tip(stats: PipelineStats) -> str:
    lines = [
        "From capture to picture",
        f"median {stats.latency.p50_s * 1000:.0f} ms, 95 % below {stats.latency.p95_s * 1000:.0f} ms",
        "",
    ]
    lines += [f"{name}  {time.p50_s * 1000:.1f} ms" for name, time in stats.stages.items()]
    return "\n".join(lines)


def _add(layout: QHBoxLayout, items: tuple[tuple[QWidget, int], ...]) -> None:
    """Add widgets, each with the gap that follows it in pixels."""
    for widget, gap in items:
        layout.addWidget(widget)
        layout.addSpacing(gap)
