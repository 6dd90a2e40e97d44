"""An administrator adds a measure, its theme and who is asked, on pages; then a submitter is asked."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.test_approvals import words

MEASURE: dict[str, Any] = {
    "name": "Practices with a named carer lead",
    "description": "Practices that have named somebody who leads on carers.",
    "theme": "carers",
    "unit": "PERCENT",
    "decimals": "1",
    "direction": "HIGHER_IS_BETTER",
    "collectedFrom": ["PRIMARY_CARE_NETWORK", "INTEGRATED_CARE_BOARD"],
    "tolerance": "10",
    "counts": "",
    "rollUp": "NONE",
    "derivedBy": "",
}
CODE = "practices_with_a_named_carer_lead"
ASKED: dict[str, Any] = {
    "kind": "PRIMARY_CARE_NETWORK",
    "within": "QKS",
    "firstQuarter": "Q4 2024/25",
    "quarters": ["2", "4"],
    "dueDays": "30",
    "reason": "The committee asked for it.",
}


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


@pytest.fixture
async def root(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Ada", "Run", None) as desk:
        yield desk


async def measure(office: Office) -> Any:
    return await office.database.reading.fetchrow(
        "SELECT m.name, m.unit, m.decimals, m.tolerance::float, m.collected_from, t.code AS theme FROM metric m "
        "JOIN theme t ON t.id = m.theme_id WHERE m.code = $1",
        CODE,
    )


async def add_theme(root: Desk) -> None:
    sent = await root.send("/themes", name="Carers", reason="The committee asked for it.")
    assert sent.headers["location"] == "/themes", words(sent.text)


async def test_from_a_theme_to_a_question_in_the_return(office, root):
    await add_theme(root)
    assert "Carers" in words(await root.page("/themes"))
    shown = await root.send("/measures/new", **MEASURE, do="preview")
    assert shown.status_code == 200, words(shown.text)[-3000:]
    assert "What would be added" in words(shown.text)
    assert f"Its code in files and addresses is {CODE}" in words(shown.text)
    assert await measure(office) is None
    added = await root.send("/measures/new", **MEASURE, do="now")
    assert added.headers["location"] == f"/collections/{CODE}"
    row = await measure(office)
    assert tuple(row) == (
        MEASURE["name"], "PERCENT", 1, 10.0, ["PRIMARY_CARE_NETWORK", "INTEGRATED_CARE_BOARD"], "carers",
    )  # fmt: skip
    assert "Nobody is asked for it yet." in words(await root.page(f"/collections/{CODE}"))
    shown = await root.send(f"/collections/{CODE}", **ASKED, do="preview")
    said = words(shown.text)
    assert "primary care networks of QKS are asked only Q2, Q4, from Q4 2024/25, and answer 30 days after" in said
    assert "questions come or go" in said
    assert (await root.send(f"/collections/{CODE}", **ASKED, do="now")).status_code == 303
    assert "only Q2, Q4" in words(await root.page(f"/collections/{CODE}"))
    listed = words(await root.page("/collections"))
    assert MEASURE["name"] in listed
    assert "Primary care networks of NHS Kent and Medway Integrated Care Board" in listed
    async with office.desk("Nia", "Submit", "U10200") as network:
        assert MEASURE["name"] in words(await network.page("/quarters/2024-25-Q4/U10200"))


async def test_a_measure_is_changed_from_what_it_is_and_keeps_the_rest(office, root):
    page = await root.page("/measures/call_back_percent/change")
    before = dict(await office.database.reading.fetchrow("SELECT * FROM metric WHERE code = 'call_back_percent'"))
    assert before["name"] in page
    fields = {
        **MEASURE, "name": "Practices that call back", "description": before["description"], "theme": "telephony",
    }  # fmt: skip
    themes = await office.database.reading.fetchval("SELECT code FROM theme WHERE id = $1", before["theme_id"])
    stored = {
        "theme": themes,
        "decimals": str(before["decimals"]),
        "direction": before["direction"],
        "collectedFrom": list(before["collected_from"]),
        "tolerance": "" if before["tolerance"] is None else f"{before['tolerance']:f}",
        "minimum": "" if before["minimum"] is None else f"{before['minimum']:f}",
        "maximum": "" if before["maximum"] is None else f"{before['maximum']:f}",
        "counts": before["counts"],
        "numeratorLabel": before["numerator_label"] or "",
        "denominatorLabel": before["denominator_label"] or "",
        "rollUp": before["roll_up"],
        "source": before["source"] or "",
    }
    for name in ("decimals", "tolerance", "source"):
        assert f'value="{stored[name]}"' in page or not stored[name]
    fields |= stored
    for name, column in (("denominatorMetric", "denominator_metric_id"), ("derivedFrom", "derived_from_id")):
        if before[column] is not None:
            fields[name] = await office.database.reading.fetchval(
                "SELECT code FROM metric WHERE id = $1", before[column]
            )
    fields["derivedBy"] = before["derived_by"] or ""
    shown = await root.send("/measures/call_back_percent/change", **fields, do="preview")
    assert f"Name {before['name']} Practices that call back" in words(shown.text)
    done = await root.send("/measures/call_back_percent/change", **fields, do="now")
    assert done.headers["location"] == "/measures/call_back_percent"
    after = dict(await office.database.reading.fetchrow("SELECT * FROM metric WHERE code = 'call_back_percent'"))
    assert {name for name in after if after[name] != before[name]} == {"name"}


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"name": ""}, "name", "Name: fill this in."),
        (
            {"name": "Call back: percent"},
            "name",
            "Another measure has this name, or one that is nearly the same.",
        ),
        ({"decimals": "many"}, "decimals", "Enter a whole number."),
        ({"decimals": "9"}, "decimals", "A metric can have 0 to 6 decimal places, not 9."),
        ({"collectedFrom": []}, "collectedFrom", "Who answers: fill this in."),
        ({"tolerance": "over 5"}, "tolerance", "is not an exact number"),
        ({"theme": "nothing"}, "theme", "No theme has the code"),
        ({"minimum": "-5"}, "minimum", "A percentage must be between 0 and 100."),
        ({"partOf": "nothing"}, "partOf", "No other metric has the code"),
    ],
)
async def test_what_is_wrong_with_a_measure_is_said_at_its_field(office, root, change, field, sentence):
    themes = await office.database.reading.fetchval("SELECT code FROM theme ORDER BY id LIMIT 1")
    sent = await root.send("/measures/new", **{**MEASURE, "theme": themes, **change}, do="preview")
    assert sent.status_code == 422
    assert f'href="#{field}"' in sent.text
    assert sentence in words(sent.text)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"kind": "TRUST"}, "kind", "Select who is asked."),
        ({"within": "X99"}, "within", "X99"),
        ({"firstQuarter": "soon"}, "firstQuarter", "Write a quarter, such as Q1 2026/27."),
        ({"lastQuarter": "Q1 2020/21"}, "lastQuarter", "is before"),
        ({"quarters": []}, "quarters", "Select at least one quarter, or stop asking for it."),
        ({"dueDays": "900"}, "dueDays", "that must be between"),
        ({"reason": ""}, "reason", "Say why it is asked for, or no longer."),
    ],
)
async def test_what_is_wrong_with_who_is_asked_is_said_at_its_field(root, change, field, sentence):
    await add_theme(root)
    await root.send("/measures/new", **MEASURE, do="now")
    sent = await root.send(f"/collections/{CODE}", **{**ASKED, **change}, do="preview")
    assert sent.status_code == 422
    assert f'href="#{field}"' in sent.text
    assert sentence in words(sent.text)


async def test_nobody_is_asked_any_more_from_a_quarter_on(office, root):
    await add_theme(root)
    await root.send("/measures/new", **MEASURE, do="now")
    await root.send(f"/collections/{CODE}", **ASKED, do="now")
    stop = {**ASKED, "quarters": [], "stop": "yes", "firstQuarter": "Q2 2025/26", "reason": "It was a trial."}
    assert "no longer" in words((await root.send(f"/collections/{CODE}", **stop, do="preview")).text)
    assert (await root.send(f"/collections/{CODE}", **stop, do="now")).status_code == 303
    ends = await office.database.reading.fetch(
        "SELECT c.ends::text FROM collection c JOIN metric m ON m.id = c.metric_id WHERE m.code = $1", CODE
    )
    assert [row["ends"] for row in ends] == ["2025-06-30"]


async def test_a_theme_is_renamed_and_no_name_is_taken_twice(office, root):
    await add_theme(root)
    again = await root.send("/themes", name="carers", reason="Again.")
    assert "Another theme has this name" in words(again.text)
    renamed = await root.send(
        "/themes", code="carers", name="Carers and families", position="1", reason="A better name."
    )
    assert renamed.status_code == 303
    assert (
        await office.database.reading.fetchval("SELECT name FROM theme WHERE code = 'carers'") == "Carers and families"
    )


@pytest.mark.parametrize(
    "address", ["/measures/new", "/measures/call_back_percent/change", "/collections/call_back_percent", "/themes"]
)
async def test_only_administrators_set_up_what_is_asked(office, address):
    async with office.desk("Hedda", "Approve") as desk:
        answer = await desk.browser.get(address)
        assert answer.status_code == 403
        assert "As an approver, you cannot" in words(answer.text)
        assert "Change" not in words(await desk.page("/collections"))
