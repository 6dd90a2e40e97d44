"""All that is on record of an organisation, as an audit event keeps it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, FromClause, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
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
from service.writes.naming import IDS

_organisation = table(OrganisationRow)
_membership = table(MembershipRow)
_past = table(OrganisationPastRow)
_succession = table(SuccessionRow)
_rating = table(CqcRatingRow)


async def records_of(session: AsyncSession, organisations: Sequence[OrganisationRow]) -> dict[int, dict[str, Any]]:
    """Some organisations with their groups, former names, successors and ratings, each oldest first; by key."""
    if not organisations:
        return {}
    rows = await (await session.connection()).execute(_LISTS, {"of": sorted(map(key, organisations))})
    found = {row.pop("id"): row for row in map(dict, rows.mappings())}
    return {
        key(each): {
            "name": each.name,
            "postcode": each.postcode,
            "openedOn": _plain(each.opened_on),
            "closedOn": _plain(each.closed_on),
            **found[key(each)],
        }
        for each in organisations
    }


def _lists(at: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """What is on record of an organisation in several rows, as JSON."""
    group, successor = _organisation.alias(), _organisation.alias()
    return {
        "groups": _list(
            {"group": group.c.code, "starts": _membership.c.starts, "ends": _membership.c.ends},
            _membership.join(group, group.c.id == _membership.c.group_id),
            _membership.c.member_id == at,
            _membership.c.starts.nulls_first(),
        ),
        "formerNames": _list(
            {"name": _past.c.name, "postcode": _past.c.postcode, "until": _past.c.until},
            _past,
            _past.c.organisation_id == at,
            _past.c.until,
        ),
        "successors": _list(
            {"organisation": successor.c.code, "on": _succession.c.starts},
            _succession.join(successor, successor.c.id == _succession.c.successor_id),
            _succession.c.predecessor_id == at,
            _succession.c.starts,
            successor.c.code,
        ),
        "ratings": _list(
            {"rating": _rating.c.rating, "ratedOn": _rating.c.rated_on},
            _rating,
            _rating.c.organisation_id == at,
            _rating.c.rated_on,
        ),
    }


def _list(
    columns: Mapping[str, ColumnElement[Any]], rows: FromClause, where: ColumnElement[bool], *order: ColumnElement[Any]
) -> ColumnElement[Any]:
    """The rows that fulfil a condition as a JSON list of objects; an empty one where there is none."""
    pairs = [part for name, column in columns.items() for part in (literal_column(f"'{name}'"), column)]
    listed = func.json_agg(aggregate_order_by(func.json_build_object(*pairs), *order), type_=JSON)
    found = select(listed).select_from(rows).where(where).correlate(_organisation).scalar_subquery()
    return func.coalesce(found, literal_column("'[]'", JSON), type_=JSON)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date) else value


# Built once: a file of changes runs it hundreds of times.
_LISTS = select(_organisation.c.id, *(found.label(name) for name, found in _lists(_organisation.c.id).items())).where(
    _organisation.c.id == func.any(bindparam("of", type_=IDS))
)
