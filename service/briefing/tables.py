"""The tables of a paper. A cell is text, with the figures that its numbers are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from schema.enumerations import Comparator, OrganisationKind
from schema.periods import long_date
from service.briefing.facts import Aim, Fact, Facts
from service.briefing.paper import STATED_DIFFERENCES, List
from service.briefing.words import Said, joined, number
from service.statistics import sentences

NOTHING = Said("")
_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "≤",
    Comparator.LESS_THAN: "<",
    Comparator.EXACTLY: "",
}


@dataclass(frozen=True)
class Table:
    """A table with a caption, the heads of its columns, and a cell for each column in every row."""

    caption: str
    columns: tuple[str, ...]
    cells: tuple[tuple[Said, ...], ...]

    @property
    def rows(self) -> list[list[str]]:
        """The text of every cell."""
        return [[cell.text for cell in row] for row in self.cells]


def table(asked: List | str, facts: Facts) -> Table:
    """A table of the paper; without rows where nothing is known."""
    return _TABLES[asked](facts) if isinstance(asked, str) else _list(asked, facts)


def definitions(facts: Facts, metrics: Iterable[str]) -> Table:
    """What each metric that the paper speaks of measures, and who publishes it."""
    measures = sorted((facts.measures[code] for code in metrics), key=lambda measure: measure.name)
    rows = [_plain(measure.name, measure.definition, measure.source) for measure in measures]
    return Table("What is measured, and who publishes it", ("Measure", "Definition", "Source"), tuple(rows))


def _list(asked: List, facts: Facts) -> Table:
    found = [(words, fact) for words, code in asked.rows if (fact := facts.latest(code)) is not None]
    before = [facts.earlier(fact.metric) for _, fact in found]
    rows = [(Said(words), _figure(fact), Said(fact.label)) for words, fact in found]
    columns = (asked.first, "Figure", "Period")
    if not any(before):
        return Table(asked.caption, columns, tuple(rows))
    beside = tuple((*row, _dated(earlier)) for row, earlier in zip(rows, before, strict=True))
    return Table(asked.caption, (*columns, "Before"), beside)


def _partnerships(facts: Facts) -> Table:
    """How many networks and orphan practices each partnership has, by the published figures."""
    rows = []
    for code in sorted((of for of in facts.names if _is_partnership(facts, of)), key=lambda of: facts.names[of]):
        counts = [facts.latest(metric, code) for metric in ("primary_care_networks", "orphan_practices")]
        # One for both, where both are of one period.
        periods = dict.fromkeys(fact.label for fact in counts if fact is not None)
        if periods:
            rows.append((Said(facts.names[code]), *map(_figure, counts), Said("; ".join(periods))))
    columns = ("Partnership", "Primary care networks", "Orphan practices", "Period")
    return Table("Networks and orphan practices of each partnership", columns, tuple(rows))


def _is_partnership(facts: Facts, code: str) -> bool:
    return facts.kinds[code] is OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP


def _networks(facts: Facts) -> Table:
    """Who belongs to each partnership on the paper's day: a column for each, as the paper has it."""
    belonging = [each for each in facts.partnerships if each.networks or each.orphans]
    columns = [[*each.networks, *(f"{name} (orphan)" for name in each.orphans)] for each in belonging]
    rows = tuple(_plain(*names) for names in zip_longest(*columns, fillvalue=""))
    caption = f"Primary care networks and orphan practices on {long_date(facts.as_of)}"
    return Table(caption, tuple(facts.names[each.code] for each in belonging), rows)


def _boards(facts: Facts) -> Table:
    """The boards' rates with their limits, beside the region's, in the latest period that two or more of them have."""
    metric = "self_referral_rate"
    stated = next(code for code, level in STATED_DIFFERENCES.items() if level == metric)
    boards = facts.boards(metric)
    every = [fact for board in boards for fact in facts.series[metric, board]]
    shared = [fact for fact in every if sum(other.label == fact.label for other in every) > 1]
    latest = max(shared, key=lambda fact: fact.ends, default=None)
    rows = []
    for board in boards:
        fact = latest and facts.of(metric, board, latest.label)
        if fact is None:
            continue
        beside = (facts.of(metric, facts.region or "", fact.label), facts.of(stated, board, fact.label))
        limits = ["" if limit is None else f"{limit:f}" for limit in (fact.lower, fact.upper)]
        said = (_bare(fact), *(joined([(limit, fact)]) if limit else NOTHING for limit in limits), *map(_bare, beside))
        rows.append((Said(facts.names[board]), *said))
    columns = ("Board", "Rate per 100,000", "Lower 95% limit", "Upper 95% limit", "Region", "Difference to region")
    period = f", {latest.label}" if latest else ""
    return Table(f"Self-referrals to community health services, all services{period}", columns, tuple(rows))


def _telephones(facts: Facts) -> Table:
    """The three aims for telephones, each with its goal and its latest figure."""
    aims = (
        ("Cloud-based telephony", "cloud_telephony_percent"),
        ("Call queuing", "call_queuing_percent"),
        ("Call back", "call_back_percent"),
    )
    rows = []
    for words, metric in aims:
        fact, aim = facts.latest(metric), facts.aim(metric)
        if fact is not None:
            goal = "" if aim is None else _asked_for(aim)
            rows.append((Said(words), Said(goal), _figure(fact), Said(fact.label)))
    return Table("Telephones: aim, goal and figure", ("Aim", "Goal", "Figure", "Period"), tuple(rows))


def _asked_for(aim: Aim) -> str:
    """What a target asks for, in a few signs: ">90%"."""
    goal = aim.goal
    if goal.comparator is Comparator.BETWEEN:
        return f"{sentences.number(goal.unit, goal.value)} to {sentences.number(goal.unit, goal.upper)}"
    sign = "" if sentences.asks_for_the_most(goal) else _SIGNS[goal.comparator]
    return f"{sign}{sentences.number(goal.unit, goal.value)}"


def _targets(facts: Facts) -> Table:
    """Every target and how it stood on the paper's day, with the reason in words."""
    found = {fact.key: fact for series in facts.series.values() for fact in series}
    aims = sorted(facts.aims, key=lambda aim: (facts.measures[aim.metric].name, facts.names[aim.organisation]))
    rows = []
    for aim in aims:
        judged = found.get(aim.key) if aim.key is not None else None
        due = long_date(aim.goal.due) if aim.goal.due else ""
        status = aim.status.replace("_", " ").capitalize()
        words = _plain(facts.measures[aim.metric].name, facts.names[aim.organisation], _asked_for(aim), due)
        period = "" if judged is None else judged.label
        rows.append((*words, _figure(judged), Said(period), Said(status), Said(aim.reason)))
    columns = ("Measure", "Organisation", "Target", "Due", "Latest figure", "Period", "Status", "Why")
    return Table("Targets and how they stand", columns, tuple(rows))


def _figure(fact: Fact | None) -> Said:
    return NOTHING if fact is None else joined([(number(fact), fact)])


def _dated(fact: Fact | None) -> Said:
    """A figure with its period."""
    return NOTHING if fact is None else joined([(number(fact), fact), f" ({fact.label})"])


def _bare(fact: Fact | None) -> Said:
    """A figure without its unit, which the head of the column says."""
    return NOTHING if fact is None else joined([(f"{fact.value:,f}", fact)])


def _plain(*texts: str) -> tuple[Said, ...]:
    return tuple(map(Said, texts))


_TABLES: Mapping[str, Callable[[Facts], Table]] = {
    "partnerships": _partnerships,
    "networks": _networks,
    "boards": _boards,
    "telephones": _telephones,
    "targets": _targets,
}


def numbered(tables: Sequence[Table]) -> Iterable[tuple[int, int, int, Said]]:
    """Every cell with the places of its table, row and column, from 0."""
    for at, each in enumerate(tables):
        for row, cells in enumerate(each.cells):
            for column, cell in enumerate(cells):
                yield at, row, column, cell
