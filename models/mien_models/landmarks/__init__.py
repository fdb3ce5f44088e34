"""Makes the shipped landmark network out of MediaPipe's published one. Run by hand when that one changes."""
