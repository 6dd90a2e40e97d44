"""The lines of a board's outline become the sections of its paper, each with its sentences and tables.

The lines are data, in the order of the paper: `seeds/paper.csv`, then the table `outline`. A figure of the ICB that
no section mentions is not lost: it has a sentence of its own at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from schema.computed_inputs.briefing import OutlineLine
from schema.papers import OutlineKind

FURTHER = "Further figures"
DEFINITIONS = "Definitions"
# Where the title has the paper's date.
DAY = "{day}"


@dataclass
class TableOutline:
    """A table: its kind, its caption, the heading of its first column, and its rows or columns as words and metric."""

    kind: OutlineKind
    caption: str
    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class SectionOutline:
    """A section: templates of sentences, then tables."""

    heading: str
    sentences: list[str] = field(default_factory=list)
    tables: list[TableOutline] = field(default_factory=list)


def title(lines: Iterable[OutlineLine], name: str) -> str:
    """The title's template; a plain one for a board whose outline has none."""
    written = (line.words for line in lines if line.kind is OutlineKind.TITLE)
    return next(written, f"{name}: briefing paper, {DAY}")


def sections(lines: Sequence[OutlineLine]) -> list[SectionOutline]:
    """The sections, in the order of the lines."""
    in_sections = (line for line in lines if line.section is not None)
    return [_section(str(heading), list(group)) for heading, group in groupby(in_sections, lambda line: line.section)]


def _section(heading: str, lines: Sequence[OutlineLine]) -> SectionOutline:
    section = SectionOutline(heading)
    for line in lines:
        match line.kind:
            case OutlineKind.SENTENCE:
                section.sentences.append(line.words)
            case OutlineKind.ROW:
                section.tables[-1].rows.append((line.words, str(line.metric)))
            case kind:
                section.tables.append(TableOutline(kind, line.words, line.heading or ""))
    return section
