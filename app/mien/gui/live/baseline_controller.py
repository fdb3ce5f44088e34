"""The neutral faces of those in view: taking one, keeping it for this source, telling how it went."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from PySide6.QtCore import QObject, Signal

from mien.core.baseline import DURATION_S, Baseline, BaselineTaking
from mien.core.face import FrameResult
from mien.gui.parts.ring import Ring
from mien.session.document import BaselineRecord


class BaselineController(QObject):
    """Takes baselines from the results it sees.

    Emits ``taken`` with a list of ``Baseline``, one for each network, ``given_up`` with the reason in words, and
    ``changed`` when the set of baselines or the state of the taking is another.

    Attributes:
        baselines: All that were taken of this source, in the order of time.
    """

    taken = Signal(list)
    doubted = Signal(list, str)
    given_up = Signal(str)
    changed = Signal()

    def __init__(self, ring: Ring, parent: QObject) -> None:
        super().__init__(parent)
        self.baselines: tuple[Baseline, ...] = ()
        self._ring = ring
        self._taking: BaselineTaking | None = None

    @property
    def is_taking(self) -> bool:
        """Whether one is being taken."""
        return self._taking is not None

    def held_for(self, networks: Sequence[str]) -> tuple[Baseline, ...]:
        """Return those that hold for readings of these networks: each sees a face its own way."""
        return tuple(each for each in self.baselines if each.model in networks)

    def start(self, face_id: int) -> None:
        """Begin with the next result."""
        self._taking = BaselineTaking(face_id)
        self._show(0.0)
        self.changed.emit()

    def cancel(self) -> bool:
        """Give up what is being taken; say whether there was anything."""
        if self._taking is None:
            return False
        self._end()
        return True

    def forget(self) -> None:
        """Forget all: another source has other people."""
        self.cancel()
        if self.baselines:
            self.baselines = ()
            self.changed.emit()

    def see(self, result: FrameResult) -> None:
        """Take the next result."""
        taking = self._taking
        if taking is None:
            return
        taking.add(result)
        if taking.failure is not None:
            self._end()
            self.given_up.emit(taking.failure)
        elif taking.doubt is not None:
            self._end()
            self.doubted.emit(list(taking.baselines), taking.doubt)
        elif taking.baselines:
            self._end()
            self.accept(list(taking.baselines))
        else:
            self._show(taking.progress)

    def accept(self, taken: list[Baseline]) -> None:
        """Use what was taken; those before it stay, since readings before were relative to them."""
        self.baselines += tuple(taken)
        self.taken.emit(taken)
        self.changed.emit()

    def begin_again(self) -> None:
        """Keep the last one of each face and network for a source that was opened again: its clock begins anew."""
        self.cancel()
        last = {(each.face_id, each.model): each for each in self.baselines}
        self.baselines = tuple(replace(each, taken_at_s=0.0) for each in last.values())
        self.changed.emit()

    def _show(self, progress: float) -> None:
        left_s = max(ceil(DURATION_S * (1.0 - progress)), 1)
        self._ring.show_share(progress, str(left_s), "Keep a neutral face", "Esc cancels")

    def _end(self) -> None:
        self._taking = None
        self._ring.hide()
        self.changed.emit()


def record_of(baseline: Baseline) -> BaselineRecord:
    """Return a baseline as a session keeps it."""
    affect = baseline.affect
    return BaselineRecord(
        face_id=baseline.face_id,
        model=baseline.model,
        taken_at_s=baseline.taken_at_s,
        probabilities=tuple(float(share) for share in baseline.probabilities),
        valence=None if affect is None else affect.valence,
        arousal=None if affect is None else affect.arousal,
        details=baseline.details_by_name(),
    )
