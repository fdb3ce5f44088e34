"""Two people of a video who look like the same person, and where people were seen."""

from dataclasses import dataclass

from mien.core.arrays import Image


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a person was seen.

    Attributes:
        person_id: Who.
        time_s: Media time of the picture.
        xyxy: The box, pixels.
    """

    person_id: int
    time_s: float
    xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Two people that look like the same person.

    Attributes:
        first_id: The one.
        second_id: The other.
        likeness: How alike they are, -1 to 1.
        first: (112, 112, 3) uint8 BGR, what the first looks like.
        second: The same of the second.
    """

    first_id: int
    second_id: int
    likeness: float
    first: Image
    second: Image
