"""Networks of torchvision and timm, told by the names in their state_dicts and rebuilt in plain torch.

A state_dict says each layer's shape, so a network of any depth and width can be rebuilt once its family is known.
What no shape says (strides, activations, epsilons) is the family's own.
"""

from mien_export.rebuilt.family import Family, Rebuilt, rebuild

__all__ = ["Family", "Rebuilt", "rebuild"]
