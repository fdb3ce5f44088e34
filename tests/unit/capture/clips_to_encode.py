"""Pictures whose content is known, and clips made of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np

from mien.core.arrays import Image


def encode(
    path: Path,
    images: Iterable[Image],
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    times_ms: list[int] | None = None,
    rotation_deg: int = 0,
    hflip: bool = False,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    tag: tuple[int, int] | None = None,
    with_sound: bool = False,
) -> Path:
    """Write a clip of 25 frames a second, or with the given times; ``tag`` is (colour space, colour range)."""
    from fractions import Fraction

    pictures = list(images)
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream: Any = container.add_stream(codec, rate=25, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.time_base = Fraction(1, 1000)
        stream.codec_context.time_base = Fraction(1, 1000)
        if rotation_deg or hflip:
            stream.set_display_rotation(rotation_deg, hflip=hflip)
        if tag is not None:
            stream.codec_context.colorspace, stream.codec_context.color_range = tag
        sound: Any = container.add_stream("aac", rate=44100) if with_sound else None
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            if tag is not None:
                frame = frame.reformat(format=pix_fmt, dst_colorspace=tag[0], dst_color_range=tag[1])
            frame.pts = times_ms[number] if times_ms else number * 40
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            container.mux(sound.encode(silence()))
            container.mux(sound.encode(None))
    return path


def silence(samples: int = 44100) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, samples), np.float32), format="fltp", layout="mono")
    frame.sample_rate = 44100
    return frame


def moving(count: int, width: int = 64, height: int = 48) -> list[Image]:
    """Pictures that differ from one to the next."""
    rows, columns = np.mgrid[:height, :width]
    return [
        np.stack([(columns * 3 + 7 * n) % 256, (rows * 4) % 256, np.full_like(rows, 9 * n % 256)], 2).astype(
            np.uint8
        )
        for n in range(count)
    ]


def corners(width: int = 64, height: int = 48) -> Image:
    """Blue at the top left, green at the top right, red at the bottom left, black elsewhere."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:16, :16] = (255, 0, 0)
    image[:16, -16:] = (0, 255, 0)
    image[-16:, :16] = (0, 0, 255)
    return image


def corner_names(image: Image) -> str:
    """Read the corners back, top left, top right, bottom left, bottom right, as "BGR."."""
    names = {(1, 0, 0): "B", (0, 1, 0): "G", (0, 0, 1): "R", (0, 0, 0): "."}
    return "".join(names[tuple(int(v > 128) for v in image[y, x])] for y in (5, -6) for x in (5, -6))
