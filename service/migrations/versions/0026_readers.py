"""Two roles that only read: one sees every row, the other the rows of the scope that its transaction has set."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

READER, SCOPED, SERVICE = "tracker_reader", "tracker_scoped_reader", "tracker_service"

# Roles belong to the whole server: another database of it may have made them already.
_MAKE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, '{role}', 'SET') THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
# A reading takes the second role on for one transaction. It never has both.
_MAKE_MEMBER = f"""
DO $$
BEGIN
    IF NOT pg_has_role('{READER}', '{SCOPED}', 'SET') THEN
        GRANT {SCOPED} TO {READER} WITH INHERIT FALSE, SET TRUE;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
# Within a scope, readings see what commands see: the same tables, by the same policies.
_AS_COMMANDS_SEE = f"""
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT table_name FROM information_schema.role_table_grants
        WHERE grantee = '{SERVICE}' AND privilege_type = 'SELECT' AND table_schema = current_schema()
    LOOP
        EXECUTE format('GRANT SELECT ON %I TO {SCOPED}', found.table_name);
    END LOOP;
    FOR found IN SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = current_schema() AND cmd IN ('SELECT', 'ALL')
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I TO {SERVICE}, {SCOPED}', found.policyname, found.tablename);
    END LOOP;
END $$
"""  # noqa: S608
# Without a scope, the statement itself leaves out what is nobody's business.
_EVERY_ROW = f"""
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('CREATE POLICY reader ON %I FOR SELECT TO {READER} USING (true)', found.relname);
    END LOOP;
END $$
"""  # noqa: S608
_FORGET = f"""
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename, policyname, '{READER}' = ANY (roles) AS is_ours FROM pg_policies
        WHERE schemaname = current_schema() AND roles && ARRAY['{READER}', '{SCOPED}']::name[]
    LOOP
        IF found.is_ours THEN
            EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);
        ELSE
            EXECUTE format('ALTER POLICY %I ON %I TO {SERVICE}', found.policyname, found.tablename);
        END IF;
    END LOOP;
END $$
"""  # noqa: S608


def upgrade() -> None:
    for role in (READER, SCOPED):
        op.execute(_MAKE_ROLE.format(role=role))
    op.execute(_MAKE_MEMBER)
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
    # Of later steps too.
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}")
    op.execute(_AS_COMMANDS_SEE)
    op.execute(_EVERY_ROW)
    # Signing in notes when a key was last used. A reading connection cannot.
    op.execute(f"GRANT SELECT (prefix), UPDATE (last_used_at) ON api_key TO {SERVICE}")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT (prefix), UPDATE (last_used_at) ON api_key FROM {SERVICE}")  # noqa: S608
    op.execute(_FORGET)
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM {READER}")  # noqa: S608
    for role in (READER, SCOPED):
        op.execute(f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {role}")  # noqa: S608
        # Another database of the server may use the role still.
        op.execute(f"DO $$ BEGIN DROP ROLE {role}; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$")
