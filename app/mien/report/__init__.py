"""A summary of a video or session for people to read: figures, plots, and what they were made with."""
