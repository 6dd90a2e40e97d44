"""Files that tests upload: workbooks of rows, CSVs, and files that do harm."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from schema.enumerations import Unit
from service.sheets.vocabulary import KnownMetric, KnownOrganisation, Vocabulary

KNOWN = Vocabulary(
    [
        KnownOrganisation("QKS", "NHS Kent and Medway Integrated Care Board", "INTEGRATED_CARE_BOARD"),
        KnownOrganisation("G82001", "St John's Surgery", "PRACTICE"),
        KnownOrganisation("G82002", "Old School Surgery", "PRACTICE"),
        KnownOrganisation("G82003", "Old School Surgery", "PRACTICE"),
        KnownOrganisation("G82004", "Ashford", "PRACTICE"),
        KnownOrganisation("U12345", "Ashford", "PRIMARY_CARE_NETWORK"),
        KnownOrganisation("U54321", "Mid Kent Primary Care Network", "PRIMARY_CARE_NETWORK"),
    ],
    [
        KnownMetric(
            "call_back_percent", "Practices with call back", Unit.PERCENT, ("PRACTICE", "INTEGRATED_CARE_BOARD")
        ),
        KnownMetric("referrals", "Referrals", Unit.COUNT, ("PRACTICE", "INTEGRATED_CARE_BOARD")),
        KnownMetric("gp_fte", "GPs", Unit.FTE, ("PRACTICE",)),
        KnownMetric("has_plan", "Has a plan", Unit.YES_NO, ("PRACTICE", "PRIMARY_CARE_NETWORK")),
    ],
)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], formats: Mapping[str, str] | None = None) -> bytes:
    """A workbook of rows; `formats` are the number formats of some cells of the first sheet, by their addresses."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, content in enumerate(row):
                    address = f"{'ABCDEFGHIJ'[column]}{at + 1}"
                    form = (formats or {}).get(address)
                    if content is not None:
                        sheet.write(at, column, content, book.add_format({"num_format": form}) if form else None)
    return written.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip of parts, whatever is in them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced, or with more of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | dict(parts))
