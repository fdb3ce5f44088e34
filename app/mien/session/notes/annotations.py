"""What people add to a session: markers, labels by hand, and who the faces are. Stands in ``markers.json``."""

from typing import Annotated, Final, Literal

import msgspec

SCHEMA: Final = 2
FIRST_SCHEMA: Final = 1
"""Of what an older Mien reads as well, which knows no labels by hand and no types of events."""

MARKER_DECIMALS: Final = 3
"""Of a marker's seconds, wherever they are written."""

MAX_MARKERS: Final = 20_000
MAX_TEXT: Final = 10_000
MAX_ORIGIN: Final = 64
MAX_NAME: Final = 200
MAX_LABEL: Final = 100
MAX_TYPE: Final = 60
MAX_CODE: Final = 32

Note = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Time = Annotated[float, msgspec.Meta(ge=0, le=1e7)]


KIND_NAMES: Final = {"event": "Event", "exclude": "Excluded", "note": "Note"}


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """A moment or a span that somebody marked.

    Its times are whole milliseconds, as ELAN and subtitles count, so that window, tables and exports say the same.

    Attributes:
        kind: "event" at a moment, "exclude" a span that statistics leave out, "note" for a text.
        start_s: Media time.
        end_s: Media time after start_s; None for a moment.
        text: What was written.
        origin: Who set it: "key", "websocket", "lsl", "file".
        event_type: The name of an event's type, as the user has defined it; empty for none.
        code: What stands for that type; may be empty.
    """

    kind: Literal["event", "exclude", "note"]
    start_s: Time
    end_s: Time | None = None
    text: Note = ""
    origin: Annotated[str, msgspec.Meta(max_length=MAX_ORIGIN)] = "key"
    event_type: Annotated[str, msgspec.Meta(max_length=MAX_TYPE)] = ""
    code: Annotated[str, msgspec.Meta(max_length=MAX_CODE)] = ""

    def __post_init__(self) -> None:
        """Round the times."""
        msgspec.structs.force_setattr(self, "start_s", round(self.start_s, MARKER_DECIMALS))
        if self.end_s is not None:
            msgspec.structs.force_setattr(self, "end_s", round(self.end_s, MARKER_DECIMALS))

    @property
    def title(self) -> str:
        """What it is called: its type, or its kind."""
        return self.event_type or KIND_NAMES[self.kind]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One or more face ids that are the same person.

    Attributes:
        name: For people; empty shows "Face" with the first id.
        face_ids: At least one; no id belongs to two persons.
    """

    name: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    face_ids: Annotated[tuple[int, ...], msgspec.Meta(min_length=1)]


class HandLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says that a face shows; the network's readings stay beside it as they are.

    Its times are whole milliseconds, none later than was meant, so that a label that begins with a frame, or ends
    before one, does so whatever the frame's time.

    Attributes:
        face_id: One of the person's faces.
        start_s: Media time.
        end_s: Media time after start_s; the label holds to before it.
        label: An expression, "uncertain", or any other word.
    """

    face_id: int
    start_s: Time
    end_s: Time
    label: Annotated[str, msgspec.Meta(max_length=MAX_LABEL)]

    def __post_init__(self) -> None:
        """Bring the times to whole milliseconds."""
        msgspec.structs.force_setattr(self, "start_s", _millisecond_before(self.start_s))
        msgspec.structs.force_setattr(self, "end_s", _millisecond_before(self.end_s))


def _millisecond_before(time_s: float) -> float:
    nearest_s = round(time_s, MARKER_DECIMALS)
    is_later = nearest_s > time_s + 1e-9
    return round(nearest_s - 10**-MARKER_DECIMALS, MARKER_DECIMALS) if is_later else nearest_s


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """All of ``markers.json``.

    Attributes:
        schema: The version of this form.
        markers: In the order of their start.
        persons: Only those that were named or merged.
        labels: Given by hand, in the order of their start.
    """

    schema: int = SCHEMA
    markers: tuple[Marker, ...] = ()
    persons: tuple[Person, ...] = ()
    labels: tuple[HandLabel, ...] = ()
