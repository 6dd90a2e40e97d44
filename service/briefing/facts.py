"""The JSON that a statement brings becomes the figures that a paper may speak of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schema.computed.record import reader
from schema.computed.targets import ProgressInputs
from schema.enumerations import OrganisationKind, PeriodKind, Qualifier, RollUp, TargetStatus, Unit
from service.briefing.paper import Baseline
from service.computed.progress import progress
from service.statistics.goals import Goal, goal_in_force, goals_by_date

# So many days two months, quarters or years of the same kind can differ by.
_SAME_LENGTH = 3


_read_progress = reader(ProgressInputs)


@dataclass(frozen=True)
class Fact:
    """One figure as it was known on the paper's day. `recorded` is the same number counted from our own records."""

    key: int
    metric: str
    organisation: str
    kind: PeriodKind
    starts: dt.date
    ends: dt.date
    label: str
    unit: Unit
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    qualifier: Qualifier
    recorded: int | None

    @property
    def counts_days(self) -> bool:
        """Whether it is what was counted over some days, and no state that a share, staff or a count of one day is."""
        return self.unit in {Unit.COUNT, Unit.RATE_PER_100000} and self.kind is not PeriodKind.SNAPSHOT

    @property
    def counted(self) -> Decimal | None:
        """A share or a rate from its counts, not rounded; None where they are not known."""
        factor = {Unit.PERCENT: 100, Unit.RATE_PER_100000: 100_000}.get(self.unit)
        if factor is None or self.numerator is None or not self.denominator:
            return None
        return factor * self.numerator / self.denominator


@dataclass(frozen=True)
class Measure:
    """What is known of a metric: how a reader is told of it, and what its figures are checked by."""

    name: str
    definition: str
    source: str
    part_of: str | None
    denominator: str | None
    roll_up: RollUp


@dataclass(frozen=True)
class Aim:
    """A target and how it stood on the paper's day; `key` is that of the figure it is judged by."""

    metric: str
    organisation: str
    goal: Goal
    status: TargetStatus
    reason: str
    key: int | None


@dataclass(frozen=True)
class Partnership:
    """Who belonged to a partnership on the paper's day, by name."""

    code: str
    networks: Sequence[str]
    orphans: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """What was known of boards, regions and partnerships: of each series the latest figure and those before it."""

    as_of: dt.date
    board: str
    region: str | None
    # Each oldest first, by metric and organisation.
    series: Mapping[tuple[str, str], Sequence[Fact]]
    measures: Mapping[str, Measure]
    names: Mapping[str, str]
    kinds: Mapping[str, OrganisationKind]
    partnerships: Sequence[Partnership]
    aims: Sequence[Aim]

    def latest(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure of the latest period of a series; of the board's own where no organisation is named."""
        found = self.series.get((metric, organisation or self.board), ())
        return found[-1] if found else None

    def earlier(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure that the latest is compared with: that of a year before, or else the one before it."""
        found = self.series.get((metric, organisation or self.board), ())
        if not found:
            return None
        before = [each for each in found if each.ends < found[-1].ends and _are_comparable(each, found[-1], found)]
        a_year_before = [each for each in before if Baseline.A_YEAR_BEFORE.is_of(found[-1].ends, each.ends)]
        return next(reversed(a_year_before or before), None)

    def since(self, metric: str, organisation: str, baseline: Baseline) -> Fact | None:
        """The figure that a published change of the latest one is a change from."""
        found = self.series.get((metric, organisation), ())
        before = [
            each
            for each in found
            if baseline.is_of(found[-1].ends, each.ends) and _are_comparable(each, found[-1], found)
        ]
        return before[-1] if before else None

    def of(self, metric: str, organisation: str, label: str) -> Fact | None:
        """The figure of a period."""
        return next((each for each in self.series.get((metric, organisation), ()) if each.label == label), None)

    def on(self, metric: str, organisation: str, day: dt.date, label: str) -> Fact | None:
        """The figure of a period; of the latest that ends by its end where that period has none."""
        by_then = [each for each in self.series.get((metric, organisation), ()) if each.ends <= day]
        same = [each for each in by_then if each.label == label]
        return next(reversed(same or by_then), None)

    def boards(self, metric: str) -> list[str]:
        """The boards that have figures of a metric, by name."""
        found = [of for code, of in self.series if code == metric]
        return sorted(
            (of for of in found if self.kinds[of] is OrganisationKind.INTEGRATED_CARE_BOARD),
            key=lambda of: self.names[of],
        )

    def aim(self, metric: str) -> Aim | None:
        """The board's own target in a metric: of several the one that is due last."""
        mine = [aim for aim in self.aims if (aim.metric, aim.organisation) == (metric, self.board)]
        return max(mine, key=lambda aim: aim.goal.due or dt.date.max, default=None)


def _are_comparable(one: Fact, other: Fact, series: Sequence[Fact]) -> bool:
    """Whether two figures of a series can be set against each other.

    Percentages, staff, points and answers are states, and so is what was ever counted on a single day. What is counted
    over days is compared with what was counted over as many.
    """
    if not all(each.counts_days for each in series):
        return True
    lengths = [(each.ends - each.starts).days for each in (one, other)]
    return abs(lengths[0] - lengths[1]) <= _SAME_LENGTH


def read(data: Mapping[str, Any]) -> Facts:
    """The facts of a paper from the JSON that a statement brings: `schema.types.briefing_data` says what is in it."""
    as_of = dt.date.fromisoformat(data["asOf"])
    series: dict[tuple[str, str], list[Fact]] = {}
    for row in data["figures"]:
        fact = _fact(row)
        series.setdefault((fact.metric, fact.organisation), []).append(fact)
    organisations = data["organisations"]
    return Facts(
        as_of=as_of,
        board=data["board"],
        region=data["region"],
        series=series,
        measures={
            row["code"]: Measure(
                row["name"],
                row["description"],
                row["source"] or "",
                row["part_of"],
                row["denominator_metric"],
                RollUp(row["roll_up"]),
            )
            for row in data["metrics"]
        },
        names={row["code"]: row["name"] for row in organisations},
        kinds={row["code"]: OrganisationKind(row["kind"]) for row in organisations},
        partnerships=[Partnership(row["code"], row["networks"], row["orphans"]) for row in data["partnerships"]],
        aims=[_aim(row, as_of) for row in data["targets"]],
    )


def _aim(row: Mapping[str, Any], as_of: dt.date) -> Aim:
    inputs = _read_progress(row["judged"])
    stands = progress(inputs)
    goal = goal_in_force(goals_by_date(inputs.judged.history, inputs.judged.unit), as_of)
    return Aim(row["metric"], row["organisation"], goal, stands.status, stands.reason, stands.figure)


def _fact(row: Mapping[str, Any]) -> Fact:
    # Numbers come as text, with the digits that were published: 578.50 says more than 578.5.
    return Fact(
        key=row["key"],
        metric=row["metric"],
        organisation=row["organisation"],
        kind=PeriodKind(row["kind"]),
        starts=dt.date.fromisoformat(row["starts"]),
        ends=dt.date.fromisoformat(row["ends"]),
        label=row["label"],
        unit=Unit(row["unit"]),
        value=Decimal(row["value"]),
        numerator=_decimal(row["numerator"]),
        denominator=_decimal(row["denominator"]),
        lower=_decimal(row["lower"]),
        upper=_decimal(row["upper"]),
        qualifier=Qualifier(row["qualifier"]),
        recorded=row["recorded"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
