"""Outlets for a program in which sources come and go, and choices change meanwhile: the window."""

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mien.outlets.marker_inbox import MarkerInbox
from mien.outlets.media_clock import MediaClock
from mien.outlets.outlets import Outlets
from mien.settings import IntegrationSettings

if TYPE_CHECKING:
    from mien.pipeline.pipeline import Pipeline
    from mien.sinks.sink import Sink


class LiveOutlets:
    """Keeps what runs and what is chosen together. May be used by any thread; opening takes a moment.

    Args:
        on_failure: Told when an outlet fails while a source runs, from another thread; the source goes on.

    Attributes:
        inbox: Where markers come in, the same whatever is chosen.
    """

    def __init__(self, on_failure: Callable[[BaseException], None]) -> None:
        self.inbox = MarkerInbox(MediaClock())
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._choices = IntegrationSettings()
        self._outlets = Outlets(self._choices, self.inbox)
        self._pipeline: Pipeline | None = None
        self._own: tuple[str, ...] = ()
        self._sinks: list[Sink] = []

    def choose(self, choices: IntegrationSettings) -> tuple[str, ...]:
        """Close what was open, where the choices are others than before, and open what they name.

        Returns:
            What to tell the user, a line each, such as the address with its token; empty where nothing changed.

        Raises:
            OutletError: Something of it cannot be had here; nothing is open then.
        """
        with self._lock:
            if choices == self._choices:
                return ()
            self._detach()
            self._outlets.close()
            self._choices, self._outlets = IntegrationSettings(), Outlets(IntegrationSettings(), self.inbox)
            self._outlets = Outlets(choices, self.inbox)
            self._choices = choices
            if self._pipeline is not None:
                self._add_sinks(self._pipeline)
            return self._outlets.notes

    def take_own(self, names: tuple[str, ...]) -> None:
        """Send out these own expressions from now on; LSL's streams, whose channels are fixed, begin anew.

        Raises:
            OutletError: See ``attach``.
        """
        with self._lock:
            if names == self._own:
                return
            self._own = names
            if self._pipeline is not None:
                self._detach()
                self._add_sinks(self._pipeline)

    def attach(self, pipeline: "Pipeline") -> None:
        """Send out what this pipeline reads from now on, instead of the one before.

        Raises:
            OutletError: There is no virtual camera, or none of the size of these pictures.
        """
        with self._lock:
            self._detach()
            self._pipeline = pipeline
            self._add_sinks(pipeline)

    def close(self) -> None:
        """End all connections. Safe twice."""
        with self._lock, contextlib.ExitStack() as last:
            last.callback(self._outlets.close)
            self._detach()
            self._pipeline = None

    def _add_sinks(self, pipeline: "Pipeline") -> None:
        reader = pipeline.reader
        info, has_details = pipeline.source.info, pipeline.looks_closely
        labels, others = reader.labels, reader.other_labels
        for sink in self._outlets.sinks(info, labels, others, has_details=has_details, own=self._own):
            self._sinks.append(sink)
            pipeline.add_sink(sink, on_failure=self._on_failure)

    def _detach(self) -> None:
        sinks, self._sinks = self._sinks, []
        for sink in sinks:
            if self._pipeline is not None:
                self._pipeline.remove_sink(sink)
