"""Areas are compared in one period, the newest that enough of them have."""

from typing import Any

from tests.service.briefing.given import data, figure, paper

LINES = [
    {"section": "S", "kind": kind, "words": words, "heading": heading, "metric": metric}
    for kind, words, heading, metric in (
        ("BOARDS", "Rates", "ICB", None),
        ("ROW", "Rate", None, "rate"),
        ("PARTNERSHIPS", "Networks", "Partnership", None),
        ("ROW", "PCNs", None, "networks"),
        ("ROW", "Orphans", None, "orphans"),
    )
]


def tables(*figures: dict[str, Any]) -> dict[str, list[list[str]]]:
    made = paper({**data(*figures), "outline": LINES})
    return {table.caption: table.rows for table in made.sections[0].tables}


def rates(ends: str, **values: str) -> list[dict[str, Any]]:
    return [figure("rate", value, ends, of) for of, value in values.items()]


def test_icbs_are_compared_in_the_newest_period_of_most_of_them_with_their_ranks():
    every = rates("2025-01-31", QKS="5", QNX="7", QU9="5"), rates("2025-03-31", QKS="9", QU9="8")
    made = tables(*every[0], *every[1])
    assert made == {
        "Rates, at 31 March 2025": [
            ["NHS Kent and Medway Integrated Care Board", "9", "", "", "", "1"],
            # It has no figure for this period.
            ["NHS Sussex Integrated Care Board", "", "", "", "", ""],
            ["NHS Thames Integrated Care Board", "8", "", "", "", "2"],
        ]
    }
    assert [row[-1] for row in tables(*every[0])["Rates, at 31 January 2025"]] == ["2=", "1", "2="]


def test_one_icb_alone_is_no_comparison():
    assert list(tables(*rates("2025-01-31", QKS="5", QNX="7"), *rates("2025-03-31", QKS="9"))) == [
        "Rates, at 31 January 2025"
    ]


def test_partnerships_have_one_date_also_where_one_of_them_has_a_newer_figure():
    east, west = (
        [figure("networks", "7", "2025-01-31", of), figure("orphans", "2", "2025-01-31", of)]
        for of in ("HCP-EAST", "HCP-WEST")
    )
    newer = figure("networks", "8", "2025-03-31", "HCP-EAST")
    both = figure("networks", "9", "2025-03-31", "HCP-WEST")
    assert tables(*east, *west, newer) == {"Networks, at 31 January 2025": [["East", "7", "2"], ["West", "7", "2"]]}
    assert tables(*east, *west, newer, both) == {"Networks, at 31 March 2025": [["East", "8", ""], ["West", "9", ""]]}


def test_partnerships_that_are_older_than_the_icbs_own_number_are_left_out():
    members = [figure("networks", "7", "2025-01-31", of) for of in ("HCP-EAST", "HCP-WEST")]
    own = figure("networks", "15", "2025-03-31")
    assert list(tables(*members)) == ["Networks, at 31 January 2025"]
    assert "PCNs" not in str(paper({**data(*members, own), "outline": LINES}).sections[0])
