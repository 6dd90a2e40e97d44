"""The tables of a paper. A cell is text, with the figures that its numbers are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from schema.enumerations import Comparator, OrganisationKind, TargetStatus
from schema.papers import OutlineKind
from schema.periods import long_date
from service.briefing import dates
from service.briefing.comparing import FEWEST, newest_shared, ranks
from service.briefing.facts import Aim, Fact, Facts
from service.briefing.outline import TableOutline
from service.briefing.wording import Wording, joined, members_of, number
from service.statistics import sentences
from service.statistics.goals import Goal

NOTHING = Wording("")
_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "≤",
    Comparator.LESS_THAN: "<",
    Comparator.EXACTLY: "",
}


@dataclass(frozen=True)
class Table:
    """A table with a caption, the headings of its columns, and a cell for each column in every row."""

    caption: str
    columns: tuple[str, ...]
    cells: tuple[tuple[Wording, ...], ...]

    @property
    def rows(self) -> list[list[str]]:
        """The text of every cell."""
        return [[cell.text for cell in row] for row in self.cells]


def table(outline: TableOutline, facts: Facts) -> Table:
    """A table of the paper; without rows when nothing is known."""
    return _TABLES[outline.kind](outline, facts)


def definitions(facts: Facts, metrics: Iterable[str]) -> Table:
    """What each metric in the paper measures, and who publishes it."""
    measures = sorted((facts.measures[code] for code in metrics), key=lambda measure: measure.name)
    rows = [_plain(measure.name, measure.description, measure.source or "") for measure in measures]
    return Table("What is measured, and who publishes it", ("Measure", "Definition", "Source"), tuple(rows))


def _figures(outline: TableOutline, facts: Facts) -> Table:
    """The latest figure of each row's metric, and the one before where any has one."""
    known = [(words, fact) for words, code in outline.rows if (fact := facts.latest(code)) is not None]
    before = [facts.earlier(fact.metric) for _, fact in known]
    rows = [(Wording(words), _figure(fact, facts), Wording(dates.period(fact, facts))) for words, fact in known]
    columns = (outline.heading, "Figure", "Period")
    if not any(before):
        return Table(outline.caption, columns, tuple(rows))
    with_before = tuple((*row, _dated(earlier, facts)) for row, earlier in zip(rows, before, strict=True))
    return Table(outline.caption, (*columns, "Before"), with_before)


def _partnerships(outline: TableOutline, facts: Facts) -> Table:
    """The published figures of each partnership, a column for each row of the outline: the newest of one period."""
    metrics = [metric for _, metric in outline.rows]
    areas = {
        of: [fact for metric in metrics for fact in facts.of_member(metric, of)]
        for of in facts.names
        if _is_partnership(facts, of)
    }
    period = newest_shared(areas, facts)
    if period is None:
        return Table(outline.caption, (), ())
    rows = []
    for of in sorted(areas, key=lambda of: facts.names[of]):
        found = [period.figure_in(facts.of_member(metric, of), facts) for metric in metrics]
        rows.append((Wording(facts.names[of]), *(_figure(fact, facts) for fact in found)))
    columns = (outline.heading, *(words for words, _ in outline.rows))
    return Table(f"{outline.caption}, {period.words}", columns, tuple(rows))


def _is_partnership(facts: Facts, code: str) -> bool:
    is_partnership = facts.kinds[code] is OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP
    return is_partnership and code not in facts.elsewhere


def _members(outline: TableOutline, facts: Facts) -> Table:
    """The members of each partnership on the last day of the quarter, a column for each partnership."""
    partnerships = [each for each in facts.partnerships if each.networks or each.orphans]
    columns = [[*each.networks, *(f"{name} (orphan)" for name in each.orphans)] for each in partnerships]
    rows = tuple(_plain(*names) for names in zip_longest(*columns, fillvalue=""))
    caption = f"{outline.caption} at {long_date(facts.members_on)}"
    return Table(caption, tuple(facts.names[each.code] for each in partnerships), rows)


def _boards(outline: TableOutline, facts: Facts) -> Table:
    """The ICBs' rates in one period with their limits and ranks, the region's, and the published difference to it.

    The first row of the outline names the rate; the second, if there is one, the difference. An ICB without a figure
    for the period has a row without numbers.
    """
    (rate_heading, metric), *difference = outline.rows
    areas = {of: facts.series[metric, of] for of in facts.boards(metric)}
    period = newest_shared(areas, facts)
    found = {} if period is None else {of: period.figure_in(series, facts) for of, series in areas.items()}
    known = [fact for fact in found.values() if fact is not None]
    if period is None or len(known) < FEWEST:
        return Table(outline.caption, (), ())
    place = dict(zip((fact.organisation for fact in known), ranks(known), strict=True))
    rows = [
        (Wording(facts.names[of]), *_rate(fact, facts, [code for _, code in difference]), Wording(place.get(of, "")))
        for of, fact in found.items()
    ]
    columns: tuple[str, ...] = (outline.heading, rate_heading, "Lower 95% limit", "Upper 95% limit", "Region")
    columns = (*columns, *(words for words, _ in difference), "Rank")
    return Table(f"{outline.caption}, {period.words}", columns, tuple(rows))


def _rate(fact: Fact | None, facts: Facts, differences: Sequence[str]) -> list[Wording]:
    """The cells of an ICB's rate: itself, its limits, the region's of the same period, and the differences to that."""
    if fact is None:
        return [NOTHING] * (4 + len(differences))
    limits = ["" if limit is None else sentences.with_minus(f"{limit:f}") for limit in (fact.lower, fact.upper)]
    others = (
        facts.of(fact.metric, facts.region or "", fact.label),
        *(facts.of(code, fact.organisation, fact.label) for code in differences),
    )
    return [_bare(fact), *(joined([(limit, fact)]) if limit else NOTHING for limit in limits), *map(_bare, others)]


def _goals(outline: TableOutline, facts: Facts) -> Table:
    """Each aim with its goal and its latest figure."""
    rows = []
    for words, metric in outline.rows:
        fact = facts.latest(metric)
        if fact is not None:
            goal = facts.goal(fact)
            asked = Wording(_goal(goal) if goal else "")
            rows.append((Wording(words), asked, _figure(fact, facts), Wording(dates.period(fact, facts))))
    return Table(outline.caption, (outline.heading, "Goal", "Figure", "Period"), tuple(rows))


def _goal(goal: Goal) -> str:
    """What a target asks for, in a few signs: ">90%"."""
    if goal.comparator is Comparator.BETWEEN:
        return f"{sentences.number(goal.unit, goal.value)} to {sentences.number(goal.unit, goal.upper)}"
    sign = "" if sentences.asks_for_the_most(goal) else _SIGNS[goal.comparator]
    return f"{sign}{sentences.number(goal.unit, goal.value)}"


def _targets(outline: TableOutline, facts: Facts) -> Table:
    """Every target with its status on the paper's day, and the reason in words; its milestones where any has some.

    Those of which there is no figure come last.
    """
    aims = sorted(facts.aims, key=lambda aim: _place(aim, facts))
    has_milestones = any(aim.goal.milestones for aim in aims)
    rows = []
    for aim in aims:
        latest = facts.deciding(aim)
        due = long_date(aim.goal.due) if aim.goal.due else ""
        status = joined([aim.status.words, *([] if latest is None else _of_some(latest))])
        goal = _goal(aim.goal) if aim.applies_to is None else f"{_goal(aim.goal)}, every {aim.applies_to.words}"
        words = _plain(facts.measures[aim.metric].name, facts.names[aim.organisation], goal, due)
        milestones = _plain(_milestones(aim)) if has_milestones else ()
        period = "" if latest is None else dates.period(latest, facts)
        rows.append((*words, *milestones, _figure(latest, facts), Wording(period), status, Wording(aim.reason)))
    columns = ("Measure", "Organisation", "Target", "Due", *(["Milestones"] if has_milestones else []))
    return Table(outline.caption, (*columns, "Latest figure", "Period", "Status", "Why"), tuple(rows))


def _place(aim: Aim, facts: Facts) -> tuple[bool, str, str]:
    return aim.status is TargetStatus.NO_DATA, facts.measures[aim.metric].name, facts.names[aim.organisation]


def _milestones(aim: Aim) -> str:
    """The milestones of a target: "94% by 30 June 2025 (missed); 96% by 30 September 2025"."""
    due = {point.on: " (met)" if is_met else " (missed)" for point, is_met in aim.milestones}
    unit = aim.goal.unit
    each = (f"{sentences.milestone(unit, point)}{due.get(point.on, '')}" for point in aim.goal.milestones)
    return "; ".join(each)


def _figure(fact: Fact | None, facts: Facts) -> Wording:
    return NOTHING if fact is None else joined([(number(fact, facts), fact), *_of_some(fact)])


def _dated(fact: Fact | None, facts: Facts) -> Wording:
    """A figure with its period."""
    if fact is None:
        return NOTHING
    return joined([(number(fact, facts), fact), f" {dates.when(fact, facts)}", *_of_some(fact)])


def _of_some(fact: Fact) -> list[str]:
    """From how many members' figures a cell's figure is calculated, unless it is from all."""
    members = members_of(fact)
    return [f" (from {members})"] if members else []


def _bare(fact: Fact | None) -> Wording:
    """A figure without its unit, which the heading of the column gives."""
    return NOTHING if fact is None else joined([(sentences.with_minus(f"{fact.value:,f}"), fact)])


def _plain(*texts: str) -> tuple[Wording, ...]:
    return tuple(map(Wording, texts))


_TABLES: Mapping[OutlineKind, Callable[[TableOutline, Facts], Table]] = {
    OutlineKind.FIGURES: _figures,
    OutlineKind.GOALS: _goals,
    OutlineKind.PARTNERSHIPS: _partnerships,
    OutlineKind.MEMBERS: _members,
    OutlineKind.BOARDS: _boards,
    OutlineKind.TARGETS: _targets,
}


def numbered(tables: Sequence[Table]) -> Iterable[tuple[int, int, int, Wording]]:
    """Every cell with the positions of its table, row and column, from 0."""
    for position, each in enumerate(tables):
        for row, cells in enumerate(each.cells):
            for column, cell in enumerate(cells):
                yield position, row, column, cell
