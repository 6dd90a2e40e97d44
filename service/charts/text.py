"""Words become text of a picture."""

from xml.sax.saxutils import escape, quoteattr

from service.charts.labels import SIZE
from service.charts.marks import INK


def text(
    x: float, y: float, words: str, *, size: float = SIZE, weight: str = "", anchor: str = "", colour: str = INK
) -> str:
    """A text at a place, which begins, is centred or ends there."""
    style = f' font-size="{size:g}"' if size != SIZE else ""
    style += f' font-weight="{weight}"' if weight else ""
    style += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill={quoteattr(colour)}{style}>{escape(words)}</text>'
