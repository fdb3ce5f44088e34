"""The readings of a video, made in the background, kept, and given back frame by frame."""
