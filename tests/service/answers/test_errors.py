"""What an exception becomes for a client: a code, a status, and nothing of what is inside."""

import asyncpg
import pytest
import sqlalchemy.exc

from service.answers.errors import failure


class Reported(asyncpg.PostgresError):
    """An error as PostgreSQL reports it, with its SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("relation figure, value 88.7")
        self.__dict__["sqlstate"] = sqlstate


def as_sqlalchemy_raises(reason: Exception) -> Exception:
    """The same error as SQLAlchemy wraps it."""
    wrapped = Exception("wrapped")
    wrapped.__cause__ = reason
    return sqlalchemy.exc.DBAPIError("SELECT 88.7", {}, wrapped)


@pytest.mark.parametrize("wrap", [lambda reason: reason, as_sqlalchemy_raises], ids=["asyncpg", "sqlalchemy"])
@pytest.mark.parametrize(
    ("sqlstate", "code", "status"),
    [
        ("57014", "database/timeout", 503),
        ("55P03", "database/timeout", 503),
        ("40P01", "database/busy", 503),
        ("40001", "database/busy", 503),
        ("22003", "plan/unusable-value", 400),
        ("54001", "document/too-large", 400),
        ("08006", "database/unavailable", 503),
        ("53300", "database/too-many-connections", 503),
        ("53200", "database/unavailable", 503),
        ("57P01", "database/unavailable", 503),
        ("25006", "database/read-only", 503),
        ("53100", "database/full", 503),
        ("42501", "database/incomplete", 503),
        ("23505", "internal", 500),
    ],
)
def test_a_database_error_has_a_code_and_shows_nothing(sqlstate, code, status, wrap):
    failed = failure(wrap(Reported(sqlstate)))
    assert (failed.errors[0]["extensions"]["code"], failed.status) == (code, status)
    assert "88.7" not in str(failed.errors)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (sqlalchemy.exc.TimeoutError(), "database/unavailable"),
        (ConnectionResetError(), "database/unavailable"),
        (asyncpg.InterfaceError("closed"), "database/unavailable"),
        (TimeoutError(), "database/timeout"),
        (RecursionError(), "document/too-deep"),
        (asyncpg.DataError("infinity"), "plan/unusable-value"),
        (KeyError("ours"), "internal"),
    ],
)
def test_every_other_exception_has_a_code(reason, code):
    assert failure(reason).errors[0]["extensions"]["code"] == code


def test_a_fault_of_ours_has_a_reference_that_the_log_has_too(caplog):
    message = failure(KeyError("secret")).errors[0]["message"]
    reference = message.split("Reference: ")[1].rstrip(".")
    assert reference in caplog.text
    assert "secret" not in message
