"""A file becomes the passages of prose in it, by its kind: Markdown, a printed schema or Python."""

import ast
import csv
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.english.checker import Passage

_DESCRIPTION = re.compile(r'"""(.*?)"""', re.DOTALL)
# What a worked query says of itself.
_RECIPE = re.compile(r"# (?P<title>.*)\n(?P<words>(?:# (?!Variables:).*\n)*)")
# Fenced blocks, and lines that are indented as code.
_FENCE = re.compile(r"^```(?s:.*?)^```|^    .*$", re.MULTILINE)
# What a sentence of a paper says after one, or after another number.
_FORMS = re.compile(r"<([^|>]*)\|[^>]*>")
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+")


def prose(path: Path) -> Iterator[Passage]:
    """Prose that a person reads: whole Markdown files, descriptions of a schema, sentences in Python strings."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".md":
            yield Passage(1, _FENCE.sub(lambda code: "\n" * code[0].count("\n"), text))
        case ".graphql":
            for match in _DESCRIPTION.finditer(text):
                yield Passage(text.count("\n", 0, match.start()) + 1, match[1])
            if comments := _RECIPE.match(text):
                yield Passage(1, comments["title"])
                yield Passage(2, comments["words"].replace("# ", ""))
        case ".csv":
            yield from _cells(text)
        case ".py":
            yield from _sentences(ast.parse(text))


def everything(path: Path) -> Iterator[Passage]:
    """Every word of a file: prose, comments, docstrings, and the names that Python code gives, split into words."""
    if path.suffix != ".py":
        yield from prose(path)
        return
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            yield Passage(token.start[0], token.string)
        elif token.type == tokenize.NAME and ("_" in token.string or token.string[:1].isupper()):
            yield Passage(token.start[0], " ".join(_NAME_PARTS.findall(token.string)))
        elif token.type == tokenize.NAME:
            yield Passage(token.start[0], token.string)


def _cells(text: str) -> Iterator[Passage]:
    """The cells that are prose: those with two spaces or more."""
    reader = csv.reader(io.StringIO(text))
    for row in reader:
        yield from (Passage(reader.line_num, _FORMS.sub(r"\1", cell)) for cell in row if cell.count(" ") > 1)


def _sentences(tree: ast.Module) -> Iterator[Passage]:
    """The strings that are sentences for a reader; docstrings and parts of other strings are not among them."""
    passed_over = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    passed_over |= {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.search(r"[a-z]{2,} [a-z]{2,} ", text) and not re.search(
            r"\b(SELECT|INSERT|UPDATE|CREATE|ALTER|query|mutation|fragment)\b", text
        ):
            yield Passage(node.lineno, text)
