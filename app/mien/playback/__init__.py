"""Plays a video with its readings: the thread that decodes, the sound, the clock. No Qt."""
