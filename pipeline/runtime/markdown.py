"""Text in a Markdown page, whatever it is: a class may be called *, <b> or $x$."""

import re

# What Markdown would not show as it is. An underscore within a word is shown, as in raw_pixels.
LETTER = r"[^\W_]"
MARKUP = re.compile(rf"([\\`*\[\]<>|$~&#]|(?<!{LETTER})_|_(?!{LETTER})|:(?=[\w+-]+:))")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", text)
