"""Who inherits a target on a day, and how many of them meet it, from the words of the method. Slow on purpose.

Nothing is imported from the service. Each question is asked for one day, by a climb from the member to its groups.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tests.reference.target_method import Figure, Target, counts_towards, of_one_length, stand, start_of

# From the method: what is met, what is on its way, what is not. Of the others nobody can say.
NEAREST_FIRST = ("MET", "MET_AT_RISK", "ON_TRACK", "ACCELERATE", "LIMITED", "DETERIORATING", "LOST", "MISSED")


@dataclass(frozen=True)
class Stay:
    """A member's days in a group, both inclusive; None is open."""

    member: str
    group: str
    starts: dt.date | None
    ends: dt.date | None


@dataclass(frozen=True)
class Rule:
    """A target as it was set: for its organisation, or for each of its members of a kind."""

    organisation: str
    kind: str | None
    target: Target
    needed: int | None = None
    needed_percent: Fraction | None = None

    def is_its_own(self, day: dt.date) -> bool:
        """Whether a day is after its start and not after its due date, so that no other is inherited on it."""
        revision = self.target.revisions[-1]
        start = start_of(self.target, revision)
        return (start is None or start < day) and (revision.due is None or day <= revision.due)


@dataclass(frozen=True)
class Register:
    """Organisations by kind, their stays, the last days of those that closed, and the targets of one metric."""

    kinds: dict[str, str]
    stays: tuple[Stay, ...]
    rules: tuple[Rule, ...]
    closed_on: dict[str, dt.date] = field(default_factory=dict)
    figures: dict[str, list[Figure]] = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """How many members inherit a target on a day, meet it, have no figure, and have to meet it."""

    status: str
    is_met: bool | None
    count: int
    met: int
    no_data: int
    needed: int


def groups(register: Register, member: str, day: dt.date) -> list[str]:
    """The groups above an organisation on a day, nearest first."""
    for stay in register.stays:
        starts, ends = stay.starts or dt.date.min, stay.ends or dt.date.max
        if stay.member == member and starts <= day <= ends:
            return [stay.group, *groups(register, stay.group, day)]
    return []


def inherits(register: Register, rule: Rule, member: str, day: dt.date) -> bool:
    """Whether a member inherits a target on a day: it has none of its own then, and no nearer group has one for it."""
    if rule.kind is None or register.kinds[member] != rule.kind:
        return False
    if _has_one(register, member, None, day):
        return False
    for group in groups(register, member, day):
        if group == rule.organisation:
            return True
        if _has_one(register, group, rule.kind, day):
            return False
    return False


def _has_one(register: Register, organisation: str, kind: str | None, day: dt.date) -> bool:
    mine = [rule for rule in register.rules if (rule.organisation, rule.kind) == (organisation, kind)]
    return any(rule.is_its_own(day) for rule in mine)


def as_inherited(register: Register, rule: Rule, member: str) -> Target:
    """A target as one member has it."""
    return replace(
        rule.target,
        closed_on=register.closed_on.get(member),
        is_inherited_on=lambda day: inherits(register, rule, member, day),
    )


def count(register: Register, rule: Rule, day: dt.date) -> Count:
    """How many members meet a target on a day, and its status: that of the one who completes the number needed."""
    members = [member for member in sorted(register.kinds) if inherits(register, rule, member, day)]
    statuses = [_status(register, rule, member, day) for member in members]
    met = sum(status in {"MET", "MET_AT_RISK"} for status in statuses)
    no_data = statuses.count("NO_DATA")
    needed = _needed(rule, len(members))
    return Count(
        status=_of_all(statuses, needed, is_over=_is_over(rule, day)),
        is_met=None if no_data == len(members) else met >= needed,
        count=len(members),
        met=met,
        no_data=no_data,
        needed=needed,
    )


def judged_days(register: Register, rule: Rule) -> list[dt.date]:
    """The last days of the periods for which it judges a figure of a member."""
    targets = {member: as_inherited(register, rule, member) for member in register.kinds}
    return sorted(
        {
            figure.ends
            for member, found in register.figures.items()
            for figure in found
            if counts_towards(targets[member], figure)
        }
    )


def _status(register: Register, rule: Rule, member: str, day: dt.date) -> str:
    known = [figure for figure in register.figures.get(member, []) if figure.ends <= day]
    target = as_inherited(register, rule, member)
    return stand(target, of_one_length(target, known), day).status


def _needed(rule: Rule, members: int) -> int:
    if rule.needed is not None:
        return rule.needed
    if rule.needed_percent is None:
        return members
    return next(number for number in range(members + 1) if 100 * number >= rule.needed_percent * members)


def _is_over(rule: Rule, day: dt.date) -> bool:
    due = rule.target.revisions[-1].due
    return due is not None and due < day


def _of_all(statuses: Sequence[str], needed: int, *, is_over: bool) -> str:
    if all(status == "NO_DATA" for status in statuses):
        return "NO_DATA"
    for at, status in enumerate(NEAREST_FIRST):
        if sum(one in NEAREST_FIRST[: at + 1] for one in statuses) >= needed:
            return status
    return "MISSED" if is_over else "NOT_ASSESSABLE"
