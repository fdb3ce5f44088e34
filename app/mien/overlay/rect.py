"""Rectangles of whole pixels."""

from typing import NamedTuple


class Rect(NamedTuple):
    """Columns ``left`` to ``right`` and rows ``top`` to ``bottom``, the ends not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    def common_px(self, other: "Rect") -> int:
        """Return the number of pixels that both contain."""
        left, top, right, bottom = self
        other_left, other_top, other_right, other_bottom = other
        if left >= other_right or other_left >= right or top >= other_bottom or other_top >= bottom:
            return 0  # the usual case, and cheap
        return (min(right, other_right) - max(left, other_left)) * (
            min(bottom, other_bottom) - max(top, other_top)
        )

    def grown(self, margin_px: int) -> "Rect":
        """Return the rectangle with a margin all round."""
        return Rect(self.left - margin_px, self.top - margin_px, self.right + margin_px, self.bottom + margin_px)

    def within(self, size_wh: tuple[int, int]) -> bool:
        """Whether the rectangle lies in a picture of this size."""
        return self.left >= 0 and self.top >= 0 and self.right <= size_wh[0] and self.bottom <= size_wh[1]

    def clipped(self, size_wh: tuple[int, int]) -> "Rect":
        """Return the part in a picture of this size; empty or negative where there is none."""
        return Rect(max(self.left, 0), max(self.top, 0), min(self.right, size_wh[0]), min(self.bottom, size_wh[1]))


def placed(x: int, y: int, size_wh: tuple[int, int], picture_wh: tuple[int, int], margin_px: int) -> Rect:
    """Return a rectangle at (x, y), moved into the picture where it can be.

    Args:
        x: Wanted left edge.
        y: Wanted top edge.
        size_wh: Of the rectangle.
        picture_wh: Of the picture.
        margin_px: Kept to the picture's edges where there is room.
    """
    left, top = (
        max(min(at, whole - part - margin_px), min(margin_px, (whole - part) // 2), 0)
        for at, part, whole in zip((x, y), size_wh, picture_wh, strict=True)
    )
    return Rect(left, top, left + size_wh[0], top + size_wh[1])
