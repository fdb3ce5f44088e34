"""The two priors that the networks of several sets offer, in the order of `EXPRESSIONS`."""

from typing import Final

EVERYDAY: Final = (0.36, 0.30, 0.08, 0.10, 0.07, 0.03, 0.03, 0.03)
"""A person in front of a camera: mostly neutral or happy.

Between the shares of FER+ (.35 .29 .12 .12 .09 .01 .02 .01 by the votes) and those of RAF-DB (.20 .39 .11 .16 .06
.06 .02), both of which hold more of the rest than a camera on a desk sees.
"""

BALANCED: Final = (0.125,) * 8
"""Every expression alike: posed or emotional material, and sets that were balanced by hand."""

PRIORS: Final = {"everyday": EVERYDAY, "balanced": BALANCED}
