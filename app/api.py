"""Mien from Python."""
