"""Pages that are written as HTML, and their tables. Every text is escaped where it becomes HTML."""

from collections.abc import Iterable
from html import escape

from service.charts.words import legible
from service.pages.showing import View, view


def text(words: str) -> str:
    """Words as HTML, with a blank in the place of whatever no document can hold."""
    return escape(legible(words))


def page(title: str, body: str) -> View:
    """A whole page; `body` is HTML."""
    return view("layout.html", legible(title), body=body)


def table(caption: str, columns: Iterable[str], rows: Iterable[str]) -> str:
    """A table; `rows` are HTML."""
    heads = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    head = f"<caption>{text(caption)}</caption><thead><tr>{heads}</tr></thead>"
    return box(caption, f"<table>{head}<tbody>{''.join(rows)}</tbody></table>")


def box(label: str, inside: str) -> str:
    """HTML that may be wider than the page. It scrolls by itself, also with the keyboard, so that the page need not."""
    return f'<div class="box" role="region" aria-label="{text(label)}" tabindex="0">{inside}</div>'


def link(address: str, words: str) -> str:
    """A link to an address of this service."""
    return f'<a href="{text(address)}">{text(words)}</a>'


def block(words: str) -> str:
    """Lines as they are, such as a document or JSON. Who reads with the keyboard can scroll them."""
    lines = "\n".join(text(line) for line in words.splitlines())
    return f'<pre tabindex="0">{lines}</pre>'
