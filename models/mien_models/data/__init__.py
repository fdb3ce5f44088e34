"""Sets of labelled faces in the forms that people have them, behind one `open_faces`. Needs no torch."""

from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.open import open_faces

__all__ = ["DataError", "LabelledFaces", "Split", "open_faces"]
