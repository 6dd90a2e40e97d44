"""Random histories of a metric and of the members that its groups are made of, as rows of a database.

Each has a register of its own: a board, two networks, practices that join, move, close and are in no network for a
while. Its figures are of one kind of period and of mixed lengths, with gaps, leap days, corrections and withdrawals.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import asyncpg

from schema.periods import Period, columns, parsed, quarter_of, spanning
from tests.service.reads.corners.lines import ADD_PERIOD

# The register knows memberships from here on; figures begin earlier. 2024 has a leap day.
FIRST, LAST = dt.date(2023, 7, 1), dt.date(2025, 3, 31)
_DAY = dt.timedelta(days=1)
_START = dt.date(2023, 1, 1)
# As `unit rule maximum`; a maximum of - is none. Then the rules by which another metric can be made of such figures.
_METHODS = {
    "COUNT SUM -": "SUM",
    "FTE SUM -": "SUM",
    "PERCENT RATIO_OF_SUMS 100": "RATIO_OF_SUMS",
    "RATE_PER_100000 RATIO_OF_SUMS -": "RATIO_OF_SUMS",
    "YES_NO PERCENT_YES 1": "COUNT_YES",
    "YES_NO COUNT_YES 1": "PERCENT_YES",
    "SCORE PERCENT_OF_MAXIMUM 3": "PERCENT_OF_MAXIMUM",
    "COUNT NONE -": "SUM",
}
_UNITS_MADE = {"COUNT_YES": "COUNT", "PERCENT_YES": "PERCENT", "PERCENT_OF_MAXIMUM": "PERCENT"}


@dataclass(frozen=True)
class Figure:
    """A figure: what it says, and how often it has been corrected; corrected figures were half of their value first."""

    organisation: str
    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    revision: int
    status: str


@dataclass
class History:
    """A register of its own, a metric, one that is made of it, and figures. Codes end with the number."""

    number: int
    counts: str
    unit: str
    rule: str
    maximum: Decimal | None
    made_by: str
    kinds: list[str]
    organisations: list[tuple[str, str, dt.date | None]] = field(default_factory=list)
    stays: list[tuple[str, str, dt.date, dt.date | None]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def metric(self) -> str:
        """The code of its metric."""
        return f"history_{self.number}"

    @property
    def made(self) -> str:
        """The code of the metric that is made of it."""
        return f"history_{self.number}_made"

    @property
    def groups(self) -> list[str]:
        """The codes of the ICB and of the networks."""
        return [code for code, kind, _ in self.organisations if kind != "PRACTICE"]


def history(number: int) -> History:
    """A history: always the same for a number."""
    random = Random(number)
    unit, rule, maximum = (method := random.choice(list(_METHODS))).split()
    made = History(
        number,
        random.choice(["AT_DATE", "OVER_PERIOD", "YEAR_TO_DATE", "SINCE"]),
        unit,
        rule,
        None if maximum == "-" else Decimal(maximum),
        _METHODS[method],
        random.choice([["PRACTICE"], ["PRACTICE", "PRIMARY_CARE_NETWORK"], ["PRACTICE", "INTEGRATED_CARE_BOARD"]]),
    )
    _register(made, random)
    for code, kind, closed in made.organisations:
        for period in _periods(made, random):
            if kind in made.kinds and (closed is None or period.ends <= closed):
                made.figures.append(_figure(made, code, period, random))
    for period, code in _parts(made, random):
        made.figures.append(_figure(made, code, period, random))
    cells = {(each.organisation, each.period.code): each for each in made.figures}
    made.figures = list(cells.values())
    return made


def _day(random: Random, first: dt.date, last: dt.date) -> dt.date:
    """A day, with the ends of quarters and the leap day more often than others."""
    days = [
        dt.date(2024, 2, 29),
        dt.date(2024, 3, 31),
        dt.date(2024, 9, 30),
        dt.date(2024, 12, 31),
        dt.date(2025, 1, 1),
    ]
    among = [day for day in days if first <= day <= last]
    if among and random.random() < 0.4:
        return random.choice(among)
    return first + dt.timedelta(days=random.randint(0, (last - first).days))


def _register(made: History, random: Random) -> None:
    board, networks = f"B{made.number:05}", [f"N{made.number:05}{letter}" for letter in "AB"]
    made.organisations += [(board, "INTEGRATED_CARE_BOARD", None)]
    made.organisations += [(code, "PRIMARY_CARE_NETWORK", None) for code in networks]
    # Every history has the same first day on record.
    made.stays += [(code, board, FIRST, None) for code in networks]
    for letter in "PQRSTU"[: random.randint(2, 6)]:
        code = f"P{made.number:05}{letter}"
        closed = _day(random, dt.date(2024, 1, 1), LAST) if random.random() < 0.3 else None
        made.organisations.append((code, "PRACTICE", closed))
        start, end = _day(random, FIRST, dt.date(2024, 6, 1)), closed or LAST
        while start <= end and len([each for each in made.stays if each[0] == code]) < 4:
            last = _day(random, start, end) if random.random() < 0.5 else None
            made.stays.append((code, random.choice([*networks, networks[0], board]), start, last or closed))
            if last is None:
                break
            # Between two stays it is in no group, or goes to the next on the day after.
            start = last + _DAY * random.choice([1, 1, 1, 20])


def _periods(made: History, random: Random) -> Iterator[Period]:
    """The periods of one organisation's figures: of its metric's kind, mostly of one length, with gaps."""
    ends, lengths = [], random.choice([["quarter"], ["month"], ["quarter", "quarter", "month", "year"]])
    for month in range(27):
        first = dt.date(_START.year + month // 12, month % 12 + 1, 1)
        last = (first + 31 * _DAY).replace(day=1) - _DAY
        ends += [(first, last)] if random.random() < 0.8 else []
    launched = _day(random, _START, dt.date(2023, 12, 31)) if made.counts == "SINCE" else _START
    for first, last in ends:
        length = random.choice(lengths)
        if length != "month" and (last.month % 3 or (length == "year" and last.month != 3)):
            continue
        yield from _period(made, length, first, last, launched, random)


def _period(
    made: History, length: str, first: dt.date, last: dt.date, launched: dt.date, random: Random
) -> Iterator[Period]:
    if made.counts == "SINCE":
        if last > launched:
            yield spanning(launched, last)
    elif made.counts == "YEAR_TO_DATE":
        yield spanning(dt.date(last.year - (last.month < 4), 4, 1), last)
    elif made.counts == "AT_DATE" and random.random() < 0.5:
        yield parsed(random.choice([last, last, last - 3 * _DAY]).isoformat())
    elif length == "month":
        yield spanning(first, last)
    elif length == "quarter":
        yield parsed(quarter_of(last))
    else:
        yield spanning(dt.date(last.year - 1, 4, 1), last)


def _parts(made: History, random: Random) -> Iterator[tuple[Period, str]]:
    """Parts of quarters and months for those that left or closed within them, some of them the wrong ones."""
    for code, _, __, last in made.stays:
        if last is None or "PRACTICE" not in made.kinds or random.random() < 0.3:
            continue
        whole = random.choice([parsed(quarter_of(last)), spanning(last.replace(day=1), last)])
        ends = [last, last, last - random.randint(0, 9) * _DAY, whole.ends]
        for end in random.sample(ends, random.randint(1, 2)):
            start = random.choice([whole.starts, whole.starts, whole.starts + 5 * _DAY])
            if start < end and (made.counts != "AT_DATE" or random.random() < 0.3):
                yield spanning(start, end), code


def _figure(made: History, code: str, period: Period, random: Random) -> Figure:
    numerator = denominator = None
    if made.unit in {"PERCENT", "RATE_PER_100000"}:
        denominator = Decimal(random.randint(1, 3000))
        numerator = Decimal(random.randint(0, int(denominator)))
        per = 100 if made.unit == "PERCENT" else 100_000
        value = round(per * numerator / denominator, 2)
        if random.random() < 0.1:
            numerator = denominator = None
    elif made.maximum is not None:
        value = Decimal(random.randint(0, int(made.maximum)))
    else:
        value = Decimal(random.randint(0, 99_999)).scaleb(-2 if made.unit == "FTE" else 0)
    status = random.choice(["PUBLISHED"] * 8 + ["PROVISIONAL", "WITHDRAWN"])
    return Figure(code, period, value, numerator, denominator, random.choice([1, 1, 1, 2]), status)


_METRICS = """
    INSERT INTO metric (code, name, description, theme_id, unit, direction, counts, decimals, minimum, maximum,
                        collected_from, roll_up, derived_from_id, derived_by)
    SELECT $1, $1, 'Made up.', (SELECT max(id) FROM theme), $2, 'HIGHER_IS_BETTER', $3, $4, $5, $6, $7, $8,
           (SELECT id FROM metric WHERE code = $9), $10
"""
_ORGANISATION = "INSERT INTO organisation (code, kind, name, closed_on) VALUES ($1, $2, $1, $3)"
_STAYS = """
    INSERT INTO membership (member_id, group_id, starts, ends)
    SELECT member.id, above.id, given.starts, given.ends
    FROM unnest($1::text[], $2::text[], $3::date[], $4::date[]) AS given (member, above, starts, ends)
    JOIN organisation AS member ON member.code = given.member JOIN organisation AS above ON above.code = given.above
"""
# A figure with two revisions was first published with half of its value, and ten days before.
_FIGURE = """
    WITH stands AS (
        INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, numerator,
                            denominator, revision, status, qualifier, source_id, published_at)
        SELECT metric.id, metric.unit, false, organisation.id, period.id, ends, $4, $5, $6, $7, $8, 'EXACT',
               (SELECT min(id) FROM source), (ends + 42)::timestamptz
        FROM metric, organisation, period WHERE metric.code = $1 AND organisation.code = $2 AND period.code = $3
        RETURNING *
    )
    INSERT INTO figure_revision (figure_id, revision, unit, value, numerator, denominator, status, qualifier, source_id,
                                 reason, published_at, published_by)
    SELECT id, revision, unit, value, numerator, denominator, status, qualifier, source_id,
           CASE WHEN revision > 1 THEN 'Corrected.' END, published_at, 'Ada' FROM stands
    UNION ALL
    SELECT id, 1, unit, floor(value / 2), NULL, NULL, 'PUBLISHED', qualifier, source_id, NULL,
           published_at - interval '10 days', 'Ada' FROM stands WHERE revision > 1
"""


async def written(connection: asyncpg.Connection, histories: list[History]) -> None:
    """Write histories as rows of a database that has none."""
    await connection.execute("INSERT INTO theme (code, name, position) VALUES ('history', 'History', 1)")
    await connection.execute("INSERT INTO source (title) VALUES ('Made up')")
    for made in histories:
        both = ("HIGHER_IS_BETTER", made.counts)
        await connection.execute(
            _METRICS, made.metric, made.unit, both[1], 2, None, made.maximum, made.kinds, made.rule, None, None
        )
        unit = _UNITS_MADE.get(made.made_by, made.unit)
        groups = ["PRIMARY_CARE_NETWORK", "INTEGRATED_CARE_BOARD"]
        await connection.execute(
            *(_METRICS, made.made, unit, both[1], 1, None, None, groups, "SUM", made.metric, made.made_by)
        )
    await connection.executemany(_ORGANISATION, [each for made in histories for each in made.organisations])
    stays = [each for made in histories for each in made.stays]
    await connection.execute(_STAYS, *map(list, zip(*stays, strict=True)))
    figures = [(made.metric, each) for made in histories for each in made.figures]
    periods = {each.period.code: each.period for _, each in figures}
    await connection.executemany(ADD_PERIOD, [tuple(columns(each).values()) for each in periods.values()])
    await connection.executemany(
        _FIGURE,
        [
            (
                *(metric, each.organisation, each.period.code, each.value, each.numerator, each.denominator),
                *(each.revision, each.status),
            )
            for metric, each in figures
        ],
    )
