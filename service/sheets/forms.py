"""A table of figures becomes a file: a CSV, a workbook, or open data that says what its columns mean."""

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import xlsxwriter

from schema.periods import long_date
from service.sheets.exporting import FIELDS, Table

_BY_CSVW = {"string": "string", "date": "date", "datetime": "dateTime", "integer": "integer", "number": "decimal"}
_WIDTH = 18


def harmless(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula, wide characters and leading spaces included."""
    if not isinstance(cell, str):
        return cell
    first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    return f"'{cell}" if first in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"} else cell


def without_idle_decimals(cell: Any) -> Any:
    """A cell; a whole number has no decimals."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def as_csv(table: Table, on: dt.date) -> bytes:
    """A line for each figure, under one line of headings, in UTF-8 with the mark that Excel needs."""
    return _csv(table).encode("utf-8-sig")


def as_workbook(table: Table, on: dt.date) -> bytes:
    """A sheet with a row for each figure, and one that says what the columns mean."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        figures, about = book.add_worksheet("Figures"), book.add_worksheet("What the columns mean")
        for column, field in enumerate(FIELDS):
            figures.write_string(0, column, field.name, bold)
        for row, cells in enumerate(table.rows, start=1):
            for column, cell in enumerate(cells):
                _write(figures, row, column, cell)
        figures.set_column(0, len(FIELDS) - 1, _WIDTH)
        figures.freeze_panes(1, 0)
        figures.autofilter(0, 0, max(len(table.rows), 1), len(FIELDS) - 1)
        about.write_string(0, 0, f"{table.title}. Made on {long_date(on)}.", bold)
        for row, field in enumerate(FIELDS, start=2):
            about.write_string(row, 0, field.name, bold)
            about.write_string(row, 1, field.description)
        about.set_column(0, 1, 40)
    return written.getvalue()


def as_open_data(table: Table, on: dt.date) -> bytes:
    """A zip with the CSV, and its description as a Frictionless Data Package and in the words of CSV on the Web."""
    file = f"{table.name}.csv"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file, _csv(table))
        archive.writestr("datapackage.json", _json(data_package(table, file, on)))
        archive.writestr(f"{file}-metadata.json", _json(_csv_on_the_web(table, file, on)))
    return written.getvalue()


FORMS: Mapping[str, Callable[[Table, dt.date], bytes]] = {"csv": as_csv, "xlsx": as_workbook, "zip": as_open_data}


def data_package(table: Table, file: str, on: dt.date) -> dict[str, Any]:
    """The description of a table as a Data Package: https://specs.frictionlessdata.io/data-package/."""
    fields = [
        {
            "name": each.name,
            "type": each.kind,
            "description": each.description,
            "constraints": {"required": each.is_needed},
        }
        for each in FIELDS
    ]
    resource = {
        "name": "figures",
        "path": file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": ["measure_code", "organisation_code", "period_code"],
        },
    }
    return {
        "profile": "tabular-data-package",
        "name": table.name.lower(),
        "title": table.title,
        "created": on.isoformat(),
        "resources": [resource],
    }


def _csv_on_the_web(table: Table, file: str, on: dt.date) -> dict[str, Any]:
    """The same by the W3C's recommendation: https://www.w3.org/TR/tabular-data-primer/."""
    columns = [
        {
            "name": each.name,
            "titles": each.name,
            "datatype": _BY_CSVW[each.kind],
            "dc:description": each.description,
            "required": each.is_needed,
        }
        for each in FIELDS
    ]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dc:title": table.title,
        "dc:created": on.isoformat(),
        "tableSchema": {"columns": columns, "primaryKey": ["measure_code", "organisation_code", "period_code"]},
    }


def _csv(table: Table) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([field.name for field in FIELDS])
    writer.writerows([harmless(without_idle_decimals(cell)) for cell in row] for row in table.rows)
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, cell)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
