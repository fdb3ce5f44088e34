"""Recorded sessions: a folder with the video, the readings, what they were made with, and the notes on them."""
