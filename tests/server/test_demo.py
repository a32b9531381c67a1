"""The demo readers come in without a password, and only as long as there is nothing to protect."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kpi.access.roles import Role
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Store
from tests.serving import Server, running

from .conftest import add_accounts, build_company
from .tab import open_tab

READERS = ["owner", "sponsor", "coordinator", "data"]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    store = Store(tmp_path / "store")
    build_demo_company(store, Settings(demo=Demo(customers=100)), today=date(2026, 11, 22))
    with running(store.folder, tmp_path / "server.log") as started:
        yield started


def enter(server: Server, role: str) -> str:
    answer = server.ask("/sign-in", form={"demo": role})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.session is not None
    return answer.session


def publish(server: Server, folder: Path) -> None:
    build_company(Store(server.store), folder / "exports")


def add_account(server: Server, folder: Path) -> None:
    add_accounts(Store(server.store), "admin")


@pytest.mark.parametrize("end", [publish, add_account], ids=["real data", "an account"])
def test_the_demo_ends_with_real_data_or_an_account(
    demo: Server, tmp_path: Path, end: Callable[[Server, Path], None]
) -> None:
    page = demo.ask("/sign-in").text
    assert [role for role in Role if f'name="demo" value="{role}"' in page] == READERS
    assert demo.ask("/sign-in", form={"demo": "admin"}).status == 401
    session = enter(demo, "owner")
    with open_tab(demo, session) as tab:
        assert "Is the programme healthy?" in tab.run()
        end(demo, tmp_path)
        assert "You are signed out" in tab.run()
    assert demo.ask("/", session=session).status == 303
    assert 'name="demo"' not in demo.ask("/sign-in").text
    refused = demo.ask("/sign-in", form={"demo": "owner"})
    assert refused.status == 401
    assert 'role="alert"' in refused.text
    assert "This demo reader cannot come in now" in refused.text


def test_a_demo_reader_ends_nobody_elses_visit(demo: Server) -> None:
    first, second = enter(demo, "owner"), enter(demo, "owner")
    for action in ("everywhere", "password"):
        answer = demo.ask("/account", form={"action": action}, session=first)
        assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/account", ())
    assert [demo.ask("/", session=session).status for session in (first, second)] == [200, 200]


def test_the_language_chosen_on_the_sign_in_page_stays_with_a_demo_reader(demo: Server) -> None:
    (cookie,) = demo.ask("/sign-in?lang=fr").cookies
    kept, *flags = cookie.split("; ")
    assert kept == "ambassade-language=fr"
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=lax", "path=/", "max-age=31536000"}
    assert demo.ask("/sign-in?lang=xx").cookies == demo.ask("/sign-in?signed-out&lang=fr").cookies == ()
    assert '<html lang="fr">' in demo.ask("/sign-in", headers={"Cookie": kept}).text
    headers = {"Cookie": f"ambassade={enter(demo, 'owner')}; {kept}"}
    for path in ("/", "/account"):
        assert '<html lang="fr">' in demo.ask(path, headers=headers).text


def test_the_one_time_password_makes_the_first_administrator(demo: Server, tmp_path: Path) -> None:
    (password,) = re.findall(r"password (\w{4}(?:-\w{4})+)", demo.log.read_text())
    session = demo.sign_in("admin", password)
    # Before a password is chosen nothing else opens.
    assert demo.ask("/", session=session).headers["location"] == "/account?next=%2F"
    assert demo.ask("/_stcore/host-config", session=session).status == 401
    assert "Choose your password" in demo.ask("/account", session=session).text
    french = demo.ask("/account?lang=fr&next=%2Fdata", session=session)
    assert "Choisissez votre mot de passe" in french.text
    assert 'href="/account?lang=en&amp;next=%2Fdata"' in french.text
    new = "a heron stands in the reeds"
    form = {"action": "password", "current": password, "new": new, "again": new, "next": "/data", "lang": "fr"}
    # The page with the error leads where the first one did, in its language.
    mistyped = demo.ask("/account", form={**form, "again": "x"}, session=session)
    assert mistyped.status == 422
    assert 'name="next" value="/data"' in mistyped.text
    assert "ne sont pas identiques" in mistyped.text
    answer = demo.ask("/account", form=form, session=session)
    assert (answer.status, answer.headers["location"]) == (303, "/data")
    assert '<html lang="fr">' in demo.ask("/account", session=answer.session).text
    assert demo.ask("/", session=session).status == 303
    with open_tab(demo, answer.session) as tab:
        assert "Qui a fait quoi" in tab.run("audit")
    assert demo.try_password("admin", password).status == 401
    assert demo.try_password("admin", new).status == 303
