"""The routes behind the gate, asked without a server: what only a change of the role table would show."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from kpi.access.accounts import Accounts
from kpi.access.authenticator import Credentials
from kpi.access.callers import cookie_name
from kpi.access.credentials import Language
from kpi.access.door import Door
from kpi.access.downloads import DOWNLOADS, Offer
from kpi.access.gate import Gate
from kpi.access.kept_language import LANGUAGE_COOKIE
from kpi.access.roles import Role
from kpi.access.routes import routes
from kpi.errors import VersionNotFoundError
from kpi.settings import Access
from kpi.store import Store
from tests.access.conftest import HERE, NOW, PASSWORD, OpenDoor


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class House:
    """A door behind its gate; `made` counts the files that were built."""

    door: Door
    session_id: str
    session: str
    made: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, cookies: str = "") -> Answer:
        gate = Gate(
            Starlette(routes=routes(self.door, Access())),
            door=self.door,
            settings=Access(),
            is_act=lambda message: True,
        )
        cookie = f"{cookie_name(https=False)}={self.session_id}; {cookies}"
        headers = [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"cookie", cookie.encode())]
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path.partition("?")[0],
            "query_string": path.partition("?")[2].encode(),
            "headers": headers,
            "client": (HERE, 50_000),
        }
        answer = Answer()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            answer.body += message.get("body", b"")

        asyncio.run(gate(scope, receive, send))
        return answer

    def offer(self, name: str, *, has_people: bool) -> str:
        def make() -> bytes:
            self.made.append(name)
            return b"rows"

        given = Offer(file_name=f"{name}.csv", media_type="text/csv", make=make, rows=7, has_people=has_people)
        return f"/downloads/{DOWNLOADS.offer(self.session, name, given, now=NOW)}"


@pytest.fixture
def house(accounts: Accounts, store: Store, open_door: OpenDoor) -> House:
    """The administrator, who may not take people away, is signed in."""
    (store.folder / "secret").write_text("00" * 32)
    door, now = open_door(), datetime.now(UTC)
    session_id = door.sign_in(Credentials(username="anna", password=PASSWORD), address=HERE, now=now)
    assert session_id is not None
    identity = door.find(session_id, now)
    assert identity is not None
    return House(door=door, session_id=session_id, session=identity.session)


def _exports(store: Store) -> list[tuple[str, str, object, object]]:
    entries = store.ledger.entries(kinds=["export", "refused_export"])
    return [(entry.kind, entry.actor, entry.details["file"], entry.details["rows"]) for entry in entries]


def test_people_are_not_given_to_a_role_that_may_not_take_them_away(house: House, store: Store) -> None:
    # No page offers them to such a role; a change of the table of roles could.
    answer = house.ask("GET", house.offer("set-aside", has_people=True))
    assert (answer.status, house.made) == (403, [])
    assert b"Your role may not download this" in answer.body
    assert _exports(store) == [("refused_export", "anna", "set-aside.csv", 7)]


def test_asking_for_the_headers_of_a_file_neither_builds_nor_records_it(house: House, store: Store) -> None:
    link = house.offer("files", has_people=False)
    answer = house.ask("HEAD", link)
    assert (answer.status, answer.body, house.made, _exports(store)) == (200, b"", [], [])
    assert answer.headers["content-disposition"] == 'attachment; filename="files.csv"'
    assert house.ask("GET", link).body == b"rows"
    assert (house.made, _exports(store)) == (["files"], [("export", "anna", "files.csv", 7)])


def test_a_file_of_a_version_that_is_no_longer_kept_is_gone(house: House) -> None:
    def make() -> bytes:
        raise VersionNotFoundError("Version 1 is not kept. Kept versions: 2.")

    given = Offer(file_name="rows.csv", media_type="text/csv", make=make, rows=7, has_people=False)
    answer = house.ask("GET", f"/downloads/{DOWNLOADS.offer(house.session, 'rows', given, now=NOW)}")
    gone = house.ask("GET", "/downloads/never-offered")
    assert (answer.status, answer.body) == (404, gone.body)


def test_what_a_session_was_offered_goes_with_it(house: House) -> None:
    link = house.offer("files", has_people=False)
    assert house.ask("POST", "/sign-out").status == 303
    assert DOWNLOADS.find(house.session, link.removeprefix("/downloads/")) is None


@pytest.mark.parametrize(("kept", "spoken"), [("fr", "fr"), ("en", "en"), ("xx", "en"), ("", "en")])
def test_the_browser_keeps_the_language_of_who_has_no_account(open_door: OpenDoor, kept: str, spoken: str) -> None:
    door = open_door()
    session_id = door.enter_demo(Role.OWNER, address=HERE, now=datetime.now(UTC))
    assert session_id is not None
    demo = House(door=door, session_id=session_id, session="")
    page = demo.ask("GET", "/account", cookies=f"{LANGUAGE_COOKIE}={kept}").body
    assert f'<html lang="{spoken}">'.encode() in page


def test_an_account_has_a_language_of_its_own(house: House) -> None:
    house.door.accounts.set_language("anna", Language.ENGLISH)
    assert b'<html lang="en">' in house.ask("GET", "/account", cookies=f"{LANGUAGE_COOKIE}=fr").body
    house.door.accounts.set_language("anna", Language.FRENCH)
    assert b'<html lang="fr">' in house.ask("GET", "/account", cookies=f"{LANGUAGE_COOKIE}=en").body
