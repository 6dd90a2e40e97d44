"""The container files say what was decided; no container is started here."""

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from service.embedded.cluster import INITDB

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """The lines of each stage: of what browsers load, and of the image."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [place for place, line in enumerate(lines) if line.startswith("FROM")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


@pytest.fixture(scope="module")
def dockerfile(stages: list[list[str]]) -> list[str]:
    """The lines of the image."""
    return stages[-1]


def test_the_database_is_postgresql_18_with_the_embedded_servers_locale(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    locale = [argument for argument in INITDB if "locale" in argument]
    assert database["image"] == "postgres:18"
    assert database["environment"]["POSTGRES_INITDB_ARGS"].split() == locale


def test_the_databases_files_are_on_a_named_volume_where_version_18_keeps_them(compose: dict[str, Any]) -> None:
    name, place = compose["services"]["database"]["volumes"][0].split(":")
    assert (name in compose["volumes"], place) == (True, "/var/lib/postgresql")


def test_only_the_service_is_published_and_only_on_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports") for name, service in compose["services"].items()}
    assert published == {"database": None, "service": ["127.0.0.1:8000:8000"]}


def test_every_container_has_a_process_1_that_reaps(compose: dict[str, Any]) -> None:
    assert all(service["init"] is True for service in compose["services"].values())


def test_the_service_waits_for_a_database_that_is_asked_for_its_health(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["service"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_the_services_health_is_its_readiness_asked_by_python_that_compiles(compose: dict[str, Any]) -> None:
    _, python, _, program = compose["services"]["service"]["healthcheck"]["test"]
    compile(program, "healthcheck", "exec")
    assert (python, "'http://127.0.0.1:8000/readyz'" in program) == ("python", True)


def test_no_password_is_written_down(compose: dict[str, Any]) -> None:
    required = "${POSTGRES_PASSWORD:?Set POSTGRES_PASSWORD to a password of letters and digits}"
    services = compose["services"]
    assert services["database"]["environment"]["POSTGRES_PASSWORD"] == required
    assert (
        services["service"]["environment"]["DATABASE_URL"] == f"postgresql://tracker:{required}@database:5432/tracker"
    )


def test_the_image_installs_what_is_locked_and_then_the_project_alone(dockerfile: list[str]) -> None:
    locked, project = [shlex.split(line)[3:] for line in dockerfile if line.startswith("RUN pip install")]
    assert "--require-hashes" in locked
    assert {"--no-deps", "--no-build-isolation"} <= set(project)


def test_the_image_runs_the_service_as_an_ordinary_user(dockerfile: list[str]) -> None:
    assert dockerfile[0] == "FROM python:3.13-slim"
    assert dockerfile.index("USER tracker") > max(n for n, line in enumerate(dockerfile) if line.startswith("RUN"))
    assert dockerfile[-1] == 'CMD ["tracker", "start", "--host", "0.0.0.0", "--port", "8000"]'


def test_what_browsers_load_is_built_in_a_stage_of_its_own(stages: list[list[str]], dockerfile: list[str]) -> None:
    built = stages[0]
    assert built[0] == "FROM python:3.13-slim AS assets"
    assert any("--require-hashes --requirement requirements-node.txt" in line for line in built)
    assert built[-1] == "RUN python -m service.assets.fetch"
    assert "COPY --from=assets /tracker/service/assets/built ./service/assets/built" in dockerfile


def test_the_image_is_given_all_that_it_copies_and_nothing_else(stages: list[list[str]]) -> None:
    lines = [line.split() for stage in stages for line in stage if line.startswith("COPY ") and "--from" not in line]
    copied = {source.partition("/")[0] for words in lines for source in words[1:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    # What a machine has built for itself is not in the image.
    assert "service/assets/built" in ignored
