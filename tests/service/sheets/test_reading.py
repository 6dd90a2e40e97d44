"""Any sheet or CSV becomes figures: what is understood is said, and what is not is said at its cell."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from schema.enumerations import Unit
from schema.errors import Refusal
from service.sheets.cells import MOST_ROWS
from service.sheets.opening import opened
from service.sheets.reading import Line, Reading, read_sheets
from service.sheets.vocabulary import KnownMetric, Vocabulary
from tests.service.sheets.files import KNOWN, with_parts, workbook

HEADINGS = "Organisation,Measure,Value"


def read(content: bytes | str, organisation: str | None = None) -> Reading:
    sent = content.encode() if isinstance(content, str) else content
    return read_sheets(opened(sent), KNOWN, organisation=organisation)


def figures(reading: Reading) -> list[tuple[object, ...]]:
    return [
        (line.figure.organisation, line.figure.metric, line.figure.value, line.figure.period)
        for line in reading.lines
        if line.figure is not None
    ]


def wrong(reading: Reading) -> list[tuple[str, str]]:
    """The code and the cell of each finding."""
    found = [each for line in reading.lines for each in line.findings]
    return [(each.code, each.place.address) for each in found if each.place is not None]


def one(value: str, metric: str = "referrals", code_or_name: str = "G82001", period: str = "") -> Line:
    [line] = read(f'{HEADINGS},Period\n{code_or_name},{metric},"{value}","{period}"\n').lines
    return line


@pytest.mark.parametrize(
    "content",
    [
        b"Organisation,Measure,Value\r\nG82001,Referrals,12\r\n",
        b"\xef\xbb\xbfOrganisation;Measure;Value\r\nG82001;Referrals;12\r\n",
        "Organisation\tMeasure\tValue\r\nG82001\tReferrals\t12\r\n".encode("utf-16"),
        b'sep=;\r\n"Organisation";"Measure";"Value"\r\n"G82001";"Referrals";"12"\r\n',
        b"Returns for the quarter\n\nORGANISATION , Metric,Answer \n G82001 ,referrals , 12\n",
        b"Code,Organisation name,ODS code,Metric code,Figure\nx,St John\x92s Surgery,G82001,referrals,12\n",
    ],
)
def test_a_csv_is_read_as_excel_and_people_write_it(content):
    assert figures(read(content)) == [("G82001", "referrals", 12.0, None)]


@pytest.mark.parametrize(
    ("written", "metric", "value"),
    [
        ("1,064", "referrals", 1064),
        ("£1,064", "referrals", 1064),
        ("1 064", "referrals", 1064),
        ("−5", "referrals", -5),
        ("93.142", "call_back_percent", 93.142),
        ("92%", "call_back_percent", 92),
        ("92 per cent", "call_back_percent", 92),
        ("12.5 wte", "gp_fte", 12.5),
        ("Yes", "has_plan", 1),
        ("n", "has_plan", 0),
        ("2", "has_plan", 2),
    ],
)
def test_a_value_is_read_as_people_write_it(written, metric, value):
    figure = one(written, metric).figure
    assert figure is not None
    assert figure.value == value


@pytest.mark.parametrize(
    ("written", "metric", "value", "qualifier"),
    [
        ("over 11,000,000", "referrals", 11_000_000, "MORE_THAN"),
        ("More than 500", "referrals", 500, "MORE_THAN"),
        (">5", "referrals", 5, "MORE_THAN"),
        ("at least 90%", "call_back_percent", 90, "MORE_THAN"),
        ("fewer than 5", "referrals", 5, "LESS_THAN"),
        ("up to 12.5 wte", "gp_fte", 12.5, "LESS_THAN"),
        ("< 5", "referrals", 5, "LESS_THAN"),
        ("about 1,563", "referrals", 1563, "APPROXIMATELY"),
        ("c. 1,563", "referrals", 1563, "APPROXIMATELY"),
        ("c.1563", "referrals", 1563, "APPROXIMATELY"),
        ("circa £1,563", "referrals", 1563, "APPROXIMATELY"),
        ("~33.3 %", "call_back_percent", 33.3, "APPROXIMATELY"),
    ],
)
def test_words_before_a_number_say_how_exact_it_is(written, metric, value, qualifier):
    figure = one(written, metric).figure
    assert figure is not None
    assert (figure.value, figure.qualifier) == (value, qualifier)


def test_what_the_words_were_understood_as_is_said():
    reading = read(f'{HEADINGS}\nG82001,referrals,"over 11,000,000"\nG82001,call_back_percent,at least 90%\n')
    assert set(reading.understood) >= {("over 11,000,000", "over 11000000"), ("at least 90%", "over 90%")}


@pytest.mark.parametrize("written", ["over", "about lots", "over 1,,2", "concerning 5", "overt 5", "at 5"])
def test_words_that_say_nothing_about_a_number_are_not_understood(written):
    [finding] = one(written).findings
    assert finding.code == "sheet/unreadable-value"


def test_a_numerator_must_be_exact():
    [line] = read("Organisation,Measure,Numerator,Denominator\nG82001,call_back_percent,about 90,177\n").lines
    [finding] = line.findings
    assert finding.message == "'about 90' is not an exact number. Leave out the words before it."


@pytest.mark.parametrize(
    ("column", "value", "qualifier"),
    [
        ("MORE_THAN", "5", "MORE_THAN"),
        ("about", "5", "APPROXIMATELY"),
        ("over", "over 5", "MORE_THAN"),
        ("", "over 5", "MORE_THAN"),
    ],
)
def test_a_column_can_say_how_exact_values_are(column, value, qualifier):
    [line] = read(f"{HEADINGS},Qualifier\nG82001,referrals,{value},{column}\n").lines
    assert line.figure is not None
    assert line.figure.qualifier == qualifier


@pytest.mark.parametrize(("column", "value"), [("perhaps", "5"), ("under", "over 5"), ("EXACT", "over 5")])
def test_a_column_that_says_something_else_is_wrong_at_its_cell(column, value):
    [line] = read(f"{HEADINGS},Qualifier\nG82001,referrals,{value},{column}\n").lines
    [finding] = line.findings
    assert (finding.code, finding.place.address) == ("sheet/unreadable-value", "D2")  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["Nothing to report", "n/a", "nil"])
def test_nothing_to_report_is_a_nil_return(written):
    figure = one(written).figure
    assert figure is not None
    assert (figure.is_nil_return, figure.value) == (True, None)


@pytest.mark.parametrize(
    ("written", "metric"),
    [
        ("93,14", "call_back_percent"),
        ("many", "referrals"),
        ("92%", "referrals"),
        ("maybe", "has_plan"),
        ("#REF!", "referrals"),
    ],
)
def test_a_value_that_cannot_be_read_is_said_at_its_cell(written, metric):
    line = one(written, metric)
    [finding] = line.findings
    assert line.figure is None
    assert (finding.code, finding.place.address) == ("sheet/unreadable-value", "C2")  # type: ignore[union-attr]
    assert finding.message.startswith(repr(written))
    assert finding.question == f"{KNOWN.metrics[metric].name}, St John's Surgery"


@pytest.mark.parametrize(
    ("written", "code"),
    [("31/03/2025", "2025-03-31"), ("Mar-25", "2025-03"), ("Q4 2024/25", "2024-25-Q4"), ("soon", "soon")],
)
def test_a_period_is_read_as_people_write_it_and_what_is_none_is_left_to_the_rules(written, code):
    figure = one("1", period=written).figure
    assert figure is not None
    assert figure.period == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("ST JOHNS  SURGERY", "G82001"), ("St John’s Surgery", "G82001"), ("Surgery (g82001)", "G82001")],
)
def test_an_organisation_is_known_by_its_name_however_it_is_written(name, code):
    figure = one("1", code_or_name=name).figure
    assert figure is not None
    assert figure.organisation == code


def test_long_words_for_kinds_may_be_short():
    assert figures(read(f"{HEADINGS}\nmid kent pcn,has a plan,y\nNHS Kent & Medway ICB,Referrals,1"))[0][0] == "U54321"


def test_of_two_with_one_name_the_kind_that_is_asked_decides_or_nobody_does():
    reading = read(f"{HEADINGS}\nAshford,GPs,4\nAshford,Has a plan,yes\nOld School Surgery,GPs,4")
    assert figures(reading) == [("G82004", "gp_fte", 4.0, None)]
    assert wrong(reading) == [("sheet/several-organisations", "A3"), ("sheet/several-organisations", "A4")]
    assert reading.lines[2].findings[0].message == (
        "Several are called Old School Surgery: G82002, practice and G82003, practice."
    )


def test_what_nobody_is_called_is_said_with_the_nearest_name():
    reading = read(f"{HEADINGS}\nSt Jon's Surgery,Referals,4\n,Referrals,4\nG82001,,4")
    assert [each.message for line in reading.lines for each in line.findings] == [
        "No organisation is called \"St Jon's Surgery\". Did you mean St John's Surgery?",
        "No measure is called 'Referals'. Did you mean Referrals?",
        "The row names no organisation.",
        "The row names no measure.",
    ]
    assert wrong(reading) == [
        ("sheet/unknown-organisation", "A2"),
        ("sheet/unknown-measure", "B2"),
        ("sheet/unknown-organisation", "A3"),
        ("sheet/unknown-measure", "B4"),
    ]


def test_codes_that_nobody_has_are_left_to_the_rules_as_a_program_sends_them():
    assert figures(read(f"{HEADINGS}\nG99999,no_such,4"))[0][:2] == ("G99999", "no_such")


def test_a_code_next_to_another_ones_name_is_a_slip():
    assert wrong(read("Code,Organisation code,Organisation,Measure,Value\n,G82002,St John's Surgery,GPs,4")) == [
        ("sheet/two-organisations", "C2")
    ]


def test_a_code_of_a_measure_next_to_another_ones_name_is_a_slip():
    reading = read(
        "Organisation,Measure code,Measure,Value\n"
        "G82001,gp_fte,Referrals,4\nG82001,gp_fte,GPs,4\nG82001,gp_fte,Doctors,4"
    )
    assert wrong(reading) == [("sheet/two-measures", "C2")]
    assert reading.lines[0].findings[0].message == "The code gp_fte is that of GPs, and the name is Referrals."
    # A name that nobody has may be an earlier one of the same measure.
    assert figures(reading) == [("G82001", "gp_fte", 4.0, None)] * 2


def test_of_two_measures_with_one_name_the_row_has_to_say_which():
    known = Vocabulary(
        KNOWN.organisations.values(), [*KNOWN.metrics.values(), KnownMetric("gps_2", "GPs", Unit.FTE, ("PRACTICE",))]
    )
    [line] = read_sheets(opened(f"{HEADINGS}\nG82001,GPs,4".encode()), known).lines
    assert [(each.code, each.message) for each in line.findings] == [
        ("sheet/several-measures", "Several measures are called GPs: gp_fte and gps_2.")
    ]


def test_what_was_understood_is_said_once_for_all_its_cells():
    reading = read(f'{HEADINGS}\nst johns surgery,Referrals,"1,064"\nst johns surgery,GPs,4')
    said = {
        written: (as_, [place.address for place in places]) for (written, as_), places in reading.understood.items()
    }
    assert said == {"st johns surgery": ("G82001", ["A2", "A3"]), "1,064": ("1064", ["C2"])}


def test_a_workbook_keeps_percentages_dates_and_numbers_of_its_own():
    rows: list[list[Any]] = [
        ["Organisation", "Measure", "Value", "Period", "Numerator", "Denominator", "Note", "Reason"],
        ["G82001", "Practices with call back", 0.92, dt.date(2025, 3, 31)],
        ["G82001", "Referrals", 12, dt.date(2025, 3, 1), None, None, "All of it", "We counted again."],
        ["G82001", "Practices with call back", None, None, 3, 4],
        ["G82001", "GPs", dt.date(2025, 4, 3)],
    ]
    reading = read(workbook({"Returns": rows}, {"C2": "0%", "D3": "mmm-yy"}))
    assert figures(reading) == [
        ("G82001", "call_back_percent", 92.0, "2025-03-31"),
        ("G82001", "referrals", 12.0, "2025-03"),
        ("G82001", "call_back_percent", None, None),
    ]
    second, third = reading.lines[1].figure, reading.lines[2].figure
    assert (second and (second.note, second.reason)) == ("All of it", "We counted again.")
    assert (third and (third.numerator, third.denominator)) == (3.0, 4.0)
    assert wrong(reading) == [("sheet/unreadable-value", "C5")]


def test_a_grid_has_a_column_for_each_measure_and_says_its_cells():
    rows: list[list[Any]] = [
        ["Practice", "Referrals", "GPs", "Last answer: GPs"],
        ["G82001", 5, None, 7],
        ["G82002", "x", 2.5, 7],
    ]
    reading = read(workbook({"Read me": [["How to fill this in"]], "Practices": rows}))
    assert figures(reading) == [("G82001", "referrals", 5.0, None), ("G82002", "gp_fte", 2.5, None)]
    assert wrong(reading) == [("sheet/unreadable-value", "B3")]
    assert reading.empty == 1


def test_the_columns_of_an_answer_are_not_read_again():
    reading = read("Organisation,Measure,Value,What is wrong,What to do\nG82001,Referrals,5,It is high.,Look at it.")
    assert figures(reading) == [("G82001", "referrals", 5.0, None)]
    assert reading.lines[0].findings == []


def test_headings_that_stand_twice_in_a_row_each_are_no_answer():
    content = "Organisation code,Measure code,Value\nOrganisation,Measure,Value\nG82001,referrals,5"
    assert len(read(content).lines) == 1


def test_a_sheet_about_one_organisation_needs_no_column_for_it():
    assert figures(read("Measure,Value\nReferrals,5", "G82001")) == [("G82001", "referrals", 5.0, None)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n", "upload/no-headings"),
        ("Measure,Value\nReferrals,5", "upload/no-headings"),
        (f"{HEADINGS}\nG82001,Referrals,\n", "upload/no-answers"),
        (f"{HEADINGS},Answer\nG82001,Referrals,1,2\n", "upload/two-columns"),
        ("Organisation,Referrals,referrals\nG82001,1,2\n", "upload/two-columns"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(content, code):
    with pytest.raises(Refusal) as refusal:
        read(content)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f"{HEADINGS},Answer\nG82001,Referrals,1,2\n", "value"),
        ("Organisation,Practice,Measure,Value\nG82001,G82001,Referrals,1\n", "organisation"),
        ("Organisation,Referrals,referrals\nG82001,1,2\n", "Referrals"),
    ],
)
def test_a_column_that_stands_twice_is_named_in_words(content, what):
    with pytest.raises(Refusal) as refusal:
        read(content)
    assert refusal.value.message == f"The sheet CSV must have one column for {what!r}."


def test_what_is_hidden_keeps_no_file_from_being_read():
    book = openpyxl.load_workbook(
        io.BytesIO(
            workbook(
                {
                    "Returns": [["Organisation", "Measure", "Value"], ["G82001", "Referrals", 7]],
                    "Notes": [["Organisation", "Measure", "Value", "Value"], ["x", "y", 1, 2]],
                    "Long": [["a"]] * (MOST_ROWS + 5),
                }
            )
        )
    )
    book["Notes"].sheet_state = book["Long"].sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    assert figures(read(written.getvalue())) == [("G82001", "referrals", 7.0, None)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f'{HEADINGS}\nG82001,Referrals,1\nG82001,"Referrals,2\nG82001,GPs,3\n', 3),
        (f'{HEADINGS}\nG82001,"Refer"rals,1\n', 2),
        (f"{HEADINGS}\nG82001,Referrals,{'1' * 140_000}\n", 2),
    ],
    ids=["never closed", "closed too soon", "too much text"],
)
def test_a_csv_that_cannot_be_read_says_in_which_line_and_nothing_of_our_library(content, line):
    with pytest.raises(Refusal) as refusal:
        read(content)
    assert refusal.value.code == "upload/damaged"
    assert refusal.value.message == (
        f"The selected file cannot be read: line {line} has quotation marks in the wrong place or a cell with too much "
        "text."
    )


@pytest.mark.parametrize("unit", ["referrals", "call_back_percent", "has_plan"])
@pytest.mark.parametrize("written", ["9" * 400, "1e400", "9" * 400 + "%"], ids=["digits", "exponent", "percentage"])
def test_more_digits_than_a_number_can_have_are_no_number(written, unit):
    assert [each.code for each in one(written, unit).findings] == ["sheet/unreadable-value"]


def test_more_digits_than_a_number_can_have_in_a_workbook_are_no_number():
    content = workbook(
        {"Returns": [["Organisation", "Measure", "Value"], *[["G82001", "Referrals", at] for at in (7, 8)]]}
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    changed = sheet.replace(b"<v>7</v>", b"<v>" + b"7" * 400 + b"</v>").replace(b"<v>8</v>", b"<v>8E400</v>")
    reading = read(with_parts(content, {"xl/worksheets/sheet1.xml": changed}))
    assert wrong(reading) == [("sheet/unreadable-value", "C2"), ("sheet/unreadable-value", "C3")]
