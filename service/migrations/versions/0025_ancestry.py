"""A change of a membership writes only the rows of `ancestry` that it changes: a file of changes has hundreds of them."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Everybody above a member, by the days on which that is so.
_CLIMB = """WITH RECURSIVE climb AS (
        SELECT member_id, group_id, 1 AS distance, daterange(starts, ends, '[]') AS period FROM membership
        UNION ALL
        SELECT climb.member_id, above.group_id, climb.distance + 1,
               climb.period * daterange(above.starts, above.ends, '[]')
        FROM climb JOIN membership AS above
          ON above.member_id = climb.group_id AND daterange(above.starts, above.ends, '[]') && climb.period
        WHERE climb.distance < 8
    )
    SELECT member_id, group_id, distance, period FROM climb"""
_CLIMBED = f"""
CREATE FUNCTION climbed() RETURNS TABLE (member_id bigint, ancestor_id bigint, distance integer, period daterange)
LANGUAGE sql STABLE AS $$
    {_CLIMB}
$$
"""
# With the rights of its owner: whoever may change a membership cannot write to what follows from it.
_REBUILD = """
CREATE OR REPLACE FUNCTION rebuild_ancestry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE ancestry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ancestry WHERE (member_id, ancestor_id, distance, period) NOT IN (SELECT * FROM climbed());
    INSERT INTO ancestry (member_id, ancestor_id, distance, period)
    SELECT * FROM climbed() EXCEPT SELECT member_id, ancestor_id, distance, period FROM ancestry;
    RETURN NULL;
END $$
"""
_REBUILD_ALL = f"""
CREATE OR REPLACE FUNCTION rebuild_ancestry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE ancestry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ancestry;
    INSERT INTO ancestry (member_id, ancestor_id, distance, period)
    {_CLIMB};
    RETURN NULL;
END $$
"""  # noqa: S608 (a constant of ours)


def upgrade() -> None:
    op.execute(_CLIMBED)
    op.execute(_REBUILD)


def downgrade() -> None:
    op.execute(_REBUILD_ALL)
    op.execute("DROP FUNCTION climbed()")
