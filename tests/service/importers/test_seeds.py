import asyncio
import datetime as dt

from sqlalchemy import text

from service.config import settings
from service.database import connected
from service.importers.seeds import add_outlines, learn_metrics, load
from service.writes.trust import audit
from tests.service.importers.tables import contents, one, rows

KEEP_A_REVISION = """
    INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, reason, published_at,
                                 published_by)
    SELECT figure.id, 2, figure.unit, 71, 'EXACT', 'PUBLISHED', source_id, 'Counted again', now(), 'A person'
    FROM figure JOIN metric ON metric.id = metric_id WHERE metric.code = 'call_back_percent'
    RETURNING figure_id
"""


async def test_an_empty_database_gets_everything(database):
    async with database.rehearsal() as session:
        result = await load(session)
        assert result.figures == await one(session, "SELECT count(*) FROM figure")
        assert result.targets == await one(session, "SELECT count(*) FROM target")


async def test_the_counts_are_those_of_the_paper_and_of_ods(database):
    members = """
        SELECT count(*) FROM ancestry JOIN organisation AS member ON member.id = member_id
        JOIN organisation AS ancestor ON ancestor.id = ancestor_id
        WHERE member.kind = :kind AND ancestor.kind = 'HEALTH_AND_CARE_PARTNERSHIP' AND distance = 1
          AND period @> CAST(:day AS date)
    """
    january, today = dt.date(2025, 1, 31), dt.date(2026, 6, 1)
    async with database.rehearsal() as session:
        await load(session)
        assert await one(session, "SELECT count(*) FROM organisation WHERE kind = 'PRACTICE'") == 180
        assert await one(session, members, kind="PRIMARY_CARE_NETWORK", day=january) == 43
        assert await one(session, members, kind="PRIMARY_CARE_NETWORK", day=today) == 45
        assert await one(session, members, kind="PRACTICE", day=january) == 4


async def test_seeding_twice_changes_nothing(database):
    async with database.rehearsal() as session:
        await load(session)
        before = await contents(session)
        again = await load(session)
        assert set(vars(again).values()) == {0}
        assert await contents(session) == before


async def test_seeding_writes_one_audit_event_and_raises_the_version_once(database):
    async with database.rehearsal() as session:
        version = await one(session, "SELECT version FROM data_version")
        await load(session)
        events = await rows(session, "SELECT action, actor, role FROM audit_event")
        assert events == [("seed", "seeds", "ADMINISTRATOR")]
        assert await one(session, "SELECT version FROM data_version") == version + 1


async def test_a_revised_figure_survives_another_seeding(database):
    async with database.rehearsal() as session:
        await load(session)
        figure = await one(session, KEEP_A_REVISION)
        await rows(session, "UPDATE figure SET value = 71, revision = 2 WHERE id = :id RETURNING id", id=figure)
        before = await contents(session)
        await load(session)
        assert await contents(session) == before


async def test_a_target_with_a_new_due_date_is_not_seeded_again(database):
    async with database.rehearsal() as session:
        await load(session)
        await rows(session, "UPDATE target SET due = '2026-03-31' WHERE due = '2024-12-31' RETURNING id")
        assert (await load(session)).targets == 0


async def test_a_row_that_is_missing_comes_back_alone(database):
    async with database.rehearsal() as session:
        await load(session)
        await rows(session, "DELETE FROM membership WHERE id = (SELECT max(id) FROM membership) RETURNING id")
        again = await load(session)
        assert (again.memberships, sum(vars(again).values())) == (1, 1)


async def test_every_figure_is_known_from_the_day_that_its_source_was_published(database):
    async with database.rehearsal() as session:
        await load(session)
        published = await rows(
            session,
            "SELECT DISTINCT title, published_at FROM figure JOIN source ON source.id = source_id ORDER BY title",
        )
    assert published == [
        ("Kent HOSC GP Services Briefing Report", dt.datetime(2025, 1, 31, tzinfo=dt.UTC)),
        ("Patients Registered at a GP Practice", dt.datetime(2026, 4, 30, tzinfo=dt.UTC)),
    ]


async def test_every_figure_has_its_first_revision_by_the_seeds(database):
    async with database.rehearsal() as session:
        await load(session)
        differing = """
            SELECT figure.id FROM figure LEFT JOIN figure_revision AS first
              ON first.figure_id = figure.id AND first.revision = 1 AND first.published_by = 'seeds'
             AND first.value = figure.value AND first.source_id = figure.source_id
             AND first.published_at = figure.published_at
            WHERE first.figure_id IS NULL
        """
        assert await rows(session, differing) == []


async def test_the_parts_of_all_staff_are_the_four_staff_groups(database):
    async with database.rehearsal() as session:
        await load(session)
        parts = await rows(
            session,
            "SELECT part.code FROM metric AS part JOIN metric AS whole ON whole.id = part.part_of_id "
            "WHERE whole.code = 'practice_staff_fte' ORDER BY part.code",
        )
    assert parts == [("direct_patient_care_fte",), ("gp_fte",), ("non_clinical_fte",), ("nurse_fte",)]


async def test_a_database_of_0_3_0_gets_its_outlines_once_and_keeps_its_own(writable):
    async with writable.command() as session:
        await session.exec(text("DELETE FROM outline"))
        await session.exec(text("UPDATE metric SET change_of_id = NULL, change_since = NULL, counted_by_id = NULL"))
        added = await add_outlines(session)
    compared = await writable.reading.fetchval("SELECT count(change_of_id) + count(counted_by_id) FROM metric")
    async with writable.command() as session:
        again = await add_outlines(session)
    assert (added > 60, again, compared) == (True, 0, 9)


async def test_a_database_of_an_earlier_version_learns_which_answers_make_a_declaration(writable):
    parts = """
        SELECT array_agg(part.code ORDER BY part.code) FROM metric part JOIN metric whole ON whole.id = part.part_of_id
        WHERE whole.code = 'capacity_and_access_declaration'
    """
    areas = [f"capacity_and_access_{area}_declaration" for area in ("care_navigation", "online_requests", "telephony")]
    none = text("UPDATE metric SET part_of_id = NULL WHERE unit = 'YES_NO'")
    chosen = text(
        "UPDATE metric SET part_of_id = (SELECT id FROM metric WHERE code = 'capacity_and_access_declaration') "
        "WHERE code = 'transition_agreement'"
    )
    for before, after in (([none], areas), ([none, chosen], ["transition_agreement"])):
        async with writable.command() as session:
            for statement in before:
                await session.exec(statement)
            await learn_metrics(session)
        assert await writable.reading.fetchval(parts) == after


async def test_two_first_starts_seed_one_after_the_other(server, migrated):
    """Each finds an empty database; the second waits, and then finds everything."""

    async def start(url: str) -> int:
        async with connected(settings(database_url=url)) as own, own.command() as session:
            return (await load(session)).figures

    async with server.copy(migrated) as url:
        added = sorted(await asyncio.gather(start(url), start(url)))
        async with connected(settings(database_url=url)) as own:
            figures = await own.reading.fetchval("SELECT count(*) FROM figure")
            seeded = await own.reading.fetchval("SELECT count(*) FROM audit_event WHERE action = 'seed'")
    assert (added, seeded) == ([0, figures], 1)


async def test_seeding_waits_for_the_turn_of_a_command_that_publishes(server, migrated):
    async with server.copy(migrated) as url, connected(settings(database_url=url)) as own:

        async def seed() -> int:
            async with own.command() as session:
                return (await load(session)).figures

        async with own.command() as publishing:
            await audit.turn(publishing)
            waiting = asyncio.create_task(seed())
            done, _ = await asyncio.wait([waiting], timeout=3)
            assert not done
            assert await own.reading.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
        assert await waiting > 0
