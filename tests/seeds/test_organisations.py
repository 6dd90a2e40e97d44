import datetime as dt
from importlib.resources import files

import pytest

from schema.enumerations import OrganisationKind
from service.importers.rows import Row
from service.importers.seed_files import seeds_in

SEEDS = seeds_in(files("seeds"))
KINDS = {row["code"]: row["kind"] for row in SEEDS.organisations}
JANUARY_2025, JUNE_2026 = dt.date(2025, 1, 31), dt.date(2026, 6, 1)


def in_force(row: Row, on: dt.date) -> bool:
    return (row["starts"] or on) <= on <= (row["ends"] or on)


def members(kind: OrganisationKind, of: OrganisationKind, on: dt.date) -> list[str]:
    return [
        row["member_code"]
        for row in SEEDS.memberships
        if in_force(row, on) and KINDS[row["member_code"]] == kind and KINDS[row["group_code"]] == of
    ]


def test_there_are_180_practices():
    assert list(KINDS.values()).count(OrganisationKind.PRACTICE) == 180


@pytest.mark.parametrize(("on", "count"), [(JANUARY_2025, 43), (JUNE_2026, 45)])
def test_networks_that_belong_to_a_partnership_on_a_date(on, count):
    networks = members(OrganisationKind.PRIMARY_CARE_NETWORK, OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP, on)
    assert len(networks) == count


def test_four_practices_are_orphans_in_january_2025():
    orphans = members(OrganisationKind.PRACTICE, OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP, JANUARY_2025)
    assert orphans == ["G82062", "G82067", "G82076", "G82641"]


def test_the_five_practices_that_are_closed_belong_to_nobody_after():
    closed = {row["code"] for row in SEEDS.organisations if row["closed_on"]}
    assert len(closed) == 5
    assert not closed & {row["member_code"] for row in SEEDS.memberships if in_force(row, JUNE_2026)}


def test_the_four_acute_trusts_are_members_of_the_icb():
    assert members(OrganisationKind.TRUST, OrganisationKind.INTEGRATED_CARE_BOARD, JANUARY_2025) == [
        "RVV",
        "RWF",
        "RN7",
        "RPA",
    ]
