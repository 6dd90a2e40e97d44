"""Links that sign people in, once each. Only the fingerprint of a link's token is stored."""

import datetime as dt
import secrets

from sqlalchemy import ColumnElement, delete, exists, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import PersonRow, SignInLinkRow, table
from service.identity.sessions import PERSON
from service.viewer import EVERYWHERE, Viewer, sha256

# Whoever is invited may be on holiday for the first days of it.
OF_AN_INVITATION = dt.timedelta(days=7)
# Where a link leads. The token is not in the path, which is in the log of requests.
LINK = "/sign-in/link"
# How long the row of a link stays after its end.
KEPT = dt.timedelta(days=30)


def identity_of(number: int) -> str:
    """The identity under which a person signs in."""
    return f"{PERSON}{number}"


def address_of(home: str, token: str) -> str:
    """The link with a token, where people open the service at `home`."""
    return f"{home}{LINK}?token={token}"


async def make(session: AsyncSession, person: int | None, *, lasts: dt.timedelta, at: dt.datetime) -> str:
    """The token of a new link for a person; without one, of the link that makes the first administrator.

    The first link of a person is their invitation, and lasts for some days at least.
    """
    await session.exec(delete(SignInLinkRow).where(col(SignInLinkRow.ends_at) < at - KEPT))
    if person is not None and not await has_signed_in(session, person):
        lasts = max(lasts, OF_AN_INVITATION)
    token = secrets.token_urlsafe(32)
    session.add(SignInLinkRow(token_sha256=sha256(token), person_id=person, made_at=at, ends_at=at + lasts))
    await session.flush()
    return token


async def that_works(session: AsyncSession, token: str, *, at: dt.datetime) -> SignInLinkRow | None:
    """The link of a token that still works, without using it; None for any other."""
    return (await session.exec(select(SignInLinkRow).where(*_works(token, at)))).first()


async def use(session: AsyncSession, token: str, *, at: dt.datetime) -> Viewer | None:
    """Use a link up, and all others of its person: who signs in; None where it does not work any more."""
    used = update(table(SignInLinkRow)).where(*_works(token, at), col(SignInLinkRow.person_id).is_not(None))
    person = (await session.exec(used.values(used_at=at).returning(col(SignInLinkRow.person_id)))).scalar_one_or_none()
    if person is None:
        return None
    row = (await session.exec(select(PersonRow).where(PersonRow.id == person).with_for_update())).one()
    if row.ended_at is not None or row.role is None:
        return None
    await drop(session, person)
    row.first_signed_in_at = row.first_signed_in_at or at
    session.add(row)
    scope = EVERYWHERE if row.organisation_id is None else row.organisation_id
    return Viewer(row.name, row.role, identity_of(person), scope)


async def use_first(session: AsyncSession, token: str, *, at: dt.datetime) -> bool:
    """Use up the link that makes the first administrator; whether it works: nobody is on record yet."""
    used = update(table(SignInLinkRow)).where(*_works(token, at), col(SignInLinkRow.person_id).is_(None))
    found = (await session.exec(used.values(used_at=at).returning(col(SignInLinkRow.id)))).scalar_one_or_none()
    return found is not None and not await anybody(session)


async def make_first(session: AsyncSession, *, lasts: dt.timedelta, at: dt.datetime) -> str | None:
    """The token of a link that makes the first administrator, in place of any before; None where somebody is there."""
    if await anybody(session):
        return None
    await session.exec(delete(SignInLinkRow).where(col(SignInLinkRow.person_id).is_(None)))
    return await make(session, None, lasts=lasts, at=at)


async def note_first(session: AsyncSession, person: int, *, at: dt.datetime) -> None:
    """Note that a person has signed in: the first administrator, who comes into being with their link."""
    await session.exec(update(table(PersonRow)).where(col(PersonRow.id) == person).values(first_signed_in_at=at))


async def anybody(session: AsyncSession) -> bool:
    """Whether anybody was ever invited."""
    return bool((await session.exec(select(exists().where(col(PersonRow.role).is_not(None))))).one())


async def drop(session: AsyncSession, person: int) -> None:
    """Let no link of a person work any more. Those that were not used end now: nobody has signed in with them."""
    await session.exec(
        update(table(SignInLinkRow))
        .where(
            col(SignInLinkRow.person_id) == person,
            col(SignInLinkRow.used_at).is_(None),
            col(SignInLinkRow.ends_at) > func.now(),
        )
        .values(ends_at=func.now())
    )


def _works(token: str, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(SignInLinkRow.token_sha256) == sha256(token),
        col(SignInLinkRow.used_at).is_(None),
        col(SignInLinkRow.ends_at) > at,
    )


async def has_signed_in(session: AsyncSession, person: int) -> bool:
    """Whether a person has signed in with a link before."""
    has = exists().where(col(PersonRow.id) == person, col(PersonRow.first_signed_in_at).is_not(None))
    return bool((await session.exec(select(has))).one())
