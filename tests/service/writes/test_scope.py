"""Which organisations somebody may act for: by the command's own check, and again by row-level security."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from schema.enumerations import Role
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import codes, drafted, figure, save, step, submitted

KEYS = "SELECT code, id FROM organisation WHERE code IN ('QKS', 'HCP-EAST-KENT', 'HCP-WEST-KENT', 'G82002')"
OUTSIDE = ["submission/unknown-organisation"]


@pytest.fixture
async def scopes(writable):
    return {row["code"]: row["id"] for row in await writable.reading.fetch(KEYS)}


def of(scope: int, role: Role = Role.SUBMITTER, name: str = "Scoped") -> Viewer:
    return Viewer(name, role, f"{scope:08}", scope)


def patients(practice: str = "G82002") -> dict[str, Any]:
    return figure(9_000, "registered_patients", organisation=practice)


async def test_a_scope_reaches_the_organisation_and_its_members(writable, scopes):
    for organisation, code in (("QKS", "G82002"), ("G82002", "G82002")):
        outcome = await save(writable, patients(), organisation=organisation, by=of(scopes[code]))
        assert codes(outcome) == ([] if organisation == code else OUTSIDE)


async def test_an_organisation_out_of_scope_answers_like_one_that_is_not(writable, scopes):
    one = await save(writable, figure(), organisation="QKS", by=of(scopes["HCP-EAST-KENT"]))
    none = await save(writable, figure(), organisation="ZZ999", by=of(scopes["HCP-EAST-KENT"]))
    messages = [outcome["problems"][0]["message"].replace("ZZ999", "QKS") for outcome in (one, none)]
    assert (messages[0], codes(one)) == (messages[1], OUTSIDE)


@pytest.mark.parametrize(
    "name", ["submit", "validate", "discard", "recall", "approve", "publish", "return", "withdraw"]
)
async def test_a_submission_out_of_scope_answers_like_one_that_is_not(writable, scopes, name):
    made = await submitted(writable)
    stranger = of(scopes["HCP-EAST-KENT"], Role.APPROVER)
    assert codes(await step(writable, name, made, by=stranger, reason="r")) == ["submission/unknown"]


async def test_an_approver_of_the_icb_decides_for_its_members(writable, scopes):
    made = (await save(writable, patients(), organisation="G82002", by=of(scopes["G82002"])))["submission_id"]
    await step(writable, "submit", made, by=of(scopes["G82002"]))
    assert codes(await step(writable, "approve", made, by=of(scopes["QKS"], Role.APPROVER, "Boss"))) == []


# ── What the database keeps out, whatever the service's own look lets through ─────────────────────────────────────


async def run_as(database: Database, scope: int, statement: str) -> int:
    async with database.command(scope=scope) as session:
        return (await (await session.connection()).execute(text(statement))).rowcount


async def test_rows_out_of_scope_are_not_seen_by_the_service_s_role(writable, scopes):
    await submitted(writable, figure(20.34, reason="The system was off."))
    everything = "SELECT 1 FROM {}"
    tables = ("submission", "submission_entry", "submission_finding", "audit_event WHERE submission_id IS NOT NULL")
    for table in tables:
        inside, outside = [
            await run_as(writable, scopes[code], everything.format(table)) for code in ("QKS", "HCP-EAST-KENT")
        ]
        assert (inside > 0, outside) == (True, 0), table


async def test_the_service_s_role_without_a_scope_sees_no_draft(writable):
    await drafted(writable)
    async with writable.command(scope=0) as session:
        connection = await session.connection()
        await connection.execute(text("SELECT set_config('tracker.scope', '', true)"))
        assert (await connection.execute(text("SELECT 1 FROM submission"))).rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET title = 'x', version = version + 1",
        "DELETE FROM submission_entry",
        "UPDATE figure SET note = 'x' WHERE organisation_id = (SELECT id FROM organisation WHERE code = 'QKS')",
        "UPDATE target SET baseline = NULL WHERE organisation_id = (SELECT id FROM organisation WHERE code = 'QKS')",
        "UPDATE organisation SET name = name || 'x' WHERE code = 'QKS'",
        "UPDATE membership SET ends = NULL WHERE group_id = (SELECT id FROM organisation WHERE code = 'QKS')",
    ],
)
async def test_rows_out_of_scope_are_not_written_by_the_service_s_role(writable, scopes, statement):
    await drafted(writable)
    assert await run_as(writable, scopes["HCP-EAST-KENT"], statement) == 0
    assert await run_as(writable, scopes["QKS"], statement) > 0


async def test_what_is_everybody_s_is_changed_by_who_acts_for_everybody(writable, scopes):
    statement = "UPDATE metric SET name = name || 'x'"
    assert await run_as(writable, scopes["QKS"], statement) == 0
    assert await run_as(writable, 0, statement) > 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO submission (quarter, quarter_ends, organisation_id, status, version, title, created_by_id,"
        " edited_by_id, created_at) SELECT '2024-25-Q4', '2025-03-31', o.id, 'DRAFT', 1, 't', a.id, a.id, now()"
        " FROM organisation o, actor a WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at)"
        " SELECT f.id, 99, f.unit, f.value, f.qualifier, f.status, f.source_id, now() FROM figure f"
        " JOIN organisation o ON o.id = f.organisation_id WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO milestone (target_id, revision, due, value) SELECT t.id, 1, '2025-01-01', 1 FROM target t"
        " JOIN organisation o ON o.id = t.organisation_id WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO collection_exception (quarter, organisation_id, reason, recorded_by_id, recorded_at)"
        " SELECT '2024-25-Q4', o.id, 'r', a.id, now() FROM organisation o, actor a WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO quarter (code) VALUES ('2030-31-Q1')",
        "INSERT INTO theme (code, name, position) VALUES ('x', 'X', 99)",
        "INSERT INTO membership (member_id, group_id) SELECT o.id, g.id FROM organisation o, organisation g"
        " WHERE o.code = 'G82653' AND g.code = 'QKS'",
        "INSERT INTO succession (predecessor_id, successor_id, starts) SELECT o.id, g.id, now() FROM organisation o,"
        " organisation g WHERE o.code = 'QKS' AND g.code = 'QU9'",
        "INSERT INTO organisation_past (organisation_id, until, name) SELECT id, now(), 'x' FROM organisation"
        " WHERE code = 'QKS'",
        "INSERT INTO cqc_rating (organisation_id, rating, rated_on, source_id) SELECT o.id, 'GOOD', now(), s.id"
        " FROM organisation o, source s WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO collection (metric_id, kind, within_id, starts, quarters) SELECT m.id, 'PRACTICE', o.id, now(),"
        " '{1}' FROM metric m, organisation o WHERE o.code = 'QKS' LIMIT 1",
        "INSERT INTO audit_event (at, action, actor, subject) VALUES (now(), 'x', 'x', 'x')",
        "INSERT INTO audit_event (at, action, actor, subject, organisation_id)"
        " SELECT now(), 'x', 'x', 'x', id FROM organisation WHERE code = 'QKS'",
    ],
)
async def test_rows_out_of_scope_are_not_made_by_the_service_s_role(writable, scopes, statement):
    with pytest.raises(DBAPIError, match="row-level security"):
        await run_as(writable, scopes["HCP-EAST-KENT"], statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM api_key",
        "DELETE FROM figure",
        "DELETE FROM submission",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET reason = 'x'",
        "UPDATE figure_revision SET reason = 'x'",
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE ancestry SET distance = 1",
        "DELETE FROM organisation",
        "CREATE TABLE mine (x int)",
    ],
)
async def test_the_service_s_role_may_only_do_what_commands_do(writable, statement):
    with pytest.raises(DBAPIError) as refused:
        await run_as(writable, 0, statement)
    assert getattr(refused.value.orig, "sqlstate", "") == asyncpg.InsufficientPrivilegeError.sqlstate


async def test_a_scope_does_not_outlive_its_transaction(writable, scopes):
    await run_as(writable, scopes["QKS"], "SELECT 1")
    async with writable.command() as session:
        found = await (await session.connection()).execute(
            text("SELECT current_user = session_user, current_setting('tracker.scope', true)")
        )
    assert tuple(found.one()) in {(True, ""), (True, None)}
