"""The counts of figures are those of the figures, whatever changes them."""

import asyncpg
import pytest

COUNTED = "SELECT organisation_id, is_synthetic, status, count(*) FROM figure GROUP BY 1, 2, 3"
KEPT = "SELECT organisation_id, is_synthetic, status, figures FROM figure_count WHERE figures <> 0"
TWO = "(SELECT id FROM figure ORDER BY id LIMIT 2)"
CHANGES = {
    "nothing": "SELECT 1",
    "a withdrawal": f"UPDATE figure SET status = 'WITHDRAWN' WHERE id IN {TWO}",
    "another value": f"UPDATE figure SET value = value WHERE id IN {TWO}",
    "another organisation": f"UPDATE figure SET organisation_id = (SELECT max(id) FROM organisation) WHERE id IN {TWO}",
    "an end": f"DELETE FROM figure WHERE id IN {TWO}",
    "the end of all": "TRUNCATE figure, paper_action",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_the_counts_follow_a_change(server, seeded, change):
    async with server.copy(seeded) as url:
        connection = await asyncpg.connect(url)
        # Their history would keep them from changing.
        await connection.execute("DROP TABLE figure_revision CASCADE")
        before = {*await connection.fetch(KEPT)}
        await connection.execute(CHANGES[change])
        kept, counted = await connection.fetch(KEPT), await connection.fetch(COUNTED)
        await connection.close()
    assert {*kept} == {*counted}
    assert ({*kept} == before) is (change in {"nothing", "another value"})
