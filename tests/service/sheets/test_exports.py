"""Published figures come as one long table, with the organisation and the measure in columns and in the file's name."""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from service.sheets.exporting import FIELDS
from tests.service.commands import run


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
