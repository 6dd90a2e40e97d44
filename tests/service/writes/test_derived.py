"""Figures that are calculated from others are published with them: groups', changes and differences."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from schema import ids
from schema.enumerations import Role
from schema.periods import parsed
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import (
    ADA,
    EVE,
    amend,
    approved,
    codes,
    figure,
    give,
    published,
    save,
    step,
    update,
)

SHARE = "capacity_and_access_declarations_percent"
DECLARED = "capacity_and_access_declaration"
Q4 = "2024-25-Q4"


async def networks(database: Database) -> list[str]:
    """The networks that were members of the ICB on the last day of the quarter."""
    rows = await database.reading.fetch(
        """
        SELECT member.code FROM ancestry stay JOIN organisation member ON member.id = stay.member_id
        JOIN organisation board ON board.id = stay.ancestor_id AND board.code = 'QKS'
        WHERE member.kind = 'PRIMARY_CARE_NETWORK' AND stay.period @> date '2025-03-31' ORDER BY 1
        """
    )
    return [row["code"] for row in rows]


def declared(answers: dict[str, int]) -> list[dict[str, Any]]:
    return [figure(value, DECLARED, organisation=network, reason="As declared.") for network, value in answers.items()]


async def now(database: Database, metric: str = SHARE, of: str = "QKS", period: str = Q4) -> dict[str, Any] | None:
    """The figure of a cell as it is now."""
    row = await database.reading.fetchrow(
        """
        SELECT figure.value::float, numerator::float, denominator::float, status, origin, rests_on, "of", revision, note
        FROM figure JOIN metric ON metric.id = figure.metric_id JOIN period ON period.id = figure.period_id
        JOIN organisation ON organisation.id = figure.organisation_id
        WHERE metric.code = $1 AND organisation.code = $2 AND period.code = $3
        """,
        metric,
        of,
        period,
    )
    return None if row is None else dict(row)


async def origins(database: Database, metric: str = SHARE) -> list[tuple[Any, ...]]:
    """The revisions of the ICB's figure: value, origin, status."""
    rows = await database.reading.fetch(
        """
        SELECT revision.value::float, revision.origin, revision.status FROM figure_revision revision
        JOIN figure ON figure.id = revision.figure_id JOIN metric ON metric.id = figure.metric_id
        JOIN organisation ON organisation.id = figure.organisation_id
        WHERE metric.code = $1 AND organisation.code = 'QKS' ORDER BY revision.figure_id, revision.revision
        """,
        metric,
    )
    return [tuple(row) for row in rows]


async def numbers(database: Database, metric: str) -> tuple[Any, ...]:
    """What the ICB's figure says, and on how many of how many members it rests."""
    made = await now(database, metric) or {}
    return tuple(made[name] for name in ("value", "numerator", "denominator", "rests_on", "of"))


async def status_of_target(database: Database) -> Any:
    """The last move of a target that the audit says."""
    return await database.reading.fetchval(
        "SELECT detail -> 'targets' -> 0 ->> 'after' FROM audit_event WHERE action LIKE 'submission.%' "
        "AND jsonb_array_length(coalesce(detail -> 'targets', '[]')) > 0 ORDER BY position DESC LIMIT 1"
    )


async def test_when_all_networks_declared_the_icb_s_share_is_published_and_its_target_judged(writable):
    everybody = await networks(writable)
    outcome = await update(writable, *declared(dict.fromkeys(everybody, 1)))
    assert codes(outcome) == []
    made = await now(writable)
    assert made == {
        "value": 100.0,
        "numerator": 43.0,
        "denominator": 43.0,
        "status": "PUBLISHED",
        "origin": "DERIVED",
        "rests_on": 43,
        "of": 43,
        "revision": 1,
        "note": "Calculated from the figures of 43 of 43 members.",
    }
    assert await status_of_target(writable) in {"MET", "MET_AT_RISK"}


async def test_each_network_that_answers_makes_a_revision_and_one_that_repeats_itself_makes_none(writable):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1}))
    await update(writable, *declared({two: 0}))
    assert [value for value, _, __ in await origins(writable)] == [100.0, 50.0]
    await update(writable, *declared({two: 0}))
    assert len(await origins(writable)) == 2
    made = await now(writable)
    assert made is not None
    assert (made["rests_on"], made["of"], made["note"]) == (2, 43, "Calculated from the figures of 2 of 43 members.")


async def test_the_audit_says_what_was_calculated(writable):
    one, *_ = await networks(writable)
    await update(writable, *declared({one: 1}))
    said = "SELECT detail #- '{derived,0,figure}' -> 'derived' FROM audit_event WHERE action = 'submission.publish'"
    assert await writable.reading.fetchval(f"{said} ORDER BY position DESC LIMIT 1") == (
        '[{"of": 43, "after": "100.00", "before": null, "metric": "capacity_and_access_declarations_percent", '
        '"period": "2024-25-Q4", "restsOn": 1, "organisation": "QKS"}]'
    )


async def test_trusts_levels_make_the_icb_s_percentages_and_practices_yes_its_number(writable):
    levels = {"RVV": 2, "RWF": 2, "RN7": 1, "RPA": 2}
    await update(
        writable, *(figure(level, "interface_fit_notes_level", organisation=of) for of, level in levels.items())
    )
    assert await numbers(writable, "interface_fit_notes_percent") == (87.5, 7, 8, 4, 4)
    answers = {"G82002": 1, "G82006": 1, "G82007": 0}
    await update(
        writable, *(figure(value, "support_level_framework", organisation=of) for of, value in answers.items())
    )
    assert await numbers(writable, "support_level_framework_practices") == (2, None, None, 3, 180)


async def test_a_withdrawal_of_a_member_is_followed_and_the_last_one_withdraws_the_icb_s(writable):
    one, two, *_ = await networks(writable)
    first = await published(writable, *declared({one: 1}))
    second = await published(writable, *declared({two: 0}))
    await step(writable, "withdraw", second, by=ADA, reason="Not theirs.")
    made = await now(writable)
    assert made is not None
    assert (made["value"], made["rests_on"], made["status"], made["revision"]) == (100.0, 1, "PUBLISHED", 3)
    await step(writable, "withdraw", first, by=ADA, reason="Not theirs either.")
    made = await now(writable)
    assert made is not None
    assert (made["status"], made["origin"], made["revision"]) == ("WITHDRAWN", "DERIVED", 4)
    await update(writable, *declared({one: 1}))
    assert [status for _, __, status in await origins(writable)] == [*["PUBLISHED"] * 3, "WITHDRAWN", "PUBLISHED"]


async def test_an_amendment_of_a_member_is_followed(writable):
    one, *_ = await networks(writable)
    await published(writable, *declared({one: 1}))
    outcome = await amend(writable, *declared({one: 0}))
    made = int(outcome["submission_id"])
    await step(writable, "submit", made, by=ADA)
    await step(writable, "approve", made, by=EVE)
    await step(writable, "publish", made, by=EVE)
    assert await origins(writable) == [(100.0, "DERIVED", "PUBLISHED"), (0.0, "DERIVED", "PUBLISHED")]


async def test_a_nil_return_of_a_member_takes_its_answer_out(writable):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    nil = figure(None, DECLARED, organisation=two, isNilReturn=True, reason="It has merged.")
    assert codes(await update(writable, nil)) == []
    made = await now(writable)
    assert made is not None
    assert (made["value"], made["rests_on"]) == (100.0, 1)


async def test_a_hand_sent_figure_that_differs_needs_a_reason_and_then_counts_until_members_change(writable):
    one, two, three, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    by_hand = figure(None, SHARE, numerator=30, denominator=43)
    assert codes(await update(writable, by_hand)) == ["validation/no-reason", "validation/members-differ"]
    outcome = await update(writable, {**by_hand, "reason": "Counted on paper."})
    assert codes(outcome) == []
    assert await origins(writable) == [(50.0, "DERIVED", "PUBLISHED"), (69.77, "SENT", "PUBLISHED")]
    await update(writable, *declared({two: 0}))
    assert len(await origins(writable)) == 2
    await update(writable, *declared({three: 1}))
    assert (await origins(writable))[-1] == (66.67, "DERIVED", "PUBLISHED")


async def test_the_finding_says_what_members_make_and_which_figure_counts(writable):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    outcome = await update(writable, figure(30, SHARE))
    assert outcome["problems"][-1]["message"] == (
        "Networks that declared capacity and access of NHS Kent and Medway Integrated Care Board for Q4 2024/25 "
        "is 30%, but the figures of 2 of its 43 members make 50%. With a reason, your figure counts until the "
        "members' figures change."
    )


async def test_the_same_value_sent_by_hand_is_no_change_with_or_without_its_counts(writable):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    for by_hand in (figure(50, SHARE), figure(None, SHARE, numerator=1, denominator=2)):
        outcome = await update(writable, by_hand)
        assert (codes(outcome), outcome["unchanged"]) == ([], 1)
    assert len(await origins(writable)) == 1


async def test_what_is_sent_with_its_members_is_compared_with_them_and_counts(writable):
    one, two, *_ = await networks(writable)
    members = declared({one: 1, two: 0})
    assert codes(await update(writable, *members, figure(100, SHARE))) == ["validation/members-differ"]
    assert codes(await update(writable, *members, figure(50, SHARE))) == []
    assert await origins(writable) == [(50.0, "SENT", "PUBLISHED")]
    assert codes(await update(writable, *declared({one: 0}), figure(80, SHARE, reason="On paper."), reason="r")) == []
    assert await origins(writable) == [(50.0, "SENT", "PUBLISHED"), (80.0, "SENT", "PUBLISHED")]


async def test_when_a_hand_sent_figure_is_withdrawn_the_calculated_one_is_back(writable):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    made = await published(writable, figure(30, SHARE, reason="Counted on paper."))
    await step(writable, "withdraw", made, by=ADA, reason="Counted wrongly.")
    now_ = await now(writable)
    assert now_ is not None
    assert (now_["value"], now_["origin"], now_["status"]) == (50.0, "DERIVED", "PUBLISHED")


async def test_a_calculated_figure_is_corrected_by_a_new_submission_as_one_of_an_import_is(writable):
    one, two, *_ = await networks(writable)
    await published(writable, *declared({one: 1, two: 0}))
    outcome = await amend(writable, figure(30, SHARE))
    assert codes(outcome) == []
    amends = "SELECT amends_id FROM submission WHERE id = $1"
    assert await writable.reading.fetchval(amends, int(outcome["submission_id"])) is None


async def test_a_draft_of_the_icb_is_not_held_up_by_a_network_that_answered_meanwhile(writable):
    one, *_ = await networks(writable)
    made = await approved(writable, figure(100, SHARE))
    await update(writable, *declared({one: 1}))
    assert codes(await step(writable, "publish", made, by=ADA)) == []


async def test_two_networks_that_are_published_at_once_are_both_counted(writable):
    answers = dict(zip(await networks(writable), (1, 0, 1, 1, 0, 1, 1, 1), strict=False))
    made = [await approved(writable, *declared({network: value})) for network, value in answers.items()]
    outcomes = await asyncio.gather(*(step(writable, "publish", each, by=ADA) for each in made))
    assert [codes(outcome) for outcome in outcomes] == [[]] * len(made)
    figure_ = await now(writable)
    assert figure_ is not None
    assert (figure_["value"], figure_["numerator"], figure_["rests_on"]) == (75.0, 6.0, 8)


AREAS = [f"capacity_and_access_{area}_declaration" for area in ("telephony", "online_requests", "care_navigation")]


def answers(network: str, *values: int) -> list[dict[str, Any]]:
    """A network's answers to the areas that it is asked about, as far as there are any."""
    return [figure(each, area, organisation=network) for area, each in zip(AREAS, values, strict=False)]


async def test_a_network_s_answers_to_the_areas_make_its_declaration_and_the_icb_s_share(writable):
    one, two, three, *_ = await networks(writable)
    assert codes(await update(writable, *answers(one, 0, 1), *answers(two, 0, 0, 0), *answers(three, 0, 0))) == []
    declarations = [await now(writable, DECLARED, of) for of in (one, two, three)]
    assert [each and (each["value"], each["origin"], each["note"]) for each in declarations] == [
        (1, "DERIVED", "Calculated from its parts: one at least is yes."),
        (0, "DERIVED", "Calculated from its parts: all of them are no."),
        None,
    ]
    assert await numbers(writable, SHARE) == (50, 1, 2, 2, 43)
    assert codes(await update(writable, *answers(three, 0, 0, 1))) == []
    assert await numbers(writable, SHARE) == (66.67, 2, 3, 3, 43)


async def test_a_declaration_follows_its_areas_when_they_change_and_when_they_are_withdrawn(writable):
    one, *_ = await networks(writable)
    made = await published(writable, *answers(one, 1, 0, 0))
    [first, *_] = answers(one, 0)
    assert codes(await update(writable, {**first, "reason": "Declared too early."})) == []
    assert await numbers(writable, SHARE) == (0, 0, 1, 1, 43)
    await step(writable, "withdraw", made, by=ADA, reason="Another network's.")
    declared_ = await now(writable, DECLARED, one)
    assert declared_ is not None
    assert (declared_["status"], (await now(writable) or {})["status"]) == ("WITHDRAWN", "WITHDRAWN")


async def test_a_declaration_that_is_not_what_its_areas_make_needs_a_reason(writable):
    one, *_ = await networks(writable)
    await update(writable, *answers(one, 0, 1))
    outcome = await update(writable, figure(0, DECLARED, organisation=one))
    assert [(each["code"], each["message"].split(", ", 1)[1]) for each in outcome["problems"]][-1] == (
        "validation/calculation-differs",
        "but these parts are yes: Simpler online requests declared. With a reason, your figure counts until its parts "
        "make another answer.",
    )
    assert codes(await update(writable, figure(0, DECLARED, organisation=one, reason="Not signed."))) == []
    assert (await now(writable, DECLARED, one) or {})["value"] == 0
    assert codes(await update(writable, *answers(one, 0, 1, 1))) == []
    assert (await now(writable, DECLARED, one) or {})["value"] == 0
    no = [{**each, "reason": "Sent too early."} for each in answers(one, 0, 0, 0)]
    assert codes(await update(writable, *no)) == []
    assert (await now(writable, DECLARED, one) or {})["origin"] == "DERIVED"
    assert codes(await update(writable, {**answers(one, 1)[0], "reason": "Signed."})) == []
    assert (await now(writable, DECLARED, one) or {})["value"] == 1


async def test_one_network_s_declaration_by_hand_does_not_keep_another_s_from_being_calculated(writable):
    one, two, *_ = await networks(writable)
    assert codes(await update(writable, *declared({one: 0}), *answers(two, 1))) == []
    assert (await now(writable, DECLARED, two) or {})["value"] == 1
    assert await numbers(writable, SHARE) == (50, 1, 2, 2, 43)


async def test_a_declaration_that_a_file_repeats_follows_the_areas_that_the_file_changes(writable):
    one, *_ = await networks(writable)
    await update(writable, *answers(one, 1, 0, 0))
    changed = [{**each, "reason": "Declared too early."} for each in answers(one, 0, 0, 0)]
    outcome = await update(writable, *changed, figure(1, DECLARED, organisation=one))
    assert codes(outcome) == []
    assert (await now(writable, DECLARED, one) or {})["value"] == 0
    assert await numbers(writable, SHARE) == (0, 0, 1, 1, 43)


async def test_an_amendment_that_leaves_out_a_declaration_by_hand_brings_the_calculated_one_back(writable):
    one, *_ = await networks(writable)
    await published(writable, *answers(one, 1), figure(0, DECLARED, organisation=one, reason="Not signed."))
    outcome = await amend(writable, *answers(one, 1))
    made = int(outcome["submission_id"])
    sent: dict[str, Any] = {"id": ids.made("Submission", made), "expectedVersion": 1}
    assert codes(await save(writable, *answers(one, 1), **sent)) == []
    await step(writable, "submit", made, by=ADA)
    await step(writable, "approve", made, by=EVE)
    assert codes(await step(writable, "publish", made, by=EVE)) == []
    found = await now(writable, DECLARED, one) or {}
    assert (found["value"], found["status"], found["origin"]) == (1, "PUBLISHED", "DERIVED")
    assert await numbers(writable, SHARE) == (100, 1, 1, 1, 43)


async def test_nothing_is_calculated_when_a_command_only_validates(writable):
    one, *_ = await networks(writable)
    await give(
        writable,
        "updateQuarterlyFigures",
        {"quarter": Q4, "organisation": "QKS", "figures": declared({one: 1}), "validateOnly": True},
        by=ADA,
    )
    assert await now(writable) is None


async def test_an_increase_on_the_year_before_follows_both_of_its_figures(writable):
    increase = ("appointments_increase_on_year", "QKS", "2025-26-Q1")
    spring = figure(2_900_000, "appointments", period="2025-26-Q1")
    await update(writable, spring, quarter="2025-26-Q1")
    assert await now(writable, *increase) is None
    await update(writable, figure(2_800_000, "appointments", period="2024-25-Q1"), quarter="2024-25-Q1")
    made = await now(writable, *increase)
    assert made is not None
    assert (made["value"], made["origin"], made["rests_on"]) == (100_000, "DERIVED", None)
    assert made["note"] == "Calculated from the figures of Q1 2025/26 and Q1 2024/25."
    await update(writable, {**spring, "value": 2_950_000, "reason": "Late returns."}, quarter="2025-26-Q1")
    assert ((await now(writable, *increase)) or {})["value"] == 150_000


async def test_an_approximate_figure_makes_no_increase(writable):
    """The paper says over 11,000,000 for the year to November 2024: nothing is calculated from it."""
    period = parsed("2024-12-01/2025-11-30")
    await update(writable, figure(11_400_000, "appointments", period=period.code), quarter=period.quarter)
    assert await now(writable, "appointments_increase_on_year", period=period.code) is None


async def test_an_increase_since_january_starts_from_the_month_of_january(writable):
    roles = [
        figure(value, "additional_roles_fte", period=month)
        for month, value in {"2025-01": 1030, "2025-03": 1064}.items()
    ]
    assert codes(await update(writable, *({**each, "reason": "r"} for each in roles))) == []
    made = await now(writable, "additional_roles_fte_increase_since_january", period="2025-03")
    assert made is not None
    assert made["value"] == 34


async def test_a_difference_to_the_region_follows_the_icb_s_figure_and_the_region_s(writable):
    difference = ("self_referral_rate_difference_to_region", "QKS", Q4)
    await update(writable, figure(310.5, "self_referral_rate", reason="r"))
    assert await now(writable, *difference) is None
    of_region = figure(325, "self_referral_rate", organisation="Y59")
    assert codes(await update(writable, of_region, organisation="Y59")) == []
    made = await now(writable, *difference)
    assert made is not None
    assert (made["value"], made["note"]) == (-14.5, "Calculated from its own figure and its region's.")
    await update(writable, {**of_region, "value": 330, "reason": "r"}, organisation="Y59")
    assert ((await now(writable, *difference)) or {})["value"] == -19.5


async def test_what_is_calculated_from_a_calculated_figure_is_calculated_in_the_same_transaction(writable):
    """A number of practices that said yes, and its change on the year: two steps of one publication."""
    await writable_change(writable)
    for quarter, answers in {"2024-25-Q4": (1, 0), "2025-26-Q4": (1, 1)}.items():
        practices = dict(zip(("G82002", "G82006"), answers, strict=True))
        sent = [figure(value, "support_level_framework", organisation=of) for of, value in practices.items()]
        assert codes(await update(writable, *sent, quarter=quarter)) == []
    made = await now(writable, "support_increase", period="2025-26-Q4")
    assert made is not None
    assert (made["value"], made["origin"]) == (1, "DERIVED")


async def writable_change(database: Database) -> None:
    """Add a metric that is the change on the year of the number of practices: no command makes one."""
    async with database.command() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            """
            INSERT INTO metric (code, name, description, theme_id, unit, direction, decimals, collected_from, roll_up,
                                change_of_id, change_since)
            SELECT 'support_increase', 'Increase', 'More.', theme_id, unit, direction, 0, collected_from, roll_up, id,
                   'YEAR_BEFORE'
            FROM metric WHERE code = 'support_level_framework_practices'
            """
        )


async def test_who_acts_for_one_network_publishes_the_share_of_the_icb_above_and_no_other_figure_of_it(writable):
    one, *_ = await networks(writable)
    at = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = $1", one)
    own = Viewer("Nia", Role.APPROVER, "nnnnnnnn", at)
    assert codes(await update(writable, *declared({one: 1}), organisation=one, by=own)) == []
    assert [value for value, _, __ in await origins(writable)] == [100.0]
    await update(writable, figure(30, SHARE, reason="Counted on paper."))
    assert codes(await update(writable, *declared({one: 0}), organisation=one, by=own)) == []
    assert (await origins(writable))[-1] == (0.0, "DERIVED", "PUBLISHED")
    by_hand = await update(writable, figure(80, SHARE, reason="r"), organisation=one, by=own)
    assert codes(by_hand)[0] == "validation/outside-organisation"


@pytest.mark.parametrize(
    ("says", "change", "refused"),
    [
        ("no", "note = 'x', origin = 'DERIVED'", False),
        ("yes", "note = 'x', origin = 'SENT', rests_on = NULL, of = NULL", True),
    ],
)
async def test_the_database_lets_a_network_write_only_what_is_calculated(writable, says, change, refused):
    one, *_ = await networks(writable)
    await update(writable, *declared({one: 1}))
    at = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = $1", one)
    statement = f"UPDATE figure SET {change} WHERE origin = 'DERIVED'"
    async with writable.command(scope=at) as session:
        connection = await session.connection()
        await connection.execute(text(f"SELECT set_config('tracker.derives', '{says}', true)"))
        if not refused:
            assert (await connection.execute(text(statement))).rowcount == 0
            return
        with pytest.raises(ProgrammingError, match="row-level security"):
            await connection.execute(text(statement))
        await session.rollback()
