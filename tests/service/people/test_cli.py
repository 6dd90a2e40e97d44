"""`tracker people`: one person or a whole file, by those who run the service."""

import asyncio
import re

import httpx
import pytest
from click.testing import CliRunner, Result

from service.cli import main

LINK = re.compile(r"https://tracker\.example/sign-in/link\?token=[\w-]{43}")


@pytest.fixture
def people(url):
    async def call(*arguments: str) -> Result:
        environment = {"DATABASE_URL": url, "TRACKER_ADDRESS": "https://tracker.example"}
        # A thread has no loop yet, as a command expects.
        return await asyncio.to_thread(CliRunner().invoke, main, ["people", *arguments], env=environment)

    return call


async def test_one_person_is_invited_listed_linked_and_ended(people, browser: httpx.AsyncClient):
    ada = ["ada@nhs.example", "--name", "Ada", "--role", "APPROVER", "--organisation", "qks"]
    invited = await people("invite", *ada)
    name, email, link = invited.stdout.rstrip("\n").split("\t")
    assert (name, email) == ("Ada", "ada@nhs.example")
    assert LINK.fullmatch(link)
    assert (await browser.post("/sign-in/link", data={"token": link.partition("=")[2]})).status_code == 303
    again = await people("invite", *ada)
    assert again.exit_code == 1
    assert again.stderr.startswith("Error: Somebody with the address ada@nhs.example is on record already.")
    assert LINK.fullmatch((await people("link", "ADA@nhs.example")).stdout.strip())
    ended = await people("end", "ada@nhs.example")
    assert ended.stdout == "ada@nhs.example can no longer sign in.\n"
    assert (await browser.post("/graphql", json={"query": "{ viewer { name } }"})).json()["data"]["viewer"] is None
    listed = (await people("list")).stdout
    assert re.fullmatch(r"1 +APPROVER +QKS +ended \d{4}-\d\d-\d\d +Ada  ada@nhs.example\n", listed)
    nobody = await people("link", "ada@nhs.example")
    assert (nobody.exit_code, nobody.stderr.count("\n")) == (1, 1)
    assert nobody.stderr.startswith("Error: Nobody on record has the address ada@nhs.example.")


async def test_a_file_invites_everybody_and_a_contact_gets_no_link(people, tmp_path):
    file = tmp_path / "people.csv"
    # As Excel saves it in parts of Europe: a mark of its encoding, and semicolons.
    text = "Name;Role;Organisation;Email;Telephone\nAda;approver;QKS;ada@nhs.example;\n\nKim;;G82002;;01622 000000\n"
    file.write_text("\ufeff" + text, encoding="utf-8")
    invited = await people("invite", str(file))
    ada, kim = invited.stdout.splitlines()
    assert LINK.search(ada)
    assert kim == "Kim"
    assert "contact" in (await people("list")).stdout


async def test_a_file_with_wrong_lines_invites_nobody_and_names_each_line(people, tmp_path):
    file = tmp_path / "people.csv"
    lines = ["name,email,role,organisation", "Ada,ada@nhs.example,BOSS,QKS", "Bob,bob,READER,QKS"]
    lines += ["Cy,cy@nhs.example,READER,QXX", "Dee,dee@nhs.example,READER,?", "Eve,eve@nhs.example,READER,QKS"]
    file.write_text("\n".join([*lines, "Eva,EVE@nhs.example,READER,QKS"]))
    refused = await people("invite", str(file))
    assert refused.exit_code == 1
    found = re.findall(r"Line (\d+): (.{20})", refused.stderr)
    assert found == [
        ("2", "'BOSS' is not a role"),
        ("3", "'bob' is not an e-ma"),
        ("4", "No organisation that"),
        ("5", "'?' is not an organi"),
        ("7", "Somebody with the ad"),
    ], refused.stderr
    assert (await people("list")).stdout == ""


@pytest.mark.parametrize("heading", ["mail,role", "name,boss", ""])
async def test_a_file_with_another_heading_is_refused(people, tmp_path, heading):
    (tmp_path / "people.csv").write_text(heading + "\nAda\n")
    refused = await people("invite", str(tmp_path / "people.csv"))
    assert refused.exit_code == 1
    assert "Line 1: the heading must have name" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["ada@nhs.example"], 2), (["people.csv", "--role", "READER"], 2), (["nowhere.csv"], 1)],
)
async def test_a_wrong_call_says_what_is_missing(people, arguments, code):
    refused = await people("invite", *arguments)
    assert refused.exit_code == code
    assert "Error: " in refused.stderr
