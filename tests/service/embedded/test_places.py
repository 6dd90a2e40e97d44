"""Sockets, log, settings and binaries: the parts that need no server, or only its address."""

import os
from pathlib import Path

import pytest

from service.embedded import EmbeddedPostgres, EmbeddedPostgresError
from service.embedded.binaries import major_version, programs
from service.embedded.log import LARGEST, Log
from service.embedded.parameters import server_settings
from service.embedded.sockets import make_private, socket_directory
from tests.service.embedded.processes import answers


@pytest.mark.parametrize("name", ["long" * 25, "Kent, Medway: data"])
def test_a_path_that_no_socket_or_address_can_hold_gets_a_short_directory(
    data: Path, tmp_path: Path, name: str
) -> None:
    link = tmp_path / name
    data.rename(link)
    try:
        with EmbeddedPostgres(link) as server:
            assert answers(server.dsn())
            assert socket_directory(link).stat().st_mode & 0o777 == 0o700
        assert not socket_directory(link).exists()
    finally:
        link.rename(data)


def test_a_path_with_a_space_is_used_as_it_is(tmp_path: Path) -> None:
    assert socket_directory(tmp_path / "my data") == tmp_path / "my data" / "sock"


def test_a_link_in_the_place_of_the_sockets_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sock").symlink_to(tmp_path)
    with pytest.raises(EmbeddedPostgresError, match=r"not a directory that belongs to this account alone\. Remove it"):
        make_private(tmp_path / "sock", {os.geteuid()})


def test_a_directory_of_somebody_else_is_refused_for_the_socket(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="not a directory that belongs to this account alone"):
        make_private(tmp_path / "sock", {os.geteuid() + 1})


def test_a_directory_that_others_may_enter_is_refused_for_the_socket(tmp_path: Path) -> None:
    (tmp_path / "sock").mkdir()
    (tmp_path / "sock").chmod(0o755)
    with pytest.raises(EmbeddedPostgresError, match="not a directory that belongs to this account alone"):
        make_private(tmp_path / "sock", {os.geteuid()})


def test_a_log_that_is_too_large_is_renamed_when_a_server_starts(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_bytes(b"x" * (LARGEST + 1))
    os.close(Log(log).open())
    assert (log.stat().st_size, (tmp_path / "postgres.log.1").stat().st_size) == (0, LARGEST + 1)


def test_a_link_in_the_place_of_the_log_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "postgres.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        Log(tmp_path / "postgres.log").open()


@pytest.mark.parametrize("setting", ["listen_addresses", "unix_socket_directories", "port"])
def test_a_setting_that_would_open_the_server_is_refused(tmp_path: Path, setting: str) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"sets {setting} itself. Leave it out, or use your own"):
        EmbeddedPostgres(tmp_path, settings={setting: "1"})


def test_a_container_without_shared_memory_uses_files_instead(tmp_path: Path) -> None:
    assert server_settings({}, shared_memory=tmp_path / "absent")["dynamic_shared_memory_type"] == "mmap"


def test_a_missing_wheel_is_refused_with_a_remedy() -> None:
    with pytest.raises(EmbeddedPostgresError, match=r"no absent_wheel wheel for this platform\. Set DATABASE_URL"):
        programs("absent_wheel")


def test_a_program_for_another_platform_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_bytes(b"MZ")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedPostgresError, match=r"does not run here .* Set DATABASE_URL"):
        major_version(tmp_path)
