"""Days that move: a new deadline is sent once, an exception moves one organisation's days, and faults stay apart."""

import datetime as dt
import logging

import orjson
import pytest

from schema.commands.quarters import GrantExceptionInput, SetQuarterInput
from schema.errors import Refusal
from schema.types.scalars import OdsCode
from service.answers.request import GraphQLRequest
from service.messages import due
from service.messages.due import collect
from service.messages.recipients import recipients
from service.writes.command import carry_out
from service.writes.commands import BY_NAME
from tests.service.messages.test_due import DUE, NETWORK, OTHER, Post, on, post
from tests.service.people.inviting import ROOT, Inviting

__all__ = ["post"]
QUARTER = "2024-25-Q4"
TWO_WEEKS = dt.timedelta(days=14)


async def set_days(post: Post, soft: dt.date | None, hard: dt.date | None = None) -> None:
    given = SetQuarterInput(quarter=QUARTER, opens_on=None, soft_deadline=soft, hard_deadline=hard, reason="Agreed.")
    answer = await carry_out(post.database, BY_NAME["setQuarter"], given, by=ROOT)
    assert answer["problems"] == []


async def extend(post: Post, organisation: str, until: dt.date, metric: str | None = None) -> None:
    given = GrantExceptionInput(
        quarter=QUARTER, organisation=OdsCode(organisation), metric=metric, until=until, reason="They asked for it."
    )
    answer = await carry_out(post.database, BY_NAME["grantException"], given, by=ROOT)
    assert answer["problems"] == []


async def kinds(post: Post, name: str) -> list[str]:
    return [kind for who, kind in await post.messages() if who == name]


async def test_a_deadline_that_has_moved_is_sent_once_with_the_old_and_the_new_day(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    now = dt.datetime.now(dt.UTC).date()
    first, later = now + dt.timedelta(days=30), now + dt.timedelta(days=44)
    await set_days(post, first)
    morning = dt.datetime.combine(now + dt.timedelta(days=1), dt.time(9, tzinfo=dt.UTC))
    # It has had another day before: 30 April 2025.
    assert [await post.collect(morning) for _ in range(2)] == [1, 0]
    assert (await post.facts("DEADLINE_MOVED"))["before"] == DUE.isoformat()
    await set_days(post, later)
    assert [await post.collect(morning) for _ in range(2)] == [1, 0]
    assert await kinds(post, "Mia") == ["DEADLINE_MOVED"] * 2
    rows = await post.connection.fetch("SELECT facts FROM message ORDER BY id")
    assert (rows[1]["facts"]["before"], rows[1]["facts"]["due"]) == (first.isoformat(), later.isoformat())


async def test_a_day_that_stays_makes_no_message_nor_does_one_that_is_no_news(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    now = dt.datetime.now(dt.UTC)
    await set_days(post, DUE)
    morning = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(9, tzinfo=dt.UTC))
    assert await post.collect(morning) == 0
    await set_days(post, now.date() + dt.timedelta(days=60))
    assert await post.collect(morning + dt.timedelta(days=5)) == 0


async def test_who_is_invited_after_the_move_does_not_hear_of_it(post: Post, inviting: Inviting):
    now = dt.datetime.now(dt.UTC)
    await set_days(post, now.date() + dt.timedelta(days=60))
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    assert await post.collect(dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(9, tzinfo=dt.UTC))) == 0


async def test_reminders_are_sent_again_for_a_new_day(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    assert await post.collect(on(-1)) == 1
    await post.connection.execute("UPDATE quarter SET soft_deadline = soft_deadline + 14")
    assert [await post.collect(on(days)) for days in (1, 13)] == [0, 1]
    assert await kinds(post, "Mia") == ["DUE_TOMORROW"] * 2


async def test_an_exception_moves_the_days_of_its_organisation_alone(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await inviting.invited("Oda", role="SUBMITTER", organisation=OTHER)
    await extend(post, NETWORK, DUE + TWO_WEEKS)
    for days in (-1, 1, 13, 15):
        await post.collect(on(days))
    assert await kinds(post, "Oda") == ["DUE_TOMORROW", "OVERDUE"]
    assert await kinds(post, "Mia") == ["DUE_TOMORROW", "OVERDUE"]
    rows = await post.connection.fetch(
        "SELECT m.facts FROM message m JOIN person p ON p.id = m.person_id WHERE p.name = 'Mia' ORDER BY m.id"
    )
    assert {row["facts"]["due"] for row in rows} == {(DUE + TWO_WEEKS).isoformat()}


async def test_an_exception_for_one_measure_moves_that_question_alone(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await extend(post, NETWORK, DUE + TWO_WEEKS, "capacity_and_access_telephony_declaration")
    for days in (1, 15):
        await post.collect(on(days))
    rows = await post.connection.fetch("SELECT facts FROM message ORDER BY id")
    sent = [(row["facts"]["due"], row["facts"]["open"]) for row in rows]
    assert sent == [(DUE.isoformat(), 2), ((DUE + TWO_WEEKS).isoformat(), 1)]


async def test_what_is_collected_can_have_a_day_of_its_own(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await post.connection.execute(
        "UPDATE collection SET due_days = 44 FROM metric m "
        "WHERE m.id = metric_id AND m.code LIKE '%telephony_declaration'"
    )
    assert [await post.collect(on(days)) for days in (1, 15)] == [1, 1]
    rows = await post.connection.fetch("SELECT facts FROM message ORDER BY id")
    assert [(row["facts"]["due"], row["facts"]["open"]) for row in rows] == [("2025-04-30", 2), ("2025-05-14", 1)]


async def test_where_only_the_last_day_is_set_an_exception_moves_that(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await post.connection.execute("UPDATE quarter SET soft_deadline = NULL, hard_deadline = '2025-04-30'")
    await extend(post, NETWORK, DUE + TWO_WEEKS)
    assert [await post.collect(on(days)) for days in (1, 15)] == [0, 1]


async def test_what_goes_wrong_with_one_quarter_holds_up_no_other(post: Post, inviting: Inviting, caplog):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await post.connection.execute(
        "INSERT INTO quarter (code, soft_deadline) VALUES ('2024-25-Q1', '2025-04-30'), ('2025-26-Q1', '2025-04-30')"
    )

    async def read(request: GraphQLRequest) -> bytes:
        if orjson.loads(orjson.dumps(request.variables))["quarter"] == "2024-25-Q1":
            raise Refusal("database/timeout", "The database took too long to answer.")
        return await post.read(request)

    with caplog.at_level(logging.WARNING, logger="tracker"):
        await collect(post.database, read, on(1))
    quarters = await post.connection.fetch("SELECT DISTINCT facts->>'quarter' AS quarter FROM message ORDER BY 1")
    assert "2024-25-Q4" in [row["quarter"] for row in quarters]
    assert "Messages about 2024-25-Q1 wait: The database took too long to answer." in caplog.text


@pytest.mark.parametrize("days", [-7, 1])
async def test_people_are_looked_up_once_for_all_quarters(post: Post, inviting: Inviting, monkeypatch, days):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await post.connection.execute("INSERT INTO quarter (code, soft_deadline) VALUES ('2025-26-Q1', '2025-04-30')")
    asked, known = [], recipients

    async def counted(session):
        asked.append(1)
        return await known(session)

    monkeypatch.setattr(due, "recipients", counted)
    await post.collect(on(days))
    assert len(asked) == 1
