"""The tables of an example become rows of a database; what an example does not say is filled in plainly."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from schema.periods import columns, parsed, quarter_of
from schema.tables import REVISED_TARGET, metadata
from schema.units import target_kind, unit_rules

Row = Mapping[str, str]
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Given:
    """Puts the given rows into one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, tables: Mapping[str, list[dict[str, str]]]) -> None:
        """All tables of an example, in an order in which each finds what it names."""
        await self._one("theme", {"code": "theme", "name": "Theme", "position": 1})
        await self._one("source", {"title": "The example"})
        for name in (
            "organisations",
            "memberships",
            "metrics",
            "figures",
            "quarters",
            "recalculations",
            "targets",
            "changes",
            "outline",
        ):
            for row in tables.get(name, []):
                await getattr(self, name)(row)

    async def organisations(self, row: Row) -> None:
        kind = row.get("kind", "PRACTICE")
        values = {"code": row["code"], "kind": kind, "name": row.get("name", row["code"])}
        days = {"opened_on": _day(row.get("opened on")), "closed_on": _day(row.get("closed on"))}
        await self._one("organisation", values | days | {"postcode": row.get("postcode") or None} | _mark(row))

    async def memberships(self, row: Row) -> None:
        values = {
            "member_id": await self._id("organisation", row["member"]),
            "group_id": await self._id("organisation", row["group"]),
            "starts": _day(row.get("starts")),
            "ends": _day(row.get("ends")),
        }
        await self._one("membership", values)

    async def metrics(self, row: Row) -> None:
        values = {
            "code": row["code"],
            "name": row.get("name") or row["code"],
            "description": "…",
            "theme_id": await self._first("theme"),
            "unit": row.get("unit") or "PERCENT",
            "counts": row.get("counts") or unit_rules(row.get("unit") or "PERCENT").counts,
            "is_sample": row.get("sample") == "yes",
            "direction": row.get("direction", "HIGHER_IS_BETTER"),
            "decimals": 2,
            "maximum": _number(row.get("maximum")),
            "collected_from": (row.get("collected from") or "PRACTICE").split(", "),
            "roll_up": row.get("roll-up") or "NONE",
            "part_of_id": await self._id("metric", row["part of"]) if row.get("part of") else None,
            "derived_from_id": await self._id("metric", row["derived from"]) if row.get("derived from") else None,
            "derived_by": row.get("derived by") or None,
            "difference_of_id": await self._id("metric", row["difference of"]) if row.get("difference of") else None,
        }
        await self._one("metric", values | _mark(row))

    async def figures(self, row: Row) -> None:
        """A row for each revision; the last of a metric, organisation and period is the current figure."""
        period, ends = await self._period(row["period"])
        cell = {
            "metric_id": await self._id("metric", row["metric"]),
            "organisation_id": await self._id("organisation", row["organisation"]),
            "period_id": period,
            "period_ends": ends,
        }
        said = {
            "unit": await self._unit(row["metric"]),
            "value": Decimal(row["value"]),
            "numerator": _number(row.get("numerator")),
            "denominator": _number(row.get("denominator")),
            "status": row.get("status") or "PUBLISHED",
            "qualifier": "EXACT",
            "source_id": await self._first("source"),
            "published_at": _instant(row.get("published")),
        }
        mark = {"is_synthetic": await self._is_made_up(row["metric"])}
        figure = insert(metadata.tables["figure"]).values(**cell, **said, **mark, revision=1)
        again = figure.on_conflict_do_update(
            index_elements=["metric_id", "organisation_id", "period_id"],
            set_=said | {"revision": metadata.tables["figure"].c.revision + 1},
        )
        number, revision = (await self._connection.execute(again.returning(*_columns("id", "revision")))).one()
        numbered = {"figure_id": number, "revision": revision, "reason": row.get("reason") or None}
        await self._connection.execute(insert(metadata.tables["figure_revision"]).values(**said, **numbered))

    async def quarters(self, row: Row) -> None:
        """The figures of quarters in turn, from one on; a dash is a quarter without a figure."""
        quarter = row["from"]
        for value in row["values"].split():
            if value != "–":
                await self.figures({**row, "period": quarter, "value": value})
            quarter = quarter_of(parsed(quarter).ends + dt.timedelta(days=1))

    async def recalculations(self, row: Row) -> None:
        actor = await self._one("actor", {"identity": "given", "name": row["starts"], "role": "APPROVER"})
        values = {
            "metric_id": await self._id("metric", row["metric"]),
            "organisation_id": await self._id("organisation", row["organisation"]),
            "starts": _day(row["starts"]),
            "reason": row["reason"],
            "recorded_by_id": actor,
            "recorded_at": LONG_AGO,
        }
        await self._one("recalculation", values)

    async def targets(self, row: Row) -> None:
        said = {
            "comparator": row["comparator"],
            "value": Decimal(row["value"]),
            "upper_value": _number(row.get("to")),
            "baseline": _number(row.get("baseline")),
            "baseline_on": _day(row.get("baseline on")),
            "start": _day(row.get("start")),
            "due": _day(row.get("due")),
            "kind": row.get("kind") or await self._target_kind(row["metric"]),
            "frequency": row.get("frequency") or None,
            "members_needed": _number(row.get("members needed")),
            "members_needed_percent": _number(row.get("members needed %")),
            "source_id": await self._first("source"),
            "revision": 1,
        }
        key = {
            "metric_id": await self._id("metric", row["metric"]),
            "organisation_id": await self._id("organisation", row["organisation"]),
        }
        number = await self._one("target", said | key | {"applies_to": row.get("applies to") or None})
        await self._revision(number, row, said)

    async def changes(self, row: Row) -> None:
        """A change of the only target of a metric, with the day from which it counts."""
        target = metadata.tables["target"]
        metric = await self._id("metric", row["metric"])
        found = (await self._connection.execute(select(target).where(target.c.metric_id == metric))).one()._asdict()
        said = {name: found[name] for name in REVISED_TARGET} | {
            "value": Decimal(row["value"]),
            "due": _day(row.get("due")) or found["due"],
            "revision": found["revision"] + 1,
        }
        await self._connection.execute(target.update().where(target.c.id == found["id"]).values(**said))
        await self._revision(found["id"], row, said)

    async def outline(self, row: Row) -> None:
        """A line of the outline of the paper of QKS, in the order in which the lines are given."""
        table = metadata.tables["outline"]
        lines = (await self._connection.execute(select(table.c.position))).all()
        texts = {name: row.get(name) or None for name in ("section", "heading")}
        values = {
            "board_id": await self._id("organisation", "QKS"),
            "position": len(lines) + 1,
            "kind": row["kind"],
            "words": row["words"],
            "metric_id": await self._id("metric", row["metric"]) if row.get("metric") else None,
        }
        await self._one("outline", values | texts)

    async def _revision(self, target: int, row: Row, said: Mapping[str, Any]) -> None:
        """A revision of a target as it is said now, with its milestones: 94 by 2025-06-30, 96 by 2025-09-30."""
        extra = {"target_id": target, "reason": "given", "recorded_at": LONG_AGO, "counts_from": _day(row.get("from"))}
        await self._connection.execute(insert(metadata.tables["target_revision"]).values(**said, **extra))
        for each in filter(None, (row.get("milestones") or "").split(", ")):
            value, day = each.split(" by ")
            values = {"target_id": target, "revision": said["revision"], "due": _day(day), "value": Decimal(value)}
            await self._connection.execute(insert(metadata.tables["milestone"]).values(**values))

    async def _period(self, code: str) -> tuple[int, dt.date]:
        period = parsed(code)
        found = await self._found("period", period.code)
        if found is None:
            found = await self._one("period", columns(period))
        return found, period.ends

    async def _target_kind(self, metric: str) -> str:
        table = metadata.tables["metric"]
        row = await self._connection.execute(select(table.c.unit, table.c.counts).where(table.c.code == metric))
        return target_kind(*row.one()).value

    async def _unit(self, metric: str) -> str:
        table = metadata.tables["metric"]
        return str((await self._connection.execute(select(table.c.unit).where(table.c.code == metric))).one()[0])

    async def _is_made_up(self, metric: str) -> bool:
        table = metadata.tables["metric"]
        row = await self._connection.execute(select(table.c.is_synthetic).where(table.c.code == metric))
        return bool(row.scalar_one())

    async def _id(self, table: str, code: str) -> int:
        found = await self._found(table, code)
        if found is None:
            raise ValueError(f"the example has no {table} {code}")
        return found

    async def _found(self, name: str, code: str) -> int | None:
        table = metadata.tables[name]
        row = (await self._connection.execute(select(table.c.id).where(table.c.code == code))).first()
        return None if row is None else int(row[0])

    async def _first(self, name: str) -> int:
        return int((await self._connection.execute(select(metadata.tables[name].c.id).limit(1))).one()[0])

    async def _one(self, name: str, values: Mapping[str, Any]) -> Any:
        table = metadata.tables[name]
        keys = list(table.primary_key)[:1]
        return (await self._connection.execute(insert(table).values(**values).returning(*keys))).one()[0]


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _mark(row: Row) -> dict[str, bool]:
    return {"is_synthetic": row.get("made up") == "yes"}


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _instant(text: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else LONG_AGO


def _columns(*names: str) -> list[Column[Any]]:
    return [metadata.tables["figure"].c[name] for name in names]
