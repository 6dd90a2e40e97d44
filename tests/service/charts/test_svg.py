"""A picture can be read: well-formed, described, nothing on top of anything else, whatever it is given."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.enumerations import Unit
from service.charts import Chart, ChartPoint, LimitLine, Recalculation, TargetLine, svg
from service.charts.marks import INK, RED
from service.charts.model import Look
from tests.service.charts.pictures import LOOKS, Picture, chart, contrast_with_white, quarter_end

WAVES = [60.0, 57.5, 63.2, 58.8, 61.1, 55.9, 62.4, 59.3, 64.0, 56.6]
LONG = "Patients of the practices of the partnership who could be called back on the same working day " * 3
MANY = 40
CHARTS: dict[str, Chart] = {
    "nothing": chart([]),
    "one point": chart([69.57]),
    "two points": chart([69.57, 70]),
    "twelve points": chart([44.1, 44.9, 45.8, 46.6, 47.9, 48.8, 49.9, 51.0, 52.1, 52.9, 53.7, 54.5]),
    "forty points": chart(WAVES * 4),
    "flat": chart([57.0] * 13),
    "all of them": chart([100.0] * 13),
    "none of them": chart([0.0] * 13),
    "limits beyond 0 and 100": chart([0.0, 100.0] * 7),
    "negative limits": chart([1.0, 3.0, 0.0, 4.0, 0.5] * 3),
    "negative values": chart([-5.0, 3.0, -7.5] * 5, unit=Unit.COUNT, decimals=0),
    "yes and no": chart([0.0, 1.0, 1.0, 0.0, 1.0] * 3, unit=Unit.YES_NO, decimals=0, target=None),
    "millions": chart([123456789.0, 987654321.5, 5.0] * 4, unit=Unit.COUNT, decimals=0),
    "a word that is far too long": chart(WAVES, title="ö" * 400, subtitle="x" * 400),
    "very long names": chart(
        WAVES,
        title=LONG,
        subtitle=LONG,
        points=tuple(
            ChartPoint("1 December 2023 to 30 November 2024", quarter_end(at), value) for at, value in enumerate(WAVES)
        ),
        target=TargetLine((250.0,) * 10, "Target 1,234.56 per 100,000 to 12,345.67 per 100,000"),
    ),
    "recalculated": chart(
        WAVES * 2,
        limits=(LimitLine(0, 9, 60, 50, 70, is_trial=True), LimitLine(10, 17, 58, 48, 68, is_trial=True)),
        recalculations=(Recalculation(10, "A new system."), Recalculation(18, "Another.")),
    ),
    "lines on one another": chart(
        [90.0] * 13, limits=(LimitLine(0, 12, 90.0, 90.0, 90.0, is_trial=False),), unit=Unit.RATE_PER_100000
    ),
}
WIDTHS = [280, 320, 400, 800, 2400]
HEIGHTS = [200, 400, 1600]


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {what: Picture(svg(each)) for what, each in CHARTS.items()}


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("what", CHARTS)
def test_no_text_lies_on_another_or_reaches_beyond_the_picture(what, width, height):
    picture = Picture(svg(CHARTS[what], width=width, height=height))
    assert picture.faults() == []
    assert (picture.root.get("width"), picture.root.get("height")) == (str(width), str(height))


@pytest.mark.parametrize("what", CHARTS)
def test_a_picture_has_a_title_and_a_description_and_is_labelled_by_them(pictures, what):
    root = pictures[what].root
    named = {child.get("id"): child.text for child in root if child.tag.endswith(("title", "desc"))}
    title, described = (named[each] for each in root.get("aria-labelledby").split())
    assert root.get("role") == "img"
    assert (title, described) == (CHARTS[what].title, CHARTS[what].description)


def test_pictures_in_one_page_have_ids_of_their_own(pictures):
    ids = [each.get("id") for picture in pictures.values() for each in picture.root.iter() if each.get("id")]
    assert len(ids) == len(set(ids)) == 2 * len(CHARTS)
    assert svg(CHARTS["flat"]) == svg(CHARTS["flat"])
    assert svg(CHARTS["flat"], width=400).split(">")[0] != svg(CHARTS["flat"], width=401).split(">")[0]


@pytest.mark.parametrize("what", CHARTS)
def test_texts_and_marks_stand_out_from_white(pictures, what):
    picture = pictures[what]
    marks = [each for group in picture.all("g") for each in group]
    colours = {each.get("fill") for each in [*picture.all("text"), *marks]} - {None, "none"}
    colours |= {each.get("stroke") for each in picture.all("path")} - {None, "#e5e5e5"}
    assert min(contrast_with_white(colour) for colour in colours) >= 4.5


def test_special_causes_differ_in_shape_as_well_as_in_colour():
    shapes, colours = set(), set()
    for look in LOOKS:
        picture = Picture(
            svg(chart([50.0], points=(ChartPoint("Q1 2024/25", quarter_end(0), 50.0, look),), target=None))
        )
        (mark,) = [each for group in picture.all("g") for each in group if _says(group) and not _is_title(each)]
        shapes.add((mark.tag, mark.get("d")))
        colours.add(mark.get("fill"))
    assert len(shapes) == len(colours) == len(LOOKS)


def test_the_legend_names_what_is_there_and_nothing_else(pictures):
    assert "Special cause, improvement" in pictures["twelve points"].said
    plain = Picture(svg(chart([50.0], points=(ChartPoint("Q1 2024/25", quarter_end(0), 50.0),))))
    assert "pecial" not in plain.said
    assert "Corrected" not in plain.said


def test_a_corrected_point_is_ringed_and_says_so():
    points = (
        ChartPoint("Q1 2024/25", quarter_end(0), 50.0),
        ChartPoint("Q2 2024/25", quarter_end(1), 51.0, Look.CONCERN, is_corrected=True),
    )
    picture = Picture(svg(chart([50.0, 51.0], points=points)))
    ringed = [group for group in picture.all("g") if _says(group) and any(each.get("r") == "8" for each in group)]
    assert [_says(group) for group in ringed] == ["Q2 2024/25: 51%, special cause, concern, corrected since"]
    assert "Corrected since it was published" in picture.said


def test_each_recalculation_is_a_line_with_its_reason_even_before_a_stretch_without_limits(pictures):
    lines = [each for each in pictures["recalculated"].all("path") if _says(each)]
    assert [_says(each) for each in lines] == [
        "Limits recalculated: A new system.",
        "Limits recalculated: Another.",
    ]


@pytest.mark.parametrize(("count", "said"), [(11, "trial limit"), (12, "limit")])
def test_trial_limits_are_said_to_be_trial_and_drawn_in_dots(count, said):
    picture = Picture(svg(chart([50.0, 52.0] * 5 + [51.0] * (count - 10))))
    dashes = {each.get("stroke-dasharray") for each in picture.all("path")}
    assert f"Upper {said} " in picture.said
    assert ("trial" in picture.said) == ("2 5" in dashes) == (count < 12)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("what", "is_clamped"), [("negative limits", True), ("flat", False), ("all of them", False)])
def test_a_percentage_s_limits_are_clamped_in_the_picture_which_says_so(what, is_clamped, width):
    picture = Picture(svg(CHARTS[what], width=width))
    assert ("drawn at the edge." in picture.said) == is_clamped
    assert not [name for name in _axis(picture) if name.startswith("-")]


def test_a_picture_with_clamped_limits_has_its_whole_axis(pictures):
    assert _axis(pictures["limits beyond 0 and 100"]) == ["0%", "20%", "40%", "60%", "80%", "100%"]


@pytest.mark.parametrize("unit", [Unit.COUNT, Unit.FTE, Unit.RATE_PER_100000, Unit.SCORE])
def test_limits_below_0_are_drawn_at_the_edge_where_no_figure_is_below_and_the_picture_says_so(unit):
    count = Picture(svg(chart([1000.0, 60000.0, 2500.0] * 4, unit=unit, decimals=0, target=None)))
    assert "Limits below 0 are drawn at the edge." in count.said
    assert "Lower limit −" in count.said
    assert min(_axis(count), key=len) == "0"
    assert "drawn at the edge" not in Picture(svg(chart([50.0, 51.0] * 6, unit=unit))).said


def test_points_are_true_to_time_and_the_line_has_a_gap():
    ends = [0, 1, 2, 3, 5, 6, 7, 10, 11]
    points = tuple(ChartPoint(f"P{at}", quarter_end(at), 50.0) for at in ends)
    picture = Picture(svg(chart([50.0] * 9, points=points, gaps=(4, 7), target=None)))
    across = [float(each.get("cx")) for each in picture.all("circle")]
    steps = [(after - before) / (across[1] - across[0]) for before, after in pairwise(across)]
    assert steps == pytest.approx([1, 1, 1, 2, 1, 1, 3, 1], abs=0.02)
    (line,) = [each.get("d") for each in picture.all("path") if each.get("stroke") == INK]
    assert [piece.count("L") for piece in line.split("M")[1:]] == [3, 2, 1]


def test_notes_are_below_the_picture():
    picture = Picture(svg(chart([50.0, 51.0], notes=("Q1 2024/25 is missing.",))))
    assert "Q1 2024/25 is missing." in picture.said


def test_the_limits_of_a_count_may_be_negative():
    assert "drawn at the edge" not in Picture(svg(CHARTS["negative values"])).said
    assert "−25" in _axis(Picture(svg(CHARTS["negative values"])))


def test_no_two_numbers_of_an_axis_look_alike(pictures):
    for what, picture in pictures.items():
        assert len(_axis(picture)) == len(set(_axis(picture))), what


def test_the_mean_of_yes_and_no_is_between_them(pictures):
    assert "Mean 0.6" in pictures["yes and no"].said


HOSTILE = [
    "<script>alert(1)</script>",
    "\"quotes\" & 'more' ]]> <!-- --> &amp; <?x ?>",
    "👩🏽‍⚕️ emoji 𝔘",
    "مرحبا بالعالم",
    "a\u202eb\u2066c",
    "a\x01\x02\x1b\x7f\x85b\ufffe\uffff",
    "half \ud83d of a pair",
    "tab\tand\nline\r",
    "",
    "   ",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text_and_nothing_else(text):
    made = chart(WAVES, title=text, subtitle=text, description=text)
    points = tuple(replace(point, label=text) for point in made.points)
    target = TargetLine((90.0,) * 10, text)
    picture = Picture(
        svg(
            replace(made, points=points, target=target, recalculations=(Recalculation(3, text), Recalculation(4, text)))
        )
    )
    assert not picture.all("script")
    assert "<script" not in picture.text
    assert picture.faults() == []
    assert not set(picture.text) & set("\x01\x02\x1b\x7f\x85\u202e\u2066\ufffe\uffff\ud83d")


def test_the_foot_says_where_limits_were_recalculated_and_why(pictures):
    said = pictures["recalculated"].said
    assert "Limits recalculated from Q3 2017/18: A new system." in said
    assert "Limits recalculated from Q3 2019/20: Another." in said


def test_both_bounds_of_a_target_are_drawn():
    target = TargetLine((40.0,) * 10, "Target 40% to 60%", (60.0,) * 10)
    one, two = (Picture(svg(chart(WAVES, target=each))) for each in (replace(target, uppers=()), target))
    lines = [
        {each.split()[1] for path in picture.all("path") if path.get("stroke") == RED for each in _moves(path)}
        for picture in (one, two)
    ]
    assert len(lines[0]) == 1
    assert len(lines[1]) == 2
    assert lines[0] < lines[1]


def _moves(path: Any) -> list[str]:
    return [each.split("H")[0] for each in path.get("d").split("M")[1:]]


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SIZES = st.integers(-(2**31), 2**31 - 1) | st.integers(0, 3000)


@given(st.lists(NUMBERS, max_size=40), st.lists(NUMBERS, min_size=3, max_size=3), SIZES, SIZES, st.data())
@settings(deadline=None, max_examples=300)
def test_any_values_and_any_size_give_a_picture(values, lines, width, height, data):
    unit, decimals = data.draw(st.sampled_from(list(Unit))), data.draw(st.integers(0, 6))
    lower, mean, upper = sorted(lines)
    limits = (LimitLine(0, len(values) - 1, mean, lower, upper, is_trial=True),) if len(values) > 2 else ()
    days = data.draw(st.lists(st.dates(), min_size=len(values), max_size=len(values)))
    points = tuple(
        ChartPoint(f"Q1 {at}", on, value) for at, (on, value) in enumerate(zip(sorted(days), values, strict=True))
    )
    target = TargetLine((lower,) * len(values), "Target", (upper,) * len(values))
    gaps = tuple(sorted(data.draw(st.sets(st.integers(1, len(values) - 1))))) if len(values) > 1 else ()
    made = chart([], points=points, limits=limits, target=target, unit=unit, decimals=decimals, gaps=gaps)
    picture = Picture(svg(made, width=width, height=height))
    assert picture.faults() == []
    drawn = " ".join(each.get(name, "") for each in picture.root.iter() for name in ("x", "y", "cx", "cy", "d"))
    assert "nan" not in drawn
    assert "inf" not in drawn


@given(st.lists(st.floats(0, 100), max_size=40), SIZES, SIZES)
@settings(deadline=None, max_examples=200)
def test_percentages_in_any_size_give_a_picture_in_which_all_can_be_read(values, width, height):
    assert Picture(svg(chart(values), width=width, height=height)).faults() == []


@given(st.text(max_size=200), st.text(max_size=200), SIZES)
@settings(deadline=None, max_examples=200)
def test_any_names_give_a_picture_in_which_all_can_be_read(title, label, width):
    points = tuple(ChartPoint(label, quarter_end(at), value) for at, value in enumerate(WAVES))
    made = chart(WAVES, title=title, subtitle=label, description=title, points=points)
    assert Picture(svg(made, width=width)).faults() == []


def _axis(picture: Picture) -> list[str]:
    return [each.text for each in picture.all("text") if each.get("text-anchor") == "end"]


def _is_title(element: Any) -> bool:
    return str(element.tag).endswith("title")


def _says(element: Any) -> str | None:
    return next((each.text for each in element if _is_title(each)), None)
