"""Sets of labelled faces in the forms that people have them, behind one `open_faces`. Needs no torch."""

from models.data.errors import DataError
from models.data.faces import LabelledFaces, Split
from models.data.open import open_faces

__all__ = ["DataError", "LabelledFaces", "Split", "open_faces"]
