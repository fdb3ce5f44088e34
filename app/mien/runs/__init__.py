"""One input from its first frame to its finished outputs: the task, what reads it, its sinks, its summary."""
