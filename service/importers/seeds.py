"""The files of `seeds/` become the rows that the database does not have yet."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Role, Unit
from schema.tables import METRICS_OF_A_METRIC, MetricRow, OutlineRow, table
from service.importers.insertion import (
    add_figures,
    add_missing,
    add_periods,
    add_targets,
    ids,
)
from service.importers.rows import Row
from service.importers.seed_checks import check
from service.importers.seed_files import Seeds, seeds_in
from service.importers.seed_values import Ids, figures, targets
from service.viewer import Viewer
from service.writes.trust import audit

SEEDS = files("seeds")
_PAPER_METRICS = ("change_of", "difference_of", "counted_by", "derived_from")
ACTOR = Viewer("seeds", Role.ADMINISTRATOR)


@dataclass(frozen=True)
class SeedResult:
    """How many rows each table was given; a figure and a target count once, with their first revision."""

    sources: int
    organisations: int
    memberships: int
    themes: int
    metrics: int
    collections: int
    periods: int
    figures: int
    targets: int
    outlines: int = 0


async def load(session: AsyncSession, *, folder: Traversable = SEEDS) -> SeedResult:
    """Add what is missing of the seeds; the caller holds the transaction and commits.

    What is there stays as it is, revised or not. A run that adds something writes one audit event and raises the
    data version; a run that adds nothing writes nothing. Refusals: `BadRow`, before anything is written.
    """
    seeds = seeds_in(folder)
    check(seeds)
    await audit.turn(session)
    connection = await session.connection()
    result = await _load(connection, seeds)
    await audit.record_import(session, "seed", asdict(result), by=ACTOR)
    return result


async def _load(connection: AsyncConnection, seeds: Seeds) -> SeedResult:
    sources = await _add_sources(connection, seeds.sources)
    source_ids = await _source_ids(connection, seeds.sources)
    organisations = await _add_organisations(connection, seeds.organisations)
    organisation_ids = await ids(connection, "organisation", "code")
    memberships = await _add_memberships(connection, seeds.memberships, organisation_ids, source_ids)
    themes = await add_missing(connection, "theme", ["code"], [row.cells for row in seeds.themes])
    metrics = await _add_metrics(connection, seeds.metrics)
    await _learn_traits(connection, seeds.metrics)
    await _learn_parts(connection, seeds.metrics)
    collections = await _add_collections(connection, seeds.collections, organisation_ids, source_ids)
    periods = await add_periods(connection, {row["period"].code: row["period"] for row in seeds.figures}.values())
    metric_ids, period_ids = await ids(connection, "metric", "code"), await ids(connection, "period", "code")
    known = Ids(source_ids, organisation_ids, metric_ids, period_ids)
    return SeedResult(
        sources=sources,
        organisations=organisations,
        memberships=memberships,
        themes=len(themes),
        metrics=metrics,
        collections=collections,
        periods=periods,
        figures=await add_figures(connection, figures(seeds, known), by=ACTOR.name),
        targets=await add_targets(connection, targets(seeds, known), by=ACTOR.name),
        outlines=await _add_outlines(connection, seeds.paper),
    )


async def add_outlines(session: AsyncSession, *, folder: Traversable = SEEDS) -> int:
    """Give a database of an earlier version what it lacks for its papers; returns how many lines were added.

    Metrics learn what their figures are compared with or derived from, and each board without an outline gets the one
    of the seeds. The caller holds the transaction. Refusals: `BadRow`, before anything is written.
    """
    seeds = seeds_in(folder)
    check(seeds)
    await audit.turn(session)
    connection = await session.connection()
    await _complete_metrics(connection, seeds.metrics)
    added = await _add_outlines(connection, seeds.paper)
    await audit.record_import(session, "seed", {"outlines": added}, by=ACTOR)
    return added


async def learn_metrics(session: AsyncSession, *, folder: Traversable = SEEDS) -> None:
    """Tell a database of an earlier version which of its metrics is the list size, and which answers make another.

    The caller holds the transaction.
    """
    connection, metrics = await session.connection(), seeds_in(folder).metrics
    await _learn_traits(connection, metrics)
    await _learn_parts(connection, metrics)


async def _learn_traits(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    """Where no metric says a trait yet, those of the seeds do: an answer that the team has given stays."""
    metric = table(MetricRow)
    if (await connection.execute(select(metric.c.id).where(metric.c.population_trait.is_not(None)).limit(1))).first():
        return
    for row in rows:
        if row["population_trait"] is not None:
            is_it = metric.c.code == row["code"]
            await connection.execute(metric.update().where(is_it).values(population_trait=row["population_trait"]))


async def _learn_parts(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    """A yes or no that is asked for in parts learns them, where it has none: parts that the team has named stay."""
    metric = table(MetricRow)
    known = await ids(connection, "metric", "code")
    with_parts = set((await connection.execute(select(metric.c.part_of_id).distinct())).scalars())
    for row in rows:
        whole = known.get(row["part_of"])
        if row["unit"] == Unit.YES_NO and whole is not None and whole not in with_parts:
            await connection.execute(metric.update().where(metric.c.code == row["code"]).values(part_of_id=whole))


async def _complete_metrics(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    known, metric = await ids(connection, "metric", "code"), table(MetricRow)
    for row in rows:
        facts = {f"{name}_id": known.get(row[name]) for name in _PAPER_METRICS}
        columns = ("counts", "change_since", "derived_by", "parts_are_whole", "counts_organisations")
        facts |= {name: row[name] for name in columns}
        await connection.execute(metric.update().where(metric.c.code == row["code"]).values(**facts))


async def _add_outlines(connection: AsyncConnection, rows: Iterable[Row]) -> int:
    """Add the outlines of boards that have none: a board's own wording is never mixed with ours."""
    boards, metrics = await ids(connection, "organisation", "code"), await ids(connection, "metric", "code")
    outline = table(OutlineRow)
    with_outline = set((await connection.execute(select(outline.c.board_id).distinct())).scalars())
    lines = [
        {**row.without("board", "metric"), "board_id": boards[row["board"]], "metric_id": metrics.get(row["metric"])}
        for row in rows
        if boards.get(row["board"]) not in {None, *with_outline}
    ]
    return len(await add_missing(connection, "outline", ["board_id", "position"], lines))


async def _add_sources(connection: AsyncConnection, rows: Iterable[Row]) -> int:
    sources = [row.without("code") for row in rows]
    return len(await add_missing(connection, "source", ["title", "reference"], sources))


async def _source_ids(connection: AsyncConnection, rows: Iterable[Row]) -> dict[str, int]:
    known = await ids(connection, "source", "title", "reference")
    return {row["code"]: known[row["title"], row["reference"]] for row in rows}


async def _add_organisations(connection: AsyncConnection, rows: Iterable[Row]) -> int:
    return len(await add_missing(connection, "organisation", ["code"], [row.without("source") for row in rows]))


async def _add_memberships(
    connection: AsyncConnection, rows: Iterable[Row], organisations: Mapping[str, int], sources: Mapping[str, int]
) -> int:
    memberships = [
        {
            "member_id": organisations[row["member_code"]],
            "group_id": organisations[row["group_code"]],
            "starts": row["starts"],
            "ends": row["ends"],
            "source_id": sources[row["source"]],
        }
        for row in rows
    ]
    return len(await add_missing(connection, "membership", ["member_id", "starts"], memberships))


async def _add_collections(
    connection: AsyncConnection, rows: Iterable[Row], organisations: Mapping[str, int], sources: Mapping[str, int]
) -> int:
    metrics = await ids(connection, "metric", "code")
    collections = [
        {
            **row.without("metric", "within", "source"),
            "metric_id": metrics[row["metric"]],
            "within_id": organisations[row["within"]],
            "source_id": sources[row["source"]],
        }
        for row in rows
    ]
    return len(await add_missing(connection, "collection", ["metric_id", "kind", "within_id", "starts"], collections))


async def _add_metrics(connection: AsyncConnection, rows: Iterable[Row]) -> int:
    """What a row names before the row itself, since it holds the other's id. `check` has seen to it that this ends."""
    themes, waiting, added = await ids(connection, "theme", "code"), list(rows), 0
    while waiting:
        known = await ids(connection, "metric", "code")
        ready = [row for row in waiting if {row[name] for name in METRICS_OF_A_METRIC} <= {None, *known}]
        metrics = [
            {
                **row.without("theme", *METRICS_OF_A_METRIC),
                "theme_id": themes[row["theme"]],
                **{f"{name}_id": known.get(row[name]) for name in METRICS_OF_A_METRIC},
            }
            for row in ready
        ]
        added += len(await add_missing(connection, "metric", ["code"], metrics))
        waiting = [row for row in waiting if row not in ready]
    return added
