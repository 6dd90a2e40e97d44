"""How alike two words are, so that a search forgives a slip of the keyboard."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# The owner of a database may create this extension, where the server has it. Where it does not, or the owner may not,
# no two words are alike: a search then finds what begins with the words, and no slips.
_MAKE = """
DO $do$
DECLARE
    place text;
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN feature_not_supported OR undefined_file OR insufficient_privilege THEN NULL;
    END;
    SELECT extnamespace::regnamespace::text INTO place FROM pg_extension WHERE extname = 'pg_trgm';
    EXECUTE 'CREATE FUNCTION likeness(one text, other text) RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
        || quote_literal(
            CASE WHEN place IS NULL THEN 'SELECT 0::real' ELSE format('SELECT %s.similarity(one, other)', place) END
        );
END $do$
"""


def upgrade() -> None:
    op.execute(_MAKE)


def downgrade() -> None:
    # The extension stays: somebody else may use it.
    op.execute("DROP FUNCTION likeness(text, text)")
