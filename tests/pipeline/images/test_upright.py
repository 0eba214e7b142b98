"""Images are turned as their metadata say, in every format that can say so."""

import numpy as np
import pytest
from PIL import Image
from support.image_files import chunk, encoded, smooth

from pipeline.images.decoding import Frame, decode

COLOURS = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)

# Where the first row and the first column of the file are to be seen, for each orientation.
FIRST = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def turned(image: np.ndarray, orientation: int) -> np.ndarray:
    row, col = FIRST[orientation]
    if row in ("left", "right"):
        image, row, col = image.swapaxes(0, 1), col, row
    image = image[::-1] if row == "bottom" else image
    return image[:, ::-1] if col == "right" else image


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(kind, orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    options = {"webp": {"lossless": True}, "jpeg": {"quality": 100}, "avif": {"quality": 100}}
    data = encoded(smooth(24, 40), kind, exif=tags, **options.get(kind, {}))
    found = decode(data, Frame())
    atol = 0 if kind in ("png", "webp", "tiff") else 12
    np.testing.assert_allclose(found.pixels, turned(smooth(24, 40), orientation), atol=atol)
    assert found.size == found.pixels.shape[1::-1]
    assert found.repairs == (("turned as EXIF says",) if orientation > 1 else ())


@pytest.mark.parametrize("kind", ["webp", "png", "avif"])
def test_exif_that_is_none(kind):
    options = {"lossless": True} if kind == "webp" else {}
    plain = encoded(COLOURS, kind, **options)
    tags = Image.Exif()
    tags[271] = "Maker"
    data = encoded(COLOURS, kind, exif=tags, **options)
    if kind == "png":
        data = plain[:33] + chunk(b"eXIf", b"garbage!") + plain[33:]
    else:
        data = data.replace(b"MM\0*", b"garb")
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels, decode(plain, Frame()).pixels)
    assert found.repairs == ("metadata passed over",)
