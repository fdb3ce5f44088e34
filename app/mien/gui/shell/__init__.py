"""The window around the places: keys, messages, side windows, what is opened where."""
