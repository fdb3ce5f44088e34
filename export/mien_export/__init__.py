"""From a trained checkpoint to an ONNX file that describes itself and provably answers as the original does."""
