"""The facts of a day become a paper: sections with sentences and tables, and the doubts about its figures."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from schema.computed_inputs.briefing import BriefingInputs
from schema.enumerations import TargetStatus
from schema.periods import long_date
from service.briefing import consistency, dates
from service.briefing.consistency import Doubt
from service.briefing.facts import Fact, Facts, facts_of
from service.briefing.outline import DAY, DEFINITIONS, FURTHER, SectionOutline, sections, title
from service.briefing.pictures import Picture, pictures
from service.briefing.reasons import WHY, reasons
from service.briefing.tables import Table, definitions, numbered, table
from service.briefing.wording import Wording, joined, number, sentence, since


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
    wording: tuple[Wording, ...]
    tables: tuple[Table, ...]
    charts: tuple[Picture, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The sentences as text."""
        return [each.text for each in self.wording]

    @cached_property
    def numbers(self) -> list[Placed]:
        """Every number that is a figure: first those of the sentences, then those of the tables."""
        in_sentences = _placed((position, None, None, None, each) for position, each in enumerate(self.wording))
        return [*in_sentences, *_placed((None, *place) for place in numbered(self.tables))]

    @property
    def figures(self) -> list[int]:
        """The keys of its figures, each once, in the order of the section."""
        return list(dict.fromkeys(number.figure for number in self.numbers))


def _placed(texts: Iterable[tuple[int | None, int | None, int | None, int | None, Wording]]) -> Iterator[Placed]:
    for in_sentence, in_table, row, column, wording in texts:
        for each in wording.numbers:
            yield Placed(each.text, in_sentence, in_table, row, column, each.start, each.end, each.key)


@dataclass(frozen=True)
class Standing:
    """The status of a target. Shapes are those of the type `BriefingTarget`."""

    metric_code: str
    metric_name: str
    organisation_code: str
    organisation_name: str
    status: TargetStatus
    reason: str
    rests_on: int | None
    of: int | None


@dataclass(frozen=True)
class Briefing:
    """A whole paper. Shapes are those of the type `Briefing`."""

    as_of: dt.date
    title: str
    sections: tuple[Section, ...]
    doubts: tuple[Doubt, ...]
    targets: tuple[Standing, ...]


def built(inputs: BriefingInputs) -> Briefing:
    """The paper from its inputs. What was not known on its day is left out. Refusals: `plan/unknown-board`."""
    facts = facts_of(inputs)
    written = [section for outline in sections(facts.outline) if (section := _section(outline, facts)) is not None]
    written = _each_chart_once(written)
    if written and (basis := dates.basis(facts)) is not None:
        first = written[0]
        written[0] = replace(first, wording=(Wording(basis), *first.wording))
    mentioned = {key for section in written for key in section.figures}
    if why := tuple(reasons(facts)):
        written.append(Section(WHY, why, ()))
    if further := tuple(_further(facts, mentioned)):
        written.append(Section(FURTHER, further, ()))
        mentioned |= {each.key for sentence in further for each in sentence.numbers}
    if mentioned:
        metrics = {fact.metric for series in facts.series.values() for fact in series if fact.key in mentioned}
        written.append(Section(DEFINITIONS, (), (definitions(facts, metrics),)))
    name = facts.names.get(facts.board, facts.board)
    doubts = consistency.doubts(facts)
    return Briefing(
        facts.as_of,
        title(facts.outline, name).replace(DAY, long_date(facts.as_of)),
        tuple(written),
        tuple(doubts),
        tuple(_standings(facts)),
    )


def _standings(facts: Facts) -> Iterator[Standing]:
    named = ((facts.measures[aim.metric].name, facts.names[aim.organisation], aim) for aim in facts.aims)
    for metric, organisation, aim in sorted(named, key=lambda each: each[:2]):
        fact = facts.deciding(aim)
        rests_on, of = (None, None) if fact is None else (fact.rests_on, fact.of)
        yield Standing(aim.metric, metric, aim.organisation, organisation, aim.status, aim.reason, rests_on, of)


def _section(outline: SectionOutline, facts: Facts) -> Section | None:
    """A section; None when nothing is known for it."""
    wording = tuple(words for each in outline.sentences if (words := sentence(each, facts)) is not None)
    tables = tuple(filled for each in outline.tables if (filled := table(each, facts)).cells)
    if not (wording or tables):
        return None
    section = Section(outline.heading, wording, tables)
    return replace(section, charts=pictures(facts, section.figures))


def _each_chart_once(written: Iterable[Section]) -> list[Section]:
    """The sections, each with the charts that none before it has."""
    seen: set[str] = set()
    found = []
    for section in written:
        found.append(replace(section, charts=tuple(each for each in section.charts if each.metric_code not in seen)))
        seen |= {each.metric_code for each in section.charts}
    return found


def _further(facts: Facts, mentioned: set[int]) -> Iterator[Wording]:
    """A sentence for each latest figure that no section mentions, but for those in another board's paper."""
    for (metric, organisation), series in facts.series.items():
        latest = series[-1]
        is_ours = organisation not in facts.elsewhere and bool(facts.of_member(metric, organisation))
        if is_ours and latest.key not in mentioned and not _is_overtaken(latest, facts):
            of = "" if organisation == facts.board else f", {facts.names[organisation]}"
            name = f"{facts.measures[metric].name}{of}: "
            moved = since(facts, metric, organisation)
            yield joined([name, (number(latest, facts), latest), dates.dated(latest, facts), *moved, "."])


def _is_overtaken(fact: Fact, facts: Facts) -> bool:
    """Whether it is a published change whose own metric has a later figure: it describes another period."""
    stated = facts.measures[fact.metric].change
    later = facts.latest(stated.metric, fact.organisation) if stated else None
    return later is not None and later.ends > fact.ends
