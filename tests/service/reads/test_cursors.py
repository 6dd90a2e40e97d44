"""Cursors: what was not given here, or for another order, is refused, and nothing that is sent is a fault of ours."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.answers.errors import failure
from service.answers.executor import Executor
from tests.service.reads.paging import page, refusal


@pytest.mark.parametrize("end", ["after", "before"])
async def test_a_cursor_of_another_order_is_refused(executor: Executor, end: str) -> None:
    cursor = (await page(executor, "practices", [{"name": "DESC"}]))["pageInfo"]["endCursor"]
    assert await refusal(executor, orders=[{"name": "ASC"}], **{end: cursor}) == "plan/malformed-cursor"


@pytest.mark.parametrize("end", ["after", "before"])
async def test_a_cursor_of_another_type_is_refused(executor: Executor, end: str) -> None:
    cursor = (await page(executor, "figures"))["pageInfo"]["endCursor"]
    assert await refusal(executor, **{end: cursor}) == "plan/malformed-cursor"


@pytest.mark.parametrize("cut", [1, 4, 10, 30])
async def test_a_cursor_that_was_cut_is_refused(executor: Executor, cut: int) -> None:
    cursor = (await page(executor, "practices"))["pageInfo"]["endCursor"]
    assert await refusal(executor, after=cursor[:-cut]) == "plan/malformed-cursor"


FORGED = [
    "",
    "é",
    "\x00",
    "not a cursor",
    "[" * 10_000,
    ["Practice name asc"],
    ["Practice name asc", "a"],
    ["Practice name asc", "a", "1", "2"],
    ["Practice name asc", "a", None],
    ["Practice name asc", None, "1"],
    ["Practice name asc", "a", "9223372036854775808"],
    ["Practice name asc", "a", "1" * 5_000],
    ["Practice name asc", "a", "one"],
    ["Practice name asc", "a", 1],
    ["Practice name asc", "\x00", "1"],
    {"order": "Practice name asc"},
    None,
]


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_cursor_is_refused(executor: Executor, forged: Any) -> None:
    cursor = forged if isinstance(forged, str) else base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    assert await refusal(executor, after=cursor) == "plan/malformed-cursor"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("organisationName", "\ud800"),
        ("value", "NaN"),
        ("value", "1e999999999"),
        ("value", "٣"),
        ("periodEnd", "0000-00-00"),
        ("publishedAt", "2025-01-01T00:00:00"),
        ("publishedAt", "9999-12-31T23:59:59-14:00"),
    ],
)
async def test_a_forged_key_is_refused_or_a_place(executor: Executor, key: str, value: str) -> None:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
    plain = json.dumps([f"Figure {name} asc", value, "1"])
    cursor = base64.urlsafe_b64encode(plain.encode()).decode()
    await answered_or_refused(executor, "figures", [{key: "ASC"}], cursor)


async def answered_or_refused(executor: Executor, listed: str, orders: Any, cursor: str) -> None:
    """A page is given, or the cursor or a value in it is refused; anything else is a fault."""
    try:
        await page(executor, listed, orders, first=1, after=cursor)
    except Exception as reason:
        code = failure(reason).errors[0]["extensions"]["code"]
        assert code in {"plan/malformed-cursor", "plan/unusable-value"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["Practice name asc", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)
ENCODED = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
CURSORS = ENCODED.map(lambda plain: base64.urlsafe_b64encode(plain).decode()) | st.text(max_size=60)


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cursor=CURSORS)
async def test_no_cursor_is_a_fault(executor: Executor, cursor: str) -> None:
    await answered_or_refused(executor, "practices", None, cursor)
