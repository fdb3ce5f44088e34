"""The way of a frame: channels, stages and the fan-out to the sinks."""
