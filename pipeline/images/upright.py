"""Turn and mirror an image as its metadata say (EXIF, XMP), so that up is up."""

import warnings

from PIL import Image

ORIENTATION = 274  # the tag, of EXIF and of TIFF
TURNED, PASSED_OVER = "turned as EXIF says", "metadata passed over"
# What makes an image upright, for each value of ORIENTATION but 1, which is upright already.
WAYS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (5, 6, 7, 8)  # the values that exchange rows and columns
# Where Pillow finds metadata that may hold an orientation.
PLACES = {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"}


def orientation_of(image: Image.Image) -> tuple[int, list[str]]:
    """A value of ORIENTATION, 1 if metadata hold none or make no sense; and the repair, if any."""
    if image.format != "TIFF" and not PLACES.intersection(image.info):
        return 1, []
    with warnings.catch_warnings(record=True) as odd:
        warnings.simplefilter("always")
        try:
            exif = image.getexif()
            value = exif.get(ORIENTATION)
        except Exception:  # metadata that are none make Pillow raise nearly anything
            return 1, [PASSED_OVER]
    if value in WAYS:
        return value, [TURNED]
    lost = value is None and (odd or (image.info.get("exif") and not exif))
    return 1, [PASSED_OVER] if lost else []


def upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(WAYS[orientation]) if orientation in WAYS else image
