"""A paper is asked for by one statement, which is written once: that takes longer than to run it."""

import datetime as dt
from typing import Any

from sqlalchemy import event

from service.briefing.content import content_of, doubts_now
from service.database import Database

TODAY, ENDS = dt.date(2026, 6, 1), dt.date(2025, 3, 31)


async def test_two_looks_at_the_papers_of_two_boards_run_one_statement(database):
    first, second = [await statement_of(database, board) for board in ("QKS", "QRL")]
    assert first is second


async def test_a_paper_of_a_quarter_has_other_figures_than_one_of_today(database):
    async with database.command() as session:
        quarter = await content_of(session, "QKS", ENDS, TODAY)
        earlier = await content_of(session, "QKS", dt.date(2024, 3, 31), TODAY)
    assert quarter["asOf"] != earlier["asOf"]


async def statement_of(database: Database, board: str) -> Any:
    """The statement that looks for what does not add up in the paper of an ICB."""
    ran: list[Any] = []

    def note(_: Any, statement: Any, *__: Any) -> None:
        ran.append(statement)

    engine = database._engine.sync_engine
    event.listen(engine, "before_execute", note)
    try:
        async with database.command() as session:
            await doubts_now(session, board, TODAY)
    finally:
        event.remove(engine, "before_execute", note)
    return ran[0]
