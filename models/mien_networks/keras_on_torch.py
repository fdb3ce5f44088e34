"""Keras with torch underneath, for the families that were trained in Keras: import `keras` and `layers` from here.

The backend is chosen by an environment variable that Keras reads when it is first imported.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from keras import layers

__all__ = ["keras", "layers"]
