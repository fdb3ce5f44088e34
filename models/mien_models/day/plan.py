"""What a day's training does, in which order, and how much of the time each part of it may take."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

PUBLISHED: Final = (
    "mini-xception",
    "cnn-b",
    "cnn-a",
    "cnn-c",
    "cnn-c-inception",
    "vit-tiny-a",
    "resnet18-va",
    "efficientnet-b0-va",
    "convnext-tiny",
    "convnextv2-tiny",
    "vit-base",
    "vgg19",
)
"""Architectures of the published projects, those that come back in any case first."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day.

    Attributes:
        name: Also of its folder.
        share: Of the time.
        needs: Parts without whose outcome it cannot begin.
        group: Parts of a group run side by side, as many as `--at-once` says, and share the group's time.
        may_take: Share of the time left that it may take where its own is not enough: nothing else can begin.
    """

    name: str
    share: float
    needs: tuple[str, ...] = ()
    group: str = ""
    may_take: float = 0.0


def plan(architectures: Sequence[str] = PUBLISHED) -> tuple[Part, ...]:
    """Return all parts, in order; their shares sum to 1."""
    group = 0.22 / max(1, len(architectures))
    return (
        Part("unpack", 0.06, may_take=0.5),
        Part("teacher", 0.36, ("unpack",)),
        Part("ask", 0.05, ("teacher",)),
        Part("mien-m", 0.18, ("unpack",)),
        Part("mien-s", 0.13, ("unpack",)),
        *(Part(f"published-{name}", group, ("unpack",), "published") for name in architectures),
    )


def ends(parts: Sequence[Part], seconds: float, done: Collection[str] = ()) -> dict[str, float]:
    """Return by when each part is to be over, in seconds from now, by name.

    Parts that are done already need nothing: their time goes to the others. A group is over as a whole.

    Args:
        parts: In order.
        seconds: That there are, for all.
        done: Names of parts that are.
    """
    left = [part for part in parts if part.name not in done]
    total = sum(part.share for part in left)
    when: dict[str, float] = {}
    passed = 0.0
    for part in left:
        passed += part.share / total * seconds
        when[part.name] = passed
    for group in {part.group for part in left} - {""}:
        last = max(when[part.name] for part in left if part.group == group)
        when |= {part.name: last for part in left if part.group == group}
    return when
