"""Metrics are read with their families: what they are parts of, all parts of that, and what is calculated from them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import Text, bindparam, func, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Unit
from schema.tables import MetricRow, key
from service.writes.remembered import remembered

# What a metric that is calculated from another names it by.
_FROM = ("derived_from_id", "change_of_id", "difference_of_id")


@dataclass(frozen=True)
class Family:
    """A metric, its whole, all parts of its whole and of itself, and the metrics that are calculated from it."""

    metric: MetricRow
    whole: MetricRow | None
    # By the key of the whole, each list by code.
    parts: Mapping[int, Sequence[MetricRow]]
    following: Sequence[MetricRow]


async def families(session: AsyncSession, codes: Set[str]) -> dict[str, Family]:
    """The families of the metrics with some codes. A code with a NUL, which PostgreSQL has no place for, names none."""
    storable = {each for each in codes if "\x00" not in each}
    return await remembered(session, "families", storable, partial(_read, session))


def known_families(session: AsyncSession) -> dict[int, Family]:
    """The families that this transaction knows already, by the keys of their metrics."""
    known: Mapping[str, Family] = session.info.get("families", {})
    return {key(each.metric): each for each in known.values()}


async def _read(session: AsyncSession, codes: Set[str]) -> dict[str, Family]:
    rows = await session.exec(_related(), params={"codes": sorted(codes)})
    related = sorted(rows, key=lambda each: each.code)
    return {each.code: _family(each, related) for each in related if each.code in codes}


def _family(metric: MetricRow, related: Collection[MetricRow]) -> Family:
    at = key(metric)
    whole = next((each for each in related if key(each) == metric.part_of_id), None)
    parts: dict[int, list[MetricRow]] = defaultdict(list)
    for each in related:
        if each.part_of_id is not None and each.part_of_id in (at, metric.part_of_id):
            parts[each.part_of_id].append(each)
    following = [each for each in related if at in (getattr(each, name) for name in _FROM)]
    # A yes or no is calculated from its parts.
    following += [whole] if whole is not None and whole.unit == Unit.YES_NO else []
    return Family(metric, whole, dict(parts), following)


@cache
def _related() -> Any:
    """The statement of that. To write it takes longer than to run it, so it is written once."""
    is_named = col(MetricRow.code) == func.any(bindparam("codes", type_=ARRAY(Text())))
    named, above = (select(each).where(is_named) for each in (MetricRow.id, MetricRow.part_of_id))
    links = [col(getattr(MetricRow, name)).in_(named) for name in (*_FROM, "part_of_id")]
    wholes = [col(each).in_(above) for each in (MetricRow.id, MetricRow.part_of_id)]
    return select(MetricRow).where(or_(is_named, *links, *wholes))
