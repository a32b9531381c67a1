"""A real server on a store, and what talks to it as a browser would, or as an attacker would."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from kpi.settings import PROJECT

COOKIE = "ambassade"


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def session(self) -> str | None:
        """The value of the session cookie that the answer sets."""
        for cookie in self.cookies:
            name, _, value = cookie.split(";")[0].partition("=")
            if name.removeprefix("__Host-") == COOKIE and value.strip('"'):
                return value
        return None


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int
    store: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        session: str | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        origin: str | None = "own",
    ) -> Answer:
        """One request as it is given, no redirect followed; forms are sent with the server's own origin."""
        sent = dict(headers or {})
        body = None
        if session is not None:
            sent.setdefault("Cookie", f"{COOKIE}={session}")
        if form is not None:
            method, body = "POST", urlencode(form)
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
            if origin is not None:
                sent["Origin"] = self.origin if origin == "own" else origin
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=sent)
            found = connection.getresponse()
            cookies = tuple(value for name, value in found.getheaders() if name.lower() == "set-cookie")
            headers_found = {name.lower(): value for name, value in found.getheaders()}
            return Answer(status=found.status, headers=headers_found, cookies=cookies, body=found.read())
        finally:
            connection.close()

    def try_password(self, username: str, password: str, *, address: str | None = None, **fields: str) -> Answer:
        headers = {} if address is None else {"X-Forwarded-For": address}
        return self.ask("/sign-in", form={"username": username, "password": password, **fields}, headers=headers)

    def sign_in(self, username: str, password: str) -> str:
        """A new session of this person."""
        answer = self.try_password(username, password)
        assert answer.status == 303, answer.text
        assert answer.session is not None
        return answer.session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(store: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What the server is told, and nothing that happens to be set around the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMBASSADE_")}
    return {**kept, "AMBASSADE_STORE": str(store), "AMBASSADE_DEMO__CUSTOMERS": "100", **settings}


def start(store: Path, log: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Start the app as a user does; it may still be starting, or have refused to."""
    port = free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=PROJECT,
            env=environment(store, settings or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Server(port=port, store=store, log=log, process=process)


@contextmanager
def running(store: Path, log: Path, **settings: str) -> Iterator[Server]:
    """The app, once it answers, until the block ends."""
    server = start(store, log, settings)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(timeout=20)


def wait_until_healthy(server: Server) -> None:
    for _ in range(240):
        assert server.process.poll() is None, server.log.read_text()
        try:
            if server.ask("/_stcore/health").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.25)
    raise AssertionError(f"The server did not answer within a minute:\n{server.log.read_text()}")
