"""The codes of errors are an enumeration of the schema: each error has one of its values."""

from typing import Any

from schema.errors import REMEDIES, Refusal
from schema.graph import graph
from service.answers.errors import failure, of_document


def values() -> set[str]:
    """The values of the enumeration, as clients see them."""
    kind: Any = graph._schema.type_map["ErrorCode"]
    return set(kind.values)


def test_each_code_is_a_value_of_its_own_and_there_are_no_others():
    given = [Refusal(code, "").extensions["errorCode"] for code in REMEDIES]
    assert len(set(given)) == len(REMEDIES)
    assert set(given) == values()


def test_an_error_of_any_origin_has_a_value():
    for failed in (failure(ValueError("a fault")), failure(Refusal("plan/page-size", "")), failure(TimeoutError())):
        assert failed.errors[0]["extensions"]["errorCode"] in values()
    assert of_document("document/invalid", []).errors == ()


def test_the_code_stays_as_it_was():
    extensions = Refusal("plan/page-size", "").extensions
    assert (extensions["code"], extensions["errorCode"]) == ("plan/page-size", "PLAN_PAGE_SIZE")
