"""A PostgreSQL server of its own on loopback, and a database of its own for each test."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from adbc_driver_postgresql import dbapi

OWNER, PASSWORD = "owner", "s3cret-Pa55"
_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """A database: `url` with all rights; `run` statements, each committed, and get the rows of the last one."""

    name: str
    port: int

    @property
    def url(self) -> str:
        return self.url_of(OWNER, PASSWORD)

    def url_of(self, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{self.name}"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with (
            closing(dbapi.connect(f"{self.url}?client_encoding=utf8", autocommit=True)) as connection,
            closing(connection.cursor()) as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
                rows = cursor.fetchall() if statement.startswith("select") else []
        return rows


@pytest.fixture(scope="session")
def server_port() -> Iterator[int]:
    """Debian's server in a temporary folder, for these tests only."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="ambassade-postgres-"))
    try:
        _give_away(folder)
        _run(binaries / "initdb", "-D", folder / "data", "-U", OWNER, "--auth=scram-sha-256", _password_file(folder),
             "--encoding=UTF8", "--no-locale", "--no-sync")  # fmt: skip
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        control = (binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "server.log")
        _run(*control, "-o", options, "start")
        try:
            yield port
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def database(server_port: int) -> Database:
    """An empty database."""
    name = f"shop{next(_numbers)}"
    Database("postgres", server_port).run(f"create database {name}")
    return Database(name, server_port)


def _binaries() -> Path | None:
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")), shutil.which("initdb")]
    return next((Path(path).parent for path in reversed(found) if path), None)


def _give_away(folder: Path) -> None:
    """The server refuses to run as root: the folder, and the server, belong to a user without rights."""
    if os.geteuid() == 0:
        shutil.chown(folder, _unprivileged().pw_uid, _unprivileged().pw_gid)


def _unprivileged() -> pwd.struct_passwd:
    names = [user.pw_name for user in pwd.getpwall()]
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _password_file(folder: Path) -> str:
    file = folder / "password"
    file.write_text(PASSWORD)
    return f"--pwfile={file}"


def _run(*words: object) -> None:
    root = os.geteuid() == 0
    done = subprocess.run(
        [str(word) for word in words],
        user=_unprivileged().pw_uid if root else None,
        group=_unprivileged().pw_gid if root else None,
        extra_groups=[] if root else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in words else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
