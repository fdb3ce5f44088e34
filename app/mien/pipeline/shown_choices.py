"""How the settings say that readings are shown."""

from collections.abc import Sequence

from mien.core.baseline import Baseline
from mien.core.shown import ShownChoices
from mien.settings import Settings


def shown_choices(settings: Settings, baselines: Sequence[Baseline] = ()) -> ShownChoices:
    """Return how readings are shown under these settings.

    Args:
        settings: What the user chose.
        baselines: Neutral faces, used where the settings ask for readings relative to them.
    """
    used = tuple(baselines) if settings.shown.relative else ()
    least = settings.shown.min_confidence
    return ShownChoices(settings.shown.smoothing_s, None if least == "auto" else least, used)
