"""Each mutation has one command, whose typed input is made once, and makes the same request again."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
import strawberry
from graphql import parse, value_from_ast
from strawberry.schema.config import StrawberryConfig

from schema.commands.declaring import as_arguments, from_arguments
from schema.commands.submissions import (
    SUBMISSION,
    FigureInput,
    SubmissionInput,
    SubmissionPayload,
    UpdateQuarterlyFiguresInput,
)
from schema.graph import graph
from schema.mapping import field_with_arguments
from schema.mutation import Mutation
from schema.query import Query
from schema.types.scalars import SCALARS
from service.answers.commands import Unmatched
from service.answers.executor import Executor
from service.writes.command import carry_out
from service.writes.commands import BY_NAME, COMMANDS
from service.writes.trust.idempotency import fingerprint
from tests.service.writes.submitting import BOB

# Inputs as documents, each with the fingerprint that its idempotency key was stored under in version 0.3.0.
REQUESTS = {
    'updateQuarterlyFigures(input: {quarter: "2024-25-Q4", organisation: "qks", figures: [{metric: '
    '"call_back_percent", organisation: "QKS", value: 89, note: null}, {metric: "x", organisation: "G82002", '
    'numerator: 1.5, denominator: 2, period: "2025-01", isNilReturn: false, reason: "r"}], idempotencyKey: "k", '
    'publicNote: "n"})': ("e0db03162b75e50e408df7d72936cb48608236c033a01b1f8d694a047af6cdd9"),
    'setTarget(input: {metric: "call_back_percent", organisation: "QKS", comparator: AT_LEAST, value: 95, '
    'due: "2026-03-31", milestones: [{due: "2025-09-30", value: 92.5}], upperValue: null, reason: "r", '
    'idempotencyKey: "k"})': "7ceca3de4999b7e38e186f293207f919d6a9c8a5e7dd616c847c8784f2fcd2e3",
    'saveMetric(input: {code: "a", name: "b", description: "c", theme: "t", unit: PERCENT, direction: '
    'HIGHER_IS_BETTER, decimals: 2, collectedFrom: [PRACTICE], rollUp: NONE, idempotencyKey: "k"})': (
        "d1f433f421b381b668104bedd87c0a57bb36b916a4dc6195f293b72d7ff77472"
    ),
    'recalculateLimits(input: {metric: "m", organisation: "QKS", starts: "2025-01-01", reason: "r", '
    'idempotencyKey: "k"})': "1a7e4936a4d46730286277f4d803509989aaf64dd8d244f70b2acdfc11fa9871",
    'submitSubmission(input: {id: "abc", expectedVersion: 3, idempotencyKey: "k"})': (
        "f85cf6e1238af8fc8ff08d3082d99206cb5d7f4e60ef196ebf25c4c5da719407"
    ),
}


@pytest.mark.parametrize(("document", "stored"), REQUESTS.items(), ids=lambda text: text[:20])
def test_a_key_that_was_used_before_the_inputs_were_typed_still_answers(document, stored):
    definition: Any = parse(f"mutation {{ {document} }}").definitions[0]
    node = definition.selection_set.selections[0]
    name = node.name.value
    mutation = graph._schema.mutation_type
    assert mutation is not None
    coerced = value_from_ast(node.arguments[0].value, mutation.fields[name].args["input"].type)
    given = from_arguments(BY_NAME[name].input, coerced)
    assert as_arguments(given) == coerced
    assert fingerprint({"command": name, **as_arguments(given)}) == stored


def test_an_input_cannot_be_changed():
    given = SubmissionInput(id=strawberry.ID("a"), expected_version=1)
    with pytest.raises(FrozenInstanceError):
        given.reason = "another"  # type: ignore[misc]


def test_inputs_in_lists_are_typed_too_and_what_is_left_out_is_none():
    figures = [{"metric": "m", "organisation": "QKS", "value": 1.5, "note": None}]
    given = from_arguments(
        UpdateQuarterlyFiguresInput, {"quarter": "q", "organisation": "QKS", "figures": figures, "publicNote": "n"}
    )
    (figure,) = given.figures
    assert isinstance(figure, FigureInput)
    assert (figure.value, figure.note, figure.reason, figure.is_nil_return) == (1.5, None, None, False)
    assert (given.public_note, given.reason) == ("n", None)
    assert set(as_arguments(figure)) == {"metric", "organisation", "value", "note", "isNilReturn"}


# ── What a process refuses to start with ──────────────────────────────────────────────────────────────────────────


@strawberry.type(description="The commands, and one that nothing carries out.")
class OneMore(Mutation):
    @field_with_arguments(SUBMISSION)
    def no_such_command(self, input: SubmissionInput) -> SubmissionPayload:  # type: ignore[empty-body]  # noqa: A002
        """Saves a theme."""


async def test_a_mutation_without_a_command_is_refused_at_the_start(writable):
    schema = strawberry.Schema(query=Query, mutation=OneMore, config=StrawberryConfig(scalar_map=SCALARS))
    with pytest.raises(Unmatched, match="mutation noSuchCommand has no command"):
        Executor(schema._schema, writable)


async def test_a_command_without_a_mutation_is_refused_at_the_start(writable):
    more = replace(BY_NAME["saveMetric"], name="noSuchCommand")
    with pytest.raises(Unmatched, match="command noSuchCommand has no mutation"):
        Executor(graph._schema, writable, commands=[*COMMANDS, more])


async def test_a_command_that_takes_another_input_than_its_mutation_is_refused_at_the_start(writable):
    others = [command for command in COMMANDS if command.name != "saveMetric"]
    wrong = replace(BY_NAME["saveMetric"], input=SubmissionInput)
    with pytest.raises(Unmatched, match="saveMetric takes another input"):
        Executor(graph._schema, writable, commands=[*others, wrong])


async def test_two_commands_of_one_name_are_refused_at_the_start(writable):
    with pytest.raises(Unmatched, match="two commands have the name saveMetric"):
        Executor(graph._schema, writable, commands=[*COMMANDS, BY_NAME["saveMetric"]])


# ── The audit events of a command ─────────────────────────────────────────────────────────────────────────────────


async def test_a_command_leaves_no_event_that_it_does_not_declare(writable):
    undeclared = replace(BY_NAME["saveSubmission"], events=("submission.edit",))
    given = from_arguments(undeclared.input, {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": []})
    with pytest.raises(ValueError, match=r"does not declare the event submission\.create"):
        await carry_out(writable, undeclared, given, by=BOB)
    assert await writable.reading.fetchval("SELECT count(*) FROM submission") == 0
