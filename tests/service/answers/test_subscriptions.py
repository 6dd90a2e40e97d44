"""A document becomes a subscription: which events it wants, who may have them, and which answers are none."""

from collections import defaultdict
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from schema import ids
from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.subscriptions import Subscription
from service.events.event import Interest
from service.reads.reader import Operation
from service.viewer import Viewer


def subscription(text: str, **variables: Any) -> Subscription:
    """The subscription of a document with one operation, whose fields are all in it."""
    [definition] = parse(text).definitions
    assert isinstance(definition, OperationDefinitionNode)
    fields: dict[str, list[FieldNode]] = defaultdict(list)
    for node in definition.selection_set.selections:
        assert isinstance(node, FieldNode)
        fields[(node.alias or node.name).value].append(node)
    return Subscription.of(graph._schema, Operation(text, definition, {}), variables, fields)


@pytest.mark.parametrize(
    ("field", "interest"),
    [
        ("figuresPublished { value }", Interest("figuresPublished")),
        ('figuresPublished(metrics: ["a", "b"]) { id }', Interest("figuresPublished", metrics=frozenset("ab"))),
        (
            'figuresPublished(organisations: ["QKS"], kind: PRACTICE) { id }',
            Interest("figuresPublished", organisations=frozenset({"QKS"}), kind="PRACTICE"),
        ),
        ("figuresPublished(metrics: []) { id }", Interest("figuresPublished", metrics=frozenset())),
        ("submissionChanged { id }", Interest("submissionChanged")),
        (
            'submissionChanged(organisation: "QKS") { id }',
            Interest("submissionChanged", organisations=frozenset({"QKS"})),
        ),
        (f'submissionChanged(id: "{ids.made("Submission", 7)}") {{ id }}', Interest("submissionChanged", key=7)),
        # No submission has the key 0.
        (f'submissionChanged(id: "{ids.made("Figure", 7)}") {{ id }}', Interest("submissionChanged", key=0)),
    ],
)
def test_the_arguments_say_which_events_are_wanted(field, interest):
    assert subscription(f"subscription {{ {field} }}").interest == interest


def test_a_variable_without_a_value_leaves_its_argument_out():
    text = "subscription ($of: [String!]) { figuresPublished(metrics: $of) { id } }"
    assert subscription(text).interest == Interest("figuresPublished")
    assert subscription(text, of=["a"]).interest == Interest("figuresPublished", metrics=frozenset("a"))


def test_a_subscription_asks_for_exactly_one_field():
    with pytest.raises(Refusal, match="exactly one field"):
        subscription("subscription { figuresPublished { id } submissionChanged { id } }")


@pytest.mark.parametrize(
    ("viewer", "code"), [(None, "UNAUTHENTICATED"), (Viewer("Rea", Role.READER), "FORBIDDEN")], ids=str
)
def test_submissions_need_a_key_of_a_role_that_sees_them(viewer, code):
    subscription("subscription { figuresPublished { id } }").check(viewer)
    with pytest.raises(Refusal) as refused:
        subscription("subscription { submissionChanged { id } }").check(viewer)
    assert refused.value.code == code


def test_a_submitter_may_follow_submissions():
    subscription("subscription { submissionChanged { id } }").check(Viewer("Bob", Role.SUBMITTER))


@pytest.mark.parametrize("key", ["a", "submissionChanged", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 20])
def test_an_answer_is_nothing_when_its_one_field_is_null(key):
    mine = Subscription(subscription("subscription { submissionChanged { id } }").operation, {}, key, Interest("x"))
    escaped = key.encode("ascii", "backslashreplace").replace(b"\\xe9", b"\\u00e9").decode()
    assert mine.is_nothing(f'{{ "{escaped}" : null }}'.encode())
    assert not mine.is_nothing(f'{{"{key}": {{"id": null}}}}'.encode())
    assert not mine.is_nothing(f'{{"{key}": {{"id": "{"x" * 400}"}}}}'.encode())
