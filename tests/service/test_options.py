"""Every setting and every option of a command, each used once, as an operator would."""

import json
import re
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner

from schema.errors import codes_page
from service.cli import main
from service.config import ConfigurationError, Settings, settings
from tests.service.commands import run, started

# A value of each setting as an environment has it, and what it becomes.
VALUES: dict[str, tuple[str, object]] = {
    "DATABASE_URL": ("postgresql://a@b/c", "postgresql://a@b/c"),
    "DATABASE_REPLICA_URL": ("postgresql://a@d/c", "postgresql://a@d/c"),
    "DATABASE_READING_URL": ("postgresql://r@b/c", "postgresql://r@b/c"),
    "DATABASE_COMMANDS_URL": ("postgresql://w@b/c", "postgresql://w@b/c"),
    "TRACKER_DATA": ("elsewhere", Path("elsewhere")),
    "TRACKER_HOST": ("0.0.0.0", "0.0.0.0"),
    "TRACKER_PORT": ("9000", 9000),
    "TRACKER_WORKERS": ("2", 2),
    "TRACKER_PUBLIC_READING": ("true", True),
    "TRACKER_ALLOWED_ORIGINS": ("https://a.example", "https://a.example"),
    "TRACKER_ALLOWED_HEADERS": ("X-Tenant", "X-Tenant"),
    "TRACKER_ALLOWED_HOSTS": ("a.example", "a.example"),
    "TRACKER_DOCUMENTS": ("only", "only"),
    "TRACKER_LOG": ("json", "json"),
    "TRACKER_MOST_CONNECTIONS": ("50", 50),
    "TRACKER_MOST_HEADER_BYTES": ("10000", 10000),
    "TRACKER_MOST_HEADERS": ("50", 50),
    "TRACKER_SECONDS_FOR_HEADERS": ("2.5", 2.5),
    "TRACKER_SECONDS_FOR_BODY": ("5", 5.0),
    "TRACKER_MOST_BODY_BYTES": ("200000", 200_000),
    "TRACKER_MOST_ANONYMOUS_BODY_BYTES": ("20000", 20_000),
    "TRACKER_MOST_REQUESTS_A_MINUTE": ("100", 100),
    "TRACKER_MOST_REQUESTS_A_MINUTE_WITH_KEY": ("1000", 1_000),
    "TRACKER_MOST_WRONG_KEYS_A_MINUTE": ("10", 10),
    "TRACKER_ANONYMOUS_STATEMENT_TIMEOUT_MS": ("1000", 1_000),
    "TRACKER_MOST_KEPT_ANSWER_BYTES": ("1000000", 1_000_000),
    "TRACKER_MOST_REGISTERED_BYTES": ("1000000", 1_000_000),
    "TRACKER_SECOND_PERSON_ALWAYS": ("true", True),
    "TRACKER_POOLER": ("true", True),
    "TRACKER_CONNECTIONS": ("20", 20),
    "TRACKER_STATEMENT_TIMEOUT_MS": ("2000", 2000),
    "TRACKER_LAUNCHER_PID": ("7", 7),
    "TRACKER_OIDC_ISSUER": ("https://login.example/", "https://login.example/"),
    "TRACKER_OIDC_CLIENT_ID": ("tracker", "tracker"),
    "TRACKER_OIDC_CLIENT_SECRET": ("s", "s"),
    "TRACKER_OIDC_AUDIENCE": ("api", "api"),
    "TRACKER_OIDC_ALGORITHMS": ("RS256", "RS256"),
    "TRACKER_OIDC_SCOPES": ("openid email", "openid email"),
    "TRACKER_OIDC_ROLES_CLAIM": ("groups", "groups"),
    "TRACKER_OIDC_ROLES": ('{"R": "READER"}', '{"R": "READER"}'),
    "TRACKER_OIDC_ORGANISATION_CLAIM": ("ods", "ods"),
    "TRACKER_OIDC_EVERYWHERE": ("R", "R"),
    "TRACKER_OIDC_ACR_VALUES": ("high", "high"),
    "TRACKER_OIDC_LEAST_LEVELS": ('{"level": 3}', '{"level": 3}'),
    "TRACKER_OIDC_MOST_TOKEN_SECONDS": ("3600", 3600),
    "TRACKER_OIDC_NAME_CLAIM": ("display", "display"),
    "TRACKER_SESSION_SECRET": ("0" * 32, "0" * 32),
    "TRACKER_ADDRESS": ("https://tracker.example", "https://tracker.example"),
    "TRACKER_MAIL": ("smtp://mail.example", "smtp://mail.example"),
    "TRACKER_MAIL_FROM": ("tracker@nhs.example", "tracker@nhs.example"),
    "TRACKER_SIGN_IN_MINUTES": ("15", 15),
    "TRACKER_SESSION_ACROSS_SITES": ("true", True),
}
OUT_OF_RANGE = [
    ("TRACKER_PORT", "99999"),
    ("TRACKER_PORT", "-1"),
    ("TRACKER_WORKERS", "0"),
    ("TRACKER_WORKERS", "65"),
    ("TRACKER_CONNECTIONS", "1"),
    ("TRACKER_CONNECTIONS", "201"),
    ("TRACKER_STATEMENT_TIMEOUT_MS", "99"),
    ("TRACKER_STATEMENT_TIMEOUT_MS", "abc"),
    ("TRACKER_PUBLIC_READING", "perhaps"),
    ("TRACKER_LOG", "loud"),
    ("TRACKER_DOCUMENTS", "some"),
    ("TRACKER_ADDRESS", "http://tracker.example"),
    ("TRACKER_SESSION_SECRET", "short"),
    ("TRACKER_MAIL", "imap://mail.example"),
    ("TRACKER_MAIL", "smtp://mail.example"),
    ("TRACKER_MAIL", "notify+http://key@notify.example/template"),
    ("TRACKER_SIGN_IN_MINUTES", "1"),
    ("TRACKER_MOST_REGISTERED_BYTES", "0"),
    ("TRACKER_MOST_CONNECTIONS", "9"),
    ("TRACKER_SECONDS_FOR_BODY", "0"),
    ("TRACKER_MOST_REQUESTS_A_MINUTE", "-1"),
    ("TRACKER_ANONYMOUS_STATEMENT_TIMEOUT_MS", "99"),
    ("DATABASE_URL", "mysql://a@b/c"),
    ("DATABASE_REPLICA_URL", "mysql://a@b/c"),
    ("DATABASE_READING_URL", "mysql://a@b/c"),
    ("DATABASE_COMMANDS_URL", "mysql://a@b/c"),
]


def field_of(variable: str) -> str:
    return variable.removeprefix("TRACKER_").lower()


def test_every_setting_has_a_value_here():
    assert {field_of(variable) for variable in VALUES} == set(Settings.model_fields)


def test_the_environment_sets_every_setting(monkeypatch):
    for variable, (written, _) in VALUES.items():
        monkeypatch.setenv(variable, written)
    chosen = settings()
    assert {field_of(variable): value for variable, (_, value) in VALUES.items()} == {
        name: getattr(chosen, name) for name in Settings.model_fields
    }


@pytest.mark.parametrize(("variable", "written"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_one_sentence(monkeypatch, variable, written):
    monkeypatch.setenv(variable, written)
    with pytest.raises(ConfigurationError) as refused:
        settings()
    assert str(refused.value).count("\n") == 0
    assert field_of(variable) in str(refused.value).lower() or "DATABASE_URL" in str(refused.value)


# ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data directory that one service seeded, and that no process serves any more."""
    folder: Path = tmp_path_factory.mktemp("options") / "data"
    with started(folder):
        pass
    return folder


def test_the_version_is_that_of_the_package():
    printed = CliRunner().invoke(main, ["--version"]).output
    assert re.fullmatch(r"main, version \d+\.\d+\.\d+\n|.* version \d+\.\d+\.\d+\n", printed)


def test_the_codes_are_those_of_the_page():
    assert CliRunner().invoke(main, ["codes"]).output == codes_page()


def test_the_limits_are_those_of_the_page():
    page = Path(__file__).parents[2] / "docs" / "limits.md"
    assert CliRunner().invoke(main, ["limits"]).output == page.read_text(), "run `make schema`"


@pytest.mark.parametrize(("form", "start"), [("html", b"<!doctype html>"), ("json", b"{"), ("docx", b"PK")])
def test_the_paper_is_written_in_each_format(data, tmp_path, form, start):
    output = tmp_path / f"paper.{form}"
    options = ["--format", form, "--as-of", "2025-01-31", "--board", "QKS", "--output", str(output)]
    ended = run("briefing", *options, "--data", str(data))
    assert ended.returncode == 0, ended.stderr
    assert output.read_bytes().startswith(start)


def test_the_paper_of_a_quarter_is_written_as_a_word_document_and_a_pdf(data, tmp_path):
    files = {ending: tmp_path / f"paper.{ending}" for ending in ("docx", "pdf")}
    options = [part for ending, path in files.items() for part in (f"--{ending}", str(path))]
    ended = run("paper", "2024-25-Q4", *options, "--data", str(data))
    assert ended.returncode == 0, ended.stderr
    assert [path.read_bytes()[:2] for path in files.values()] == [b"PK", b"%P"]


def test_a_paper_of_no_quarter_or_without_a_file_is_one_sentence(data, tmp_path):
    ended = run("paper", "2024", "--docx", str(tmp_path / "paper.docx"), "--data", str(data))
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("Error: There is no final paper for this quarter")
    assert CliRunner().invoke(main, ["paper", "2024-25-Q4"]).exit_code == 2


def test_the_paper_goes_to_standard_output_without_a_file(data):
    ended = run("briefing", "--format", "json", "--as-of", "2025-01-31", "--data", str(data))
    assert json.loads(ended.stdout)["title"].endswith("31 January 2025")


def test_a_file_that_cannot_be_written_is_one_sentence(data):
    ended = run("briefing", "--output", "/nonexistent/paper.html", "--data", str(data))
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("Error: The paper cannot be written to /nonexistent/paper.html: ")


@pytest.mark.parametrize("options", [["--as-of", "2025-02-30"], ["--format", "pdf"]])
def test_a_date_or_a_format_that_does_not_exist_is_exit_code_2(options):
    assert CliRunner().invoke(main, ["briefing", *options]).exit_code == 2


def test_a_board_that_does_not_exist_is_refused(data):
    ended = run("briefing", "--board", "QXX", "--data", str(data))
    assert ended.returncode == 1
    assert "is 'QXX'. No organisation has this code." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_key_may_be_for_one_organisation(data):
    known = run("keys", "create", "--name", "Ada", "--role", "SUBMITTER", "--organisation", "QKS", "--data", str(data))
    assert known.returncode == 0, known.stderr
    assert "QKS" in run("keys", "list", "--data", str(data)).stdout
    unknown = run("keys", "create", "--name", "Ada", "--role", "READER", "--organisation", "QXX", "--data", str(data))
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)


def test_the_sandbox_has_the_size_that_was_chosen(data):
    ended = run("seed", "--sandbox", "--practices", "3", "--quarters", "2", "--metrics", "1", "--data", str(data))
    assert ended.returncode == 0, ended.stderr
    assert "Sandbox: " in ended.stdout


def test_the_service_listens_where_it_is_started(data):
    with started(data, "--host", "127.0.0.1") as service:
        assert service.address.startswith("http://127.0.0.1:")


# ── Nothing is forgotten ──────────────────────────────────────────────────────────────────────────────────────────


def options(group: Group, *path: str) -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, Group):
            found += options(command, *path, name)
        found += [each for option in command.params for each in option.opts if each.startswith("--")]
    return found


def test_every_option_is_used_by_some_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("*.py"))
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"--[a-z][a-z-]+", tests + readme))
    assert set(options(main)) - {"--help", "--version"} <= used
