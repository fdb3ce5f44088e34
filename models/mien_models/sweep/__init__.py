"""The family of cnn-c, trained over its sizes, to choose a network from a table."""
