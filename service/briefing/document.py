"""The figures of a day become a paper: sections with sentences and tables, and the doubts about them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schema.periods import long_date
from service.briefing import doubts
from service.briefing.doubts import Doubted
from service.briefing.facts import Fact, Facts, read
from service.briefing.paper import DEFINITIONS, FURTHER, PAPER, STATED_CHANGES, Outline
from service.briefing.tables import Table, definitions, numbered, table
from service.briefing.words import Said, joined, number, said, since


@dataclass(frozen=True)
class Placed:
    """A number of a section that is a figure. Shapes are those of the type `BriefingNumber`."""

    text: str
    sentence: int | None
    table: int | None
    row: int | None
    column: int | None
    start: int
    end: int
    figure: int


@dataclass(frozen=True)
class Section:
    """Shapes are those of the type `BriefingSection`; figures are given by their keys."""

    heading: str
    said: tuple[Said, ...]
    tables: tuple[Table, ...]

    @property
    def sentences(self) -> list[str]:
        """The sentences as they read."""
        return [each.text for each in self.said]

    @cached_property
    def numbers(self) -> list[Placed]:
        """Every number that is a figure: first those of the sentences, then those of the tables."""
        return [*_placed((at, None, None, None, each) for at, each in enumerate(self.said)), *self._in_tables()]

    def _in_tables(self) -> Iterator[Placed]:
        return _placed((None, *place) for place in numbered(self.tables))

    @property
    def figures(self) -> list[int]:
        """The keys of the figures that it speaks of, each once, in the order of the section."""
        return list(dict.fromkeys(number.figure for number in self.numbers))


def _placed(texts: Iterable[tuple[int | None, int | None, int | None, int | None, Said]]) -> Iterator[Placed]:
    for sentence, at, row, column, text in texts:
        for each in text.numbers:
            yield Placed(each.text, sentence, at, row, column, each.start, each.end, each.key)


@dataclass(frozen=True)
class Briefing:
    """A whole paper. Shapes are those of the type `Briefing`."""

    as_of: dt.date
    title: str
    sections: tuple[Section, ...]
    doubts: tuple[Doubted, ...]


def built(data: Mapping[str, Any]) -> Briefing:
    """The paper from the JSON that a statement brings. What is not known on its day is left out."""
    facts = read(data)
    sections = [section for outline in PAPER if (section := _section(outline, facts)) is not None]
    spoken_of = {key for section in sections for key in section.figures}
    if further := tuple(_further(facts, spoken_of)):
        sections.append(Section(FURTHER, further, ()))
        spoken_of |= {each.key for sentence in further for each in sentence.numbers}
    if spoken_of:
        metrics = {fact.metric for series in facts.series.values() for fact in series if fact.key in spoken_of}
        sections.append(Section(DEFINITIONS, (), (definitions(facts, metrics),)))
    area = facts.names.get(facts.board, facts.board).removeprefix("NHS ").removesuffix(" Integrated Care Board")
    title = f"General practice in {area}: briefing of {long_date(facts.as_of)}"
    return Briefing(facts.as_of, title, tuple(sections), tuple(doubts.found(facts)))


def _section(outline: Outline, facts: Facts) -> Section | None:
    """A section; None when there is nothing to say in it."""
    sentences = tuple(sentence for each in outline.sentences if (sentence := said(each, facts)) is not None)
    tables = tuple(made for each in outline.tables if (made := table(each, facts)).cells)
    return Section(outline.heading, sentences, tables) if sentences or tables else None


def _further(facts: Facts, spoken_of: set[int]) -> Iterator[Said]:
    """A sentence for each latest figure that no section speaks of."""
    for (metric, organisation), series in facts.series.items():
        if series[-1].key not in spoken_of and not _is_overtaken(series[-1], facts):
            of = "" if organisation == facts.board else f", {facts.names[organisation]}"
            name = f"{facts.measures[metric].name}{of}: "
            moved = since(facts, metric, organisation)
            yield joined([name, (number(series[-1]), series[-1]), f" ({series[-1].label})", *moved, "."])


def _is_overtaken(fact: Fact, facts: Facts) -> bool:
    """Whether it is a published change whose own metric has a later figure: what it says is of another period."""
    stated = STATED_CHANGES.get(fact.metric)
    later = facts.latest(stated.metric, fact.organisation) if stated else None
    return later is not None and later.ends > fact.ends
