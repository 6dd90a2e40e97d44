"""A page of the specification becomes its examples.

A page is Markdown that anybody can read and correct. Each heading of the second level is one example: tables that begin
with "Given", mutations under "When an approver sends", one document in a `graphql` block, and the answer as a table
under "Then". Its line names the list in the answer (`practices.nodes`), or nothing for the whole answer. Its columns
are paths in each of its items. An empty cell is null. Under "Then it is refused", the table has the code and the
message of the refusal, and may have the path to its field and its place in the document.

Who sends a mutation is an administrator, an approver or a submitter, and may be one of an organisation: "When a
submitter of U82359 sends". "When an administrator loads" is followed by a `csv` block, as `tracker register` takes it.
The question is anybody's, unless the line before its block says "As an approver".

An `http` block is a whole request: its method and path, its headers, an empty line and its body. "Given settings" are
those of the service.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# What is about people and pages asks nothing of the API: tests/service/people, messages and pages run it.
OTHERS = {"README.md", "correcting.md", "messages.md", "people.md"}
REFUSED = "it is refused"


@dataclass(frozen=True)
class Sender:
    """Somebody with a role, everywhere or for an organisation."""

    role: str
    organisation: str | None


@dataclass(frozen=True)
class Step:
    """A document, and who sends it: anybody when nobody is named.

    `csv` is a file for `tracker register`, and `http` a whole request.
    """

    sender: Sender | None
    document: str
    language: str = "graphql"


@dataclass
class Example:
    """One example: what is given, what is sent, what is asked, and what the answer is."""

    name: str
    given: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    when: list[Step] = field(default_factory=list)
    asked: Step = Step(None, "")
    where: str = ""
    then: list[dict[str, str]] = field(default_factory=list)


def examples() -> list[Example]:
    """The examples of all pages, by page and in order."""
    return [example for page in sorted(HERE.glob("*.md")) if page.name not in OTHERS for example in _of(page)]


def _of(page: Path) -> list[Example]:
    _, *parts = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    return [_example(page.stem, part) for part in parts]


def _example(page: str, text: str) -> Example:
    example = Example(f"{page}: {text.splitlines()[0]}")
    blocks = re.findall(r"(?:^([^\n]+):\n\n)?^```(graphql|csv|http)\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    if not blocks:
        raise ValueError(f"{example.name} asks nothing")
    *sent, asked = [Step(_sender(line), document, language) for line, language, document in blocks]
    if any(step.sender is None for step in sent):
        raise ValueError(f"{example.name} does not say who sends each mutation")
    example.when, example.asked = sent, asked
    for what, line, rows in re.findall(r"^(Given|Then)(.*?):\n\n((?:\|.*\n)+)", text, re.MULTILINE):
        if (what, line.strip()) == ("Given", "settings"):
            example.settings = {row["setting"]: row["value"] for row in table(rows)}
        elif what == "Given":
            example.given[line.strip()] = table(rows)
        else:
            example.where = line.strip(" `")
            example.then = table(rows)
    return example


def _sender(line: str) -> Sender | None:
    """Who sends a block: the line before it is "When an approver sends" or "As a submitter of U82359"."""
    match = re.fullmatch(r"(?:When|As) an? (\w+)(?: of (\S+))?(?: sends| loads)?", line)
    return None if match is None else Sender(match[1].upper(), match[2])


def table(rows: str) -> list[dict[str, str]]:
    """The rows of a table, each with its cells under their headings."""
    heading, _, *body = [_cells(row) for row in rows.strip().splitlines()]
    return [dict(zip(heading, cells, strict=True)) for cells in body]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def answered(data: Any, where: str, columns: list[str]) -> list[dict[str, str]]:
    """The items of an answer as the cells of a table."""
    items = _at(data, where) if where else [data]
    return [{column: _cell(_at(item, column)) for column in columns} for item in items]


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, list):
            value = [_at(item, step) for item in value]
        elif value is not None:
            value = value[step]
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        # Spaces at the ends of a cell are not read either.
        return ", ".join(_cell(item) for item in value).strip()
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)
