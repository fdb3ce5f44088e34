"""Review: a video or a recorded session, with its readings and notes in time."""
