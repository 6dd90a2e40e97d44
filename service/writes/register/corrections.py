"""What was wrong on record is corrected: this changes the past, and the audit says what it was before."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import delete
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.declaring import as_arguments
from schema.commands.register import CorrectRegisterInput, StayInput
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.periods import long_date
from schema.tables import MembershipRow, OrganisationPastRow, OrganisationRow, SuccessionRow, key, table
from service.writes.command import Work
from service.writes.naming import organisation_named, unknown_organisation
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.register.affected import Change
from service.writes.register.begin import DAY, begin
from service.writes.register.memberships import check_kind, stays_of

_CORRECTED = ("name", "postcode", "openedOn", "closedOn", "groups", "formerNames", "successors")


async def correct_register(work: Work, request: CorrectRegisterInput) -> Outcome:
    """Correct what is on record of an organisation, for all of its days. Problems: `register/…`."""
    days = {"openedOn": request.opened_on, "closedOn": request.closed_on}
    at, problems = await begin(work, request, days, name=request.name, postcode=request.postcode)
    given = frozenset(as_arguments(request)) & frozenset(_CORRECTED)
    organisation = await organisation_named(work.session, request.organisation, day_of(at), by=work.by)
    if organisation is None:
        problems.append(unknown_organisation(request.organisation))
    problems += _malformed(request, given)
    groups = [await _named(work, stay.group, "groups", stay.starts, problems) for stay in request.groups or ()]
    successors = [
        await _named(work, one.organisation, "successors", one.on, problems) for one in request.successors or ()
    ]
    if problems or organisation is None:
        raise Refused(*problems)
    stays = await stays_of(work.session, organisation)
    change = Change(work, at, _since(request, given, organisation, stays, day_of(at)))
    await change.touch(organisation, groups=groups)
    await _correct_days(work.session, request, given, organisation, stays)
    if "groups" in given:
        await _replace_groups(work.session, organisation, groups, request.groups or [])
    await _replace_names(work.session, request, given, organisation)
    if "successors" in given:
        await _replace_successors(work.session, organisation, successors, request)
    return await change.done(request, organisation)


async def _named(work: Work, code: str, path: str, day: dt.date, problems: list[Problem]) -> OrganisationRow:
    """The organisation that a list names; where there is none, a problem, and one that nothing uses."""
    found = await organisation_named(work.session, code, day, by=work.by)
    if found is None:
        problems.append(unknown_organisation(code, path))
    return found or OrganisationRow(code=code, kind=OrganisationKind.REGION, name=code)


def _malformed(request: CorrectRegisterInput, given: Iterable[str]) -> Iterator[Problem]:
    if not given:
        yield problem("register/malformed", "Say what was wrong.", "organisation")
    if "name" in given and stripped(request.name) is None:
        yield problem("register/malformed", "An organisation needs a name.", "name")
    opened, closed = request.opened_on, request.closed_on
    if opened is not None and closed is not None and closed < opened:
        yield problem("register/malformed", f"It closes on {long_date(closed)}, before it opens.", "closedOn")
    for past in request.former_names or ():
        if stripped(past.name) is None:
            yield problem("register/malformed", "A former name has no text.", "formerNames")
        yield from unusable_texts({"formerNames": past.name})
    yield from _overlapping(request.groups or [])


def _overlapping(stays: Sequence[StayInput]) -> Iterator[Problem]:
    for stay in stays:
        if stay.ends is not None and stay.ends < stay.starts:
            message = f"The time in {stay.group} ends on {long_date(stay.ends)}, before it starts."
            yield problem("register/malformed", message, "groups")
    for earlier, later in pairwise(sorted(stays, key=lambda stay: stay.starts)):
        if earlier.ends is None or earlier.ends >= later.starts:
            message = f"On {long_date(later.starts)} it would be in {earlier.group} and in {later.group}."
            yield problem("register/malformed", message, "groups")


def _since(
    request: CorrectRegisterInput,
    given: Iterable[str],
    organisation: OrganisationRow,
    stays: Sequence[MembershipRow],
    today: dt.date,
) -> dt.date:
    """The first day about which an answer changes: figures and requests from it on are affected."""
    days: list[dt.date | None] = [today]
    if "openedOn" in given:
        days += [organisation.opened_on, request.opened_on]
    if "closedOn" in given:
        days += [day and day + DAY for day in (organisation.closed_on, request.closed_on)]
    if "groups" in given:
        before = {(stay.starts, stay.ends) for stay in stays}
        changed = before ^ {(stay.starts, stay.ends) for stay in request.groups or ()}
        days += [starts for starts, _ in changed]
    return min(day for day in days if day is not None)


async def _correct_days(
    session: AsyncSession,
    request: CorrectRegisterInput,
    given: Iterable[str],
    organisation: OrganisationRow,
    stays: Sequence[MembershipRow],
) -> None:
    """Set its first and last day; its first stay starts with it and its last one ends with it, where they did."""
    if "openedOn" in given:
        if stays and stays[0].starts == organisation.opened_on:
            stays[0].starts = request.opened_on
        organisation.opened_on = request.opened_on
    if "closedOn" in given:
        if stays and stays[-1].ends == organisation.closed_on:
            stays[-1].ends = request.closed_on
        organisation.closed_on = request.closed_on
    if organisation.opened_on and organisation.closed_on and organisation.opened_on > organisation.closed_on:
        message = f"It opens on {long_date(organisation.opened_on)}, after its last day."
        raise Refused(problem("register/malformed", message, "openedOn"))
    for stay in stays:
        if stay.starts and stay.ends and stay.starts > stay.ends:
            raise Refused(
                problem("register/malformed", "Its time in a group would be over before it starts.", "groups")
            )
    session.add_all([organisation, *stays])
    await session.flush()


async def _replace_groups(
    session: AsyncSession, organisation: OrganisationRow, groups: Sequence[OrganisationRow], stays: Sequence[StayInput]
) -> None:
    for group in groups:
        check_kind(organisation, group, "groups")
    await _clear(session, MembershipRow, "member_id", organisation)
    for group, stay in zip(groups, stays, strict=True):
        session.add(MembershipRow(member_id=key(organisation), group_id=key(group), starts=stay.starts, ends=stay.ends))
    await session.flush()


async def _replace_names(
    session: AsyncSession, request: CorrectRegisterInput, given: Iterable[str], organisation: OrganisationRow
) -> None:
    if "name" in given:
        organisation.name = stripped(request.name) or organisation.name
    if "postcode" in given:
        organisation.postcode = stripped(request.postcode)
    session.add(organisation)
    if "formerNames" in given:
        await _clear(session, OrganisationPastRow, "organisation_id", organisation)
        session.add_all(
            OrganisationPastRow(
                organisation_id=key(organisation),
                until=past.until,
                name=stripped(past.name) or "",
                postcode=stripped(past.postcode),
            )
            for past in request.former_names or ()
        )
    await session.flush()


async def _replace_successors(
    session: AsyncSession,
    organisation: OrganisationRow,
    successors: Sequence[OrganisationRow],
    request: CorrectRegisterInput,
) -> None:
    await _clear(session, SuccessionRow, "predecessor_id", organisation)
    for successor, said in zip(successors, request.successors or [], strict=True):
        if successor.id == organisation.id:
            raise Refused(problem("register/malformed", "An organisation cannot follow itself.", "successors"))
        session.add(SuccessionRow(predecessor_id=key(organisation), successor_id=key(successor), starts=said.on))
    await session.flush()


async def _clear(session: AsyncSession, rows: Any, column: str, organisation: OrganisationRow) -> None:
    named = table(rows)
    await (await session.connection()).execute(delete(named).where(named.c[column] == key(organisation)))
