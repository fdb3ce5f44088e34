"""Makes ``demo.mp4``, the demo clip, out of ``portrait.png``; both lie in ``assets/mien_assets``.

The portrait is NASA's photograph of the astronaut Eileen Collins, in the public domain, as scikit-image ships it
(``skimage.data.astronaut()``). A slow camera pans, zooms and tilts over it, the light changes, and once it
looks away from the face and comes back, so that a viewer sees a face lost and found again.

    python assets/make_demo_clip.py
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).resolve().parent / "mien_assets"
SIZE_WH = (960, 540)
FPS = 30
DURATION_S = 9.0

# The camera over time: where it looks (portrait pixels), zoom, tilt (degrees), brightness, warmth.
# The face is about 100 px high in the portrait, and so 200 px high at a zoom of 2.
KEYFRAMES = np.array(
    [
        # time_s, x_px, y_px, zoom, tilt, brightness, warmth
        (0.0, 262, 150, 1.88, 0, 1.00, 1.00),
        (1.2, 235, 140, 2.05, -5, 1.00, 1.00),
        (2.4, 205, 132, 2.30, 6, 0.80, 0.96),
        (3.4, 222, 130, 2.50, 3, 1.12, 1.06),
        (4.2, 225, 135, 2.20, -2, 1.05, 1.02),
        (5.0, 235, 365, 2.05, 0, 1.00, 1.00),
        (5.6, 240, 368, 2.05, 0, 1.00, 1.00),
        (6.4, 220, 138, 2.10, 4, 0.90, 1.00),
        (7.6, 200, 134, 2.35, -7, 1.10, 0.95),
        (9.0, 258, 150, 1.90, 0, 1.00, 1.00),
    ]
)


def camera_at(time_s: float) -> npt.NDArray[np.float64]:
    """Return x_px, y_px, zoom, tilt, brightness and warmth, eased between the key frames."""
    times = KEYFRAMES[:, 0]
    after = int(np.clip(np.searchsorted(times, time_s, side="right"), 1, len(times) - 1))
    share = (time_s - times[after - 1]) / (times[after] - times[after - 1])
    eased = share * share * (3 - 2 * share)
    before_state, after_state = KEYFRAMES[after - 1, 1:], KEYFRAMES[after, 1:]
    return np.asarray(before_state + eased * (after_state - before_state))


def look(portrait: npt.NDArray[np.uint8], time_s: float) -> npt.NDArray[np.uint8]:
    """Return what the camera sees of the portrait: (540, 960, 3) uint8 BGR."""
    x_px, y_px, zoom, tilt, brightness, warmth = camera_at(time_s)
    matrix = cv2.getRotationMatrix2D((x_px, y_px), tilt, zoom)
    matrix[:, 2] += np.array(SIZE_WH) / 2 - (x_px, y_px)
    seen = cv2.warpAffine(portrait, matrix, SIZE_WH, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    light = brightness * np.array([1 / warmth, 1.0, warmth])
    return np.clip(seen * light, 0, 255).astype(np.uint8)


def frames() -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the frames of the clip."""
    portrait = cv2.imread(str(FOLDER / "portrait.png"))
    if portrait is None:
        raise SystemExit("assets/mien_assets/portrait.png cannot be read; check it out again")
    for index in range(round(DURATION_S * FPS)):
        yield look(portrait.astype(np.uint8), index / FPS)


def main() -> None:
    """Write ``demo.mp4``: H.264, 4:2:0, index in front, so that it plays everywhere."""
    with av.open(str(FOLDER / "demo.mp4"), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "23", "preset": "slow"})
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for image in frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
