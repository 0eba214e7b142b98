"""What a page looks like in a browser, measured there."""

# Every element that ends beyond the page's right edge, but for those in a box that scrolls.
BEYOND = """() => [...document.querySelectorAll("main *, header *, nav *")]
  .filter(e => !e.closest(".scroll") || e.matches(".scroll"))
  .filter(e => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden")
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + " " + e.textContent.trim().slice(0, 40))"""

# Cells and texts whose words are wider than their place.
CUT = """() => [...document.querySelectorAll("th, td, figcaption, li, dd, dt, p, h1, h2, h3, h4")]
  .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.tagName + " " + e.textContent.trim().slice(0, 40))"""

# Texts of a chart that overlap another one, or leave their chart.
OVERLAPPING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")]
      .map(e => [e.textContent, e.getBoundingClientRect()]);
    texts.forEach(([said, a], i) => {
      if (a.left < frame.left - 2 || a.right > frame.right + 2 || a.bottom > frame.bottom + 2)
        found.push(said + " leaves its chart");
      for (const [other, b] of texts.slice(i + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 2 && b.top < a.bottom - 2)
          found.push(said + " | " + other);
    });
  }
  return found;
}"""

# The colours of texts in charts, and of what can lie behind them, as [red, green, blue].
CHART_COLORS = """() => {
  const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const fill = text => getComputedStyle(text).fill;
  const texts = new Set([...document.querySelectorAll("svg text")].map(fill));
  const paper = getComputedStyle(document.body).backgroundColor;
  return { texts: [...texts].map(rgb), paper: rgb(paper) };
}"""

# In print: pieces that are kept whole, with their heights and where they end at the side.
KEPT_WHOLE = """() => [...document.querySelectorAll(
    "figure, tr, .cards li, .panels > *, .matrix > *, .pair")]
  .filter(e => e.getClientRects().length)
  .map(e => [e.className || e.tagName, getComputedStyle(e).breakInside, e.getBoundingClientRect()])
  .map(([tag, inside, box]) => ({ tag, inside, height: box.height, right: box.right }))"""


def luminance(color: list[float]) -> float:
    """Relative luminance of an sRGB colour of 0..255. Source: WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in scaled(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def scaled(color: list[float]) -> list[float]:
    return [value / 255 for value in color]


def contrast(a: list[float], b: list[float]) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(color: list[float], share: float, paper: list[float]) -> list[float]:
    """A colour laid over another one, as opaque as `share` says."""
    return [share * c + (1 - share) * p for c, p in zip(color, paper, strict=True)]
