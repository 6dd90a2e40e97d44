"""The same file comes back with what is wrong, and a second upload does not read that."""

import io
import tracemalloc
import zipfile
from typing import Any

import openpyxl
import pytest

from schema.enumerations import Severity
from schema.errors import Refusal
from service.sheets.answered import answered
from service.sheets.checking import Checked
from service.sheets.opening import opened
from service.sheets.purpose import Purpose
from service.sheets.reading import read_sheets
from tests.service.sheets.files import KNOWN, with_parts, workbook

ROWS: list[list[Any]] = [
    ["Organisation", "Measure", "Value", "Double"],
    ["G82001", "Referrals", "many", "=2+2"],
    ["G82001", "GPs", 4],
    ["Nobody", "Referals", 5],
]


def checked(content: bytes) -> Checked:
    sheets = opened(content)
    reading = read_sheets(sheets, KNOWN)
    findings = [each for line in reading.lines for each in line.findings]
    return Checked(Purpose("2024-25-Q4", "QKS"), sheets, reading, None, findings, [], [])


def test_a_workbook_keeps_what_it_has_and_says_what_is_wrong_in_each_row():
    content = workbook({"Read me": [["Hello"]], "Returns": ROWS})
    book = openpyxl.load_workbook(io.BytesIO(answered(content, checked(content))))
    assert book.sheetnames == ["Read me", "Returns"]
    sheet = book["Returns"]
    assert [cell.value for cell in sheet[1]] == [
        "Organisation",
        "Measure",
        "Value",
        "Double",
        "What is wrong",
        "What to do",
    ]
    assert sheet["E2"].value == "C2: 'many' is not a number. Write thousands as 1,064 and decimals as 93.14."
    assert sheet["F2"].value == "Correct the cell, or leave it empty if you have no answer yet."
    assert sheet["D2"].value == "=2+2"
    assert sheet["E3"].value is None
    assert sheet["E4"].value.splitlines() == [
        "A4: No organisation is called 'Nobody'.",
        "B4: No measure is called 'Referals'. Did you mean Referrals?",
    ]
    red = {cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fgColor.rgb == "FFF4C7C3"}
    assert red == {"C2", "A4", "B4"}


def test_what_was_corrected_is_no_longer_said_or_red():
    content = workbook({"Returns": ROWS})
    book = openpyxl.load_workbook(io.BytesIO(answered(content, checked(content))))
    book["Returns"]["C2"].value = 12
    corrected = io.BytesIO()
    book.save(corrected)
    again = checked(corrected.getvalue())
    assert [each.place.row for each in again.findings if each.place] == [3, 3]
    sheet = openpyxl.load_workbook(io.BytesIO(answered(corrected.getvalue(), again)))["Returns"]
    assert [sheet["E2"].value, sheet["F2"].value, sheet["C2"].fill.fgColor.rgb] == [None, None, "00000000"]
    assert sheet.max_column == 6


def test_a_csv_comes_back_as_it_was_with_two_more_columns():
    content = "Organisation;Measure;Value\r\nG82001;Referrals;many\r\nG82001;GPs;4\r\n".encode("utf-16")
    once = answered(content, checked(content))
    lines = once.decode("utf-8-sig").splitlines()
    assert lines[0] == "Organisation;Measure;Value;What is wrong;What to do"
    assert lines[1].startswith("G82001;Referrals;many;C2: 'many' is not a number.")
    assert lines[2] == "G82001;GPs;4;;"
    assert answered(once, checked(once)) == once
    assert checked(once).findings[0].severity is Severity.BLOCK


def sheet_with(old: bytes, new: bytes) -> bytes:
    """A workbook of the rows whose first sheet has something in the place of something else."""
    content = workbook({"Returns": ROWS})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert old in sheet
    return with_parts(content, {"xl/worksheets/sheet1.xml": sheet.replace(old, new)})


def test_one_cell_far_to_the_right_costs_no_more_than_itself():
    book = openpyxl.load_workbook(io.BytesIO(workbook({"Returns": ROWS})))
    for row in range(5, 3_001):
        book["Returns"].cell(row, 1).number_format = "0%"
    # The last column of a sheet, with a format and without a value.
    book["Returns"].cell(3_000, 16_384).number_format = "0%"
    written = io.BytesIO()
    book.save(written)
    before = checked(written.getvalue())
    tracemalloc.start()
    content = answered(written.getvalue(), before)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 3,000 rows of all columns would be 49 million cells, of some 100 bytes each.
    assert most < 100_000_000
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Returns"]
    assert [sheet["E1"].value, sheet["F1"].value] == ["What is wrong", "What to do"]


def test_a_heading_beyond_what_is_read_stays():
    rows = [[*ROWS[0], *[None] * 250, "Ours"], *ROWS[1:]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    written = io.BytesIO()
    book.save(written)
    sheet = openpyxl.load_workbook(io.BytesIO(answered(written.getvalue(), checked(written.getvalue()))))["Sheet"]
    assert [sheet.cell(1, column).value for column in (255, 256, 257)] == ["Ours", "What is wrong", "What to do"]


@pytest.mark.parametrize(
    "spans",
    [
        b'<mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="A9:XFD1048576" location="A1"/></hyperlinks>',
        b'<mergeCells><mergeCell ref="A&#57;:XFD1048576"/></mergeCells>',
    ],
    ids=["merged", "links", "written in another way"],
)
def test_ranges_with_more_cells_than_memory_are_refused(spans):
    content = sheet_with(b"</sheetData>", b"</sheetData>" + spans)
    with pytest.raises(Refusal, match="over more than 100,000 cells") as refusal:
        answered(content, checked(content))
    assert refusal.value.code == "upload/unsafe"


def test_a_merged_title_is_kept():
    content = sheet_with(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A9:C9"/></mergeCells>')
    sheet = openpyxl.load_workbook(io.BytesIO(answered(content, checked(content))))["Returns"]
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A9:C9"]


def test_a_grid_keeps_its_last_answers_and_says_above_them_what_the_columns_are():
    book = openpyxl.Workbook()
    sheet: Any = book.active
    # As in our templates: a hidden row of codes, the names below it, and the last answers without a code.
    sheet.append(["Organisation", "GPs", "Reason", "Note"])
    sheet.append(["Organisation", "GPs", "Reason", "Note", "Last answer: GPs"])
    sheet.append(["G82001", "many", None, None, 12])
    sheet.append(["G82001", None, None, None, 13])
    sheet.row_dimensions[1].hidden = True
    written = io.BytesIO()
    book.save(written)
    for _ in range(2):
        # The second time, the columns of the first answer are there.
        content = answered(written.getvalue(), checked(written.getvalue()))
        found: Any = openpyxl.load_workbook(io.BytesIO(content)).active
        assert [cell.value for cell in found[2]][4:] == ["Last answer: GPs", "What is wrong", "What to do"]
        assert [cell.value for cell in found[1]][4:] == [None, "What is wrong", "What to do"]
        assert [found["E3"].value, found["E4"].value, found["F4"].value] == [12, 13, None]
        assert found["F3"].value.startswith("B3: 'many' is not a number.")
        written = io.BytesIO(content)


def test_a_csv_keeps_what_stands_beyond_its_headings():
    content = b"Organisation,Measure,Value\nG82001,Referrals,many,Ask Ann\n"
    lines = answered(content, checked(content)).decode("utf-8-sig").splitlines()
    assert lines[0] == "Organisation,Measure,Value,,What is wrong,What to do"
    assert lines[1].startswith("G82001,Referrals,many,Ask Ann,")
