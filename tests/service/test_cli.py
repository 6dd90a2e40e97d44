"""The commands: help, errors and exit codes."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.config import settings
from service.database import connected
from tests.service.commands import run
from tests.service.writes.signing_in import begin

COMMANDS = [
    [],
    ["start"],
    ["migrate"],
    ["seed"],
    ["register"],
    ["schema"],
    ["keys"],
    ["keys", "create"],
    ["keys", "list"],
    ["keys", "revoke"],
    ["sessions"],
    ["sessions", "list"],
    ["sessions", "end"],
    ["people"],
    ["people", "invite"],
    ["people", "list"],
    ["people", "end"],
    ["people", "link"],
    ["quarter"],
    ["quarter", "remind"],
    ["documents"],
    ["documents", "add"],
    ["documents", "list"],
    ["documents", "remove"],
    ["webhooks"],
    ["webhooks", "add"],
    ["webhooks", "list"],
    ["webhooks", "end"],
    ["webhooks", "resume"],
    ["audit"],
    ["audit", "verify"],
    ["audit", "head"],
    ["codes"],
    ["briefing"],
    ["import"],
    ["template"],
    ["export"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command):
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize(
    "wrong",
    [
        ["stat"],
        ["audit", "verify", "--head", "7"],
        ["keys", "create"],
        ["keys", "create", "--name", "A", "--role", "KING"],
        ["sessions", "end"],
        ["sessions", "end", "1", "--everybody"],
        ["seed", "--quarters", "0"],
        ["register", "--name", "Ada"],
        ["register", "nowhere.csv", "--name", "Ada"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_code_2(wrong):
    assert CliRunner().invoke(main, wrong).exit_code == 2


def test_an_unknown_setting_is_refused_with_the_nearest_known_one():
    ended = run("keys", "list", TRACKER_DATE="/tmp")
    assert (ended.returncode, ended.stderr) == (1, "Error: Unknown setting TRACKER_DATE. Did you mean TRACKER_DATA?\n")


def test_a_database_that_does_not_answer_is_one_sentence_and_exit_code_1():
    ended = run("keys", "list", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: The database cannot be used: ")
    assert ended.stderr.count("\n") == 1


async def test_keys_are_listed_without_their_secrets_and_revoked_once(server, seeded):
    async with server.copy(seeded) as url:
        key = run("keys", "create", "--name", "Ada", "--role", "APPROVER", "--days", "30", DATABASE_URL=url).stdout
        prefix = key.split("_")[1]
        output = run("keys", "list", DATABASE_URL=url).stdout
        revoked = run("keys", "revoke", prefix, DATABASE_URL=url)
        again = run("keys", "revoke", prefix, DATABASE_URL=url)
    assert prefix in output
    assert key.strip() not in output
    assert (revoked.returncode, again.returncode) == (0, 1)


async def test_sessions_are_listed_and_ended_by_number_by_person_and_all(server, seeded):
    async with server.copy(seeded) as url, connected(settings({}, database_url=url)) as database:
        await begin(database, "Ada", "Grace", "Grace", "Mary")
        output = run("sessions", "list", DATABASE_URL=url).stdout
        numbered = run("sessions", "end", "1", DATABASE_URL=url)
        again = run("sessions", "end", "1", DATABASE_URL=url)
        grace = run("sessions", "end", "--person", "https://login.example|Grace", DATABASE_URL=url)
        everybody = run("sessions", "end", "--everybody", DATABASE_URL=url)
        states = [
            line.split("  all  ")[1].split()[0]
            for line in run("sessions", "list", DATABASE_URL=url).stdout.splitlines()
        ]
    assert [line.split()[0] for line in output.splitlines()] == ["1", "2", "3", "4"]
    assert "https://login.example|Ada" in output
    assert (numbered.stdout, again.returncode) == ("1 session has been ended.\n", 1)
    assert (grace.stdout, everybody.stdout) == ("2 sessions have been ended.\n", "1 session has been ended.\n")
    assert states == ["ended"] * 4


async def test_documents_are_added_listed_and_removed(server, seeded, tmp_path):
    file, wrong = tmp_path / "themes.graphql", tmp_path / "wrong.json"
    file.write_text("query Themes { themes { code } }\n")
    wrong.write_text('{"wrong": "{ nothing }"}')
    async with server.copy(seeded) as url:
        refused = run("documents", "add", str(file), str(wrong), DATABASE_URL=url)
        added = run("documents", "add", str(file), DATABASE_URL=url)
        again = run("documents", "add", str(file), DATABASE_URL=url)
        listed = run("documents", "list", DATABASE_URL=url).stdout
        name = listed.split()[0]
        removed = [run("documents", "remove", name, DATABASE_URL=url) for _ in range(2)]
        left = run("documents", "list", DATABASE_URL=url).stdout
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("Error: wrong.json: the document 'wrong' cannot be answered: ")
    assert added.stdout == f"{name}  Themes\n1 added, 0 there already.\n"
    assert again.stdout.endswith("0 added, 1 there already.\n")
    assert listed.rstrip().endswith("  Themes")
    assert [each.returncode for each in removed] == [0, 1]
    assert removed[1].stderr == f"Error: No document has the name {name}. See `tracker documents list`.\n"
    assert left == ""


async def test_webhooks_are_added_listed_ended_and_resumed(server, seeded, tmp_path):
    file, query = tmp_path / "figures.graphql", tmp_path / "themes.graphql"
    file.write_text("subscription($metrics: [String!]) { figuresPublished(metrics: $metrics) { value } }\n")
    query.write_text("{ themes { code } }\n")
    async with server.copy(seeded) as url:

        async def webhooks(*call: str) -> Result:
            # Within this process: a thread has no loop yet, as a command expects.
            return await asyncio.to_thread(CliRunner().invoke, main, ["webhooks", *call], env={"DATABASE_URL": url})

        async def add(name: str, address: str, *options: str, document: Path = file) -> Result:
            return await webhooks("add", name, address, "--document", str(document), *options)

        unsafe = await add("a", "http://dashboard.example/events")
        no_events = await add("a", "https://dashboard.example/events", document=query)
        unknown = await add("a", "https://dashboard.example/events", "--organisation", "QXX")
        metrics = ["--variables", '{"metrics": ["gp_fte"]}', "--organisation", "QKS"]
        added = await add("dashboard", "https://dashboard.example/events", *metrics)
        again = await add("dashboard", "https://other.example/events")
        ended = await webhooks("end", "dashboard")
        listed = [(await webhooks("list")).stdout]
        resumed = await webhooks("resume", "dashboard", "--only-new")
        listed.append((await webhooks("list")).stdout)
        nobody = await webhooks("end", "nobody")
    assert unsafe.stderr == "Error: The address must begin with https://, or name this machine.\n"
    assert no_events.stderr == "Error: themes.graphql is not a subscription.\n"
    assert unknown.stderr == "Error: No organisation has the code 'QXX'.\n"
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", added.stdout)
    assert again.stderr == "Error: There is a webhook named 'dashboard' already. Choose another name.\n"
    assert (ended.stdout, resumed.stdout) == (
        "Nothing more is sent to dashboard.\n",
        "Events are sent to dashboard again.\n",
    )
    states = ["dashboard             QKS       {}   nothing delivered           https://dashboard.example/events\n"] * 2
    assert listed == [state.format(word) for state, word in zip(states, ("ended  ", "sending"), strict=True)]
    assert nobody.stderr == "Error: No webhook has the name 'nobody'. See `tracker webhooks list`.\n"


async def test_variables_that_are_no_object_are_exit_code_2(tmp_path):
    file = tmp_path / "figures.graphql"
    file.write_text("subscription { figuresPublished { value } }\n")
    for wrong in ("[1]", "{"):
        call = ["webhooks", "add", "a", "https://a.example", "--document", str(file), "--variables", wrong]
        assert CliRunner().invoke(main, call).exit_code == 2


async def test_seeding_by_command_twice_says_that_there_is_nothing_to_add(server, migrated):
    async with server.copy(migrated) as url:
        first, second = (run("seed", DATABASE_URL=url).stdout for _ in range(2))
    assert "240 organisations" in first
    assert second == "Seeds: nothing to add.\n"


HEADING = "change,organisation,ratedOn,rating,reason"
RATED = "rateOrganisation,G82002,2026-05-07,GOOD,The CQC's report."


async def test_a_register_file_is_tried_carried_out_once_and_recorded_under_a_name(server, seeded, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text(f"{HEADING}\n{RATED}\n")
    async with server.copy(seeded) as url:
        tried = run("register", str(file), "--dry-run", "--name", "Ada", DATABASE_URL=url)
        done = run("register", str(file), "--name", "Ada", DATABASE_URL=url)
        again = run("register", str(file), "--name", "Ada", DATABASE_URL=url)
    assert [each.returncode for each in (tried, done, again)] == [0, 0, 0]
    line, last = tried.stdout.splitlines()
    assert line.startswith("Line 2, rateOrganisation G82002: affected: ")
    assert last == "Nothing was changed: this was a dry run of 1 change."
    assert done.stdout.splitlines() == [line, "1 change carried out, in the name of Ada."]
    assert again.stdout.splitlines()[-1] == "Nothing was changed: Ada carried out this file before."


async def test_a_wrong_line_of_a_register_file_is_said_and_exit_code_1(server, seeded, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text(f"{HEADING}\n{RATED}\n{RATED.replace('GOOD', 'FINE')}\n")
    async with server.copy(seeded) as url:
        ended = run("register", str(file), "--name", "Ada", DATABASE_URL=url)
    assert (ended.returncode, ended.stdout) == (1, "")
    line, last = ended.stderr.splitlines()
    assert line.startswith("Line 3, rateOrganisation G82002, column rating: ")
    assert last == "Error: Nothing was changed: 1 of 2 lines is wrong."


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("Ada", "organisation,reason\n", "Error: ratings.csv, line 1, column heading: it must have change"),
        ("x\ny", f"{HEADING}\n", "Error: 'x\\ny' cannot be a name. Use 1 to 100 printable characters."),
    ],
)
async def test_a_register_file_or_name_that_cannot_be_used_is_one_sentence(
    server, seeded, tmp_path, name, text, sentence
):
    file = tmp_path / "ratings.csv"
    file.write_text(text)
    async with server.copy(seeded) as url:
        ended = run("register", str(file), "--name", name, DATABASE_URL=url)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(sentence)


def test_the_schema_is_printed():
    assert "type Query" in run("schema").stdout


@pytest.mark.parametrize("url", ["foo", "mysql://root@127.0.0.1/x"])
def test_an_address_that_is_not_a_database_s_is_one_sentence(url):
    ended = run("migrate", DATABASE_URL=url)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)


async def test_an_unknown_revision_is_one_sentence(server, migrated):
    async with server.copy(migrated) as url:
        ended = run("migrate", "--to", "nope", DATABASE_URL=url)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: The database cannot be migrated: ")


@pytest.mark.parametrize("name", ["", "  ", "x\ny", "x" * 101])
async def test_a_key_s_name_is_printable_and_short(server, migrated, name):
    async with server.copy(migrated) as url:
        ended = run("keys", "create", "--name", name, "--role", "READER", DATABASE_URL=url)
    assert (ended.returncode, ended.stdout) == (1, "")


async def test_the_audit_is_verified_against_its_own_head_and_one_that_was_kept(server, seeded):
    async with server.copy(seeded) as url:
        run("keys", "create", "--name", "Ada", "--role", "READER", DATABASE_URL=url)
        head = run("audit", "head", DATABASE_URL=url).stdout.strip()
        complete = run("audit", "verify", "--head", head, DATABASE_URL=url)
        other = run("audit", "verify", "--head", "2:" + "0" * 64, DATABASE_URL=url)
    assert (complete.returncode, complete.stdout) == (0, "The audit is complete: 2 events.\n")
    assert (other.returncode, other.stdout) == (1, "Event 2 has changed since you noted its head.\n")


async def test_a_key_for_an_unknown_organisation_is_one_sentence(server, seeded):
    async with server.copy(seeded) as url:
        ended = run("keys", "create", "--name", "A", "--role", "READER", "--organisation", "ZZ9", DATABASE_URL=url)
    assert (ended.returncode, ended.stderr) == (1, "Error: No organisation has the code 'ZZ9'.\n")


def test_every_command_is_where_the_table_says():
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_a_command_imports_nothing_that_only_others_need():
    """Nobody waits for pages, workbooks and Word documents to list keys."""
    program = (
        "import sys, service.cli as c, click; c.main.get_command(click.Context(c.main), 'keys'); print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert {"openpyxl", "docx", "starlette", "uvicorn", "schema.graph"} & set(found) == set()
