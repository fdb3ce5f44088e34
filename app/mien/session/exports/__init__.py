"""Readings and markers in the forms of other programs."""
