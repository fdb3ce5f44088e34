"""What the tests of the networks share."""

import os

# Keras reads it once, at its first import, and would ask for TensorFlow without it.
os.environ["KERAS_BACKEND"] = "torch"
