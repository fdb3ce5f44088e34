"""Judging an exported network: figures, confusion matrix, calibration, affect. Needs no torch."""
