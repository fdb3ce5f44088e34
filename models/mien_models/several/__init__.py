"""Training on several sets of faces at once, towards one answer that is free of any set's prior."""
