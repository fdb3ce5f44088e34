"""Makes ``demo.mp4``, the demo clip, out of ``portrait.png``; both lie in ``assets/mien_assets``.

The portrait is NASA's photograph of the astronaut Eileen Collins, in the public domain, as scikit-image ships it
(``skimage.data.astronaut()``). Its face is posed on the mesh that Mien finds in it (``face_puppet.py``): the smile
of the photograph, rest, surprise, sadness, closed eyes, anger, and the smile again, with blinks and small turns of
the head. A slow camera pans and zooms over it, and once looks away from the face and comes back, so that a viewer
sees a face lost and found. What the networks say of it is theirs: nothing is written into the clip but pixels.

    python assets/make_demo_clip.py
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from face_pose import Pose
from face_puppet import FacePuppet, Image
from mien.core.face import FaceBox

FOLDER: Final = Path(__file__).resolve().parent / "mien_assets"
SIZE_WH: Final = (960, 540)
FPS: Final = 30
ENLARGED: Final = 3
"""The portrait is enlarged before its face is posed, so that a lid of four pixels can close."""
HEAD: Final = (slice(0, 250), slice(120, 330))
"""Rows and columns of the portrait that the head moves in."""
FACE_XYXY: Final = (170, 72, 275, 190)

SMILE: Final = Pose(smile=1.0)
REST: Final = Pose(frown=0.3)
SURPRISE: Final = Pose(jaw=0.62, brows_up=0.75, wide=0.8, narrow=0.12)
SADNESS: Final = Pose(
    frown=2.1, brows_inner_up=1.3, stretch=0.4, brows_down=0.4, press=0.35, furrow=0.5, blink=0.55, glow=0.25
)
CLOSED: Final = Pose(frown=0.3, blink=1.0, pitch=3)
ANGER: Final = Pose(
    brows_down=1.5, furrow=1.0, jaw=0.3, lip_raised=0.8, frown=1.0, stretch=0.8, squint=0.5, pitch=1.5, glow=0.5
)
POSES: Final[tuple[tuple[float, Pose], ...]] = (
    (0.0, SMILE),
    (1.5, Pose(smile=1.0, roll=-2.5, yaw=4)),
    (2.0, REST),
    (3.0, Pose(frown=0.3, yaw=-2)),
    (3.3, SURPRISE),
    (4.3, SURPRISE),
    (4.8, SMILE),
    (7.0, SMILE),
    (7.6, SADNESS),
    (9.0, SADNESS),
    (9.5, REST),
    (9.9, CLOSED),
    (10.7, CLOSED),
    (10.95, REST),
    (11.4, REST),
    (11.8, ANGER),
    (13.0, ANGER),
    (13.5, REST),
    (14.0, SMILE),
    (15.0, SMILE),
)
"""When the face has which pose; in between it goes over."""
BLINKS_S: Final = (0.8, 2.6, 4.6, 6.8, 13.3, 14.4)
BLINK_S: Final = 0.28

CAMERA: Final = (
    # time_s, then where it looks (portrait pixels), zoom, tilt (degrees), brightness, warmth
    # The face is about 100 px high in the portrait, and so 200 px high at a zoom of 2.
    (0.0, (262, 150, 1.88, 0, 1.00, 1.00)),
    (1.4, (240, 142, 2.02, -3, 1.00, 1.00)),
    (3.0, (212, 134, 2.25, 2, 0.92, 0.98)),
    (4.7, (218, 134, 2.35, 0, 1.06, 1.03)),
    (5.5, (235, 365, 2.05, 0, 1.00, 1.00)),
    (6.0, (240, 368, 2.05, 0, 1.00, 1.00)),
    (6.7, (222, 138, 2.20, 0, 0.96, 1.00)),
    (9.4, (214, 134, 2.40, 0, 1.00, 1.00)),
    (11.4, (218, 138, 2.20, 2, 1.04, 0.97)),
    (13.2, (214, 134, 2.30, 0, 1.00, 1.00)),
    (15.0, (258, 150, 1.90, 0, 1.00, 1.00)),
)

Values = npt.NDArray[np.float64]


def eased(keys: Sequence[tuple[float, Sequence[float]]], time_s: float) -> Values:
    """Return what holds at a time, eased between the keys before and after it."""
    times = [at_s for at_s, _ in keys]
    after = int(np.clip(np.searchsorted(times, time_s, side="right"), 1, len(times) - 1))
    share = float(np.clip((time_s - times[after - 1]) / (times[after] - times[after - 1]), 0, 1))
    share = share * share * (3 - 2 * share)
    before_values, after_values = np.array(keys[after - 1][1], float), np.array(keys[after][1], float)
    return np.asarray(before_values + share * (after_values - before_values))


def pose_at(time_s: float) -> Pose:
    """Return what the face does: the poses, the blinks, and a head that is never quite still."""
    values = dict(
        zip(Pose.__dataclass_fields__, eased([(at, astuple(pose)) for at, pose in POSES], time_s), strict=True)
    )
    blink = max((1 - abs(2 * (time_s - at_s) / BLINK_S - 1)) for at_s in BLINKS_S)
    values["blink"] = max(values["blink"], min(1.0, 1.6 * max(blink, 0.0)))
    values["yaw"] += 1.2 * np.sin(1.9 * time_s)
    values["pitch"] += 0.8 * np.sin(1.3 * time_s + 1)
    values["roll"] += 0.7 * np.sin(1.1 * time_s + 2)
    return Pose(**{name: float(value) for name, value in values.items()})


def enlarged(portrait: Image) -> Image:
    """Return the portrait ``ENLARGED`` times as large, a little sharpened."""
    size_wh = (portrait.shape[1] * ENLARGED, portrait.shape[0] * ENLARGED)
    large = cv2.resize(portrait, size_wh, interpolation=cv2.INTER_LANCZOS4).astype(np.float32)
    return np.clip(1.35 * large - 0.35 * cv2.GaussianBlur(large, (0, 0), 2.0), 0, 255).astype(np.uint8)


def look(picture: Image, time_s: float) -> Image:
    """Return what the camera sees of the enlarged portrait: (540, 960, 3) uint8 BGR."""
    x, y, zoom, tilt, brightness, warmth = eased(CAMERA, time_s)
    x_px, y_px = x * ENLARGED, y * ENLARGED
    matrix = cv2.getRotationMatrix2D((x_px, y_px), tilt, zoom / ENLARGED)
    matrix[:, 2] += np.array(SIZE_WH) / 2 - (x_px, y_px)
    seen = cv2.warpAffine(picture, matrix, SIZE_WH, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    light = brightness * np.array([1 / warmth, 1.0, warmth])
    return np.clip(seen * light, 0, 255).astype(np.uint8)


def frames() -> Iterator[Image]:
    """Yield the frames of the clip."""
    portrait = cv2.imread(str(FOLDER / "portrait.png"))
    if portrait is None:
        raise SystemExit("assets/mien_assets/portrait.png cannot be read; check it out again")
    picture = enlarged(portrait.astype(np.uint8))
    rows, columns = (slice(ENLARGED * each.start, ENLARGED * each.stop) for each in HEAD)
    left, top = columns.start, rows.start
    x1, y1, x2, y2 = (ENLARGED * each for each in FACE_XYXY)
    puppet = FacePuppet(picture[rows, columns].copy(), FaceBox(x1 - left, y1 - top, x2 - left, y2 - top, 1.0))
    for index in range(round(POSES[-1][0] * FPS)):
        posed = picture.copy()
        posed[rows, columns] = puppet.posed(pose_at(index / FPS))
        yield look(posed, index / FPS)


def main() -> None:
    """Write ``demo.mp4``: H.264, 4:2:0, index in front, so that it plays everywhere."""
    part = FOLDER / "demo.part.mp4"
    with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "23", "preset": "medium"})
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for image in frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    part.replace(FOLDER / "demo.mp4")


if __name__ == "__main__":
    main()
