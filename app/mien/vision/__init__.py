"""Faces: finding them, following them, cutting them out."""
