"""The bytes of an uploaded file become sheets, whichever kind of file it is."""

from schema.errors import Refusal
from service.sheets.archive import MOST_UNPACKED_BYTES, check_archive, is_old_workbook, refuse_old_workbook
from service.sheets.cells import MOST_COLUMNS, MOST_ROWS, Sheet
from service.sheets.csv_file import sheet_of_csv
from service.sheets.workbook import sheets_of_workbook

_ZIP = b"PK"
OF_UPLOADS = {
    "rows of each sheet of an uploaded file": MOST_ROWS,
    "columns of each sheet that are read": MOST_COLUMNS,
    "bytes of an uploaded workbook when it is unpacked": MOST_UNPACKED_BYTES,
}


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are of a workbook, and not of a CSV. The name of a file says nothing for certain."""
    return content.startswith(_ZIP)


def opened(content: bytes) -> list[Sheet]:
    """The sheets of a file. Refusals: the codes `upload/…`."""
    if not content.strip():
        raise Refusal("upload/empty", "The selected file is empty.")
    if is_old_workbook(content):
        raise refuse_old_workbook(content)
    if not is_workbook(content):
        return [sheet_of_csv(content)]
    check_archive(content)
    return sheets_of_workbook(content)
