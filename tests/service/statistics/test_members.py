"""How many members meet a target: the status of the one who completes the number, and the sentence."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from schema.enumerations import Comparator, OrganisationKind, TargetStatus, Unit
from service.statistics.goals import Goal
from service.statistics.members import counts_of, sentence, status_of

DUE = dt.date(2025, 3, 31)
BEFORE, AFTER = DUE, DUE + dt.timedelta(days=1)
# From the method: what is met, what is on its way, what is not, and what nobody can say.
ORDER = ["MET", "MET_AT_RISK", "ON_TRACK", "ACCELERATE", "LIMITED", "DETERIORATING", "LOST", "MISSED"]


def goal(needed: int | None = None, percent: str | None = None) -> Goal:
    share = None if percent is None else Decimal(percent)
    return Goal(
        Comparator.AT_LEAST, Decimal(90), Unit.PERCENT, due=DUE, members_needed=needed, members_needed_percent=share
    )


def slowly(statuses: list[str], needed: int, is_over: bool) -> str:
    """The best status that enough members have, or a better one."""
    if all(each == "NO_DATA" for each in statuses):
        return "NO_DATA"
    for at, status in enumerate(ORDER):
        if len([each for each in statuses if each in ORDER[: at + 1]]) >= needed:
            return status
    return "MISSED" if is_over else "NOT_ASSESSABLE"


@pytest.mark.parametrize("seed", range(300))
def test_random_members_have_the_status_of_the_slow_version(seed):
    chance = Random(seed)
    statuses = chance.choices([*TargetStatus], k=chance.randint(0, 12))
    number = chance.choice([None, None, chance.randint(1, 13)])
    percent = None if number is not None else chance.choice([None, "0.1", "50", "66.7", "95", "100"])
    asked, on = goal(number, percent), chance.choice([BEFORE, AFTER])
    needed = len(statuses) if number is None else number
    if percent is not None:
        needed = next(each for each in range(14) if Fraction(each) >= Fraction(percent) * len(statuses) / 100)
    counts = counts_of(asked, statuses)
    assert (counts.count, counts.needed) == (len(statuses), needed)
    assert counts.met == len([each for each in statuses if each in {"MET", "MET_AT_RISK"}])
    assert status_of(asked, statuses, on) == slowly([*map(str, statuses)], needed, on == AFTER)


MET, NONE = TargetStatus.MET, TargetStatus.NO_DATA


@pytest.mark.parametrize(
    ("statuses", "needed", "on", "words"),
    [
        ([MET, MET], None, BEFORE, "2 of 2 practices meet a target of at least 90% by 31 March 2025: met."),
        ([MET, NONE], 1, BEFORE, "1 of 2 practices meets a target of at least 90% by 31 March 2025, and 1 must: met; 1 has no figure."),  # noqa: E501
        ([MET, NONE, NONE], None, AFTER, "1 of 3 practices meets a target of at least 90% by 31 March 2025: 2 to go; 2 have no figure; the date has passed."),  # noqa: E501
        ([], None, BEFORE, "No practice inherits a target of at least 90% by 31 March 2025."),
    ],
)  # fmt: skip
def test_the_sentence_counts_members(statuses, needed, on, words):
    asked = goal(needed)
    assert sentence(asked, counts_of(asked, statuses), OrganisationKind.PRACTICE, on) == words
