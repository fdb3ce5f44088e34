"""A camera is opened only with consent, whoever asks: the window, the command line or a script."""

from mien.errors import SourceError
from mien.settings import load_settings, save_settings


def require_consent(source: str, *, given: bool = False) -> None:
    """Let a camera be opened if its user agreed to it, now or before, also in the window.

    Args:
        source: As the user named it; anything that is no camera of this machine passes.
        given: The user agrees now; it is remembered.

    Raises:
        SourceError: It is a camera, and nobody agreed to it.
    """
    from mien.capture.source_spec import kind_of_source
    from mien.core.frame import SourceKind

    if kind_of_source(source) is not SourceKind.CAMERA:
        return
    settings = load_settings()
    if settings.window.consented:
        return
    if not given:
        raise SourceError(
            f"{source}: a camera is opened only with consent; agree with --yes-camera (yes_camera=True in "
            "Python), which is remembered, or in the window"
        )
    save_settings(settings.changed(window={"consented": True}))
