"""What every change of the register begins with: its turn, its reason, its dates, and the organisations it names."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Protocol

from schema.enumerations import OrganisationKind
from schema.periods import long_date
from schema.tables import OrganisationRow
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import organisation_named, unknown_organisation
from service.writes.outcome import Problem, Refused, in_words, problem, stripped, unusable_texts

DAY = dt.timedelta(days=1)


class WithReason(Protocol):
    """An input with a reason."""

    @property
    def reason(self) -> str:
        """Why."""


async def begin(
    work: Work, request: WithReason, days: Mapping[str, dt.date | None], **texts: str | None
) -> tuple[dt.datetime, list[Problem]]:
    """Wait for the turn: its instant, and what is wrong with the reason, the dates and the other texts of an input."""
    at = await work.turn()
    return at, [
        *_wrong_reason(request.reason),
        *_wrong_days(days),
        *unusable_texts({name: text for name, text in texts.items() if text is not None}),
    ]


def _wrong_reason(reason: str) -> Iterator[Problem]:
    if stripped(reason) is None:
        yield problem("register/no-reason", "You need a reason to change the register.", "reason")
    yield from unusable_texts({"reason": reason})


def _wrong_days(days: Mapping[str, dt.date | None]) -> Iterator[Problem]:
    for name, day in days.items():
        if not is_storable(day):
            yield problem("register/malformed", f"The {in_words(name)} is {day}; it must be {DATE_LIMITS}.", name)


async def named(work: Work, problems: list[Problem], day: dt.date, **codes: str) -> list[OrganisationRow]:
    """The organisations with some codes, by the names of their fields, that are open on a day and in the scope.

    Refused: everything that is wrong, with the problems that were found before.
    """
    found = []
    for name, code in codes.items():
        organisation = await organisation_named(work.session, code, day, by=work.by)
        if organisation is None:
            problems.append(unknown_organisation(code, name))
        elif (closed := not_open(organisation, day)) is not None:
            problems.append(problem("register/closed", closed, name))
        else:
            found.append(organisation)
    if problems:
        raise Refused(*problems)
    return found


def kind_of(organisation: OrganisationRow) -> str:
    """What an organisation is, in words: a practice."""
    return OrganisationKind(organisation.kind).one


def not_open(organisation: OrganisationRow, day: dt.date) -> str | None:
    """The sentence that says why an organisation is not open on a day; None where it is."""
    if organisation.closed_on is not None and organisation.closed_on < day:
        return f"{organisation.name} closed on {long_date(organisation.closed_on)}."
    if organisation.opened_on is not None and organisation.opened_on > day:
        return f"{organisation.name} opened on {long_date(organisation.opened_on)}."
    return None
