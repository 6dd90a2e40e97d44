"""Targets that members inherit agree with the method, on random registers: who inherits on which day, and the count.

The registers are rows of a database, so that the triggers say who inherits. 12 in an ordinary run, always the same.
More of them, and others:

    TRACKER_TEST_REGISTERS=200 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/reference/test_inherited_targets.py
"""

import datetime as dt
import os
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import orjson

from schema import ids
from schema.graph import graph
from schema.periods import parsed, quarter_of
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import connected
from tests.reference.inherited_method import Count, Register, Rule, Stay, count, groups, inherits, judged_days
from tests.reference.target_method import Figure, Revision, Target
from tests.spec.given import Given

REGISTERS = int(os.environ.get("TRACKER_TEST_REGISTERS", "12"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
PRACTICE, NETWORK = "PRACTICE", "PRIMARY_CARE_NETWORK"
PARTNERSHIP, BOARD = "HEALTH_AND_CARE_PARTNERSHIP", "INTEGRATED_CARE_BOARD"
FIRST, DAYS = dt.date(2023, 4, 1), 1_100
QUARTERS = [parsed(quarter_of(FIRST + dt.timedelta(days=92 * each))) for each in range(12)]
COUNT = "status isMet members { count met noData needed }"


def a_day(chance: Random) -> dt.date:
    """A day of the three years, mostly the last one of a quarter, the first one of the next, or near them."""
    if chance.random() < 0.3:
        return FIRST + dt.timedelta(days=chance.randint(0, DAYS))
    return chance.choice(QUARTERS).ends + dt.timedelta(days=chance.choice([-1, 0, 0, 1]))


def stays(chance: Random, member: str, places: list[str]) -> list[Stay]:
    """One to three stays in turn; there can be days between them, and the last one can end."""
    days = sorted({a_day(chance) for _ in range(chance.choice([0, 0, 1, 1, 2]))})
    starts = [None, *(day + dt.timedelta(days=chance.choice([1, 1, 60])) for day in days)]
    ends = [*days, a_day(chance) if chance.random() < 0.2 else None]
    found = [
        Stay(member, chance.choice(places), start, end)
        for start, end in zip(starts, ends, strict=True)
        if start is None or end is None or start <= end
    ]
    return [one for at, one in enumerate(found) if at == 0 or _is_after(found[at - 1], one)]


def _is_after(before: Stay, stay: Stay) -> bool:
    return before.ends is not None and stay.starts is not None and before.ends < stay.starts


def rules(chance: Random, organisation: str, kind: str | None, share: float) -> list[Rule]:
    """The targets that an organisation sets in turn: none, one or two, each with its own due date."""
    if chance.random() > share:
        return []
    dues = sorted({a_day(chance) for _ in range(chance.choice([1, 1, 2, 3]))})
    found = []
    for at, due in enumerate(dues):
        start = a_day(chance)
        revision = Revision(
            since=FIRST,
            comparator="AT_LEAST",
            value=Fraction(chance.choice([50, 60, 70, 80])),
            upper=Fraction(0),
            baseline=None,
            start=start if chance.random() < 0.4 and start < due else None,
            due=due,
            kind=chance.choice(["HOLD", "REACH"]),
            milestones=(),
        )
        before = max((each for each in dues[:at]), default=None)
        target = Target("PERCENT", "AT_DATE", False, None, before, None, (replace(revision, upper=revision.value),))
        needed = chance.choice([None, chance.randint(1, 7)]) if kind else None
        percent = chance.choice([None, Fraction(50), Fraction(95)]) if kind and needed is None else None
        found.append(Rule(organisation, kind, target, needed, percent))
    return found


def register(chance: Random, name: str) -> Register:
    """A board with two partnerships, two networks and six practices, that move, close, and have targets."""
    board, (west, east) = f"{name}-ICB", (f"{name}-WEST", f"{name}-EAST")
    networks, practices = [f"{name}-N{at}" for at in (1, 2)], [f"{name}-P{at}" for at in range(1, 7)]
    kinds = {board: BOARD, west: PARTNERSHIP, east: PARTNERSHIP}
    kinds |= dict.fromkeys(networks, NETWORK) | dict.fromkeys(practices, PRACTICE)
    found = [Stay(west, board, None, None), Stay(east, board, None, None)]
    for network in networks:
        found += stays(chance, network, [west, east])
    for practice in practices:
        found += stays(chance, practice, [west, east, *networks, *networks])
    last = {stay.member: stay.ends for stay in found if stay.ends is not None}
    still = {stay.member for stay in found if stay.ends is None}
    closed = {one: day for one, day in last.items() if one in practices and one not in still}
    # The database also takes a last day within a membership.
    closed |= {one: a_day(chance) for one in practices if chance.random() < 0.1}
    asked = [*rules(chance, board, PRACTICE, 1), *rules(chance, board, NETWORK, 0.3)]
    for group in (west, east, *networks):
        asked += rules(chance, group, PRACTICE, 0.5)
    for one in (*practices, *networks):
        asked += rules(chance, one, None, 0.3)
    return Register(
        kinds, tuple(found), tuple(asked), closed, {one: _figures(chance) for one in (*practices, *networks)}
    )


def _figures(chance: Random) -> list[Figure]:
    # Hundredths, because a slope of exactly nothing is up or down by the last digit.
    level = chance.randint(4_000, 8_500)
    values = [(each, Fraction(level + chance.randint(-800, 800), 100)) for each in QUARTERS]
    return [Figure(each.starts, each.ends, value, value) for each, value in values if chance.random() < 0.5]


def together(found: dict[str, Register]) -> dict[str, list[dict[str, str]]]:
    """All registers as the rows of tables, each with a metric of its own."""
    made = [tables(_metric(name), one) for name, one in found.items()]
    return {table: [row for each in made for row in each[table]] for table in made[0]}


def _metric(name: str) -> str:
    return name.lower()


def tables(name: str, one: Register) -> dict[str, list[dict[str, str]]]:
    """A register, with its figures and targets, as the rows of tables."""
    metric = {"metric": name}
    return {
        "organisations": [
            {"code": code, "kind": kind, "closed on": _text(one.closed_on.get(code))}
            for code, kind in one.kinds.items()
        ],
        "memberships": [
            {"member": stay.member, "group": stay.group, "starts": _text(stay.starts), "ends": _text(stay.ends)}
            for stay in one.stays
        ],
        "metrics": [{"code": name}],
        "figures": [
            metric | {"organisation": code, "period": quarter_of(each.ends), "value": f"{float(each.published):.2f}"}
            for code, found in one.figures.items()
            for each in found
        ],
        "targets": [metric | _row(rule) for rule in one.rules],
    }


def _row(rule: Rule) -> dict[str, str]:
    (revision,) = rule.target.revisions
    return {
        "organisation": rule.organisation,
        "applies to": rule.kind or "",
        "comparator": revision.comparator,
        "value": str(revision.value),
        "start": _text(revision.start),
        "due": _text(revision.due),
        "kind": revision.kind,
        "from": str(FIRST),
        "members needed": "" if rule.needed is None else str(rule.needed),
        "members needed %": "" if rule.needed_percent is None else str(rule.needed_percent),
    }


def _text(day: dt.date | None) -> str:
    return "" if day is None else str(day)


_SET = """
    SELECT target.id, organisation.code AS organisation, applies_to AS kind, due
    FROM target JOIN organisation ON organisation.id = organisation_id JOIN metric ON metric.id = metric_id
    WHERE metric.code = $1 AND inherited_from_id IS NULL
"""
_DAYS = """
    SELECT organisation.code AS member, days FROM target JOIN organisation ON organisation.id = organisation_id
    WHERE inherited_from_id = $1
"""


async def agreed_on_days(reading: Any, one: Register, rule: Rule, key: int) -> Counter[str]:
    """Which reasons for inheriting, or not, were seen, once the rows of members have the days of the method."""
    rows = {row["member"]: row["days"] for row in await reading.fetch(_DAYS, key)}
    seen = Counter[str]()
    for member in one.kinds:
        for day in _days_that_matter(one):
            expected = inherits(one, rule, member, day)
            held = any(_has(days, day) for days in rows.get(member, ()))
            assert held == expected, (one, rule, member, day)
            seen[_why(one, rule, member, day)] += 1
    return seen


def _has(days: Any, day: dt.date) -> bool:
    return (days.lower is None or days.lower <= day) and (days.upper is None or day < days.upper)


def _days_that_matter(one: Register) -> list[dt.date]:
    """Every day on which something begins or ends, and the days around it."""
    found = {day for stay in one.stays for day in (stay.starts, stay.ends) if day}
    for rule in one.rules:
        (revision,) = rule.target.revisions
        found |= {day for day in (revision.start, revision.due) if day}
    return sorted({day + dt.timedelta(days=near) for day in found for near in (-1, 0, 1)} | {FIRST})


def _why(one: Register, rule: Rule, member: str, day: dt.date) -> str:
    """Of a member of a group: whether it inherits the group's target, or which other one counts."""
    above = groups(one, member, day)
    if one.kinds[member] != rule.kind or rule.organisation not in above:
        return "no member"
    if inherits(one, rule, member, day):
        return "inherits"
    own = [each for each in one.rules if each.organisation == member and each.kind is None]
    return "its own" if any(each.is_its_own(day) for each in own) else "a nearer one"


async def asked(executor: Executor, key: int, days: list[dt.date]) -> tuple[list[Count], list[tuple[str, Count]]]:
    """The progress of a target on some days, and at the end of each period, as the service counts its members."""
    on = " ".join(f'on{at}: current(asOf: "{day}") {{ {COUNT} }}' for at, day in enumerate(days))
    query = f'{{ target(id: "{ids.made("Target", key)}") {{ {on} progress {{ period {{ end }} {COUNT} }} }} }}'
    answer = orjson.loads(await executor.data(GraphQLRequest(query), Caller(None), may_write=False))["target"]
    over_time = [(each["period"]["end"], _counted(each)) for each in answer["progress"]]
    return [_counted(answer[f"on{at}"]) for at in range(len(days))], over_time


def _counted(said: Any) -> Count:
    members = (said["members"][name] for name in ("count", "met", "noData", "needed"))
    return Count(said["status"], said["isMet"], *members)


async def test_who_inherits_and_how_many_meet_it_agree_with_the_method(server, migrated):
    whys, statuses = Counter[str](), Counter[str]()
    found = {f"M{at}": register(Random(f"{SEED}/{at}"), f"M{at}") for at in range(REGISTERS)}
    async with server.copy(migrated) as url, connected(settings({}, database_url=url)) as database:
        async with database.command() as session:
            await Given(await session.connection()).put(together(found))
        executor = Executor(graph._schema, database)
        for name, one in found.items():
            chance = Random(f"{SEED}/{name}")
            by_key = {
                (row["organisation"], row["kind"], row["due"]): row["id"]
                for row in await database.reading.fetch(_SET, _metric(name))
            }
            for rule in (each for each in one.rules if each.kind):
                key = by_key[rule.organisation, rule.kind, rule.target.revisions[-1].due]
                whys += await agreed_on_days(database.reading, one, rule, key)
                days = [a_day(chance) for _ in range(4)]
                counts = [count(one, rule, day) for day in days]
                over_time = [(str(day), count(one, rule, day)) for day in judged_days(one, rule)]
                assert await asked(executor, key, days) == (counts, over_time), (one, rule, days)
                statuses += Counter(each.status for each in counts)
    # What must not be missing from the registers: each reason, and counts that are met and that are not.
    assert whys.keys() == {"inherits", "its own", "a nearer one", "no member"}
    assert statuses.keys() >= {"MET", "MISSED", "LOST", "NO_DATA", "NOT_ASSESSABLE"}
