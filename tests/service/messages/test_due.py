"""Who gets which message, once; what is too old, unwanted or nobody's business is left out."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest

from schema import ids
from schema.enumerations import MessageKind, Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.messages import unsubscribing
from service.messages.due import collect
from service.messages.quarters import Quarter, is_opening, kinds_of
from service.messages.remind import remind
from service.viewer import Viewer
from tests.service.people.inviting import ROOT, Inviting
from tests.service.writes.submitting import ADA, amend, drafted, figure, save, step

DUE = dt.date(2025, 4, 30)
MORNING = dt.time(9, tzinfo=dt.UTC)
# A network that is asked, and another one.
NETWORK, OTHER = "U10200", "U17834"


def on(days: int) -> dt.datetime:
    """The morning so many days after the quarter's last day for answers."""
    return dt.datetime.combine(DUE + dt.timedelta(days=days), MORNING)


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (-8, []),
        (-7, ["DUE_IN_A_WEEK"]),
        (-5, ["DUE_IN_A_WEEK"]),
        (-4, []),
        (-1, ["DUE_TOMORROW"]),
        (0, []),
        (1, ["OVERDUE"]),
        (3, ["OVERDUE"]),
        (4, []),
    ],
)
def test_a_day_by_which_something_is_due_says_which_messages_a_day_has(days, kinds):
    assert list(kinds_of(DUE, DUE + dt.timedelta(days=days))) == kinds


@pytest.mark.parametrize(("days", "opens"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_quarter_opens_on_its_day_and_for_two_more(days, opens):
    day = dt.date(2025, 3, 31)
    for due in (DUE, None):
        assert is_opening(Quarter("2024-25-Q4", day, due), day + dt.timedelta(days=days)) is opens
    assert not is_opening(Quarter("2024-25-Q4", None, DUE), day)
    assert not is_opening(Quarter("2024-25-Q4", day, day - dt.timedelta(days=1)), day)


class Post:
    """Looks for what is due as the service does, and says what has been put down."""

    def __init__(self, database: Database, connection: asyncpg.Connection) -> None:
        self.database = database
        self.connection = connection

    async def read(self, request: GraphQLRequest) -> bytes:
        return await Executor(graph._schema, self.database).data(request, Caller(ROOT), may_write=False)

    async def collect(self, at: dt.datetime) -> int:
        return await collect(self.database, self.read, at)

    async def messages(self) -> list[tuple[str, str]]:
        """Each message that was put down: the name of its person, and its kind."""
        rows = await self.connection.fetch(
            "SELECT p.name, m.kind FROM message m JOIN person p ON p.id = m.person_id ORDER BY m.id"
        )
        return [tuple(row) for row in rows]

    async def facts(self, kind: str) -> Any:
        return await self.connection.fetchval("SELECT facts FROM message WHERE kind = $1", kind)

    async def now(self) -> dt.datetime:
        """Nine in the morning after everything that has happened."""
        return dt.datetime.combine(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1), MORNING)


@pytest.fixture
async def post(database: Database, url: str) -> AsyncIterator[Post]:
    connection = await asyncpg.connect(url)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)
    await connection.execute(
        "INSERT INTO quarter (code, opens_on, soft_deadline) VALUES ('2024-25-Q4', '2025-03-31', '2025-04-30')"
    )
    # All that is asked for is due on the day of the quarter.
    await connection.execute("UPDATE collection SET due_days = NULL, due = NULL")
    yield Post(database, connection)
    await connection.close()


async def test_the_people_and_contacts_of_who_is_asked_get_each_message_once(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await inviting.invited("Kim", role="", organisation=NETWORK)
    await inviting.invited("Tel", role="", email="", telephone="01622 000000", organisation=NETWORK)
    await inviting.invited("Rita", role="READER", organisation=NETWORK)
    await inviting.invited("Root", role="ADMINISTRATOR", organisation="")
    await inviting.end(await inviting.invited("Gone", role="SUBMITTER", organisation=NETWORK))
    assert [await post.collect(on(days)) for days in (-30, -29, -7, -1, 1, 2)] == [2, 0, 2, 2, 2, 0]
    assert await post.messages() == [
        (name, kind) for kind in ("OPENS", "DUE_IN_A_WEEK", "DUE_TOMORROW", "OVERDUE") for name in ("Mia", "Kim")
    ]
    facts = await post.facts("OVERDUE")
    assert (facts["code"], facts["quarter"], facts["due"]) == (NETWORK, "2024-25-Q4", "2025-04-30")
    assert facts["open"] > 0


async def test_nobody_is_woken_at_night(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    # Half past seven in London, in summer.
    assert await post.collect(on(1).replace(hour=6, minute=30)) == 0
    assert await post.collect(on(1).replace(hour=7, minute=30)) == 1


async def test_who_has_answered_everything_is_not_asked_again(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    asked = await post.database.reading.fetch(
        "SELECT m.code FROM collection c JOIN metric m ON m.id = c.metric_id WHERE c.kind = 'PRIMARY_CARE_NETWORK'"
    )
    figures = [{"metric": row["code"], "organisation": NETWORK, "isNilReturn": True} for row in asked]
    saved = await save(post.database, *figures, organisation=NETWORK)
    sent = await step(post.database, "submit", saved["submission_id"], by=ROOT)
    assert (saved["problems"], sent["problems"]) == ([], [])
    assert await post.collect(on(1)) == 0


async def test_who_wants_no_more_of_a_kind_gets_the_others(post: Post, inviting: Inviting):
    person = await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    for _ in range(2):
        await unsubscribing.unsubscribe(post.database, person, MessageKind.DUE_TOMORROW)
    assert [await post.collect(on(days)) for days in (-1, 1)] == [0, 1]


async def submitted(post: Post, by: Viewer) -> int:
    submission = await drafted(post.database, figure(), by=by)
    await step(post.database, "submit", submission, by=by)
    return submission


async def viewer_of(inviting: Inviting, person: int, name: str, role: str = "SUBMITTER") -> Viewer:
    """Somebody who is on record, as their session has them."""
    scope = await inviting.database.primary.fetchval("SELECT id FROM organisation WHERE code = 'QKS'")
    return Viewer(name, Role(role), f"person|{person}", scope)


async def test_whose_figures_are_returned_hears_why(post: Post, inviting: Inviting):
    mia = await inviting.invited("Mia", role="SUBMITTER")
    await inviting.invited("Nia", role="SUBMITTER")
    submission = await submitted(post, await viewer_of(inviting, mia, "Mia"))
    comment = {"metric": "call_back_percent", "words": "Count the branches too."}
    await step(post.database, "return", submission, by=ADA, reason="Is this right?", comments=[comment])
    assert [await post.collect(dt.datetime.now(dt.UTC)) for _ in range(2)] == [1, 0]
    assert await post.messages() == [("Mia", "RETURNED")]
    facts = await post.facts("RETURNED")
    assert (facts["by"], facts["reason"], facts["code"]) == ("Ada", "Is this right?", "QKS")
    assert facts["comments"] == ["Practices with call back: “Count the branches too.”"]


async def test_a_return_that_is_edited_after_it_came_back_makes_one_message(post: Post, inviting: Inviting):
    mia = await inviting.invited("Mia", role="SUBMITTER")
    by_mia = await viewer_of(inviting, mia, "Mia")
    submission = await submitted(post, by_mia)
    await step(post.database, "return", submission, by=ADA, reason="Is this right?")
    assert await post.collect(dt.datetime.now(dt.UTC)) == 1
    version = await post.connection.fetchval("SELECT version FROM submission WHERE id = $1", submission)
    edited = await save(
        post.database,
        figure(None, numerator=159, denominator=177),
        by=by_mia,
        id=ids.made("Submission", submission),
        expectedVersion=version,
    )
    assert edited["problems"] == []
    assert await post.collect(dt.datetime.now(dt.UTC)) == 0
    again = await step(post.database, "submit", submission, by=by_mia)
    assert again["problems"] == []
    await step(post.database, "return", submission, by=ADA, reason="Once more?")
    assert await post.collect(dt.datetime.now(dt.UTC)) == 1, "it came back again"


async def test_an_organisation_with_several_returns_is_named_once(post: Post, inviting: Inviting):
    await inviting.invited("Bea", role="APPROVER")
    own = Viewer("Program", ROOT.role, "pppppppp")
    for quarter in ("2024-25-Q4", "2024-25-Q3", "2024-25-Q2"):
        period = {"2024-25-Q4": "2025-03-31", "2024-25-Q3": "2024-12-31", "2024-25-Q2": "2024-09-30"}[quarter]
        saved = await save(post.database, figure(period=period), quarter=quarter, by=own)
        sent = await step(post.database, "submit", saved["submission_id"], by=own)
        assert (saved["problems"], sent["problems"]) == ([], [])
    await post.collect(await post.now())
    facts = await post.facts("WAITING")
    assert (facts["count"], len(facts["organisations"]), facts["others"]) == (3, 1, 0)


async def test_what_a_program_sent_is_returned_to_those_of_its_organisation(post: Post, inviting: Inviting):
    await inviting.invited("Nia", role="SUBMITTER")
    await inviting.invited("Far", role="SUBMITTER", organisation="G82002")
    submission = await submitted(post, Viewer("Program", ROOT.role, "pppppppp"))
    await step(post.database, "return", submission, by=ADA, reason="Is this right?")
    await post.collect(dt.datetime.now(dt.UTC))
    assert [each for each in await post.messages() if each[1] == "RETURNED"] == [("Nia", "RETURNED")]


async def test_each_approver_hears_once_a_day_what_waits_and_nobody_of_what_they_sent(post: Post, inviting: Inviting):
    await inviting.invited("Bea", role="APPROVER")
    await inviting.invited("Root", role="ADMINISTRATOR", organisation="")
    await inviting.invited("Far", role="APPROVER", organisation="G82002")
    own = await inviting.invited("Own", role="APPROVER")
    await submitted(post, await viewer_of(inviting, own, "Own", "APPROVER"))
    day = await post.now()
    assert [await post.collect(day) for _ in range(2)] == [2, 0]
    assert await post.collect(day + dt.timedelta(days=1)) == 2
    assert await post.messages() == [("Bea", "WAITING"), ("Root", "WAITING")] * 2
    facts = await post.facts("WAITING")
    assert facts == {"count": 1, "organisations": ["NHS Kent and Medway Integrated Care Board"], "others": 0}


async def test_who_sent_figures_hears_of_their_publication_and_all_of_a_correction(post: Post, inviting: Inviting):
    mia = await inviting.invited("Mia", role="SUBMITTER")
    await inviting.invited("Nia", role="SUBMITTER")
    by_mia = await viewer_of(inviting, mia, "Mia")
    submission = await submitted(post, by_mia)
    await step(post.database, "approve", submission, by=ADA)
    await step(post.database, "publish", submission, by=ADA)
    now = dt.datetime.now(dt.UTC)
    await post.collect(now)
    assert await post.messages() == [("Mia", "PUBLISHED")]
    amended = await amend(
        post.database, figure(None, numerator=158, denominator=177, reason="Counted again."), by=by_mia
    )
    assert amended["problems"] == []
    sent = await step(post.database, "submit", amended["submission_id"], by=by_mia)
    assert sent["problems"] == []
    await step(post.database, "approve", amended["submission_id"], by=ADA)
    done = await step(post.database, "publish", amended["submission_id"], by=ADA)
    assert done["problems"] == []
    await post.collect(now)
    corrected = [each for each in await post.messages() if each[1] == "CORRECTED"]
    assert corrected == [("Mia", "CORRECTED"), ("Nia", "CORRECTED")]
    assert (await post.facts("CORRECTED"))["note"] == "Corrected."


async def test_whoever_is_invited_later_hears_nothing_of_what_was_before(post: Post, inviting: Inviting):
    submission = await submitted(post, Viewer("Program", ROOT.role, "pppppppp"))
    await step(post.database, "return", submission, by=ADA, reason="Is this right?")
    await inviting.invited("Late", role="SUBMITTER")
    await post.collect(dt.datetime.now(dt.UTC))
    assert await post.messages() == []


# ── Somebody reminds ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reminder_goes_to_who_has_not_answered_once_a_day(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await inviting.invited("Kim", role="", organisation="G82002")
    rehearsed = await remind(post.database, post.read, "2024-25-Q4", by=ROOT, dry_run=True)
    assert ([each.name for each in rehearsed.people], rehearsed.new) == (["Kim", "Mia"], 0)
    assert await post.messages() == []
    one = await remind(post.database, post.read, "2024-25-Q4", by=ROOT, organisations=[NETWORK])
    assert ([each.name for each in one.people], one.new, one.unreachable) == (["Mia"], 1, [])
    every = await remind(post.database, post.read, "2024-25-Q4", by=ROOT)
    assert ([each.name for each in every.people], every.new) == (["Kim", "Mia"], 1)
    assert OTHER in every.unreachable
    assert await post.messages() == [("Mia", "REMINDER"), ("Kim", "REMINDER")]
    action = "SELECT count(*) FROM audit_event WHERE action = 'message.remind' AND subject = '2024-25-Q4'"
    assert await post.connection.fetchval(action) == 2


async def test_who_has_stopped_reminders_is_not_reminded_and_that_is_said(post: Post, inviting: Inviting):
    mia = await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await unsubscribing.unsubscribe(post.database, mia, MessageKind.REMINDER)
    done = await remind(post.database, post.read, "2024-25-Q4", by=ROOT, organisations=[NETWORK])
    assert ([each.name for each in done.people], [each.name for each in done.stopped], done.new) == ([], ["Mia"], 0)
    await inviting.invited("Kim", role="", organisation=NETWORK)
    done = await remind(post.database, post.read, "2024-25-Q4", by=ROOT, organisations=[NETWORK])
    assert ([each.name for each in done.people], [each.name for each in done.stopped], done.new) == (
        ["Kim"],
        ["Mia"],
        1,
    )


async def test_who_acts_for_one_organisation_reminds_nobody_else(post: Post, inviting: Inviting):
    await inviting.invited("Mia", role="SUBMITTER", organisation=NETWORK)
    await inviting.invited("Kim", role="", organisation="G82002")
    scope = await post.connection.fetchval("SELECT id FROM organisation WHERE code = $1", NETWORK)
    own = Viewer("Ann", ADA.role, "aaaaaaab", scope)
    done = await remind(post.database, post.read, "2024-25-Q4", by=own)
    assert [each.name for each in done.people] == ["Mia"]
    assert OTHER not in done.unreachable


@pytest.mark.parametrize(
    ("by", "quarter", "code"),
    [
        (None, "2024-25-Q4", "UNAUTHENTICATED"),
        (Viewer("Bob", Role("SUBMITTER"), "b"), "2024-25-Q4", "FORBIDDEN"),
        (ROOT, "2024", "plan/unknown-period"),
    ],
)
async def test_only_who_approves_reminds_and_only_of_a_quarter(post: Post, by, quarter, code):
    with pytest.raises(Refusal) as refused:
        await remind(post.database, post.read, quarter, by=by)
    assert refused.value.code == code
