"""Bring colours to sRGB: those of an embedded colour profile (ICC), CMYK and Lab."""

import io
from functools import lru_cache
from itertools import product

import numpy as np
from PIL import Image

FROM_PROFILE, DROPPED = "profile to sRGB", "profile dropped"
FROM_CMYK, FROM_LAB = "CMYK to RGB", "Lab to RGB"
MAX_PROFILE = 4 * 2**20  # bytes; those of presses are of 0.5 to 3 MB
# A profile that moves no colour by more than this, of 255, is one of the many for sRGB itself.
ROUNDING = 2
STEPS = (0, 51, 102, 153, 204, 255)
TRIED = np.array(list(product(STEPS, STEPS, STEPS)), np.uint8)[None]  # colours, as an image


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """An image of mode RGB, RGBA, CMYK or LAB in sRGB, RGB or RGBA, and what was repaired."""
    if image.mode == "LAB":
        return lab_to_srgb().apply(image), [FROM_LAB]
    repairs = [FROM_CMYK] if image.mode == "CMYK" else []
    if profile:
        transform, said = way_to_srgb(profile, image.mode)
        if transform:
            return transform.apply(image), repairs or [said]
        repairs += [said] if said else []
    return image.convert("RGB") if image.mode == "CMYK" else image, repairs


@lru_cache(16)
def way_to_srgb(profile: bytes, mode: str):
    """A transform of Pillow, None where there is none to do, and what to say of it."""
    from PIL import ImageCms  # slow to import, not always needed

    if len(profile) > MAX_PROFILE:
        return None, DROPPED
    try:
        ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode != "CMYK":
            colours = Image.fromarray(TRIED)
            moved = ImageCms.ImageCmsTransform(theirs, ours, "RGB", "RGB").apply(colours)
            if np.abs(np.asarray(moved).astype(int) - TRIED).max() <= ROUNDING:
                return None, ""
        goal = "RGBA" if mode == "RGBA" else "RGB"
        return ImageCms.ImageCmsTransform(theirs, ours, mode, goal), FROM_PROFILE
    except Exception:  # a damaged profile, or one for other colours than those of the image
        return None, DROPPED


@lru_cache(1)
def lab_to_srgb():
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.ImageCmsTransform(lab, ours, "LAB", "RGB")
