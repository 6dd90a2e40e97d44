"""People are invited, changed and ended, and get links to sign in with; contacts are kept in the same way."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.people import ChangePersonInput, EndPersonInput, InvitePersonInput, MakeLinkInput
from schema.enumerations import Role
from schema.london import day_of
from schema.tables import ActorRow, OrganisationRow, PersonRow, key
from service.writes.command import Work
from service.writes.naming import organisation_named, unknown_organisation
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped
from service.writes.trust import actors, links, sessions

LONGEST_NAME, LONGEST_EMAIL = 100, 254
# Whatever an address may have, these two parts and no spaces: the mail itself shows whether it is right.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,30}")


@dataclass(frozen=True)
class Entry:
    """A person on record. `organisation` is the code of the one that their role is for; None: every one."""

    number: int
    name: str
    email: str | None
    telephone: str | None
    role: Role | None
    organisation: str | None
    invited_by: str
    invited_at: dt.datetime
    ended_at: dt.datetime | None


async def list_people(session: AsyncSession) -> list[Entry]:
    """Everybody who was ever on record and is in the scope: who is now comes first, by name."""
    rows = await session.exec(
        select(PersonRow, OrganisationRow.code, ActorRow.name)
        .outerjoin(OrganisationRow, col(OrganisationRow.id) == PersonRow.organisation_id)
        .join(ActorRow, col(ActorRow.id) == PersonRow.invited_by_id)
        .order_by(col(PersonRow.ended_at).is_not(None), func.lower(PersonRow.name), col(PersonRow.id))
    )
    return [
        Entry(key(row), row.name, row.email, row.telephone, row.role, code, by, row.invited_at, row.ended_at)
        for row, code, by in rows
    ]


async def invite(work: Work, given: InvitePersonInput) -> Outcome:
    """Put a person on record, by a new number. Problems: `person/…`, `submission/unknown-organisation`."""
    at = await work.turn()
    values = await _checked(work, given, at)
    row = PersonRow(**values, invited_by_id=await actors.recorded(work.session, work.by), invited_at=at)
    work.session.add(row)
    await work.session.flush()
    await work.record(f"person {key(row)}", at=at, detail=_detail(given))
    return Outcome(rows={"person": key(row)})


async def change(work: Work, given: ChangePersonInput) -> Outcome:
    """Change what is on record of a person. Other rights, or another address, end their sessions and their links.

    Problems: as for `invite`.
    """
    at = await work.turn()
    row = await _person(work.session, given.person)
    values = await _checked(work, given, at, row)
    loses = (row.role, row.organisation_id) != (values["role"], values["organisation_id"])
    # Whoever reads the mail of the old address has the links that went there.
    moves = (row.email or "").lower() != (values["email"] or "").lower()
    if _runs_everything(row) and loses:
        await _keep_one_administrator(work.session, given.person)
    for name, value in values.items():
        setattr(row, name, value)
    work.session.add(row)
    await work.session.flush()
    if loses or moves:
        await _sign_out(work, given.person, at)
    await work.record(f"person {given.person}", at=at, detail=_detail(given))
    return Outcome(rows={"person": given.person})


async def end(work: Work, given: EndPersonInput) -> Outcome:
    """End what a person may do: their sessions and their links too. Problems: `person/…`."""
    at = await work.turn()
    row = await _person(work.session, given.person)
    if _runs_everything(row):
        await _keep_one_administrator(work.session, given.person)
    row.ended_at = at
    work.session.add(row)
    await work.session.flush()
    await _sign_out(work, given.person, at)
    await work.record(f"person {given.person}", at=at)
    return Outcome(rows={"person": given.person})


async def make_link(work: Work, given: MakeLinkInput) -> Outcome:
    """A new link for a person: its token comes back in `results`, and is kept nowhere. Problems: `person/…`."""
    at = await work.turn()
    row = await _person(work.session, given.person)
    if row.role is None:
        raise Refused(problem("person/no-role", f"{row.name} is a contact, who does not sign in.", "person"))
    token = await links.make(work.session, given.person, lasts=dt.timedelta(minutes=given.minutes), at=at)
    await work.record(f"person {given.person}", at=at)
    return Outcome(rows={"person": given.person}, results=[{"token": token}])


async def _person(session: AsyncSession, number: int) -> PersonRow:
    """The person with a number, locked. Refused: `person/unknown`."""
    in_force = (PersonRow.id == number, col(PersonRow.ended_at).is_(None))
    row = (await session.exec(select(PersonRow).where(*in_force).with_for_update())).first()
    if row is None:
        raise Refused(problem("person/unknown", "There is no such person, or they have been ended.", "person"))
    return row


async def _checked(
    work: Work, given: InvitePersonInput | ChangePersonInput, at: dt.datetime, row: PersonRow | None = None
) -> dict[str, Any]:
    """The columns of a person, when nothing is wrong with what is given. Refused: everything that is."""
    name, email, telephone = stripped(given.name) or "", stripped(given.email), stripped(given.telephone)
    problems = [*_malformed(name, email, telephone), *_incomplete(given.role, given.organisation, email, telephone)]
    if email is not None and await _is_taken(work.session, email, None if row is None else key(row)):
        problems.append(problem("person/known", f"Somebody with the address {email} is on record already.", "email"))
    organisation = None
    if given.organisation is not None:
        organisation = await organisation_named(work.session, given.organisation, day_of(at), by=work.by)
        if organisation is None:
            problems.append(unknown_organisation(given.organisation))
    if problems:
        raise Refused(*problems)
    where = None if organisation is None else key(organisation)
    return {"name": name, "email": email, "telephone": telephone, "role": given.role, "organisation_id": where}


def _malformed(name: str, email: str | None, telephone: str | None) -> list[Problem]:
    found = []
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        found.append(("name", f"A name has 1 to {LONGEST_NAME} printable characters."))
    if email is not None and not (_EMAIL.fullmatch(email) and email.isprintable() and len(email) <= LONGEST_EMAIL):
        found.append(("email", f"{email[:60]!r} is not an e-mail address, such as name@nhs.net."))
    if telephone is not None and not _TELEPHONE.fullmatch(telephone):
        found.append(("telephone", f"{telephone[:40]!r} is not a telephone number, such as 01622 000000."))
    return [problem("person/malformed", message, field) for field, message in found]


def _incomplete(role: Role | None, organisation: str | None, email: str | None, telephone: str | None) -> list[Problem]:
    found = []
    if role is not None and email is None:
        found.append(("email", "Whoever signs in needs an e-mail address."))
    if role is None and email is None and telephone is None:
        found.append(("email", "A contact needs an e-mail address or a telephone number."))
    if role is None and organisation is None:
        found.append(("organisation", "A contact needs an organisation."))
    return [problem("person/malformed", message, field) for field, message in found]


async def _is_taken(session: AsyncSession, email: str, but_by: int | None) -> bool:
    same = (func.lower(PersonRow.email) == email.lower(), col(PersonRow.ended_at).is_(None))
    found = (await session.exec(select(PersonRow.id).where(*same))).first()
    return found is not None and found != but_by


def _runs_everything(row: PersonRow) -> bool:
    return row.role == Role.ADMINISTRATOR and row.organisation_id is None


async def _keep_one_administrator(session: AsyncSession, number: int) -> None:
    """Refused: `person/last-administrator`, where nobody else could invite people."""
    others = (
        PersonRow.role == Role.ADMINISTRATOR,
        col(PersonRow.organisation_id).is_(None),
        col(PersonRow.ended_at).is_(None),
        PersonRow.id != number,
    )
    if (await session.exec(select(PersonRow.id).where(*others))).first() is None:
        message = "This is the only administrator for every organisation."
        raise Refused(problem("person/last-administrator", message, "person"))


async def _sign_out(work: Work, number: int, at: dt.datetime) -> None:
    await links.drop(work.session, number)
    await sessions.end_all(work.session, person=links.identity_of(number), by=work.by, at=at)


def _detail(given: InvitePersonInput | ChangePersonInput) -> dict[str, Any]:
    """What the audit keeps of a person. It is kept for ever, so it has no address and no number to call."""
    return {"name": stripped(given.name), "role": given.role, "organisation": given.organisation}
