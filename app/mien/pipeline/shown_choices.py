"""How the settings say that readings are shown."""

from collections.abc import Sequence

from mien.core.baseline import Baseline
from mien.core.own_expressions import parse_own
from mien.core.shown import ShownChoices
from mien.errors import SettingsError
from mien.settings import Settings


def shown_choices(settings: Settings, baselines: Sequence[Baseline] = ()) -> ShownChoices:
    """Return how readings are shown under these settings.

    Args:
        settings: What the user chose.
        baselines: Neutral faces, used where the settings ask for readings relative to them.

    Raises:
        SettingsError: An own expression cannot be read.
    """
    used = tuple(baselines) if settings.shown.relative else ()
    least = settings.shown.min_confidence
    own_names(settings)
    return ShownChoices(
        settings.shown.smoothing_s,
        None if least == "auto" else least,
        used,
        settings.own.expressions,
        settings.shown.prior,
        settings.shown.auto_neutral,
    )


def own_names(settings: Settings) -> tuple[str, ...]:
    """Return the names of the user's own expressions.

    Raises:
        SettingsError: One of them cannot be read.
    """
    try:
        return tuple(each.name for each in parse_own(settings.own.expressions))
    except ValueError as error:
        raise SettingsError(f"own expression {error}") from error
