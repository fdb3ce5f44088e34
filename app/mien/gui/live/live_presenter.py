"""Shows on bars and stage how far the controller is."""

from typing import Final

from mien.gui.bar.top_bar import TopBar
from mien.gui.live.live_controller import LiveController, Phase, is_camera
from mien.gui.live.live_transport import LiveTransport
from mien.gui.live.live_workspace import LiveWorkspace
from mien.pipeline.stats import PipelineStats

_DISK_TICKS: Final = 20
"""The space on disk is asked for at every so many ticks: every five seconds."""


class LivePresenter:
    """Brings the widgets in line with the controller.

    Attributes:
        cameras: Name for people and what to open, each; for calling a camera by its name before it is open.
    """

    def __init__(
        self, controller: LiveController, top_bar: TopBar, transport: LiveTransport, live: LiveWorkspace
    ) -> None:
        self.cameras: list[tuple[str, str]] = []
        self._controller = controller
        self._top_bar = top_bar
        self._transport = transport
        self._live = live
        self._ticks = 0
        controller.recorder.space_measured.connect(transport.show_disk)

    def refresh(self) -> None:
        """Show phase and settings."""
        controller, transport, readings = self._controller, self._transport, self._live.readings
        phase, settings, info = controller.phase, controller.settings, controller.source_info
        self._show_phase(phase)
        self._top_bar.light.set_on(controller.is_camera_on)
        self._top_bar.show_source(info)
        if phase is Phase.IDLE:
            transport.show_source("Choose a source", "camera")
        else:
            transport.show_source(self._name(), self._icon())
        is_over = phase is Phase.OVER
        transport.show_running(is_open=controller.is_open, is_playing=phase is Phase.PLAYING, is_over=is_over)
        transport.show_recording(controller.recorder.duration_s, controller.recorder.size_bytes)
        is_live = info is None or info.is_live
        transport.show_sources(self.cameras, settings.window.recent_files)
        transport.show_looks(mirror=settings.camera.mirror, can_mirror=is_live, cover=settings.video.cover)
        transport.show_turn(can_turn=controller.can_turn)
        self._live.timeline.set_mode(settings.window.timeline)
        self._live.panel.set_seen(settings.window.shows_seen)
        self._live.panel.offer_detail(settings.reading.face_details)
        readings.see = controller.see if settings.window.shows_seen else None
        readings.hides_faces = settings.video.cover != "none"
        readings.is_mirrored = settings.camera.mirror and is_live

    def tick(self, stats: PipelineStats | None) -> None:
        """Show what changes all the time; None where nothing runs."""
        info = self._controller.source_info
        self._top_bar.show_stats(stats, is_live=info is not None and info.is_live)
        self._transport.drops.set_value(str(stats.dropped) if stats is not None else "")
        self._top_bar.light.set_on(self._controller.is_camera_on)
        recorder = self._controller.recorder
        if recorder.is_recording:
            self._transport.show_recording(recorder.duration_s, recorder.size_bytes)
        self._live.stage.show_notice(recorder.notice or "")
        if self._ticks % _DISK_TICKS == 0:
            recorder.measure_space(self._controller.settings.video.session_folder)
        self._ticks += 1
        if stats is not None and self._controller.phase is Phase.PLAYING:
            if stats.notice is not None:
                self._live.stage.say("camera-off", "Waiting for the camera", stats.notice)
            else:
                self._live.stage.clear_message()

    def _show_phase(self, phase: Phase) -> None:
        stage = self._live.stage
        if phase is Phase.IDLE:
            stage.picture.clear()
        if phase is Phase.OPENING:
            stage.say(self._icon(), "Opening…", self._name())
            self._live.panel.show_empty("No readings yet", "They appear with the first face.")
        elif phase is Phase.OVER and not self._is_still():
            stage.say("replay", "The end", "Space plays it again", can_click=True)
        else:
            stage.clear_message()
        stage.show_pill("Paused" if phase is Phase.PAUSED else "")

    def _name(self) -> str:
        by_spec = {spec: name for name, spec in self.cameras}
        return by_spec.get(self._controller.spec, self._controller.source_name)

    def _icon(self) -> str:
        return "camera" if is_camera(self._controller.spec) else "film"

    def _is_still(self) -> bool:
        """Whether what is open is a single picture, which is there to be looked at and not over."""
        info = self._controller.source_info
        return info is not None and info.frame_count == 1
