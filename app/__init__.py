"""Mien: reads facial expressions in real time, on your own machine."""

__version__ = "0.1.0"
