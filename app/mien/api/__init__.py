"""Mien from Python: the same calls that the command line makes.

``from mien import analyse, annotate, read``; see ``docs/python.md``. Importing this package loads nothing heavy.
"""
