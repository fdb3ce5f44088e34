"""Places for faces in outputs that have a fixed number of them."""

from collections.abc import Iterable

KEEP_S = 2.0
"""So long a place waits for its face to come back before another one may take it."""


class FaceSlots:
    """Gives each face the lowest free place and lets it keep that while it is seen.

    Args:
        count: How many places there are; faces beyond them get none until one is free.
    """

    def __init__(self, count: int) -> None:
        self._faces: list[int | None] = [None] * count
        self._seen_s = [0.0] * count

    def place(self, face_ids: Iterable[int], time_s: float) -> dict[int, int]:
        """Return the place, from 0, of each face that has one.

        Args:
            face_ids: Those in the picture.
            time_s: Its media time.
        """
        here = list(face_ids)
        for slot, face in enumerate(self._faces):
            if face is not None and face not in here and time_s - self._seen_s[slot] > KEEP_S:
                self._faces[slot] = None
        for face in here:
            if face not in self._faces and None in self._faces:
                self._faces[self._faces.index(None)] = face
        places = {face: self._faces.index(face) for face in here if face in self._faces}
        for slot in places.values():
            self._seen_s[slot] = time_s
        return places
