"""The same file comes back with what is wrong, and a second upload does not read that."""

import io
from typing import Any

import openpyxl

from schema.enumerations import Severity
from service.sheets.answered import answered
from service.sheets.checking import Checked
from service.sheets.opening import opened
from service.sheets.purpose import Purpose
from service.sheets.reading import read_sheets
from tests.service.sheets.files import KNOWN, workbook

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
