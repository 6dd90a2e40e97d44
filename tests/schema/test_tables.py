"""What the database itself keeps out, whatever the door."""

import asyncpg
import pytest

ORGANISATION = "INSERT INTO organisation (code, kind, name) VALUES ('G{0}', 'PRACTICE', 'Surgery {0}') RETURNING id"
CORNER = """
    WITH t AS (INSERT INTO theme (code, name, position) VALUES ('t', 'T', 1) RETURNING id),
         s AS (INSERT INTO source (title) VALUES ('S') RETURNING id),
         m AS (INSERT INTO metric
               (code, name, description, theme_id, unit, direction, decimals, collected_from, roll_up)
               SELECT 'made_up', 'M', 'D', id, 'PERCENT', 'HIGHER_IS_BETTER', 2, '{PRACTICE}', 'NONE' FROM t
               RETURNING id),
         p AS (INSERT INTO period (code, label, kind, starts, ends, quarter)
               VALUES ('2024-11', 'November 2024', 'MONTH', '2024-11-01', '2024-11-30', '2024-25-Q3') RETURNING id),
         o AS (INSERT INTO organisation (code, kind, name) VALUES ('G1', 'PRACTICE', 'Surgery') RETURNING id)
    SELECT t.id AS theme, s.id AS source, m.id AS metric, p.id AS period, o.id AS organisation FROM t, s, m, p, o
"""
FIGURE = """
    INSERT INTO figure (metric_id, unit, organisation_id, period_id, period_ends, value, numerator, denominator,
                        lower_confidence_limit, upper_confidence_limit, qualifier, status, source_id, revision,
                        published_at)
    SELECT m.id, 'PERCENT', o.id, p.id, p.ends, {value}, {numerator}, {denominator}, {lower}, {upper}, 'EXACT',
           'PUBLISHED', s.id, 1, now()
    FROM metric m, organisation o, period p, source s RETURNING id
"""
SOUND = {"value": "50", "numerator": "1", "denominator": "2", "lower": "NULL", "upper": "NULL"}


@pytest.fixture
async def connection(empty_database):
    connection = await asyncpg.connect(empty_database)
    await connection.execute(CORNER)
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    "figure",
    [
        {"value": "'NaN'"},
        {"value": "'Infinity'"},
        {"value": "'-Infinity'"},
        {"value": "100.01"},
        {"value": "-0.01"},
        {"numerator": "'NaN'"},
        {"numerator": "3"},
        {"numerator": "-1"},
        {"denominator": "0"},
        {"denominator": "'Infinity'"},
        {"lower": "10"},
        {"lower": "51", "upper": "60"},
        {"lower": "40", "upper": "49"},
        {"lower": "'NaN'", "upper": "60"},
    ],
    ids=str,
)
async def test_an_impossible_figure_is_kept_out(connection, figure):
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(FIGURE.format(**SOUND | figure))


async def test_a_figure_without_its_revision_is_kept_out(connection):
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(FIGURE.format(**SOUND))


async def test_a_figure_of_another_unit_than_its_metric_s_is_kept_out(connection):
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(FIGURE.format(**SOUND).replace("'PERCENT', o.id", "'COUNT', o.id"))


async def test_a_made_up_figure_of_a_real_metric_is_kept_out(connection):
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(
            FIGURE.format(**SOUND).replace("unit,", "is_synthetic, unit,").replace("'PERC", "true, 'PERC")
        )


async def test_a_reversed_period_is_kept_out(connection):
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "INSERT INTO period (code, label, kind, starts, ends, quarter) "
            "VALUES ('x', 'x', 'SPAN', '2025-01-02', '2025-01-01', 'q')"
        )


async def test_stays_of_a_member_in_two_groups_cannot_overlap(connection):
    one, two, three = [await connection.fetchval(ORGANISATION.format(number)) for number in (1001, 1002, 1003)]
    stay = "INSERT INTO membership (member_id, group_id, starts, ends) VALUES ($1, $2, $3::text::date, $4::text::date)"
    await connection.execute(stay, one, two, None, "2025-03-31")
    await connection.execute(stay, one, three, "2025-04-01", None)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await connection.execute(stay, one, two, "2026-01-01", "2026-01-01")


async def test_ancestry_follows_every_change_of_memberships(connection):
    one, two, three = [await connection.fetchval(ORGANISATION.format(number)) for number in (1001, 1002, 1003)]
    stay = "INSERT INTO membership (member_id, group_id, starts) VALUES ($1, $2, $3::text::date)"
    await connection.execute(stay, one, two, "2024-01-01")
    await connection.execute(stay, two, three, "2025-01-01")
    said = "SELECT distance, period::text FROM ancestry WHERE member_id = $1 ORDER BY distance"
    assert [tuple(row) for row in await connection.fetch(said, one)] == [(1, "[2024-01-01,)"), (2, "[2025-01-01,)")]
    await connection.execute("DELETE FROM membership WHERE member_id = $1", two)
    assert [tuple(row) for row in await connection.fetch(said, one)] == [(1, "[2024-01-01,)")]


@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["figure_revision", "target_revision", "audit_event", "recalculation"])
async def test_history_is_append_only_even_for_the_owner(connection, table, change):
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute(change.format(table))
