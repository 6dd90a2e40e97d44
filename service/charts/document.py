"""What is drawn becomes an SVG document: with a title, a description, and words at its head."""

import hashlib
from xml.sax.saxutils import escape

from service.charts import scale
from service.charts.labels import SIZE
from service.charts.text import text

_TITLE_SIZE = 16.0


def document(title: str, description: str, drawn: str, *, shown: tuple[int, int], size: tuple[float, float]) -> str:
    """The picture, drawn in one size and shown in another."""
    (width, height), (across, down) = shown, size
    # A page may have several pictures, so each has labels with names of their own.
    content = f"{title}\n{description}\n{width}\n{height}\n{drawn}"
    key = hashlib.sha256(content.encode()).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:g} {down:g}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title-{key} desc-{key}" font-family="Arial, Helvetica, sans-serif" '
        f'font-size="{SIZE:g}"><title id="title-{key}">{escape(title)}</title>'
        f'<desc id="desc-{key}">{escape(description)}</desc>'
        f'<rect width="{across:g}" height="{down:g}" fill="#fff"/>{drawn}</svg>'
    )


def headed(title: str, subtitle: str, width: float, *, most: int = 2) -> tuple[str, float]:
    """Title and subtitle, one below the other in so many lines each, and where they end."""
    drawn, y = [], 8.0
    for line in scale.lines(title, width - 24, _TITLE_SIZE, most=most):
        y += _TITLE_SIZE + 3
        drawn.append(text(12, y, line, size=_TITLE_SIZE, weight="bold"))
    for line in scale.lines(subtitle, width - 24, SIZE, most=most):
        y += SIZE + 4
        drawn.append(text(12, y, line))
    return "".join(drawn), y
