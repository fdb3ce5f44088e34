"""The network that describes a face by numbers, so that a person who comes back keeps the number."""
