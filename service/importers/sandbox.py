"""Made-up practices, metrics, figures and targets become rows that are marked as synthetic.

Real and made-up cannot mix: a metric of the sandbox has figures of the sandbox only, by the composite key of `figure`,
and no row that is there already is written to, save to revise the sandbox's own network figures.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind, Role
from seeds.sandbox import LAST_DAY, SandboxPractice, practice_codes, quarters_back
from seeds.sandbox_metrics import SandboxMetric, sandbox_metrics
from seeds.sandbox_targets import targets
from service.importers.insertion import add_missing, add_periods, add_targets, ids
from service.importers.sandbox_figures import load_figures
from service.importers.sandbox_values import SOURCE, THEME, Destination, metric_rows, target_rows
from service.viewer import Viewer
from service.writes.trust import audit

ACTOR = Viewer("sandbox", Role.ADMINISTRATOR)
# A century of quarters is more than anybody asks for, and the codes of synthetic practices have five digits.
LIMITS = {"practices": 99_999, "quarters": 400, "metrics": 999}

_PRACTICES = text("""
    SELECT practice.code, network.code
    FROM organisation AS practice
    LEFT JOIN (membership JOIN organisation AS network
               ON network.id = membership.group_id AND network.kind = 'PRIMARY_CARE_NETWORK')
      ON membership.member_id = practice.id
     AND daterange(membership.starts, membership.ends, '[]') @> CAST(:day AS date)
    WHERE practice.kind = 'PRACTICE' ORDER BY practice.code
""")
_NETWORKS = text("""
    SELECT network.id, membership.starts
    FROM organisation AS network
    JOIN membership ON membership.member_id = network.id
     AND daterange(membership.starts, membership.ends, '[]') @> CAST(:day AS date)
    WHERE network.kind = 'PRIMARY_CARE_NETWORK' AND NOT network.is_synthetic ORDER BY network.code
""")


@dataclass(frozen=True)
class SandboxResult:
    """How many rows were added; `revised` are network figures that have more practices than they had."""

    practices: int
    metrics: int
    targets: int
    figures: int
    revised: int


async def load_sandbox(
    session: AsyncSession, *, practices: int | None, quarters: int, metrics: int, progress: bool
) -> SandboxResult:
    """Add what is missing of a sandbox of this size; the caller holds the transaction and commits.

    `practices` is how many there shall be in all, real ones counted; None, or fewer than there are, adds none.
    `quarters` end with 2024-25-Q4. A run that adds something writes one audit event and raises the data version.
    Readers of figures wait while a large load ends (`sandbox_figures`). Refusals: ValueError, for a size beyond LIMITS.
    """
    for name, size in (("practices", practices or 1), ("quarters", quarters), ("metrics", metrics)):
        if not 1 <= size <= LIMITS[name]:
            raise ValueError(f"{name} has to be between 1 and {LIMITS[name]}, not {size}")
    await audit.turn(session)
    connection = await session.connection()
    result = await _load(connection, practices, quarters, sandbox_metrics(metrics), progress=progress)
    await audit.record_import(session, "sandbox", asdict(result), by=ACTOR)
    return result


async def _load(
    connection: AsyncConnection,
    practices: int | None,
    quarters: int,
    metrics: Sequence[SandboxMetric],
    *,
    progress: bool,
) -> SandboxResult:
    await add_missing(connection, "source", ["title", "reference"], [SOURCE])
    practices_added = await _add_practices(connection, practices or 0)
    metrics_added = await _add_metrics(connection, metrics)
    periods = quarters_back(quarters)
    await add_periods(connection, periods)
    known, to = await _practices(connection), await _destination(connection)
    targets_added = await add_targets(connection, target_rows(targets(metrics, known), to), by=ACTOR.name)
    figures, revised = await load_figures(connection, metrics, known, periods, to=to, progress=progress)
    return SandboxResult(practices_added, metrics_added, targets_added, figures, revised)


async def _add_practices(connection: AsyncConnection, total: int) -> int:
    """Synthetic practices up to a total, dealt out in turn to the networks that belong to a partnership."""
    there = await _practices(connection)
    first = 1 + sum(1 for practice in there if practice.is_synthetic)
    codes = practice_codes(first, max(0, total - len(there)))
    rows = [
        {"code": code, "kind": OrganisationKind.PRACTICE, "name": f"Sandbox Practice {number}", "is_synthetic": True}
        for number, code in enumerate(codes, first)
    ]
    added = await add_missing(connection, "organisation", ["code"], rows)
    # A made-up practice has been in its network for as long as the network is on record.
    networks = [tuple(row) for row in await connection.execute(_NETWORKS, {"day": LAST_DAY})]
    source = await _source(connection)
    memberships = [
        {"member_id": row["id"], "group_id": network, "starts": starts, "source_id": source}
        for number, row in enumerate(sorted(added, key=lambda row: row["code"]), first)
        for network, starts in networks[number % max(1, len(networks)) :][:1]
    ]
    await add_missing(connection, "membership", ["member_id", "starts"], memberships)
    return len(added)


async def _practices(connection: AsyncConnection) -> list[SandboxPractice]:
    rows = await connection.execute(_PRACTICES, {"day": LAST_DAY})
    return [SandboxPractice(code, network) for code, network in rows]


async def _add_metrics(connection: AsyncConnection, metrics: Sequence[SandboxMetric]) -> int:
    await add_missing(connection, "theme", ["code"], [THEME])
    theme = (await ids(connection, "theme", "code"))[THEME["code"]]
    return len(await add_missing(connection, "metric", ["code"], metric_rows(metrics, theme=theme)))


async def _destination(connection: AsyncConnection) -> Destination:
    return Destination(
        source=await _source(connection),
        metrics=await ids(connection, "metric", "code"),
        organisations=await ids(connection, "organisation", "code"),
        periods=await ids(connection, "period", "code"),
        by=ACTOR.name,
    )


async def _source(connection: AsyncConnection) -> int:
    return (await ids(connection, "source", "title", "reference"))[tuple(SOURCE.values())]
