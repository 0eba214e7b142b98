"""What a feature is fitted on: the images of an index, read as slices of them are asked for."""

import numpy as np
import pytest
from support.noise import noise

from pipeline.blocks.fit import Selection
from pipeline.runtime.store import ArrayFile, write_array


@pytest.mark.parametrize("index", [range(20), [3], [0, 19], [1, 2, 5, 11, 12, 13, 18]], ids=str)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_slices_of_a_selection_are_its_images(tmp_path, index, size):
    images = noise(20, 3, 2)
    write_array(tmp_path / "images.npy", images)
    index = np.array(index)
    chosen = Selection(ArrayFile(tmp_path / "images.npy"), index)
    assert chosen.shape == (len(index), 3, 2, 3)
    for start in range(0, len(index), size):
        part = slice(start, start + size)
        np.testing.assert_array_equal(chosen[part], images[index][part])
