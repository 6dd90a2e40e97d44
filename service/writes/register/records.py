"""All that is on record of an organisation, as an audit event keeps it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import (
    CqcRatingRow,
    MembershipRow,
    OrganisationPastRow,
    OrganisationRow,
    SuccessionRow,
    key,
    table,
)

_organisation = table(OrganisationRow)
_membership = table(MembershipRow)
_past = table(OrganisationPastRow)
_succession = table(SuccessionRow)
_rating = table(CqcRatingRow)


async def record_of(session: AsyncSession, organisation: OrganisationRow) -> dict[str, Any]:
    """An organisation with its groups, former names, successors and ratings, each oldest first."""
    at, group, successor = key(organisation), _organisation.alias(), _organisation.alias()
    lists = {
        "groups": select(group.c.code.label("group"), _membership.c.starts, _membership.c.ends)
        .join_from(_membership, group, group.c.id == _membership.c.group_id)
        .where(_membership.c.member_id == at)
        .order_by(_membership.c.starts.nulls_first()),
        "formerNames": select(_past.c.name, _past.c.postcode, _past.c.until)
        .where(_past.c.organisation_id == at)
        .order_by(_past.c.until),
        "successors": select(successor.c.code.label("organisation"), _succession.c.starts.label("on"))
        .join_from(_succession, successor, successor.c.id == _succession.c.successor_id)
        .where(_succession.c.predecessor_id == at)
        .order_by(_succession.c.starts, successor.c.code),
        "ratings": select(_rating.c.rating, _rating.c.rated_on.label("ratedOn"))
        .where(_rating.c.organisation_id == at)
        .order_by(_rating.c.rated_on),
    }
    connection = await session.connection()
    rows = {name: (await connection.execute(statement)).mappings() for name, statement in lists.items()}
    return {
        "name": organisation.name,
        "postcode": organisation.postcode,
        "openedOn": _plain(organisation.opened_on),
        "closedOn": _plain(organisation.closed_on),
        **{name: [_row(row) for row in found] for name, found in rows.items()},
    }


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date) else value
