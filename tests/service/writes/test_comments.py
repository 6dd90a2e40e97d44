"""Comments on single answers and themes of a return: who hears of them, what answers them, and which are refused."""

from typing import Any

import orjson
import pytest

from schema import ids
from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import (
    ADA,
    BOB,
    approved,
    codes,
    figure,
    save,
    status_of,
    step,
    submitted,
    version_of,
)

CALLS = figure(72.5, reason="Counted again.")
STAFF = figure(1_064, "additional_roles_fte", period="2025-03", reason="As paid.")
ON_CALLS: dict[str, Any] = {"metric": "call_back_percent", "words": "Count the branch surgeries too."}
ON_THEME: dict[str, Any] = {"theme": "workforce", "words": "Which month is this?"}
READ = """query($id: ID!) { submission(id: $id) { comments {
    metric { code } organisation { code } theme { code } words writtenBy { name } answeredAt } } }"""


async def theme_of(database: Database, metric: str) -> str:
    return str(
        await database.reading.fetchval(
            "SELECT theme.code FROM metric JOIN theme ON theme.id = theme_id WHERE metric.code = $1", metric
        )
    )


async def comments(database: Database, submission: int, *, by: Viewer | None = BOB) -> Any:
    request = GraphQLRequest(READ, {"id": ids.made("Submission", submission)})
    data = await Executor(graph._schema, database).data(request, Caller(by), may_write=False)
    found = orjson.loads(data)["submission"]
    return found and found["comments"]


async def returned(database: Database, *said: dict[str, Any]) -> int:
    """A return of two answers that Ada sends back with some comments."""
    made = await submitted(database, CALLS, STAFF)
    done = await step(database, "return", made, by=ADA, reason="See below.", comments=list(said))
    assert codes(done) == []
    return made


async def edited(database: Database, made: int, *figures: dict[str, Any]) -> None:
    version = await version_of(database, made)
    done = await save(database, *figures, id=ids.made("Submission", made), expectedVersion=version)
    assert codes(done) == []


async def open_ones(database: Database, made: int) -> list[str]:
    return [each["words"] for each in await comments(database, made) if each["answeredAt"] is None]


async def test_a_return_says_what_has_to_change_in_single_answers_and_in_a_theme(writable):
    theme = await theme_of(writable, "additional_roles_fte")
    made = await returned(writable, ON_CALLS, {**ON_THEME, "theme": theme})
    assert await comments(writable, made) == [
        {
            "metric": {"code": "call_back_percent"},
            "organisation": {"code": "QKS"},
            "theme": None,
            "words": "Count the branch surgeries too.",
            "writtenBy": {"name": "Ada"},
            "answeredAt": None,
        },
        {
            "metric": None,
            "organisation": None,
            "theme": {"code": theme},
            "words": "Which month is this?",
            "writtenBy": {"name": "Ada"},
            "answeredAt": None,
        },
    ]


async def test_changing_an_answer_clears_its_comment_and_no_other(writable):
    theme = await theme_of(writable, "additional_roles_fte")
    made = await returned(writable, ON_CALLS, {**ON_THEME, "theme": theme})
    await edited(writable, made, CALLS, STAFF)
    assert len(await open_ones(writable, made)) == 2, "saved again as it was"
    await edited(writable, made, {**CALLS, "value": 73.5}, STAFF)
    assert await open_ones(writable, made) == ["Which month is this?"]
    await edited(writable, made, {**CALLS, "value": 73.5}, {**STAFF, "note": "In March."})
    assert await open_ones(writable, made) == []


async def test_a_value_that_is_calculated_from_the_same_two_numbers_is_the_same_answer(writable):
    share = {"metric": "cloud_telephony_percent", "organisation": "QKS", "numerator": 170, "denominator": 177}
    share |= {"reason": "As counted."}
    made = await submitted(writable, share)
    await step(writable, "return", made, by=ADA, reason="?", comments=[{**ON_CALLS, "metric": share["metric"]}])
    await edited(writable, made, share)
    assert len(await open_ones(writable, made)) == 1
    await edited(writable, made, {**share, "numerator": 171})
    assert await open_ones(writable, made) == []


async def test_what_was_said_stays_when_it_is_sent_again_and_returned_again(writable):
    made = await returned(writable, ON_CALLS)
    await edited(writable, made, {**CALLS, "value": 73.5}, STAFF)
    await step(writable, "submit", made, by=BOB)
    await step(writable, "return", made, by=ADA, reason="Nearly.", comments=[{**ON_CALLS, "words": "Twice?"}])
    said = await comments(writable, made)
    assert [each["words"] for each in said] == ["Count the branch surgeries too.", "Twice?"]
    assert [each["answeredAt"] is None for each in said] == [False, True]


async def test_only_those_who_see_the_submission_see_what_was_said(writable):
    made = await returned(writable, ON_CALLS)
    practice = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'G82002'")
    for other in (None, Viewer("Pat", Role.SUBMITTER, "p", practice)):
        assert await comments(writable, made, by=other) is None


async def test_the_audit_has_what_was_said(writable):
    await returned(writable, ON_CALLS)
    detail = await writable.reading.fetchval("SELECT detail FROM audit_event WHERE action = 'submission.return'")
    assert orjson.loads(detail)["comments"] == [{**ON_CALLS, "organisation": "QKS"}]


WRONG = [
    ({"words": "About nothing."}, "submission/comment", ["input", "comments", "0"]),
    ({**ON_CALLS, **ON_THEME}, "submission/comment", ["input", "comments", "0"]),
    ({**ON_CALLS, "words": " "}, "submission/comment", ["input", "comments", "0", "words"]),
    ({**ON_CALLS, "words": "x" * 2_001}, "validation/unusable-text", ["input", "comments", "0", "words"]),
    ({**ON_CALLS, "metric": "nothing"}, "validation/unknown-metric", ["input", "comments", "0", "metric"]),
    ({**ON_CALLS, "metric": "gp_fte"}, "submission/comment", ["input", "comments", "0", "metric"]),
    ({**ON_CALLS, "organisation": "G82002"}, "submission/comment", ["input", "comments", "0", "metric"]),
    ({"theme": "nothing\x00", "words": "?"}, "submission/comment", ["input", "comments", "0", "theme"]),
]


@pytest.mark.parametrize(("wrong", "code", "path"), WRONG)
async def test_a_comment_is_about_something_in_the_submission_and_says_something(writable, wrong, code, path):
    made = await submitted(writable, CALLS, STAFF)
    done = await step(writable, "return", made, by=ADA, reason="See below.", comments=[wrong])
    assert [(each["code"], each["path"]) for each in done["problems"]] == [(code, path)]
    assert await status_of(writable, made) == "SUBMITTED"


async def test_comments_go_with_a_return_alone_and_are_at_most_500(writable):
    made = await approved(writable, CALLS)
    done = await step(writable, "publish", made, by=ADA, comments=[ON_CALLS])
    assert codes(done) == ["submission/comments"]
    many = await step(writable, "return", made, by=ADA, reason="All.", comments=[ON_CALLS] * 501)
    assert codes(many) == ["submission/comment"]
