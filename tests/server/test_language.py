"""The language of the whole house: the page's own mark and what the dashboard says agree, for everybody."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from kpi.access.callers import LANGUAGE_COOKIE
from kpi.access.roles import Role
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Store
from tests.serving import Answer, Server, running

from .conftest import PASSWORD
from .tab import open_tab

HEALTHY = {"en": "Is the programme healthy?", "fr": "Le programme est-il en bonne sant"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("demo")
    store = Store(folder / "store")
    build_demo_company(store, Settings(demo=Demo(customers=100)), today=date(2026, 11, 22))
    with running(store.folder, folder / "server.log") as started:
        yield started


def remembered(answer: Answer) -> str | None:
    """The language that an answer has the browser keep."""
    values = [cookie.split(";")[0].partition("=")[2] for cookie in answer.cookies if cookie.startswith(LANGUAGE_COOKIE)]
    return values[0] if values else None


def shown(server: Server, session: str, language: str | None = None) -> tuple[str, str]:
    """What the page calls itself, and what the dashboard speaks, to a browser that kept this language."""
    kept = f"; {LANGUAGE_COOKIE}={language}" if language else ""
    page = server.ask("/", headers={"Cookie": f"ambassade={session}{kept}"}).text
    with open_tab(server, session, headers={"X-Test": "1"}, cookie=f"x=1{kept}; ambassade") as tab:
        said = tab.run()
    called = page.partition('<html lang="')[2][:2]
    return called, next(name for name, words in HEALTHY.items() if words in said)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_demo_reader_keeps_the_language_of_the_sign_in_page(demo: Server, language: str) -> None:
    entered = demo.ask("/sign-in", form={"demo": "owner", "lang": language}, headers={"Accept-Language": "de"})
    assert entered.session is not None
    assert remembered(entered) == language
    assert shown(demo, entered.session, remembered(entered)) == (language, language)


def test_a_demo_reader_changes_the_language_for_this_browser(demo: Server) -> None:
    entered = demo.ask("/sign-in", form={"demo": "owner", "lang": "en"})
    assert entered.session is not None
    assert 'name="language"' in demo.ask("/account", session=entered.session).text
    changed = demo.ask("/account", form={"action": "language", "language": "fr"}, session=entered.session)
    assert remembered(changed) == "fr"
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in changed.cookies)
    assert shown(demo, entered.session, "fr") == ("fr", "fr")
    assert 'lang="en"' in demo.ask("/account", session=entered.session).text  # another browser


def test_an_account_that_chose_keeps_its_choice_in_every_browser(server: Server, newcomer: Callable[..., str]) -> None:
    session = server.sign_in(newcomer(Role.OWNER), PASSWORD)
    assert (
        '<html lang="fr">' in server.ask("/", session=session, headers={"Accept-Language": "fr"}).text
    )  # no choice yet
    odd = server.ask("/", session=session, headers={"Accept-Language": "de,fr;q=0.9"}).text
    assert '<html lang="en">' in odd  # the script is told "de" only
    server.ask("/account", form={"action": "language", "language": "fr"}, session=session)
    assert shown(server, session, "en") == ("fr", "fr")


def test_the_sign_in_page_remembers_too(server: Server) -> None:
    page = server.ask("/sign-in", headers={"Cookie": f"{LANGUAGE_COOKIE}=fr", "Accept-Language": "en"})
    assert '<html lang="fr">' in page.text
    odd = server.ask("/sign-in", headers={"Cookie": f'{LANGUAGE_COOKIE}="><script>', "Accept-Language": "en"})
    assert '<html lang="en">' in odd.text
