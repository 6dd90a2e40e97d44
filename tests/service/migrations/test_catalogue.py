"""What the database itself enforces, found in its catalogue: append-only tables, triggers, policies and grants."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from schema.enumerations import Role
from schema.tables import FOLLOWING, UNVERSIONED, metadata
from service.viewer import Viewer
from tests.service.writes.submitting import figure, save, step, update

SERVICE = "tracker_service"
# History: rows are only added, by anybody.
APPEND_ONLY = {"actor", "audit_event", "figure_revision", "recalculation", "replaced_nil_return", "target_revision"}
# Tables that hold drafts, or what the viewer's scope decides about.
WITH_POLICIES = {
    "audit_event": {"INSERT", "SELECT"},
    "collection": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "collection_exception": {"INSERT", "SELECT"},
    "cqc_rating": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "data_quality_issue": {"INSERT", "SELECT", "UPDATE"},
    "figure": {"INSERT", "SELECT", "UPDATE"},
    "figure_revision": {"INSERT", "SELECT"},
    "membership": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "message": {"INSERT", "SELECT", "UPDATE"},
    "metric": {"INSERT", "SELECT", "UPDATE"},
    "milestone": {"INSERT", "SELECT"},
    "narrative": {"INSERT", "SELECT", "UPDATE"},
    "nil_return": {"INSERT", "SELECT", "UPDATE"},
    "organisation": {"INSERT", "SELECT", "UPDATE"},
    "organisation_past": {"DELETE", "INSERT", "SELECT"},
    "paper": {"INSERT", "SELECT", "UPDATE"},
    "paper_action": {"INSERT", "SELECT", "UPDATE"},
    "person": {"INSERT", "SELECT", "UPDATE"},
    "replaced_nil_return": {"INSERT", "SELECT"},
    "return_comment": {"INSERT", "SELECT", "UPDATE"},
    "quarter": {"INSERT", "SELECT", "UPDATE"},
    "recalculation": {"INSERT", "SELECT"},
    "session": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "sign_in_link": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "submission": {"ALL"},
    "submission_entry": {"ALL"},
    "submission_finding": {"ALL"},
    "succession": {"DELETE", "INSERT", "SELECT"},
    "target": {"INSERT", "SELECT", "UPDATE"},
    "target_revision": {"INSERT", "SELECT"},
    "theme": {"INSERT", "SELECT", "UPDATE"},
    "unsubscribed": {"DELETE", "INSERT", "SELECT"},
    "webhook": {"SELECT", "UPDATE"},
}
# What the service's role may do with tables that no policy guards.
UNGUARDED_WRITES = {
    "actor": {"INSERT"},
    "data_version": {"UPDATE"},
    "figure_verdict": {"INSERT", "UPDATE"},
    "idempotent_answer": {"INSERT"},
    "judging": {"UPDATE"},
    "period": {"INSERT"},
    "source": {"INSERT"},
    "target_status": {"DELETE", "INSERT"},
    "unjudged_series": {"DELETE", "INSERT"},
    "unjudged_target": {"DELETE", "INSERT"},
}
_REFUSING = """
    SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE pg_get_triggerdef(pg_trigger.oid) LIKE '%BEFORE DELETE OR UPDATE OR TRUNCATE%EXECUTE FUNCTION refuse_change()'
"""
_GRANTS = """
    SELECT table_name, privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'tracker_service' AND privilege_type <> 'SELECT'
"""


@pytest.fixture(scope="module")
async def connection(server, seeded) -> AsyncIterator[asyncpg.Connection]:
    async with server.copy(seeded) as url:
        connection = await asyncpg.connect(url)
        yield connection
        await connection.close()


async def column(connection: asyncpg.Connection, statement: str, *values: Any) -> set[str]:
    return {row[0] for row in await connection.fetch(statement, *values)}


async def test_history_is_append_only(connection):
    assert await column(connection, _REFUSING) == APPEND_ONLY


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
async def test_no_row_of_history_changes_even_for_the_owner(connection, table, change):
    name = await connection.fetchval(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO' LIMIT 1", table
    )
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute(change.format(table, name))


async def test_policies_guard_these_tables(connection):
    found: dict[str, set[str]] = {}
    for table, command in await connection.fetch(
        "SELECT tablename, cmd FROM pg_policies WHERE $1 = ANY (roles)", SERVICE
    ):
        found.setdefault(table, set()).add(command)
    assert found == WITH_POLICIES
    enabled = await column(connection, "SELECT relname FROM pg_class WHERE relrowsecurity")
    assert enabled == set(WITH_POLICIES)


async def test_the_service_s_role_writes_nothing_else(connection):
    granted: dict[str, set[str]] = {}
    for table, privilege in await connection.fetch(_GRANTS):
        granted.setdefault(table, set()).add(privilege)
    assert {table: each for table, each in granted.items() if table not in WITH_POLICIES} == UNGUARDED_WRITES
    assert not granted.keys() - WITH_POLICIES.keys() - UNGUARDED_WRITES.keys()


_SELECTS = """
    SELECT table_name FROM information_schema.role_table_grants WHERE grantee = $1 AND privilege_type = 'SELECT'
"""
_WRITES = """
    SELECT table_name FROM information_schema.role_table_grants
    WHERE grantee IN ('tracker_reader', 'tracker_scoped_reader') AND privilege_type <> 'SELECT'
"""
_RIGHTS = """
    SELECT rolname FROM pg_roles WHERE rolname LIKE 'tracker@_%' ESCAPE '@'
    AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)
"""


# Nobody who only reads sees the secrets that sign messages, or the addresses of people.
SECRET = {"message", "person", "sign_in_link", "unsubscribed", "webhook"}


async def test_readers_may_read_every_table_and_write_none(connection):
    tables = set(metadata.tables)
    assert await column(connection, _SELECTS, "tracker_reader") & tables == tables - SECRET
    assert await column(connection, _WRITES) == set()
    assert await column(connection, _RIGHTS) == set()


async def test_a_scoped_reader_sees_the_tables_and_rows_that_commands_see(connection):
    tables = await column(connection, _SELECTS, SERVICE)
    assert await column(connection, _SELECTS, "tracker_scoped_reader") == tables - SECRET
    seen = "SELECT tablename || policyname FROM pg_policies WHERE $1 = ANY (roles) AND cmd IN ('SELECT', 'ALL')"
    of_secrets = {f"{table}scope_select" for table in SECRET}
    of_commands = await column(connection, seen, SERVICE)
    assert await column(connection, seen, "tracker_scoped_reader") == of_commands - of_secrets


async def test_a_reader_sees_every_row_unless_its_transaction_has_a_scope(connection):
    seen = "SELECT tablename FROM pg_policies WHERE roles = '{tracker_reader}' AND cmd = 'SELECT' AND qual = 'true'"
    assert await column(connection, seen) == set(WITH_POLICIES) - SECRET


# ── A practice's own scope: it reads and writes what is its own, and nothing of another ───────────────────────────

PRACTICE, OTHER = "G82002", "G82006"
INSERTS = {
    "figure": """INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value,
        qualifier, status, source_id, revision, published_at) SELECT metric.id, unit, false, {organisation}, period.id,
        ends, 1, 'EXACT', 'PUBLISHED', (SELECT min(id) FROM source), 1, now() FROM metric, period
        WHERE metric.code = 'registered_patients' AND period.code = '2025-01-31'""",
    "figure_revision": """INSERT INTO figure_revision SELECT (jsonb_populate_record(r, '{{"revision": 99}}')).*
        FROM figure_revision r JOIN figure ON figure.id = figure_id WHERE organisation_id = {organisation} LIMIT 1""",
    "nil_return": """INSERT INTO nil_return (metric_id, organisation_id, period_id, period_ends, submission_id,
        published_at) SELECT (SELECT min(id) FROM metric), {organisation}, id, ends, 1, now() FROM period
        WHERE code = '2025-01-31'""",
    "replaced_nil_return": """INSERT INTO replaced_nil_return (metric_id, organisation_id, period_id, period_ends,
        submission_id, published_at, replaced_by_id) SELECT (SELECT min(id) FROM metric), {organisation}, id, ends, 1,
        now(), 1 FROM period WHERE code = '2025-01-31'""",
    "target": """INSERT INTO target (metric_id, organisation_id, comparator, value, due, revision, source_id)
        SELECT (SELECT min(id) FROM metric), {organisation}, 'AT_LEAST', 1, '2031-03-31', 1, min(id) FROM source""",
    "submission": """INSERT INTO submission (quarter, quarter_ends, organisation_id, status, version, title,
        created_by_id, created_at, edited_by_id) SELECT '2024-25-Q4', '2025-03-31', {organisation}, 'DRAFT', 1, 'T',
        min(id), now(), min(id) FROM actor""",
    "collection_exception": """INSERT INTO collection_exception (quarter, organisation_id, reason, recorded_by_id,
        recorded_at) SELECT '2024-25-Q4', {organisation}, 'r', min(id), now() FROM actor""",
    "recalculation": """INSERT INTO recalculation (metric_id, organisation_id, starts, holds, reason, recorded_by_id,
        recorded_at) SELECT (SELECT min(id) FROM metric), {organisation}, '2031-01-01', true, 'r', min(id), now()
        FROM actor""",
    "audit_event": """INSERT INTO audit_event (action, actor, role, subject, organisation_id, at, detail)
        VALUES ('a', 'n', 'APPROVER', 's', {organisation}, now(), '{{}}')""",
}


@pytest.fixture
async def scoped(writable):
    """A database with one submission, as the service's role within a practice's scope."""
    async with writable.command() as session:
        raw = await session.connection()
        await raw.exec_driver_sql("INSERT INTO actor (identity, name, role) VALUES ('x', 'Ada', 'APPROVER')")
    await save(writable, figure())
    keys = dict(
        await writable.reading.fetch("SELECT code, id FROM organisation WHERE code IN ($1, $2)", PRACTICE, OTHER)
    )
    return writable, keys


@pytest.mark.parametrize("table", sorted(INSERTS))
async def test_a_scope_writes_rows_of_its_own_organisation_only(scoped, table):
    database, keys = scoped
    violations = {}
    for code in (PRACTICE, OTHER):
        violations[code] = await _refused(database, keys[PRACTICE], INSERTS[table].format(organisation=keys[code]))
    assert (violations[OTHER], violations[PRACTICE]) == (True, False)


async def _refused(database, scope: int, statement: str) -> bool:
    """Whether row-level security refuses a statement; another constraint may still refuse it."""
    try:
        async with database.rehearsal(scope=scope) as session:
            await (await session.connection()).exec_driver_sql(statement)
    except Exception as reason:
        return "row-level security" in str(reason)
    return False


_STAY = "INSERT INTO membership (member_id, group_id, starts, ends) SELECT {0}, id, {1}, {2} FROM organisation"


@pytest.mark.parametrize(
    ("network", "is_refused"),
    [("U12550", False), ("U50767", True)],
    ids=["in the period", "later"],
)
async def test_a_figure_is_written_by_the_group_of_a_day_of_its_period(writable, network, is_refused):
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = $1", PRACTICE)
    group = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = $1", network)
    await _execute(writable, f"DELETE FROM membership WHERE member_id = {practice}")
    await _execute(writable, _STAY.format(practice, "NULL", "'2025-01-31'") + " WHERE code = 'U12550'")
    await _execute(writable, _STAY.format(practice, "'2025-02-01'", "NULL") + " WHERE code = 'U50767'")
    assert await _refused(writable, group, INSERTS["figure"].format(organisation=practice)) is is_refused


# ── Submissions: versions go up by one, and entries change in drafts alone ────────────────────────────────────────


async def test_a_version_goes_up_by_one(writable):
    made = (await save(writable, figure()))["submission_id"]
    for version in (3, 5, 0):
        with pytest.raises(Exception, match="a change raises the version by one"):
            await _execute(writable, f"UPDATE submission SET version = {version}, title = 'x' WHERE id = {made}")
    await _execute(writable, f"UPDATE submission SET version = 2, title = 'x' WHERE id = {made}")


@pytest.mark.parametrize("change", ["UPDATE submission_entry SET value = 1", "DELETE FROM submission_entry"])
@pytest.mark.parametrize("steps", [(), ("submit",), ("submit", "approve"), ("submit", "approve", "publish")])
async def test_entries_change_in_drafts_alone(writable, steps, change):
    made = (await save(writable, figure()))["submission_id"]
    people = {"submit": Viewer("Bob", Role.SUBMITTER, "bbbbbbbb"), "approve": Viewer("Eve", Role.APPROVER, "eeeeeeee")}
    for name in steps:
        await step(writable, name, made, by=people.get(name, people["approve"]))
    if not steps:
        await _execute(writable, change)
        return
    with pytest.raises(Exception, match="the figures of a submission that is"):
        await _execute(writable, change)


async def test_the_head_of_the_audit_only_goes_forward(writable):
    await update(writable, figure())
    for change in (
        "UPDATE audit_head SET position = position + 2",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET hash = ''",
    ):
        with pytest.raises(Exception, match="the head of the audit only goes forward"):
            await _execute(writable, change)


async def _execute(database, statement: str) -> None:
    async with database.command() as session:
        await (await session.connection()).exec_driver_sql(statement)


# ── The version of the data ───────────────────────────────────────────────────────────────────────────────────────

_RAISING = """
    SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE tgname = $1 AND tgenabled = 'O' AND tgfoid = 'raise_data_version'::regproc
"""
_VERSION = "SELECT version FROM data_version"


async def test_every_table_raises_the_version_or_is_known_not_to(connection):
    tables = set(metadata.tables)
    assert tables >= UNVERSIONED | FOLLOWING
    for trigger in ("raise_data_version", "raise_data_version_at_once"):
        assert await column(connection, _RAISING, trigger) == tables - UNVERSIONED - FOLLOWING


async def raised_by(connection: asyncpg.Connection, *statements: str) -> int:
    """By how much statements raise the version, in one transaction that is rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        before = await connection.fetchval(_VERSION)
        for statement in statements:
            await connection.execute(statement)
        return int(await connection.fetchval(_VERSION)) - int(before)
    finally:
        await transaction.rollback()


RENAMED = "UPDATE theme SET name = name || '.'"


async def test_a_transaction_raises_the_version_once(connection):
    for _ in range(2):
        assert await raised_by(connection, RENAMED, RENAMED, "UPDATE metric SET name = name || '.'") == 1


async def test_a_change_after_one_that_is_undone_raises_the_version(connection):
    assert await raised_by(connection, "SAVEPOINT s", RENAMED, "ROLLBACK TO s") == 0
    assert await raised_by(connection, "SAVEPOINT s", RENAMED, "ROLLBACK TO s", RENAMED) == 1
    assert await raised_by(connection, "SAVEPOINT s", RENAMED, "RELEASE s", RENAMED) == 1


async def test_what_changes_no_row_does_not_raise_the_version(connection):
    nothing = ("UPDATE theme SET name = '' WHERE false", "INSERT INTO theme SELECT * FROM theme ON CONFLICT DO NOTHING")
    assert await raised_by(connection, *nothing, "DELETE FROM theme WHERE false") == 0


async def test_the_service_s_role_raises_the_version(connection):
    as_service = f"SELECT set_config('role', '{SERVICE}', true), set_config('tracker.scope', '0', true)"
    assert await raised_by(connection, as_service, RENAMED) == 1


async def test_rows_that_are_cleared_raise_the_version(connection):
    assert await raised_by(connection, "TRUNCATE outline") == 1
