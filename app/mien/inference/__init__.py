"""Networks: what they say of themselves, their sessions, and the reading of a batch of faces."""
