from dataclasses import astuple

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from service.importers.sandbox import SandboxResult, load_sandbox
from service.importers.seeds import load
from tests.service.importers.tables import contents, one, rows

NOTHING = SandboxResult(0, 0, 0, 0, 0)
LATER_REVISIONS = "SELECT count(*) FROM figure_revision WHERE revision > 1"
KEYS = "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE contype = 'f' ORDER BY 1"


async def sandbox(
    session: AsyncSession, practices: int | None = None, quarters: int = 6, metrics: int = 12
) -> SandboxResult:
    return await load_sandbox(session, practices=practices, quarters=quarters, metrics=metrics, progress=False)


async def test_a_second_run_with_the_same_arguments_changes_nothing(database):
    async with database.rehearsal() as session:
        await load(session)
        await sandbox(session, practices=190)
        before = await contents(session)
        assert await sandbox(session, practices=190) == NOTHING
        assert await contents(session) == before


async def test_two_sandboxes_of_one_size_hold_the_same_figures(database):
    figures = (
        "SELECT metric.code, organisation.code, period.code, value, numerator, denominator FROM figure "
        "JOIN metric ON metric.id = metric_id JOIN organisation ON organisation.id = organisation_id "
        "JOIN period ON period.id = period_id ORDER BY 1, 2, 3"
    )
    found = []
    for _ in range(2):
        async with database.rehearsal() as session:
            await load(session)
            await sandbox(session, practices=185, quarters=3)
            found.append(await rows(session, figures))
    assert found[0] == found[1]


async def test_nothing_real_is_touched(database):
    real = {
        "figure": "SELECT figure::text FROM figure WHERE NOT is_synthetic",
        "organisation": "SELECT organisation::text FROM organisation WHERE NOT is_synthetic",
        "metric": "SELECT metric::text FROM metric WHERE NOT is_synthetic",
        "revision": "SELECT figure_revision::text FROM figure_revision WHERE published_by = 'seeds'",
        "target": "SELECT target::text FROM target JOIN metric ON metric.id = metric_id WHERE NOT is_synthetic",
    }
    async with database.rehearsal() as session:
        await load(session)
        before = {name: sorted(await rows(session, statement)) for name, statement in real.items()}
        await sandbox(session, practices=185)
        assert {name: sorted(await rows(session, statement)) for name, statement in real.items()} == before


async def test_every_row_of_the_sandbox_says_that_it_is_made_up(database):
    async with database.rehearsal() as session:
        await load(session)
        last = await one(session, "SELECT max(id) FROM organisation")
        result = await sandbox(session, practices=185)
        assert await one(session, "SELECT count(*) FROM figure WHERE is_synthetic") == result.figures
        assert await one(session, "SELECT count(*) FROM metric WHERE is_synthetic AND code ~ '^sandbox_'") == 12
        made = await rows(session, "SELECT code, is_synthetic FROM organisation WHERE id > :last ORDER BY 1", last=last)
        assert made == [(f"SANDBOX-0000{number}", True) for number in range(1, 6)]


async def test_networks_add_up_to_their_practices(database):
    differing = """
        SELECT network.metric_id, network.organisation_id, network.period_id
        FROM figure AS network
        JOIN metric ON metric.id = network.metric_id AND metric.is_synthetic
        JOIN ancestry ON ancestor_id = network.organisation_id AND distance = 1
         AND ancestry.period @> network.period_ends
        JOIN figure AS practice ON practice.organisation_id = member_id AND practice.metric_id = network.metric_id
         AND practice.period_id = network.period_id
        GROUP BY network.id, metric.id
        HAVING CASE metric.roll_up WHEN 'SUM' THEN network.value <> sum(practice.value)
               ELSE network.numerator <> sum(practice.numerator) OR network.denominator <> sum(practice.denominator) END
    """
    async with database.rehearsal() as session:
        await load(session)
        await sandbox(session)
        await sandbox(session, practices=200)
        assert await rows(session, differing) == []


async def test_a_larger_run_adds_and_revises_the_networks_that_grew(database):
    async with database.rehearsal() as session:
        await load(session)
        first = await sandbox(session, quarters=4)
        second = await sandbox(session, practices=182, quarters=6, metrics=13)
        assert (first.practices, first.revised) == (0, 0)
        assert (second.practices, second.metrics) == (2, 1)
        # Two practices in two networks: eleven or twelve metrics, four quarters, and none for what stays at 100 %.
        assert 0 < second.revised <= 2 * 12 * 4
        assert await one(session, LATER_REVISIONS) == second.revised


async def test_a_figure_that_a_person_revised_stays_as_it_is(database):
    revise = """
        INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at,
                                     published_by)
        SELECT figure.id, 2, unit, 1, 'EXACT', 'PUBLISHED', source_id, now(), 'A person'
        FROM figure JOIN organisation ON organisation.id = organisation_id
        WHERE figure.is_synthetic AND kind = 'PRIMARY_CARE_NETWORK' RETURNING figure_id
    """
    point = """
        UPDATE figure SET revision = 2
        WHERE id IN (SELECT figure_id FROM figure_revision WHERE revision = 2) RETURNING id
    """
    async with database.rehearsal() as session:
        await load(session)
        await sandbox(session, quarters=1)
        await rows(session, revise)
        await rows(session, point)
        assert (await sandbox(session, practices=250, quarters=1)).revised == 0


async def test_the_foreign_keys_are_back_after_a_large_run(database):
    async with database.rehearsal() as session:
        await load(session)
        before = await rows(session, KEYS)
        result = await sandbox(session, quarters=10)
        assert result.figures > 20_000
        assert await rows(session, KEYS) == before


async def test_a_run_writes_one_audit_event_and_raises_the_version_once(database):
    async with database.rehearsal() as session:
        version = await one(session, "SELECT version FROM data_version")
        await sandbox(session, practices=3, quarters=1, metrics=1)
        assert await rows(session, "SELECT action, actor FROM audit_event") == [("sandbox", "sandbox")]
        assert await one(session, "SELECT version FROM data_version") == version + 1


async def test_without_the_seeds_made_up_practices_belong_to_no_network(database):
    async with database.rehearsal() as session:
        assert astuple(await sandbox(session, practices=3, quarters=2, metrics=1)) == (3, 1, 0, 6, 0)


@pytest.mark.parametrize(("name", "size"), [("practices", 100_000), ("quarters", 0), ("metrics", 1_000)])
async def test_a_size_beyond_the_limits_is_refused(database, name, size):
    async with database.rehearsal() as session:
        with pytest.raises(ValueError, match=f"{name} has to be between 1 and"):
            await sandbox(session, **{name: size})
