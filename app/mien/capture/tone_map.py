"""HDR video (HLG and PQ) as ordinary pictures: what a player on an ordinary screen shows.

A table of 33x33x33 colours is computed once from the standards and applied by FFmpeg's ``lut3d``:

- HLG: the inverse OETF and the OOTF of a screen of 1000 cd/m² (ITU-R BT.2100-2, table 5);
- PQ: the EOTF (SMPTE ST 2084, BT.2100-2, table 4);
- white of ordinary video lies at 203 cd/m² (ITU-R BT.2408-7, 2.1), highlights beyond roll off;
- primaries from BT.2020 to BT.709 (ITU-R BT.2087-0, linear light), then the inverse of BT.1886's gamma 2.4.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mien.scratch import scratch_folder

if TYPE_CHECKING:
    from av.filter import Graph
    from av.filter.context import FilterContext

HLG: Final = 18  # AVCOL_TRC_ARIB_STD_B67
PQ: Final = 16  # AVCOL_TRC_SMPTE2084
HDR_TRANSFERS: Final = {HLG: "HLG", PQ: "PQ"}

WHITE_CD_M2: Final = 203.0
KNEE: Final = 0.8
"""Share of white from which on highlights are compressed."""

_POINTS: Final = 33
_HLG_PEAK_CD_M2: Final = 1000.0
_HLG_GAMMA: Final = 1.2
_SCREEN_GAMMA: Final = 2.4
_LUMA_2020: Final = np.array([0.2627, 0.6780, 0.0593])
_BT2020_TO_BT709: Final = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)

Colours = npt.NDArray[np.float64]


def ordinary(signal: Colours, transfer: int) -> Colours:
    """Return what an HDR signal looks like in ordinary video.

    Args:
        signal: (..., 3) RGB in [0, 1], BT.2020 primaries.
        transfer: `HLG` or `PQ`.

    Returns:
        (..., 3) RGB in [0, 1], BT.709 primaries, for a screen of gamma 2.4.
    """
    light = (_hlg_light(signal) if transfer == HLG else _pq_light(signal)) / WHITE_CD_M2
    light = np.maximum(light @ _BT2020_TO_BT709.T, 0.0)
    brightest = light.max(axis=-1, keepdims=True)
    light = light * (_rolled_off(brightest) / np.maximum(brightest, 1e-9))
    shown: Colours = np.clip(light, 0.0, 1.0) ** (1 / _SCREEN_GAMMA)
    return shown


def _hlg_light(signal: Colours) -> Colours:
    """Return light of the screen in cd/m²."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = (scene @ _LUMA_2020)[..., None]
    shown: Colours = _HLG_PEAK_CD_M2 * np.maximum(luminance, 1e-9) ** (_HLG_GAMMA - 1) * scene
    return shown


def _pq_light(signal: Colours) -> Colours:
    """Return light of the screen in cd/m²."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = signal ** (1 / m2)
    light: Colours = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return light


def _rolled_off(light: Colours) -> Colours:
    """Compress what is brighter than the knee so that it never exceeds white."""
    room = 1 - KNEE
    rolled: Colours = KNEE + room * (1 - np.exp(-np.maximum(light - KNEE, 0.0) / room))
    return np.where(light <= KNEE, light, rolled)


def write_table(transfer: int, path: Path) -> None:
    """Write the table as a .cube file, which FFmpeg's ``lut3d`` reads; red varies fastest."""
    steps = np.linspace(0.0, 1.0, _POINTS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = ordinary(np.stack([red, green, blue], axis=-1), transfer).reshape(-1, 3)
    rows = "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in colours.tolist())
    path.write_text(f"LUT_3D_SIZE {_POINTS}\n{rows}\n", encoding="ascii")


def tone_map_filters(graph: "Graph", transfer: int) -> list["FilterContext"]:
    """Return the filters, in order and not yet linked, after which HDR frames are ordinary bgr24."""
    with scratch_folder("colours") as folder:
        table = folder / "table.cube"
        write_table(transfer, table)
        return [
            graph.add("scale", "in_color_matrix=bt2020:out_range=pc"),
            graph.add("format", "gbrp16le"),
            graph.add("lut3d", file=str(table), interp="tetrahedral"),  # reads the file at once
            graph.add("format", "bgr24"),
        ]
