"""Training every architecture that people have checkpoints of, each with its own preprocessing and label order.

Mien's own networks are trained by `mien_models.training`, from a config file; here, one command trains another.
"""
