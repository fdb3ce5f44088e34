"""What people add to a session: markers, and who the faces are."""
