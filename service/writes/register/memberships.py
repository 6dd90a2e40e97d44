"""Members move between groups on a day, and groups close: what was before that day stays as it was."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind
from schema.periods import long_date
from schema.tables import MembershipRow, OrganisationRow, key
from service.writes.outcome import Refused, problem
from service.writes.register.begin import DAY, kind_of, not_open

# Which groups an organisation of each kind can be in. An orphan practice is in a partnership.
GROUPS: Mapping[OrganisationKind, Sequence[OrganisationKind]] = {
    OrganisationKind.PRACTICE: (
        OrganisationKind.PRIMARY_CARE_NETWORK,
        OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
    ),
    OrganisationKind.PRIMARY_CARE_NETWORK: (OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,),
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP: (OrganisationKind.INTEGRATED_CARE_BOARD,),
    OrganisationKind.TRUST: (OrganisationKind.INTEGRATED_CARE_BOARD,),
    OrganisationKind.INTEGRATED_CARE_BOARD: (OrganisationKind.REGION,),
    OrganisationKind.REGION: (),
}


async def stays_of(session: AsyncSession, member: OrganisationRow) -> list[MembershipRow]:
    """The stays of a member, the first one first."""
    rows = await session.exec(
        select(MembershipRow)
        .where(MembershipRow.member_id == key(member))
        .order_by(col(MembershipRow.starts).nulls_first())
    )
    return list(rows)


async def members_after(session: AsyncSession, group: OrganisationRow, day: dt.date) -> list[OrganisationRow]:
    """The members that a group has on some day after this one, by code."""
    rows = await session.exec(
        select(OrganisationRow)
        .join(MembershipRow, col(MembershipRow.member_id) == col(OrganisationRow.id))
        .where(
            MembershipRow.group_id == key(group), or_(col(MembershipRow.ends).is_(None), col(MembershipRow.ends) > day)
        )
        .order_by(col(OrganisationRow.code))
        .distinct()
    )
    return list(rows)


async def join(session: AsyncSession, member: OrganisationRow, group: OrganisationRow, on: dt.date, path: str) -> None:
    """Put a member into a group from a day on. Refused: a group of a wrong kind, and one that is not open then."""
    _check_group(member, group, on, path)
    await _add(session, member, group, on, member.closed_on)


async def move(session: AsyncSession, member: OrganisationRow, group: OrganisationRow, on: dt.date, path: str) -> None:
    """Move a member to another group from a day on. Refused too: a member that moves on that day or later anyway."""
    _check_group(member, group, on, path)
    stays = await stays_of(session, member)
    current = next((stay for stay in stays if _holds(stay, on)), None)
    if current is not None and current.group_id == key(group):
        message = f"{member.name} is in {group.name} on {long_date(on)} already."
        raise Refused(problem("register/unchanged", message, path))
    _check_no_later(member, stays, on)
    if current is None:
        await _add(session, member, group, on, member.closed_on)
        return
    ends, current.ends = current.ends, on - DAY
    session.add(current)
    await session.flush()
    await _add(session, member, group, on, ends)


async def leave(session: AsyncSession, member: OrganisationRow, last_day: dt.date) -> None:
    """End the stay of a member on a day. Refused: a member that moves later."""
    stays = await stays_of(session, member)
    _check_no_later(member, stays, last_day + DAY)
    for stay in stays:
        if stay.ends is None or stay.ends > last_day:
            stay.ends = last_day
            session.add(stay)
    await session.flush()


def _check_group(member: OrganisationRow, group: OrganisationRow, on: dt.date, path: str) -> None:
    if (closed := not_open(group, on)) is not None:
        raise Refused(problem("register/closed", closed, path))
    check_kind(member, group, path)


def check_kind(member: OrganisationRow, group: OrganisationRow, path: str) -> None:
    """Refused: a group that no organisation of the member's kind can be in."""
    if group.kind not in GROUPS[OrganisationKind(member.kind)]:
        message = f"{member.name} is {kind_of(member)}; it cannot be in {group.name}, {kind_of(group)}."
        raise Refused(problem("register/wrong-group", message, path))


def _check_no_later(member: OrganisationRow, stays: Sequence[MembershipRow], on: dt.date) -> None:
    later = [stay.starts for stay in stays if stay.starts is not None and stay.starts >= on]
    if later:
        message = f"{member.name} has another group from {long_date(min(later))} on record already."
        raise Refused(problem("register/later-change", message, "on"))


def _holds(stay: MembershipRow, on: dt.date) -> bool:
    return (stay.starts is None or stay.starts <= on) and (stay.ends is None or on <= stay.ends)


async def _add(
    session: AsyncSession, member: OrganisationRow, group: OrganisationRow, starts: dt.date, ends: dt.date | None
) -> None:
    session.add(MembershipRow(member_id=key(member), group_id=key(group), starts=starts, ends=ends))
    await session.flush()
