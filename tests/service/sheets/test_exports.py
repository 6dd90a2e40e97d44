"""Published figures come as one long table, with the organisation and the measure in columns and in the file's name."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import asyncpg
import openpyxl
import pytest

from service.config import settings
from service.database import asyncpg_url
from service.sheets.exporting import FIELDS
from tests.service.commands import run
from tests.serving import serving

# Every column but the target's three, straight from the tables.
STORED = """
SELECT m.code, m.name, m.unit, o.code, o.name, o.kind, p.code, NULL, p.starts, p.ends,
    f.value, f.qualifier, f.numerator, f.denominator, f.lower_confidence_limit, f.upper_confidence_limit,
    f.status, f.origin, f.revision, f.published_at, f.note, s.title, s.reference
FROM figure AS f
JOIN metric AS m ON m.id = f.metric_id
JOIN organisation AS o ON o.id = f.organisation_id
JOIN period AS p ON p.id = f.period_id
JOIN source AS s ON s.id = f.source_id
WHERE f.status <> 'WITHDRAWN' AND NOT f.is_synthetic AND {}
"""
TARGETS = """
query Target($metric: String!, $organisation: OdsCode!, $from: Date!, $to: Date!) {
  metric(code: $metric) {
    figures(organisations: [$organisation], from: $from, to: $to) {
      nodes { period { code } targets { value comparator due } }
    }
  }
}
"""


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def asked(client: Any, document: str) -> Any:
    return (await client.post("/graphql", json={"query": document})).json()["data"]


async def test_a_measure_s_file_has_its_figures_and_its_name(client):
    answer = await client.get("/measures/call_back_percent.csv")
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="km-primary-care-practices-with-call-back.csv"'
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [line] = lines(answer.content)
    assert {
        name: line[name] for name in ("measure", "organisation_code", "period", "value", "target", "target_due")
    } == {
        "measure": "Practices with call back",
        "organisation_code": "QKS",
        "period": "31 January 2025",
        "value": "69.57",
        "target": "90",
        "target_due": "2025-03-31",
    }


async def test_a_quarter_s_file_has_all_its_figures_however_many_pages_they_fill(client):
    data = await asked(client, '{ figures(filter: {period: {quarter: {eq: "2024-25-Q4"}}}) { totalCount } }')
    found = lines((await client.get("/quarters/2024-25-Q4.csv")).content)
    assert len(found) == data["figures"]["totalCount"] > 0
    everything = await asked(client, '{ figures(filter: {organisation: {code: {eq: "QKS"}}}) { totalCount } }')
    assert len(lines((await client.get("/organisations/qks.csv")).content)) == everything["figures"]["totalCount"]


async def test_one_measure_of_one_organisation_has_all_names_in_its_file_s_name(client):
    address = "/quarters/2024-25-Q4.csv?measure=call_back_percent&organisation=QKS"
    answer = await client.get(address)
    name = "km-primary-care-2024-25-Q4-practices-with-call-back-QKS.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert len(lines(answer.content)) == 1


async def test_a_workbook_has_numbers_as_numbers_and_says_what_its_columns_mean(client):
    book = openpyxl.load_workbook(io.BytesIO((await client.get("/measures/call_back_percent.xlsx")).content))
    rows = list(book["Figures"].iter_rows(values_only=True))
    assert rows[0] == tuple(field.name for field in FIELDS)
    assert rows[1][rows[0].index("value")] == 69.57
    meant = {row[0].value: row[1].value for row in book["What the columns mean"].iter_rows(min_row=3)}
    assert meant == {field.name: field.description for field in FIELDS}


def sheet(content: bytes) -> list[dict[str, str]]:
    """The rows of an exported workbook as those of a CSV."""
    rows = openpyxl.load_workbook(io.BytesIO(content))["Figures"].iter_rows(values_only=True)
    headings, *texts = [["" if each is None else str(each) for each in row] for row in rows]
    return [dict(zip(headings, row, strict=True)) for row in texts]


def packed(content: bytes) -> list[dict[str, str]]:
    """The rows of the CSV in open data."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(".csv")]
        return lines(archive.read(name))


def as_exported(name: str, cell: Any) -> str:
    """What a file says about a value in the database."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return str(int(cell)) if cell == int(cell) else str(float(cell))
    return cell.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if name == "published_at" else str(cell)


@pytest.mark.parametrize(
    ("address", "condition"),
    [
        ("/quarters/2024-25-Q4", "p.quarter = '2024-25-Q4'"),
        ("/organisations/QKS", "o.code = 'QKS'"),
        ("/measures/registered_patients", "m.code = 'registered_patients'"),
    ],
)
async def test_every_field_of_every_figure_is_what_is_stored(server, seeded, address, condition):
    names = [field.name for field in FIELDS if not field.name.startswith("target")]
    async with server.copy(seeded) as url:
        connection = await asyncpg.connect(asyncpg_url(url))
        stored = await connection.fetch(STORED.format(condition))
        await connection.close()
        async with serving(settings({}, database_url=url)) as client:
            files = [
                read((await client.get(f"{address}.{ending}")).content)
                for ending, read in (("csv", lines), ("xlsx", sheet), ("zip", packed))
            ]
            targets = {cell(line): await target(client, line) for line in files[0]}
    expected = {
        (row[0], row[3], row[6]): {name: as_exported(name, each) for name, each in zip(names, row, strict=True)}
        for row in stored
    }
    assert len(expected) > 1
    for found in files:
        assert len(found) == len(expected)
        for line in found:
            assert {name: line[name] for name in names} == expected[cell(line)] | {"period": line["period"]}
            said = [line[name] for name in ("target", "target_comparator", "target_due")]
            assert said == targets[cell(line)]


def cell(line: dict[str, str]) -> tuple[str, str, str]:
    """What a line is about: the codes of its measure, organisation and period."""
    return line["measure_code"], line["organisation_code"], line["period_code"]


async def target(client: Any, line: dict[str, str]) -> list[str]:
    """The first target of the figure of a line, as a file says it."""
    variables = {
        "metric": line["measure_code"],
        "organisation": line["organisation_code"],
        "from": line["period_end"],
        "to": line["period_end"],
    }
    answer = (await client.post("/graphql", json={"query": TARGETS, "variables": variables})).json()
    [figure] = [
        each for each in answer["data"]["metric"]["figures"]["nodes"] if each["period"]["code"] == line["period_code"]
    ]
    for first in figure["targets"]:
        return [as_exported("target", Decimal(str(first["value"]))), first["comparator"], first["due"] or ""]
    return ["", "", ""]


async def test_open_data_describes_each_of_its_columns_twice(client):
    answer = await client.get("/measures/call_back_percent.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        package = json.loads(archive.read("datapackage.json"))
        [resource] = package["resources"]
        table = archive.read(resource["path"])
        on_the_web = json.loads(archive.read(f"{resource['path']}-metadata.json"))
    headings = table.decode().splitlines()[0].split(",")
    assert [field["name"] for field in resource["schema"]["fields"]] == headings
    assert [column["name"] for column in on_the_web["tableSchema"]["columns"]] == headings
    assert (package["title"], on_the_web["url"]) == ("Practices with call back", resource["path"])
    [line] = lines(table)
    needed = {field["name"] for field in resource["schema"]["fields"] if field["constraints"]["required"]}
    assert all(line[name] for name in needed)


@pytest.mark.parametrize(
    "address",
    [
        "/measures/nope.csv",
        "/organisations/ZZ999.csv",
        "/quarters/2024.csv",
        "/quarters/2024-25-Q4.ods",
        "/measures/a.csv?organisation=QKS",
    ],
)
async def test_what_is_not_there_is_said_in_a_sentence(client, address):
    answer = await client.get(address)
    assert (answer.status_code, answer.text.strip()[-1]) == (404, ".")


async def test_the_command_writes_the_same_file(server, seeded, client, tmp_path):
    file = tmp_path / "figures.csv"
    async with server.copy(seeded) as url:
        said = run("export", "--measure", "call_back_percent", "--output", str(file), DATABASE_URL=url)
    assert said.stdout == f"1 figure in {file}.\n"
    [line], [other] = lines(file.read_bytes()), lines((await client.get("/measures/call_back_percent.csv")).content)
    assert line | {"published_at": ""} == other | {"published_at": ""}
