"""Recordings: encoders, containers, sound and subtitles."""
