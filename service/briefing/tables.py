"""The tables of a paper. A cell is text, with the figures that its numbers are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from schema.enumerations import Comparator, OrganisationKind, TargetStatus
from schema.papers import OutlineKind
from schema.periods import long_date
from service.briefing import dates
from service.briefing.facts import Aim, Fact, Facts
from service.briefing.outline import TableOutline
from service.briefing.wording import Wording, joined, number
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
    rows = [(Wording(words), _figure(fact), Wording(dates.period(fact, facts))) for words, fact in known]
    columns = (outline.heading, "Figure", "Period")
    if not any(before):
        return Table(outline.caption, columns, tuple(rows))
    with_before = tuple((*row, _dated(earlier, facts)) for row, earlier in zip(rows, before, strict=True))
    return Table(outline.caption, (*columns, "Before"), with_before)


def _partnerships(outline: TableOutline, facts: Facts) -> Table:
    """The published figures of each partnership, a column for each row of the outline."""
    rows = []
    for code in sorted((of for of in facts.names if _is_partnership(facts, of)), key=lambda of: facts.names[of]):
        counts = [facts.latest_of_member(metric, code) for _, metric in outline.rows]
        # One period when both counts have the same.
        periods = dict.fromkeys(dates.period(fact, facts) for fact in counts if fact is not None)
        if periods:
            rows.append((Wording(facts.names[code]), *map(_figure, counts), Wording("; ".join(periods))))
    columns = (outline.heading, *(words for words, _ in outline.rows), "Period")
    return Table(outline.caption, columns, tuple(rows))


def _is_partnership(facts: Facts, code: str) -> bool:
    is_partnership = facts.kinds[code] is OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP
    return is_partnership and code not in facts.elsewhere


def _members(outline: TableOutline, facts: Facts) -> Table:
    """The members of each partnership on the day of most figures, a column for each partnership."""
    partnerships = [each for each in facts.partnerships if each.networks or each.orphans]
    columns = [[*each.networks, *(f"{name} (orphan)" for name in each.orphans)] for each in partnerships]
    rows = tuple(_plain(*names) for names in zip_longest(*columns, fillvalue=""))
    caption = f"{outline.caption} at {long_date(facts.at)}"
    return Table(caption, tuple(facts.names[each.code] for each in partnerships), rows)


def _boards(outline: TableOutline, facts: Facts) -> Table:
    """The boards' rates with their limits, and the region's, in the latest period that two or more of them have.

    The first row of the outline names the rate; the second, if there is one, the published difference to the region.
    """
    (rate_heading, metric), *difference = outline.rows
    boards = facts.boards(metric)
    every = [fact for board in boards for fact in facts.series[metric, board]]
    shared = [fact for fact in every if sum(other.label == fact.label for other in every) > 1]
    latest = max(shared, key=lambda fact: fact.ends, default=None)
    rows = []
    for board in boards:
        fact = latest and facts.of(metric, board, latest.label)
        if fact is None:
            continue
        limits = ["" if limit is None else sentences.with_minus(f"{limit:f}") for limit in (fact.lower, fact.upper)]
        others = (
            facts.of(metric, facts.region or "", fact.label),
            *(facts.of(code, board, fact.label) for _, code in difference),
        )
        cells = (_bare(fact), *(joined([(limit, fact)]) if limit else NOTHING for limit in limits), *map(_bare, others))
        rows.append((Wording(facts.names[board]), *cells))
    columns = (outline.heading, rate_heading, "Lower 95% limit", "Upper 95% limit", "Region")
    period = f", {dates.when(latest, facts)}" if latest else ""
    return Table(f"{outline.caption}{period}", (*columns, *(words for words, _ in difference)), tuple(rows))


def _goals(outline: TableOutline, facts: Facts) -> Table:
    """Each aim with its goal and its latest figure."""
    rows = []
    for words, metric in outline.rows:
        fact = facts.latest(metric)
        if fact is not None:
            goal = facts.goal(fact)
            asked = Wording(_goal(goal) if goal else "")
            rows.append((Wording(words), asked, _figure(fact), Wording(dates.period(fact, facts))))
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
    by_key = {fact.key: fact for series in facts.series.values() for fact in series}
    aims = sorted(facts.aims, key=lambda aim: _place(aim, facts))
    has_milestones = any(aim.goal.milestones for aim in aims)
    rows = []
    for aim in aims:
        latest = by_key.get(aim.key) if aim.key is not None else None
        due = long_date(aim.goal.due) if aim.goal.due else ""
        status = aim.status.replace("_", " ").capitalize()
        goal = _goal(aim.goal) if aim.applies_to is None else f"{_goal(aim.goal)}, every {aim.applies_to.words}"
        words = _plain(facts.measures[aim.metric].name, facts.names[aim.organisation], goal, due)
        milestones = _plain(_milestones(aim)) if has_milestones else ()
        period = "" if latest is None else dates.period(latest, facts)
        rows.append((*words, *milestones, _figure(latest), Wording(period), Wording(status), Wording(aim.reason)))
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


def _figure(fact: Fact | None) -> Wording:
    return NOTHING if fact is None else joined([(number(fact), fact)])


def _dated(fact: Fact | None, facts: Facts) -> Wording:
    """A figure with its period."""
    return NOTHING if fact is None else joined([(number(fact), fact), f" {dates.when(fact, facts)}"])


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
