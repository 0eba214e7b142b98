"""What a colour is called in a sentence."""

from collections.abc import Sequence
from colorsys import rgb_to_hsv

from pipeline.runtime.texts import Texts

# Up to which hue, in degrees, a colour has which name; beyond the last it is red again.
HUES = {
    15: "red",
    45: "orange",
    70: "yellow",
    165: "green",
    195: "turquoise",
    270: "blue",
    290: "purple",
    345: "pink",
    360: "red",
}
PALE, DARK = 0.15, 0.5  # saturation of greys, and brightness of dark colours, at most


def color_name(rgb: Sequence[float], text: Texts) -> str:
    """Such as "dark red". rgb: from 0 to 1. text: of the group "colors"."""
    hue, saturation, value = rgb_to_hsv(*map(float, rgb))
    shade = "dark" if value < DARK else "light" if value > 0.75 and saturation < 0.5 else "plain"
    if value < 0.15:
        return text("black")
    if saturation < PALE:
        return text("white") if value > 0.9 else text(f"shades.{shade}", hue=text("grey"))
    name = next(name for end, name in HUES.items() if 360 * hue <= end)
    if name == "orange" and value < 0.65:
        name, shade = "brown", "dark" if value < 0.4 else "plain"
    return text(f"shades.{shade}", hue=text(name))


def tint_name(rgb: Sequence[float], text: Texts) -> str:
    """The colour in which numbers around 0 lie: that of their largest differences."""
    low, high = min(rgb), max(rgb)
    hue = rgb_to_hsv(*((float(value) - low) / max(high - low, 1e-12) for value in rgb))[0]
    return text(next(name for end, name in HUES.items() if 360 * hue <= end))
