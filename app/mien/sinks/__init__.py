"""Where results go: recordings, readings, snapshots."""
