"""The networks in the bar at the top: which one reads, which one beside it, and on what they run."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from mien.engine.contracts import SettingsEngine
from mien.gui.background import Background
from mien.gui.bar.top_bar import TopBar
from mien.gui.choices import Choices
from mien.settings import Settings

PROVIDER_NAMES: Final = {
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "CUDA",
    "directml": "DirectML",
    "coreml": "Core ML",
    "openvino": "OpenVINO",
}


class ModelMenu(QObject):
    """Fills the menu and takes over what is chosen there, without a restart.

    Emits ``failed`` with an ``AppError``.
    """

    failed = Signal(object)

    def __init__(self, engine: SettingsEngine, choices: Choices, top_bar: TopBar) -> None:
        super().__init__(top_bar)
        self._choices = choices
        self._top_bar = top_bar
        self._models: list[tuple[str, str]] = []
        self._providers: list[str] = []
        self._background = Background(self)
        top_bar.model_chosen.connect(self._choose_model)
        choices.changed.connect(self._choices_changed)
        top_bar.models.aboutToShow.connect(self._find_providers)
        self._engine = engine
        self._background.run(engine.list_models, self._take_models, self.failed.emit)

    def shut_down(self, timeout_s: float) -> bool:
        """Wait for what runs; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _find_providers(self) -> None:
        """Ask for the providers when they are first wanted: it loads ONNX Runtime."""
        if not self._providers:
            self._background.run(self._engine.list_providers, self._take_providers, self.failed.emit)

    def _take_models(self, models: list[tuple[str, str]]) -> None:
        self._models = models
        self._fill()

    def _take_providers(self, providers: list[str]) -> None:
        self._providers = providers
        self._fill_providers()

    def _choose_model(self, name: str) -> None:
        """Read with another network; one is not compared with itself."""
        compare = self._choices.settings.reading.compare
        self._choices.change(reading={"model": name, "compare": "" if compare == name else compare})

    def _choices_changed(self, before: Settings, after: Settings) -> None:
        if (before.reading.model, before.reading.compare, before.compute.provider) != (
            after.reading.model,
            after.reading.compare,
            after.compute.provider,
        ):
            self._fill()

    def _fill(self) -> None:
        settings, menu = self._choices.settings, self._top_bar.models
        current = settings.reading.model or (self._models[0][0] if self._models else "")
        menu.clear()
        for name, summary in self._known(settings):
            self._add(menu, _title(name), name == current, partial(self._choose_model, name), summary)
        menu.addSeparator()
        others = menu.addMenu("Compare with")
        self._add(
            others,
            "No other network",
            not settings.reading.compare,
            partial(self._choices.change, reading={"compare": ""}),
        )
        for name, summary in self._known(settings):
            if name != current:
                choose = partial(self._choices.change, reading={"compare": name})
                self._add(others, _title(name), name == settings.reading.compare, choose, summary)
        self._runs_on = menu.addMenu("Runs on")
        self._fill_providers()
        title = _title(current)
        self._top_bar.show_chosen(
            f"{title} + {_title(settings.reading.compare)}" if settings.reading.compare else title
        )

    def _fill_providers(self) -> None:
        self._runs_on.clear()
        chosen = self._choices.settings.compute.provider
        for name in dict.fromkeys(("auto", *self._providers, chosen)):
            choose = partial(self._choices.change, compute={"provider": name})
            self._add(self._runs_on, PROVIDER_NAMES.get(name, name), name == chosen, choose)

    def _known(self, settings: Settings) -> list[tuple[str, str]]:
        """Return all networks that can be chosen: those found, and files that are named in the settings."""
        names = {name for name, _ in self._models}
        files = dict.fromkeys(
            name for name in (settings.reading.model, settings.reading.compare) if name and name not in names
        )
        return self._models + [(name, name) for name in files]

    @staticmethod
    def _add(menu: QMenu, text: str, is_chosen: bool, choose: partial[None], tip: str = "") -> None:
        action = menu.addAction(text)
        action.setToolTip(tip)
        action.setCheckable(True)
        action.setChecked(is_chosen)
        action.triggered.connect(lambda _checked=False: choose())


def _title(name: str) -> str:
    """Return a network's name, or that of its file."""
    return Path(name).name if "/" in name or "\\" in name else name
