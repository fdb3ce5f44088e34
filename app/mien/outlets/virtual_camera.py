"""The annotated picture as a camera, for calls and for other programs that take one."""

import sys
from typing import Any, Final

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.frame import SourceInfo
from mien.errors import OutletError
from mien.installation.extras import EXTRAS
from mien.sinks.sink import Sink
from mien.sinks.video.picture_fit import even_size, fit_picture

DEFAULT_FPS: Final = 30.0

_REMEDIES: Final = {
    "linux": "load the kernel module: `sudo modprobe v4l2loopback exclusive_caps=1 card_label=Mien`",
    "win32": "install OBS Studio and start its virtual camera once",
    "darwin": "install OBS Studio and start its virtual camera once",
}


class VirtualCamera(Sink):
    """A sink that shows each annotated picture as a camera.

    A device that goes away while it runs is a ``notice``; the run goes on.

    Args:
        info: Of the source; where its size is not known, the device is opened with the first picture.
        device: Its name, "any" for the first one.

    Attributes:
        wants_picture: See ``Sink``.
        notice: What went wrong, in a line, or None.

    Raises:
        OutletError: pyvirtualcam is missing, or there is no such device.
    """

    wants_picture = True
    notice: str | None = None

    def __init__(self, info: SourceInfo, device: str) -> None:
        self._device = None if device == "any" else device
        self._fps = info.fps or DEFAULT_FPS
        self._size_wh = (0, 0)
        self._camera: Any = None
        self._module = load_pyvirtualcam()
        if info.width_px and info.height_px:
            self._open((info.width_px, info.height_px))

    @property
    def device(self) -> str | None:
        """The name under which other programs find it, or None while it is not open."""
        return None if self._camera is None else str(self._camera.device)

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Show one picture."""
        assert picture is not None
        if self.notice is not None:
            return
        try:
            if self._camera is None:
                self._open((picture.shape[1], picture.shape[0]))
            self._camera.send(fit_picture(picture, self._size_wh))
        except OutletError as error:
            self.notice = str(error)
        except (RuntimeError, OSError, ValueError) as error:
            self.notice = f"virtual camera {self.device}: it takes no more pictures ({error})"
            self.finish()

    def finish(self) -> None:
        """Close the device. Safe twice."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    def abort(self) -> None:
        """As ``finish``."""
        self.finish()

    def _open(self, size_wh: tuple[int, int]) -> None:
        self._size_wh = even_size(size_wh)
        width, height = self._size_wh
        try:
            self._camera = self._module.Camera(
                width, height, self._fps, fmt=self._module.PixelFormat.BGR, device=self._device
            )
        except (RuntimeError, OSError, ValueError) as error:
            what = self._device or "no device was found"
            reason = " ".join(str(error).split())[:120]
            remedy = _REMEDIES.get(sys.platform, "see docs/outlets.md")
            raise OutletError(f"virtual camera: {what} ({reason}); {remedy}") from error


def load_pyvirtualcam() -> Any:  # noqa: ANN401
    """Return pyvirtualcam.

    Raises:
        OutletError: It is not installed.
    """
    try:
        import pyvirtualcam
    except ModuleNotFoundError as error:
        command = EXTRAS["virtualcam"].command
        raise OutletError(f"virtual camera: pyvirtualcam is not installed; install it with `{command}`") from error
    return pyvirtualcam
