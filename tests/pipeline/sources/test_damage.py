"""One flipped bit in an archive: refused in one line, or no pixel and no name is other."""

import pytest

from benchmarks.damage import FORMATS, PACKINGS, outcomes


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("kind", FORMATS)
def test_no_flipped_bit_gives_other_images(tmp_path, kind, packing):
    found = outcomes(tmp_path, kind, packing, 12, seed=1)
    assert found.total() == 12
    assert set(found) <= {"refused", "right"}
    assert found["refused"]
