"""The register is kept: organisations open, change, close, move and become one, and the past stays as it was."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, ROOT, codes, give

DAY = dt.timedelta(days=1)
ON = dt.date(2026, 7, 1)
WHY = {"reason": "The ICB decided so."}
LATER = dt.date(2090, 1, 1)
EARLY = dt.date(1900, 1, 1)
NEW: dict[str, Any] = {"code": "G99001", "kind": "PRACTICE", "name": "New Surgery", "on": ON, "group": "U12550", **WHY}


async def asked(database: Database, query: str) -> Any:
    data = await Executor(graph._schema, database).data(GraphQLRequest(query), Caller(None), may_write=False)
    return orjson.loads(data)


async def change(database: Database, command: str, /, **given: Any) -> dict[str, Any]:
    """Carry out a command with a reason, as an administrator of everything or `by` somebody else."""
    by: Viewer = given.pop("by", ROOT)
    return await give(database, command, {**WHY, **given}, by=by)


async def networks(database: Database, code: str, *days: dt.date) -> list[str | None]:
    """The network of a practice on each of some days."""
    fields = " ".join(f'd{at}: primaryCareNetwork(on: "{day}") {{ code }}' for at, day in enumerate(days))
    found = (await asked(database, f'{{ practice(code: "{code}") {{ {fields} }} }}'))["practice"]
    return [found[f"d{at}"] and found[f"d{at}"]["code"] for at in range(len(days))]


async def test_a_practice_opens_in_its_network_from_its_first_day(writable):
    outcome = await change(writable, "saveOrganisation", **NEW)
    assert codes(outcome) == []
    assert await networks(writable, "G99001", ON - DAY, ON) == [None, "U12550"]
    assert (outcome["figures_affected"], outcome["requests_affected"], outcome["targets_affected"]) == (0, 4, 0)


async def test_a_preview_says_what_is_affected_and_changes_nothing(writable):
    outcome = await change(writable, "saveOrganisation", **NEW, validateOnly=True)
    assert (codes(outcome), outcome["requests_affected"]) == ([], 4)
    assert (await asked(writable, '{ practice(code: "G99001") { code } }'))["practice"] is None
    assert (
        await writable.reading.fetchval("SELECT count(*) FROM audit_event WHERE action = 'register.save-organisation'")
        == 0
    )


async def test_a_practice_moves_and_the_days_before_stay(writable):
    assert await networks(writable, "G82002", ON) != ["U12550"]
    [before] = await networks(writable, "G82002", ON - DAY)
    assert codes(await change(writable, "moveMember", member="G82002", to="U12550", on=ON)) == []
    assert await networks(writable, "G82002", ON - DAY, ON) == [before, "U12550"]
    assert codes(await change(writable, "moveMember", member="G82002", to="U12550", on=ON + DAY)) == [
        "register/unchanged"
    ]
    assert codes(await change(writable, "moveMember", member="G82002", to=before, on=ON)) == ["register/later-change"]


async def test_a_practice_that_closes_is_a_member_until_its_last_day(writable):
    outcome = await change(writable, "closeOrganisation", organisation="G82002", closedOn=ON)
    assert codes(outcome) == []
    assert (await networks(writable, "G82002", ON, ON + DAY))[1] is None
    counts = f'{{ a: practices(on: "{ON}") {{ totalCount }} b: practices(on: "{ON + DAY}") {{ totalCount }} }}'
    found = await asked(writable, counts)
    assert found["a"]["totalCount"] - found["b"]["totalCount"] == 1
    assert codes(await change(writable, "closeOrganisation", organisation="G82002", closedOn=ON)) == ["register/closed"]


async def test_a_network_is_not_dissolved_while_nobody_says_where_its_members_go(writable):
    assert codes(await change(writable, "closeOrganisation", organisation="U12550", closedOn=ON)) == [
        "register/has-members"
    ]
    members = f'{{ primaryCareNetwork(code: "U12550") {{ practices(on: "{ON}") {{ nodes {{ code }} }} }} }}'
    practices = [each["code"] for each in (await asked(writable, members))["primaryCareNetwork"]["practices"]["nodes"]]
    outcome = await change(writable, "closeOrganisation", organisation="U12550", closedOn=ON, membersTo="HCP-EAST-KENT")
    assert codes(outcome) == []
    for code in practices:
        assert await networks(writable, code, ON, ON + DAY) == ["U12550", None]


async def test_two_networks_become_one_with_the_members_of_both(writable):
    query = '{ primaryCareNetwork(code: "%s") { practices(on: "%s") { nodes { code } } } }'
    [a, b] = [
        [p["code"] for p in (await asked(writable, query % (n, ON)))["primaryCareNetwork"]["practices"]["nodes"]]
        for n in ("U12550", "U50767")
    ]
    outcome = await change(writable, "mergeOrganisations", organisations=["U50767"], into="U12550", on=ON)
    assert codes(outcome) == []
    after = await asked(writable, query % ("U12550", ON))
    assert {p["code"] for p in after["primaryCareNetwork"]["practices"]["nodes"]} == {*a, *b}


async def test_a_new_name_starts_on_its_day(writable):
    given: dict[str, Any] = {"code": "G82002", "name": "Another Surgery", "on": ON}
    assert codes(await change(writable, "saveOrganisation", **given)) == []
    assert codes(await change(writable, "saveOrganisation", **{**given, "name": "A third"})) == [
        "register/later-change"
    ]
    assert codes(await change(writable, "saveOrganisation", **{**given, "on": ON + DAY})) == ["register/unchanged"]


async def test_a_new_name_starts_after_the_latest_one_and_not_only_after_the_opening(writable):
    assert codes(await change(writable, "saveOrganisation", **NEW)) == []
    rename: dict[str, Any] = {"code": "G99001", "on": ON + 2 * DAY}
    assert codes(await change(writable, "saveOrganisation", **rename, name="Second Surgery")) == []
    early: dict[str, Any] = {"code": "G99001", "name": "Third Surgery"}
    refused = await change(writable, "saveOrganisation", **early, on=ON + DAY)
    assert [each["message"] for each in refused["problems"]] == ["Second Surgery has its name since 3 July 2026."]
    assert codes(await change(writable, "saveOrganisation", **early, on=ON + 3 * DAY)) == []


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("saveOrganisation", {**NEW, "name": " "}, ["register/malformed"]),
        ("saveOrganisation", {**NEW, "reason": " "}, ["register/no-reason"]),
        ("saveOrganisation", {**NEW, "kind": None}, ["register/malformed"]),
        ("saveOrganisation", {**NEW, "group": None}, ["register/malformed"]),
        ("saveOrganisation", {**NEW, "group": "Y59"}, ["register/wrong-group"]),
        ("saveOrganisation", {**NEW, "group": "ZZ999"}, ["submission/unknown-organisation"]),
        ("saveOrganisation", {**NEW, "on": EARLY}, ["register/malformed"]),
        ("saveOrganisation", {**NEW, "code": "G82002"}, ["register/fixed"]),
        ("saveOrganisation", {**NEW, "code": "G82002", "group": None, "kind": "TRUST"}, ["register/fixed"]),
        (
            "saveOrganisation",
            {**NEW, "code": "G82002", "group": None, "on": LATER},
            ["register/malformed"],
        ),
        ("saveOrganisation", {**NEW, "kind": "REGION"}, ["register/malformed"]),
        ("moveMember", {"member": "G82002", "to": "G82006", "on": ON}, ["register/wrong-group"]),
        ("moveMember", {"member": "G82653", "to": "U12550", "on": ON}, ["register/closed"]),
        ("mergeOrganisations", {"organisations": [], "into": "U12550", "on": ON}, ["register/malformed"]),
        ("mergeOrganisations", {"organisations": ["U12550"], "into": "U12550", "on": ON}, ["register/malformed"]),
        ("mergeOrganisations", {"organisations": ["G82002"], "into": "U12550", "on": ON}, ["register/wrong-kind"]),
    ],
)
async def test_what_cannot_be_is_refused(writable, name, given, expected):
    assert codes(await change(writable, name, **given)) == expected


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (
            "moveMember",
            {"member": "G82067", "to": "QKS", "on": ON},
            "Old Road West Surgery is a practice; it cannot be in NHS Kent and Medway Integrated Care Board, "
            "an integrated care board.",
        ),
        (
            "saveOrganisation",
            NEW | {"code": "G82067", "group": None, "kind": "TRUST"},
            "Old Road West Surgery is a practice. That cannot change.",
        ),
        (
            "mergeOrganisations",
            {"organisations": ["G82067"], "into": "U12550", "on": ON},
            "Old Road West Surgery is a practice, and MPA is a primary care network.",
        ),
        (
            "rateOrganisation",
            {"organisation": "U12550", "ratedOn": EARLY.replace(2020), "rating": "GOOD"},
            "MPA is a primary care network; ratings are of practices.",
        ),
        (
            "saveCollection",
            {
                "metric": "call_back_percent",
                "kind": "REGION",
                "within": "QKS",
                "firstQuarter": "2026-27-Q1",
                "quarters": [1],
            },
            "Practices with call back is not collected from regions.",
        ),
    ],
)
async def test_a_message_says_in_words_what_an_organisation_is(writable, name, given, message):
    assert [one["message"] for one in (await change(writable, name, **given))["problems"]] == [message]


async def test_only_administrators_keep_the_register(writable):
    with pytest.raises(Refusal, match="cannot keep the register"):
        await change(writable, "closeOrganisation", by=ADA, organisation="G82002", closedOn=ON)


async def test_an_administrator_keeps_their_own_part_of_the_register(writable):
    scope = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'HCP-WEST-KENT'")
    west = Viewer("West", Role.ADMINISTRATOR, "wwwwwwww", scope)
    outside = {"member": "G82002", "to": "U12550", "on": ON}
    assert set(codes(await change(writable, "moveMember", by=west, **outside))) == {"submission/unknown-organisation"}
    code = await writable.reading.fetchval(
        "SELECT o.code FROM organisation o JOIN ancestry a ON a.member_id = o.id"
        " WHERE o.kind = 'PRACTICE' AND a.ancestor_id = $1 AND o.closed_on IS NULL LIMIT 1",
        scope,
    )
    assert codes(await change(writable, "closeOrganisation", by=west, organisation=code, closedOn=ON)) == []
    group = await writable.reading.fetchval(
        "SELECT o.code FROM organisation o JOIN ancestry a ON a.member_id = o.id"
        " WHERE o.kind = 'PRIMARY_CARE_NETWORK' AND a.ancestor_id = $1 AND o.closed_on IS NULL LIMIT 1",
        scope,
    )
    assert codes(await change(writable, "saveOrganisation", by=west, **{**NEW, "group": group})) == []


# ── What changes, and what stays ──────────────────────────────────────────────────────────────────────────────────

PAST = (dt.date(2025, 1, 31), dt.date(2026, 4, 30), ON - DAY)
_REGISTER = """
    p{at}: practices(on: "{day}", first: 500) {{
      nodes {{
        code name(on: "{day}") postcode(on: "{day}") cqcRating(on: "{day}") isOrphan(on: "{day}")
        ancestors(on: "{day}") {{ code name(on: "{day}") }}
      }}
    }}
    o{at}: organisations(on: "{day}", first: 500) {{ nodes {{ code name(on: "{day}") }} }}
"""
_COMPLETENESS = (
    'c{at}: completeness(quarter: "{quarter}") {{ expected missing {{ metric {{ code }} organisation {{ code }} }} }}'
)
QUARTERS = ("2024-25-Q4", "2025-26-Q3", "2025-26-Q4", "2026-27-Q1")


async def the_past(database: Database) -> Any:
    """What the register says about days before the change, by code, and what quarters before it asked for."""
    register = " ".join(_REGISTER.format(at=at, day=day) for at, day in enumerate(PAST))
    asked_for = " ".join(_COMPLETENESS.format(at=at, quarter=quarter) for at, quarter in enumerate(QUARTERS))
    lists = await asked(database, f"{{ {register} }}")
    by_code = {at: sorted(each["nodes"], key=lambda one: str(one["code"])) for at, each in lists.items()}
    quarters = await asked(database, f"{{ {asked_for} }}")
    # Lists are ordered by the names of today.
    missing = {at: sorted(map(str, each["missing"])) for at, each in quarters.items()}
    return by_code, {at: each["expected"] for at, each in quarters.items()}, missing


CHANGES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "open": (("saveOrganisation", NEW),),
    "rename": (("saveOrganisation", {"code": "G82002", "name": "Another", "postcode": "ME1 1AA", "on": ON}),),
    "close": (("closeOrganisation", {"organisation": "G82002", "closedOn": ON - DAY}),),
    "dissolve": (
        ("closeOrganisation", {"organisation": "U12550", "closedOn": ON - DAY, "membersTo": "HCP-MEDWAY-SWALE"}),
    ),
    "found": (
        (
            "saveOrganisation",
            {"code": "U99001", "kind": "PRIMARY_CARE_NETWORK", "name": "New PCN", "on": ON, "group": "HCP-EAST-KENT"},
        ),
        ("moveMember", {"member": "G82002", "to": "U99001", "on": ON}),
    ),
    "merge": (("mergeOrganisations", {"organisations": ["U50767"], "into": "U07648", "on": ON}),),
    "split": (
        ("saveOrganisation", {**NEW, "code": "G99002"}),
        ("saveOrganisation", {**NEW, "code": "G99003"}),
        (
            "splitOrganisation",
            {"organisation": "G82002", "into": [{"organisation": "G99002"}, {"organisation": "G99003"}], "on": ON},
        ),
    ),
    "rate": (("rateOrganisation", {"organisation": "G82002", "rating": "INADEQUATE", "ratedOn": ON}),),
    "collect": (
        (
            "saveCollection",
            {
                "metric": "registered_patients",
                "kind": "PRACTICE",
                "within": "QKS",
                "firstQuarter": "2026-27-Q2",
                "quarters": [2],
                "dueDays": 10,
            },
        ),
    ),
    "collect no longer": (
        (
            "saveCollection",
            {
                "metric": "practices",
                "kind": "INTEGRATED_CARE_BOARD",
                "within": "QKS",
                "firstQuarter": "2026-27-Q2",
                "quarters": [],
            },
        ),
    ),
    "theme": (("saveTheme", {"code": "dentistry", "name": "Dentistry"}),),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_leaves_every_day_before_it_as_it_was(writable, name):
    before = await the_past(writable)
    for command, given in CHANGES[name]:
        assert codes(await change(writable, command, **given)) == []
    assert await the_past(writable) == before


@pytest.mark.parametrize("name", CHANGES)
async def test_a_preview_leaves_nothing_behind(writable, name):
    rows = "SELECT sum(n_live) FROM (SELECT count(*) AS n_live FROM {0}) AS counted"
    tables = ("organisation", "membership", "organisation_past", "succession", "cqc_rating", "collection", "theme")
    counts = [await writable.reading.fetchval(rows.format(table)) for table in (*tables, "audit_event")]
    command, given = CHANGES[name][0]
    assert codes(await change(writable, command, **given, validateOnly=True)) == []
    assert [await writable.reading.fetchval(rows.format(table)) for table in (*tables, "audit_event")] == counts


async def test_a_command_sent_again_with_its_key_has_one_effect(writable):
    given = {"code": "G82002", "name": "Another", "on": ON, "idempotencyKey": "k"}
    first = await change(writable, "saveOrganisation", **given)
    assert await change(writable, "saveOrganisation", **given) == first
    assert await writable.reading.fetchval("SELECT count(*) FROM organisation_past") == 1


async def test_the_audit_says_what_was_on_record_before_and_after(writable):
    await change(writable, "moveMember", member="G82002", to="U12550", on=ON)
    row = await writable.reading.fetchrow("SELECT subject, reason, detail FROM audit_event ORDER BY id DESC LIMIT 1")
    detail = orjson.loads(row["detail"])
    assert (row["subject"], row["reason"]) == ("G82002", WHY["reason"])
    assert detail["before"]["groups"] == [{"group": "U34235", "starts": "2025-01-01", "ends": None}]
    assert detail["after"]["groups"] == [
        {"group": "U34235", "starts": "2025-01-01", "ends": "2026-06-30"},
        {"group": "U12550", "starts": "2026-07-01", "ends": None},
    ]


# ── Ratings, splits and corrections ───────────────────────────────────────────────────────────────────────────────


async def test_a_rating_is_recorded_corrected_and_removed(writable):
    rate = {"organisation": "G82002", "ratedOn": dt.date(2026, 2, 10)}
    question = '{ practice(code: "G82002") { cqcRating cqcRatings { rating ratedOn } } }'
    assert codes(await change(writable, "rateOrganisation", **rate, rating="INADEQUATE")) == []
    assert codes(await change(writable, "rateOrganisation", **rate, rating="INADEQUATE")) == ["register/unchanged"]
    assert codes(await change(writable, "rateOrganisation", **rate, rating="GOOD")) == []
    found = (await asked(writable, question))["practice"]
    assert found == {"cqcRating": "GOOD", "cqcRatings": [{"rating": "GOOD", "ratedOn": "2026-02-10"}]}
    assert codes(await change(writable, "rateOrganisation", **rate)) == []
    assert (await asked(writable, question))["practice"] == {"cqcRating": None, "cqcRatings": []}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"organisation": "U12550", "rating": "GOOD", "ratedOn": ON}, "register/wrong-kind"),
        ({"organisation": "G82002", "rating": "GOOD", "ratedOn": LATER}, "register/malformed"),
        ({"organisation": "G82653", "rating": "GOOD", "ratedOn": ON}, "register/closed"),
        ({"organisation": "G82002", "ratedOn": ON}, "register/unchanged"),
    ],
)
async def test_a_rating_that_cannot_be_is_refused(writable, given, expected):
    assert codes(await change(writable, "rateOrganisation", **given)) == [expected]


async def test_a_network_gives_a_part_of_its_members_away(writable):
    founded = {"code": "U99001", "kind": "PRIMARY_CARE_NETWORK", "name": "New", "on": ON, "group": "HCP-MEDWAY-SWALE"}
    assert codes(await change(writable, "saveOrganisation", **founded)) == []
    query = f'{{ primaryCareNetwork(code: "U12550") {{ practices(on: "{ON}") {{ nodes {{ code }} }} }} }}'
    [first, *rest] = [
        each["code"] for each in (await asked(writable, query))["primaryCareNetwork"]["practices"]["nodes"]
    ]
    part = {"organisation": "U12550", "on": ON, "into": [{"organisation": "U99001", "members": [first]}]}
    assert codes(await change(writable, "splitOrganisation", **part)) == (["register/has-members"] if rest else [])
    assert codes(await change(writable, "splitOrganisation", **part, closes=False)) == []
    assert await networks(writable, first, ON - DAY, ON) == ["U12550", "U99001"]
    assert codes(await change(writable, "splitOrganisation", **part, closes=False)) == ["register/not-a-member"]


async def test_a_correction_changes_the_past_and_the_audit_says_so(writable):
    groups = [
        {"group": "U12550", "starts": dt.date(2025, 1, 1), "ends": dt.date(2025, 6, 30)},
        {"group": "U34235", "starts": dt.date(2025, 7, 1)},
    ]
    outcome = await change(writable, "correctRegister", organisation="G82002", groups=groups)
    assert codes(outcome) == []
    assert await networks(writable, "G82002", dt.date(2025, 6, 30), dt.date(2025, 7, 1)) == ["U12550", "U34235"]
    row = await writable.reading.fetchrow("SELECT action, detail FROM audit_event ORDER BY id DESC LIMIT 1")
    assert row["action"] == "register.correct-register"
    assert [stay["group"] for stay in orjson.loads(row["detail"])["before"]["groups"]] == ["U34235"]


async def test_a_practice_that_closed_by_mistake_is_open_again(writable):
    assert codes(await change(writable, "correctRegister", organisation="G82653", closedOn=None)) == []
    assert await networks(writable, "G82653", ON) == ["U12550"]
    assert codes(await change(writable, "correctRegister", organisation="G82653", closedOn=ON)) == []
    assert await networks(writable, "G82653", ON, ON + DAY) == ["U12550", None]


async def test_names_and_successors_are_corrected(writable):
    given = {
        "organisation": "G82653",
        "name": "Its right name",
        "postcode": None,
        "formerNames": [{"name": "An older name", "until": dt.date(2025, 12, 31)}],
        "successors": [{"organisation": "G82002", "on": dt.date(2026, 5, 1)}],
    }
    assert codes(await change(writable, "correctRegister", **given)) == []
    query = (
        '{ practice(code: "G82653") { name postcode then: name(on: "2025-12-31") successors { code } } '
        'by: practice(code: "G82002") { predecessors { code } } }'
    )
    assert await asked(writable, query) == {
        "practice": {
            "name": "Its right name",
            "postcode": None,
            "then": "An older name",
            "successors": [{"code": "G82002"}],
        },
        "by": {"predecessors": [{"code": "G82653"}]},
    }


async def test_the_audit_of_a_correction_names_the_successors(writable):
    successor = {"organisation": "G82002", "on": dt.date(2026, 5, 1)}
    assert codes(await change(writable, "correctRegister", organisation="G82653", successors=[successor])) == []
    detail = orjson.loads(await writable.reading.fetchval("SELECT detail FROM audit_event ORDER BY id DESC LIMIT 1"))
    said = [detail[each]["successors"] for each in ("before", "after")]
    assert said == [[], [{"organisation": "G82002", "on": "2026-05-01"}]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["register/malformed"]),
        ({"name": " "}, ["register/malformed"]),
        ({"openedOn": ON, "closedOn": ON - DAY}, ["register/malformed"]),
        ({"openedOn": LATER}, ["register/malformed"]),
        ({"groups": [{"group": "QKS", "starts": ON}]}, ["register/wrong-group"]),
        ({"groups": [{"group": "ZZ999", "starts": ON}]}, ["submission/unknown-organisation"]),
        ({"groups": [{"group": "U12550", "starts": ON, "ends": ON - DAY}]}, ["register/malformed"]),
        (
            {"groups": [{"group": "U12550", "starts": ON}, {"group": "U34235", "starts": ON + DAY}]},
            ["register/malformed"],
        ),
        ({"formerNames": [{"name": " ", "until": ON}]}, ["register/malformed"]),
        ({"successors": [{"organisation": "G82653", "on": ON}]}, ["register/malformed"]),
    ],
)
async def test_a_correction_that_cannot_be_is_refused(writable, given, expected):
    assert codes(await change(writable, "correctRegister", organisation="G82653", **given)) == expected


# ── Themes and collections ────────────────────────────────────────────────────────────────────────────────────────

ASKED = {
    "metric": "registered_patients",
    "kind": "PRACTICE",
    "within": "QKS",
    "firstQuarter": "2025-26-Q4",
    "quarters": [4],
}


async def expected_in(database: Database, *quarters: str) -> list[int]:
    fields = " ".join(
        f'c{at}: completeness(quarter: "{quarter}", organisation: "G82002") {{ expected }}'
        for at, quarter in enumerate(quarters)
    )
    found = await asked(database, f"{{ {fields} }}")
    return [found[f"c{at}"]["expected"] for at in range(len(quarters))]


async def test_a_metric_is_asked_for_in_its_quarters_until_it_is_no_longer(writable):
    quarters = ("2024-25-Q4", "2025-26-Q3", "2025-26-Q4", "2026-27-Q1", "2026-27-Q4")
    before = await expected_in(writable, *quarters)
    outcome = await change(writable, "saveCollection", **ASKED, dueDays=14)
    assert (codes(outcome), outcome["requests_affected"]) == ([], 180)
    after = await expected_in(writable, *quarters)
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 0, 1, 0, 1]
    ended = {**ASKED, "firstQuarter": "2026-27-Q1", "quarters": []}
    assert codes(await change(writable, "saveCollection", **ended)) == []
    last = await expected_in(writable, *quarters)
    assert [now - then for now, then in zip(last, before, strict=True)] == [0, 0, 1, 0, 0]
    [row] = (await asked(writable, '{ collections(metrics: ["registered_patients"]) { firstQuarter lastQuarter } }'))[
        "collections"
    ]
    assert row == {"firstQuarter": "2025-26-Q4", "lastQuarter": "2025-26-Q4"}


async def test_the_audit_says_from_when_until_when_a_metric_is_asked_for(writable):
    async def said() -> dict[str, Any]:
        found = await writable.reading.fetchval("SELECT detail FROM audit_event ORDER BY id DESC LIMIT 1")
        detail: dict[str, Any] = orjson.loads(found)
        return detail

    # One quarter alone: the last one is the first one.
    once = {**ASKED, "lastQuarter": ASKED["firstQuarter"]}
    assert codes(await change(writable, "saveCollection", **once)) == []
    for_once = {"starts": "2026-03-31", "ends": "2026-03-31", "quarters": [4], "dueDays": None}
    assert (await said())["after"] == for_once
    assert codes(await change(writable, "saveCollection", **ASKED, dueDays=14)) == []
    detail = await said()
    assert (detail["before"], detail["after"]) == ([for_once], {**for_once, "ends": None, "dueDays": 14})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"metric": "nothing"}, ["validation/unknown-metric"]),
        ({"within": "ZZ999"}, ["submission/unknown-organisation"]),
        ({"kind": "TRUST"}, ["validation/not-collected"]),
        ({"quarters": [0, 5]}, ["register/malformed"]),
        ({"firstQuarter": "soon"}, ["validation/malformed-quarter"]),
        ({"lastQuarter": "2025-26-Q3"}, ["register/malformed"]),
        ({"lastQuarter": "never"}, ["validation/malformed-quarter"]),
        ({"dueDays": 1_000}, ["register/malformed"]),
        ({"reason": ""}, ["register/no-reason"]),
    ],
)
async def test_a_collection_that_cannot_be_is_refused(writable, given, expected):
    assert codes(await change(writable, "saveCollection", **{**ASKED, **given})) == expected


async def test_a_theme_is_added_and_renamed(writable):
    assert codes(await change(writable, "saveTheme", code="dentistry", name="Dentistry")) == []
    assert codes(await change(writable, "saveTheme", code="dentistry", name="Dental care", position=0)) == []
    themes = (await asked(writable, "{ themes { code name } }"))["themes"]
    assert themes[0] == {"code": "dentistry", "name": "Dental care"}


@pytest.mark.parametrize("given", [{"code": "No"}, {"name": " "}, {"position": -1}])
async def test_a_theme_that_cannot_be_is_refused(writable, given):
    assert codes(await change(writable, "saveTheme", **{"code": "x_y", "name": "X", **given})) == ["register/malformed"]


async def test_the_target_of_each_practice_that_closes_in_a_merger_moves(writable):
    closing = ["G82006", "G82007"]
    aim = {"metric": "registered_patients", "comparator": "AT_LEAST", "value": 1}
    for code in closing:
        assert codes(await change(writable, "setTarget", **aim, organisation=code, due=LATER)) == []
    assert codes(await change(writable, "mergeOrganisations", organisations=closing, into="G82002", on=ON)) == []
    detail = await writable.reading.fetchval(
        "SELECT detail->>'targets' FROM audit_event"
        " WHERE action = 'register.merge-organisations' AND detail ? 'targets'"
    )
    moves = [(move["before"], move["after"]) for move in orjson.loads(detail)]
    assert moves == [("MET", "NOT_ASSESSABLE")] * 2
