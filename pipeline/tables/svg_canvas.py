"""A canvas of matplotlib whose SVG leaves enough room for letters that its font lacks.

Text is text in the SVG, and whoever shows it has a font for Korean or Chinese. The font that
matplotlib measures with has not: it takes such letters for narrow boxes, and lays out too little
room. So they are measured as a W, which is about as wide in all fonts, and so the picture is the
same on machines with and without such fonts.
"""

import codecs
import re

from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.cbook import open_file_cm

# Hangul, the scripts of China and Japan, and what is written as wide as they are.
WIDE = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")


class Renderer(RendererSVG):
    def get_text_width_height_descent(self, s, prop, ismath):
        return super().get_text_width_height_descent(WIDE.sub("W", s), prop, ismath)

    def draw_image(self, gc, x, y, im, transform=None):
        if transform is None:  # marks drawn as pixels: 16 levels of a channel compress better
            im = (im >> 4) * 17
        super().draw_image(gc, x, y, im, transform)


class SvgCanvas(FigureCanvasSVG):
    def print_svg(self, filename, *, metadata=None, **_) -> None:
        """Write the figure to a path or a binary file, as matplotlib's own canvas does."""
        dpi, self.figure.dpi = self.figure.dpi, 72  # an SVG has 72 points to an inch
        width, height = self.figure.get_size_inches()
        with open_file_cm(filename, "wb") as file:
            text = codecs.getwriter("utf-8")(file)
            svg = Renderer(72 * width, 72 * height, text, image_dpi=dpi, metadata=metadata)
            # Which draws as pixels what a chart wants drawn as pixels.
            mixed = MixedModeRenderer(self.figure, width, height, dpi, svg)
            self.figure.draw(mixed)  # type: ignore[arg-type]
            mixed.finalize()
