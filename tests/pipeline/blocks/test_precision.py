import numpy as np

from pipeline.blocks.precision import widen


def test_every_half_becomes_the_same_number_as_numpy_makes_of_it():
    every = np.arange(2**16, dtype=np.uint16).view(np.float16).reshape(256, 256)
    wide = widen(every, np.arange(256))
    assert wide.dtype == np.float32
    np.testing.assert_array_equal(wide.view(np.uint32), every.astype(np.float32).view(np.uint32))


def test_rows_are_taken_in_the_order_of_the_index():
    for dtype in (np.float16, np.float32):
        rows = np.arange(12, dtype=dtype).reshape(4, 3)
        np.testing.assert_array_equal(
            widen(rows, np.array([3, 0, 3])), [[9, 10, 11], [0, 1, 2], [9, 10, 11]]
        )
