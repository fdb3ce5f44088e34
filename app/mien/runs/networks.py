"""The networks that a run needs, opened once and used for one input after the other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.inference.classifier import Classifier
    from mien.session.origin import NetworkInUse
    from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class Networks:
    """What reads faces.

    Attributes:
        first: The network whose readings count.
        other: A second one beside it, or None.
    """

    first: "Classifier"
    other: "Classifier | None" = None

    def in_use(self) -> "tuple[NetworkInUse, ...]":
        """Return them as a session records them."""
        from mien.session.origin import NetworkInUse

        opened = [network for network in (self.first, self.other) if network is not None]
        return tuple(
            NetworkInUse(one.name, one.labels, one.provider.used, one.path, one.priors, one.affect_error)
            for one in opened
        )

    @property
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""
        return () if self.other is None else self.other.labels


def open_networks(settings: "Settings") -> Networks:
    """Open the networks that the settings name, and run each once.

    Raises:
        ModelError: One cannot be used.
    """
    from mien.composition import open_classifier, open_other

    return Networks(open_classifier(settings), open_other(settings))
