"""Networks built in Keras, which on its torch backend are torch modules: one loop trains both kinds."""

import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mien.inference.manifest import InputSpec
from mien_models.data import DataError
from mien_models.training.device import choose_device
from mien_models.training.learner import Order, release_facts
from mien_models.training.recipe import build_with, input_for, recipe_of
from mien_networks.facts import OWN_FACTS
from mien_networks.frameworks import quiet, require


class KerasLearner:
    """See `Learner`. The softmax is taken off while it learns: logits are what losses want.

    Args:
        order: What to build.

    Raises:
        DataError: Its pretrained weights cannot be read.
    """

    def __init__(self, order: Order) -> None:
        keras = require("keras")
        self.order = order
        self._device = choose_device(order.device)
        keras.utils.set_random_seed(order.seed)
        with keras.device(str(self._device)):
            options = {"label_count": len(order.labels), **order.options}
            model: Any = build_with(order.architecture_id, options)
            if order.pretrained is not None:
                _fill(model, order.pretrained)
            if order.freeze_backbone:
                _freeze(model, recipe_of(order.architecture_id).backbone_ends)
            self._last = model.layers[-1]
            self._model: Any = _with_affect(keras, model) if order.affect else model
        self._softmax, self._linear = self._last.activation, keras.activations.linear
        self._last.activation = self._linear

    @property
    def input_spec(self) -> InputSpec:
        """See `Learner`."""
        _, height, width, _ = self._model.input_shape
        return input_for(self.order.architecture_id, (width, height))

    @property
    def device(self) -> torch.device:
        """See `Learner`."""
        return self._device

    def parameters(self) -> list[nn.Parameter]:
        """See `Learner`."""
        return [variable.value for variable in self._model.trainable_variables]

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, ...]:
        """See `Learner`."""
        with require("keras").device(str(self._device)):
            answer = self._model(images, training=training)
        return tuple(answer) if self.order.affect else (answer,)

    def tensors(self) -> Mapping[str, Tensor]:
        """See `Learner`: by number, since names need not be unique. The generators of dropout are part of it."""
        return {str(number): variable.value.detach() for number, variable in enumerate(self._model.variables)}

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        """See `Learner`: a `.keras` archive, with Mien's facts as one more entry."""
        path, part = folder / "best.keras", folder / "best.part.keras"
        facts = release_facts(self, record)
        if self.order.affect:
            facts["affect_order"] = ["valence", "arousal"]
        self._last.activation = self._softmax
        try:
            with quiet():
                self._model.save(part)
        finally:
            self._last.activation = self._linear
        with zipfile.ZipFile(part, "a") as archive:
            archive.writestr(OWN_FACTS, json.dumps(facts))
        os.replace(part, path)
        return path


def _features(model: Any) -> Any:  # noqa: ANN401 - Keras has no types
    """Return what the last layer with weights reads: the features of the whole face."""
    return next(layer for layer in reversed(model.layers) if layer.weights).input


def _with_affect(keras: Any, model: Any) -> Any:  # noqa: ANN401
    """Add valence and arousal beside the expressions, from the same features."""
    features = _features(model)
    if len(features.shape) == 4:
        features = keras.layers.GlobalAveragePooling2D()(features)
    affect = keras.layers.Dense(2, activation="tanh", name="affect")(features)
    return keras.Model(model.inputs, [model.outputs[0], affect])


def _freeze(model: Any, backbone_ends: str | None) -> None:  # noqa: ANN401
    """Let only the new layers learn, all of their parameters: those after `backbone_ends`.

    Where no layer is named, the dense layers on a vector of features, with what normalises them; or the last layer
    with weights where there are none.
    """
    if backbone_ends is not None:
        end = [layer.name for layer in model.layers].index(backbone_ends)
        frozen = model.layers[: end + 1]
    else:
        weighted = [layer for layer in model.layers if layer.weights]
        new = [layer for layer in weighted if len(layer.input.shape) == 2] or weighted[-1:]
        frozen = [layer for layer in weighted if layer not in new]
    for layer in frozen:
        layer.trainable = False


def _fill(model: Any, path: Path) -> None:  # noqa: ANN401
    """Take over the layers of a Keras file that have the same shapes, in the order of their making.

    Names are not looked at: they differ between versions of Keras. The head has other shapes and stays at random.
    """
    from mien_networks.hdf5 import open_hdf5
    from mien_networks.keras_weights import Shapes, WeightGroup, model_groups, read_groups

    given: dict[Shapes, list[WeightGroup]] = defaultdict(list)
    with open_hdf5(path, path.stat().st_size, f"--pretrained {path}") as file:
        for group in read_groups(file):
            given[group.shapes].append(group)
    taken = 0
    for variables in model_groups(model).values():
        if waiting := given[tuple(tuple(variable.shape) for variable in variables)]:
            group = waiting.pop(0)
            for variable, array in zip(variables, group.arrays, strict=True):
                variable.assign(array)
                taken += array.size
    left = sum(array.size for groups in given.values() for group in groups for array in group.arrays)
    if taken <= left:
        raise DataError(
            f"--pretrained {path}: most of it fits no layer of this network; name weights of the same one"
        )
