"""A paper as plain data: what the page shows, what is kept when it is frozen, and what is compared before publishing.

It has the shape in which GraphQL answers `briefing`, so one reader serves a paper of now and a frozen one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.utils.str_converters import to_camel_case

from schema import ids
from schema.computed_inputs.briefing import BriefingInputs
from schema.computed_inputs.record import reader
from schema.sql.briefing import briefing_inputs
from schema.sql.data_quality import kept_issues
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, SourceRow, table
from service.briefing.consistency import Doubt, doubts, unreported
from service.briefing.document import Briefing, Section, built
from service.briefing.facts import facts_of

_figure, _metric, _organisation = table(FigureRow), table(MetricRow), table(OrganisationRow)
_period, _source = table(PeriodRow), table(SourceRow)
_read = reader(BriefingInputs)
T = TypeVar("T")


@dataclass(frozen=True)
class OfQuarter:
    """What `briefing` is asked with, for the paper of an ICB and a quarter by what is known today.

    The values are bound when it is asked: to write the statement takes longer than to run it.
    """

    # Whether it is for a quarter; otherwise it is for all that is known today.
    has_quarter: bool
    _made: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What the SQL has in several places: it is made once."""
        made: T = self._made[name] if name in self._made else self._made.setdefault(name, make())
        return made

    def has(self, name: str) -> bool:
        """Whether it has an argument: the two that it stands for."""
        return name == "board" or (name == "quarter" and self.has_quarter)

    def value(self, _: str) -> ColumnElement[str]:
        """The code of the ICB."""
        return bindparam("board", type_=Text())

    def quarter(self, _: str) -> ColumnElement[dt.date | None]:
        """The last day of the quarter."""
        return bindparam("ends", type_=Date())

    def day(self) -> ColumnElement[dt.date]:
        """Today."""
        return bindparam("today", type_=Date())


async def content_of(session: AsyncSession, board: str, ends: dt.date, today: dt.date) -> dict[str, Any]:
    """The paper of an ICB for the quarter that ends on a day, as this transaction sees the figures.

    A transaction that has published something sees the paper with it. Refusals: `plan/unknown-board`.
    """
    made = built(await _inputs(session, board, ends, today))
    return as_content(made, await figures_listed(session, figures_in(made)), await _issues(session))


async def doubts_now(session: AsyncSession, board: str, today: dt.date) -> list[Doubt]:
    """What does not add up in the latest figures of an ICB's paper, as this transaction sees them, and what is old."""
    facts = facts_of(await _inputs(session, board, None, today))
    return [*doubts(facts), *unreported(facts)]


async def _inputs(session: AsyncSession, board: str, ends: dt.date | None, today: dt.date) -> BriefingInputs:
    given = {"board": board, "today": today} | ({} if ends is None else {"ends": ends})
    connection = await session.connection()
    inputs = (await connection.execute(_statement(has_quarter=ends is not None), given)).scalar_one()
    return _read(orjson.loads(inputs))


@cache
def _statement(*, has_quarter: bool) -> Select[Any]:
    asked: Any = OfQuarter(has_quarter)
    return select(cast(briefing_inputs(None, asked), Text))


async def _issues(session: AsyncSession) -> dict[str, dict[str, Any]]:
    """What is kept of each doubt, by what the doubt names it by."""
    no_arguments: Any = None
    issues = kept_issues(None, no_arguments)
    columns = (issues.c[name] for name in ("key", "state", "comment"))
    rows = (await (await session.connection()).execute(select(*columns))).mappings()
    return {row["key"]: {name: row[name] for name in ("state", "comment")} for row in rows}


def figures_in(made: Briefing) -> list[int]:
    """The keys of the figures that a paper gives, in the order of the paper."""
    return list(dict.fromkeys(key for section in made.sections for key in section.figures))


def as_content(
    made: Briefing, figures: Mapping[int, Mapping[str, Any]], issues: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """A paper as plain data; `figures` are what its list says about each, by its key, and `issues` about doubts."""
    return {
        "asOf": made.as_of.isoformat(),
        "title": made.title,
        "sections": [_section(section, figures) for section in made.sections],
        "doubts": [
            {"code": doubt.code, "message": doubt.message, "issue": issues.get(doubt.issue)} for doubt in made.doubts
        ],
        "targets": [_camel(asdict(target)) for target in made.targets],
    }


def _section(section: Section, figures: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    places = ("sentence", "table", "row", "column", "start", "end")
    return {
        "heading": section.heading,
        "sentences": section.sentences,
        "tables": [
            {"caption": each.caption, "columns": list(each.columns), "rows": each.rows} for each in section.tables
        ],
        "numbers": [
            {**{name: getattr(each, name) for name in places}, "figure": {"id": ids.made("Figure", each.figure)}}
            for each in section.numbers
        ],
        "charts": [
            {"metricCode": each.metric_code, "title": each.title, "description": each.description, "svg": each.svg}
            for each in section.charts
        ],
        "figures": [dict(figures[key]) for key in section.figures],
    }


def _camel(values: Mapping[str, Any]) -> dict[str, Any]:
    return {to_camel_case(name): value for name, value in values.items()}


async def figures_listed(session: AsyncSession, keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the list of figures says about each: its value, and where it was published."""
    source = (
        _figure.join(_metric, _metric.c.id == _figure.c.metric_id)
        .join(_organisation, _organisation.c.id == _figure.c.organisation_id)
        .join(_period, _period.c.id == _figure.c.period_id)
        .join(_source, _source.c.id == _figure.c.source_id)
    )
    columns = (
        *(_figure.c[name] for name in ("id", "value", "qualifier", "revision", "note")),
        *(_metric.c[name].label(f"metric_{name}") for name in ("code", "name", "unit")),
        *(_organisation.c[name].label(f"organisation_{name}") for name in ("code", "name")),
        *(_period.c[name].label(f"period_{name}") for name in ("code", "label", "ends")),
        *(_source.c[name].label(f"source_{name}") for name in ("title", "reference")),
    )
    is_one = _figure.c.id == func.any(literal(sorted(keys), ARRAY(BigInteger)))
    connection = await session.connection()
    rows = (await connection.execute(select(*columns).select_from(source).where(is_one))).mappings()
    return {row["id"]: _figure_shown(dict(row)) for row in rows}


def _figure_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    def part(name: str, *fields: str) -> dict[str, Any]:
        return {each: row[f"{name}_{each}"] for each in fields}

    return {
        "id": ids.made("Figure", row["id"]),
        "value": float(row["value"]),
        "qualifier": row["qualifier"],
        "revision": row["revision"],
        "note": row["note"],
        "metric": part("metric", "code", "name", "unit"),
        "organisation": part("organisation", "code", "name"),
        "period": {**part("period", "code", "label"), "end": row["period_ends"].isoformat()},
        "source": part("source", "title", "reference"),
    }
