"""From an order to a network in training."""

from mien_models.training.learner import Learner, Order
from mien_networks.registry import spec_of


def build_learner(order: Order) -> Learner:
    """Build a network with the framework that its architecture needs; the others are not imported."""
    framework = spec_of(order.architecture_id).framework
    if framework == "keras":
        from mien_models.training.keras_learner import KerasLearner

        return KerasLearner(order)
    if framework == "transformers":
        from mien_models.training.transformers_learner import TransformersLearner

        return TransformersLearner(order)
    from mien_models.training.torch_learner import TorchLearner

    return TorchLearner(order)
