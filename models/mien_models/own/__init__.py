"""An own network from own pictures: a shipped network's features, and a last layer for own classes."""
