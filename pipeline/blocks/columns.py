"""The columns of one block: how a feature is computed for images, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

import numpy as np

from pipeline.blocks.precision import narrow, stored_type
from pipeline.blocks.views import features_of


@dataclass(frozen=True)
class Block:
    """A block of feature columns, ready to be computed for any images.

    feature: a module in features/. settings: what it takes for every image. stored: the type of
    the stored numbers, as in the feature's YAML. state: what `fit` learned, for a feature that is
    fitted. contents: of the settings that are paths of files, the files' contents, which the
    feature is given instead.
    """

    feature: str
    settings: dict
    stored: dict
    state: Mapping[str, np.ndarray] | None = None
    contents: Mapping[str, bytes] = field(default_factory=dict)

    def columns(self, images: np.ndarray, view: str) -> np.ndarray:
        """The columns of images, uint8 (n, rows, cols, 3), in a view: (n, d), as they are stored.

        Raises BadInput where numbers are too large for their type, and what the feature raises.
        """
        module = import_module(f"features.{self.feature}")
        given = {**self.settings, **self.contents}
        if self.state is None:
            function = partial(module.extract, **given)
        else:
            function = partial(module.encode, state=self.state, **given)
        kind = stored_type(self.stored, self.settings, *images.shape[1:3])
        advice = self.stored.get("overflow", "choose other settings of the feature")
        return narrow(features_of(images, view, function), kind, f"{self.feature}: {advice}")
