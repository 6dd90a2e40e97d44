"""The bytes of a CSV, as Excel or anybody writes it, become one sheet."""

import csv
import io

from schema.errors import Refusal
from service.sheets.cells import EMPTY, MOST_COLUMNS, MOST_ROWS, Cell, Sheet
from service.sheets.workbook import too_many_rows

_NAME = "CSV"
_SEPARATORS = ",;\t|"
# Excel on Windows saves "CSV" in this, and "Unicode Text" in UTF-16.
_OF_WINDOWS = "cp1252"
_CONTROLS = frozenset(map(chr, range(32))) - {"\t", "\n", "\r", "\x0b", "\x0c"}


def sheet_of_csv(content: bytes) -> Sheet:
    """The one sheet of a CSV, with commas, semicolons, tabs or bars between its cells.

    Refusals: `upload/wrong-type`, `upload/damaged`, `upload/too-many-rows`.
    """
    text = text_of(content)
    if any(sign in _CONTROLS for sign in text[:10_000]) or "\x00" in text:
        raise Refusal("upload/wrong-type", "The selected file must be an XLSX or CSV.")
    separator, text = separated(text)
    rows: list[list[Cell]] = []
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
    try:
        for cells in reader:
            rows.append([Cell(cell) if cell.strip() else EMPTY for cell in cells[:MOST_COLUMNS]])
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise too_many_rows("The selected file")
    except csv.Error as reason:
        message = "has quotation marks in the wrong place or a cell with too much text"
        raise Refusal("upload/damaged", f"The selected file cannot be read: line {line:,} {message}.") from reason
    return Sheet(_NAME, rows)


def text_of(content: bytes) -> str:
    """The text of a CSV, in whichever encoding it was saved."""
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(start):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                break
    return content.decode(_OF_WINDOWS, errors="replace")


def separated(text: str) -> tuple[str, str]:
    """What stands between the cells, and the text without the line `sep=;` with which Excel may say so."""
    line, _, rest = text.partition("\n")
    said = line.rstrip("\r").lower()
    if said.startswith("sep=") and len(said) == len("sep=;"):
        return said[-1], rest
    # The first line that has any: a title may stand over the headings.
    for each in text[:20_000].splitlines():
        counts = {sign: each.count(sign) for sign in _SEPARATORS}
        if any(counts.values()):
            return max(_SEPARATORS, key=lambda sign: counts[sign]), text
    return ",", text
