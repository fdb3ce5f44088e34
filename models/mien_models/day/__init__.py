"""A day's training within minutes of a graphics card: from one small file of faces to networks."""
