"""The commands: help, errors and exit codes."""

import pytest
from click.testing import CliRunner

from service.cli import main
from tests.service.commands import run

COMMANDS = [
    [],
    ["start"],
    ["migrate"],
    ["seed"],
    ["schema"],
    ["keys"],
    ["keys", "create"],
    ["keys", "list"],
    ["keys", "revoke"],
    ["audit"],
    ["audit", "verify"],
    ["audit", "head"],
    ["codes"],
    ["briefing"],
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
        ["seed", "--quarters", "0"],
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


async def test_seeding_by_command_twice_says_that_there_is_nothing_to_add(server, migrated):
    async with server.copy(migrated) as url:
        first, second = (run("seed", DATABASE_URL=url).stdout for _ in range(2))
    assert "240 organisations" in first
    assert second == "Seeds: nothing to add.\n"


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
