"""Places and brackets of sentences become words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.briefing import Section
from service.briefing.document import Placed
from service.briefing.places import TOKEN, Style
from service.briefing.wording import sentence as said
from tests.service.briefing.given import data, facts, figure, outline, seeded_metrics
from tests.service.briefing.given import paper as written

SENTENCES = [line["words"] for line in outline() if line["kind"] == "SENTENCE"]
PLACES = sorted({place for sentence in SENTENCES for place in re.findall(r"\{([a-z0-9_]+)", sentence)})


@pytest.mark.parametrize(
    ("figures", "template", "sentence"),
    [
        ([figure("a_percent", "69.57")], "{a_percent} of them.", "69.57% of them."),
        ([figure("a_percent", "69.50")], "{a_percent} of them.", "69.50% of them."),
        ([figure("b_count", "10777")], "There are {b_count}.", "There are 10,777."),
        ([figure("b_count", "0")], "There are {b_count}.", "There are 0."),
        ([figure("b_count", "90", qualifier="MORE_THAN")], "{b_count} came.", "Over 90 came."),
        ([figure("b_count", "90", qualifier="LESS_THAN")], "{b_count} came.", "Under 90 came."),
        ([figure("a_percent", "66.7", qualifier="APPROXIMATELY")], "{a_percent} did.", "About two-thirds (66.7%) did."),
        ([figure("a_percent", "66.7")], "{a_percent} did.", "66.7% did."),
        ([figure("a_percent", "50")], "{a_percent}[, of {b_count}].", "50%."),
        ([figure("a_percent", "50"), figure("b_count", "8")], "{a_percent}[, of {b_count}].", "50%, of 8."),
        ([figure("gp_fte", "946")], "GPs: {gp_fte}{gp_fte:dated}.", "GPs: 946 FTE at 31 March 2025."),
    ],
)
def test_a_place_is_filled_with_the_figure(figures, template, sentence):
    found = said(template, facts(*figures))
    assert found is not None
    assert found.text == sentence


@pytest.mark.parametrize(
    ("rests_on", "of", "more"),
    [
        (1, 43, " This is calculated from the figures of 1 of 43 members."),
        (0, 1_043, " This is calculated from the figures of 0 of 1,043 members."),
        (43, 43, ""),
        (None, None, ""),
    ],
)
def test_a_sentence_says_when_its_figure_is_calculated_from_some_members(rests_on, of, more):
    made = {**figure("a_percent", "100"), "rests_on": rests_on, "of": of}
    found = said("{a_percent} of them, of {b_count}.", facts(made, figure("b_count", "8")))
    assert found is not None
    assert found.text == f"100% of them, of 8.{more}"


@pytest.mark.parametrize(("of", "cell"), [(43, "7 (from 1 of 43 members)"), (1, "7")])
def test_a_table_says_when_its_figure_is_calculated_from_some_members(of, cell):
    made = written(data({**figure("cqc_good_practices", "7"), "rests_on": 1, "of": of}))
    rows = [row for section in made.sections for table in section.tables for row in table.rows]
    assert [row[1] for row in rows if row[0] == "Good"] == [cell]


@pytest.mark.parametrize(
    "template", ["{b_count}.", "{a_percent} of {b_count}.", "{a_percent:against@Y59}", "{a_percent:rank}"]
)
def test_a_sentence_whose_figure_is_not_known_is_left_out(template):
    assert said(template, facts(figure("a_percent", "50"))) is None


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("939", "946", "an increase of 7 FTE from 939 FTE at 31 March 2024"),
        ("946", "939.5", "a decrease of 6.5 FTE from 946 FTE at 31 March 2024"),
        ("946", "946.0", "no change from 946 FTE at 31 March 2024"),
    ],
)
def test_a_change_is_that_of_a_year(before, now, words):
    known = facts(figure("gp_fte", before, "2024-03-31"), figure("gp_fte", "1", "2024-12-31"), figure("gp_fte", now))
    found = said("{gp_fte:change}", known)
    assert found is not None
    assert found.text.lower() == words.lower()


def test_without_a_figure_of_a_year_before_the_change_is_that_since_the_one_before():
    known = facts(figure("a_percent", "9", "2024-12-31"), figure("a_percent", "7"))
    found = said("it is {a_percent:change}", known)
    assert found is not None
    assert found.text == "It is a decrease of 2 points from 9% at 31 December 2024"


def test_what_goes_with_the_seasons_is_not_compared_with_another_season():
    staff = facts(figure("gp_fte", "9", "2024-12-31"), figure("gp_fte", "7"))
    quarters = [
        figure("b_count", value, *days, kind="QUARTER", starts=starts)
        for value, days, starts in (("31", ["2024-12-31"], "2024-10-01"), ("29", [], "2025-01-01"))
    ]
    events = facts(*quarters, b_count={"counts": "OVER_PERIOD"})
    assert said("it is {gp_fte:change}", staff) is None
    assert said("{b_count}{b_count:history}.", events).text == "29 in 2025-03-31."  # type: ignore[union-attr]


def test_a_published_change_is_linked_where_it_says_what_the_levels_say():
    levels = [figure("gp_fte", "939", "2024-03-31"), figure("gp_fte", "946")]
    same, other = (said("{gp_fte:change}", facts(*levels, figure("gp_fte_increase_on_year", by))) for by in ("7", "8"))
    assert same is not None
    assert other is not None
    assert same.text == other.text
    # Keys: the two levels are 1 and 2, the published change is 3.
    assert [each.key for each in same.numbers] == [3, 1]
    assert [each.key for each in other.numbers] == [2, 1]


def test_a_published_change_stands_alone_where_no_earlier_level_is_known():
    found = said("It is {gp_fte:change}.", facts(figure("gp_fte", "946"), figure("gp_fte_increase_on_year", "-7")))
    assert found is not None
    assert found.text == "It is a decrease of 7 FTE."


def test_a_published_change_of_another_period_says_nothing():
    later = [figure("gp_fte", "946"), figure("gp_fte_increase_on_year", "7", "2024-12-31")]
    assert said("It is {gp_fte:change}.", facts(*later)) is None


QUARTER = {"kind": "QUARTER", "starts": "2025-01-01", "label": "Q4 2024/25"}
YEAR = {"kind": "ROLLING_YEAR", "starts": "2024-01-01", "label": "2024"}


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        # Counted over a quarter, and over a year: not to be compared.
        (figure("flow", "110", "2024-12-31", **YEAR), figure("flow", "29", **QUARTER), "29 in Q4 2024/25."),
        # Counted over a year that begins before the other ends: not to be compared.
        (
            figure("flow", "110", "2024-11-30", kind="ROLLING_YEAR", starts="2023-12-01"),
            figure("flow", "115", kind="ROLLING_YEAR", starts="2024-04-01"),
            "115 from 1 April 2024 to 31 March 2025.",
        ),
        # Counted over the same quarter of two years.
        (
            figure("flow", "31", "2024-03-31", kind="QUARTER", starts="2024-01-01", label="Q4 2023/24"),
            figure("flow", "29", **QUARTER),
            "29 in Q4 2024/25, down 2 from 31 in Q4 2023/24.",
        ),
        # Counted from 1 April to the same day of two years.
        (
            figure("to_date", "31", "2024-06-30", kind="SPAN", starts="2024-04-01"),
            figure("to_date", "29", "2025-06-30", kind="SPAN", starts="2025-04-01"),
            "29 from 1 April to 30 June 2025, down 2 from 31 from 1 April to 30 June 2024.",
        ),
        # What is counted on a day is counted at the end of its quarter.
        (
            figure("b_count", "31", "2024-12-31"),
            figure("b_count", "29", **QUARTER),
            "29 at 31 March 2025, down 2 from 31 at 31 December 2024.",
        ),
        # Two figures of one day are not an earlier and a later one.
        (figure("a_percent", "31.5", "2025-03-31", **QUARTER), figure("a_percent", "29"), "29% at 31 March 2025."),
        (
            figure("answer", "0", "2024-12-31", unit="YES_NO"),
            figure("answer", "1", unit="YES_NO"),
            "Yes at 31 March 2025, after no at 31 December 2024.",
        ),
        (
            figure("level", "6", "2024-12-31", unit="SCORE"),
            figure("level", "7", unit="SCORE"),
            "7 at 31 March 2025, up 1 point from 6 at 31 December 2024.",
        ),
    ],
    ids=range(8),
)
def test_what_changed_since_is_said_where_two_figures_can_be_compared(before, now, sentence):
    kinds = {"flow": {"counts": "OVER_PERIOD"}, "to_date": {"counts": "YEAR_TO_DATE"}}
    both = sorted((before, now), key=lambda each: (each["ends"], each["starts"]))
    known = facts(*both, **{name: kinds[name] for name in kinds if name == now["metric"]})
    metric = now["metric"]
    found = said(f"{{{metric}}}{{{metric}:history}}.", known)
    assert found is not None
    assert found.text == sentence


COUNTS = {"numerator": "140", "denominator": "177"}


def test_what_lies_between_two_shares_is_the_difference_of_the_printed_ones():
    before = figure("a_percent", "79", "2024-12-31", **COUNTS)
    now = figure("a_percent", "82.86", numerator="145", denominator="175")
    same = figure("a_percent", "79.10", **COUNTS)
    for later, sentence in (
        (now, "83% at 31 March 2025, up 4 points from 79% at 31 December 2024."),
        (same, "79.1% at 31 March 2025, up 0.1 points from 79% at 31 December 2024."),
    ):
        found = said("{a_percent}{a_percent:history}.", facts(before, later))
        assert found is not None
        assert found.text == sentence


def test_a_published_change_since_another_day_is_not_linked_though_it_says_the_same():
    levels = [
        figure("additional_roles_fte", "1031", "2024-12-31"),
        figure("additional_roles_fte", "1094", "2025-12-31"),
    ]
    stated = figure("additional_roles_fte_increase_since_january", "63", "2025-12-31")
    found = said("{additional_roles_fte:change}", facts(*levels, stated))
    assert found is not None
    assert found.text.startswith("An increase of 63 FTE from 1,031 FTE")
    assert [each.key for each in found.numbers] == [2, 1]


def test_a_period_is_said_once_and_again_where_it_is_another():
    template = "{a_percent} did{a_percent:dated}[, and {b_count} are left{b_count:dated}]."
    same = said(template, facts(figure("a_percent", "5"), figure("b_count", "7")))
    other = said(template, facts(figure("a_percent", "5"), figure("b_count", "7", "2024-12-31")))
    assert same is not None
    assert other is not None
    assert same.text == "5% did at 31 March 2025, and 7 are left."
    assert other.text == "5% did at 31 March 2025, and 7 are left at 31 December 2024."


@pytest.mark.parametrize(
    ("value", "qualifier", "sentence"),
    [("1", "EXACT", "1 practice is."), ("0", "EXACT", "0 practices are."), ("1", "MORE_THAN", "Over 1 practices are.")],
)
def test_one_is_one(value, qualifier, sentence):
    found = said("{b_count} <practice is|practices are>.", facts(figure("b_count", value, qualifier=qualifier)))
    assert found is not None
    assert found.text == sentence


@pytest.mark.parametrize(
    ("level", "is_said"), [("2025-03-31", True), ("2024-12-31", False), ("2025-06-30", False), (None, False)]
)
def test_a_change_of_appointments_is_given_with_those_of_its_own_period_only(level, is_said):
    levels = [] if level is None else [figure("appointments", "11000000", level)]
    change = figure("appointments_increase_on_year", "255000", qualifier="MORE_THAN")
    found = said("It is {appointments_increase_on_year:stated}.", facts(*levels, change))
    assert (found is not None) == is_said
    assert found is None or found.text == "It is an increase of over 255,000."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"QKS": "578.5", "QNX": "180.8", "QU9": "292.7"}, "the highest of 3 ICBs"),
        ({"QKS": "200", "QNX": "180.8", "QU9": "292.7"}, "number 2 from the highest of 3 ICBs"),
        ({"QKS": "100", "QNX": "180.8", "QU9": "292.7"}, "the lowest of 3 ICBs"),
        ({"QKS": "292.7", "QNX": "180.8", "QU9": "292.7"}, "with others the highest of 3 ICBs"),
        ({"QKS": "5", "QNX": "5", "QU9": "5"}, "level with all 3 ICBs"),
    ],
)
def test_a_rank_is_among_the_boards_of_the_same_period(values, words):
    other_period = figure("rate", "999", "2025-04-30", of="Y59")
    known = facts(*(figure("rate", value, of=of) for of, value in values.items()), other_period)
    found = said("it is {rate:rank}", known)
    assert found is not None
    assert found.text == f"It is {words}"


def test_a_figure_is_compared_with_the_regions_of_the_same_period_or_with_none():
    mine, same = figure("a_percent", "89.56"), figure("a_percent", "73.8", of="Y59")
    found = said("{a_percent}[, {a_percent:against@region}].", facts(mine, same))
    assert found is not None
    assert found.text == "89.56%, higher than 73.8% in the South East region."
    alone = said("{a_percent}[, {a_percent:against@region}].", facts(mine, {**same, "label": "another"}))
    assert alone is not None
    assert alone.text == "89.56%."


def test_the_outline_has_metrics_and_styles_that_exist():
    known = set(seeded_metrics())
    places = [token for sentence in SENTENCES for token in TOKEN.finditer(sentence) if token["metric"]]
    rows = {line["metric"] for line in outline() if line["kind"] == "ROW"}
    levels = {row["change_of"] for row in seeded_metrics().values() if row["change_of"]}
    assert len(places) > 100
    assert {token["metric"] for token in places} | rows | levels <= known
    assert {token["style"] for token in places if token["style"]} <= set(Style)
    assert sum(text.count("{") for text in SENTENCES) == len(places)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PLACES),
            st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=2),
            st.sampled_from(["2023-03-31", "2024-03-31", "2024-12-31", "2025-03-31"]),
            st.sampled_from(["QKS", "QNX", "Y59", "HCP-EAST"]),
            st.sampled_from(["EXACT", "MORE_THAN", "LESS_THAN", "APPROXIMATELY"]),
        ),
        max_size=12,
        unique_by=lambda each: (each[0], each[2], each[3]),
    )
)
def test_whatever_is_known_the_latest_of_each_series_is_said_and_nothing_fails(drawn):
    figures = [
        figure(metric, f"{value:f}", ends, of, qualifier=qualifier) for metric, value, ends, of, qualifier in drawn
    ]
    known = data(*figures)
    paper = written(known)
    latest = {(each["metric"], each["organisation"]): each["key"] for each in known["figures"]}
    overtaken = {key for (metric, _), key in latest.items() if seeded_metrics()[metric]["change_of"]}
    ends = {each["key"]: each["ends"] for each in known["figures"]}
    # A partnership's figure that is older than the ICB's own is left out.
    overtaken |= {
        key
        for (metric, of), key in latest.items()
        if of.startswith("HCP") and ends[key] < ends.get(latest.get((metric, "QKS"), 0), "")
    }
    assert set(latest.values()) - overtaken <= {key for section in paper.sections for key in section.figures}
    for section in paper.sections:
        for number in section.numbers:
            text = text_of(section, number)
            assert text[number.start : number.end] == number.text
            assert "nan" not in text.lower()


def text_of(section: Section, number: Placed) -> str:
    """The sentence or the cell that a number is in."""
    if number.sentence is not None:
        return section.sentences[number.sentence]
    assert None not in (number.table, number.row, number.column)
    return section.tables[number.table or 0].rows[number.row or 0][number.column or 0]


def test_without_any_organisation_there_is_a_paper_without_sections():
    paper = written({**data(), "organisations": [], "partnerships": [], "region": None, "outline": []})
    assert (paper.title, paper.sections, paper.doubts) == ("QKS: briefing paper, 30 June 2025", (), ())
