"""What flows through Mien, and the arithmetic on it: numpy only, no input or output."""
