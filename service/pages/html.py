"""What the pages share: their frame, their style and their tables. Every text is escaped where it becomes HTML."""

from collections.abc import Iterable
from html import escape

from service.charts.words import legible

_STYLE = (
    "body{font:16px/1.5 Arial,Helvetica,sans-serif;color:#212b32;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "svg{max-width:100%;height:auto}table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{text-align:left;font-weight:bold}th,td{border-bottom:1px solid #aeb7bd;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top}td.number{text-align:right}a{color:#005eb8}:target{background:#fff59d}"
    "pre{overflow-x:auto;background:#f0f4f5;padding:1rem;font-size:14px}"
    "@media print{a{color:inherit;text-decoration:none}tr{break-inside:avoid}h2{break-after:avoid}}"
)


def text(words: str) -> str:
    """Words as HTML, with a blank in the place of whatever no document can hold."""
    return escape(legible(words))


def page(title: str, body: str) -> str:
    """A whole page; `body` is HTML."""
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{text(title)}</h1>{body}</main></body></html>"
    )


def table(caption: str, columns: Iterable[str], rows: Iterable[str]) -> str:
    """A table; `rows` are HTML."""
    heads = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    head = f"<caption>{text(caption)}</caption><thead><tr>{heads}</tr></thead>"
    return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def link(address: str, words: str) -> str:
    """A link to an address of this service."""
    return f'<a href="{text(address)}">{text(words)}</a>'


def block(words: str) -> str:
    """Lines as they are, such as a document or JSON. Who reads with the keyboard can scroll them."""
    lines = "\n".join(text(line) for line in words.splitlines())
    return f'<pre tabindex="0">{lines}</pre>'
