"""The place of the camera."""
