"""Sources of frames: cameras, files, folders, streams and a test picture."""
