"""Other networks and providers while a pipeline runs: nothing is stopped, no picture is lost."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from mien.engine.contracts import LiveEngine
from mien.errors import AppError
from mien.gui.background import Background
from mien.pipeline.contracts import Reader
from mien.pipeline.pipeline import Pipeline
from mien.settings import ProviderName, Settings

Network = tuple[str, str, ProviderName]
"""What another reader is loaded for: model, second model, provider."""


class ReaderSwap(QObject):
    """Brings the reader of a pipeline in line with the settings.

    Emits ``swapped`` when other networks read, and ``refused`` with the ``Network`` that goes on and the error.
    """

    swapped = Signal()
    refused = Signal(object, object)

    def __init__(self, engine: LiveEngine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._pipeline: Pipeline | None = None
        self._running = self._wanted = network_of(Settings())
        self._number = 0

    def begin(self, settings: Settings) -> None:
        """A new pipeline is about to be built with these settings; what is still being loaded is not wanted."""
        self._number += 1
        self._pipeline = None
        self._running = self._wanted = network_of(settings)

    def apply(self, pipeline: Pipeline, settings: Settings) -> None:
        """Open other networks beside those that read, which go on until the new ones are ready.

        The last choice wins, however long the ones before take to load.
        """
        self._pipeline = pipeline
        if network_of(settings) == self._wanted:
            return
        self._wanted = network_of(settings)
        self._number += 1
        if self._wanted != self._running:
            self._background.run(
                partial(self._engine.load_reader, settings),
                partial(self._swap, self._number, self._wanted),
                partial(self._refuse, self._number),
            )

    def _swap(self, number: int, network: Network, reader: Reader) -> None:
        if number != self._number or self._pipeline is None:
            return
        self._pipeline.swap_reader(reader)
        self._running = network
        self.swapped.emit()

    def _refuse(self, number: int, error: AppError) -> None:
        if number == self._number:
            self._wanted = self._running
            self.refused.emit(self._running, error)


def network_of(settings: Settings) -> Network:
    """Return what the settings say of it."""
    return settings.reading.model, settings.reading.compare, settings.compute.provider
