"""A curious colleague: what a session opens, and how soon it stops when the account changes."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosedError

from kpi.access.accounts import Accounts
from kpi.access.door import open_door
from kpi.access.passwords import hash_password
from kpi.access.roles import RIGHTS, Role
from kpi.settings import PROJECT, read_settings
from kpi.store import Entry, Store
from tests.serving import Server

from .conftest import BAD_VALUE, COMMENT, PASSWORD, PERSONAL_ID
from .tab import open_tab

Recorded = Callable[..., tuple[Entry, ...]]

TITLES = {
    "overview": "Is the programme healthy?",
    "economics": "What does it cost, and what does it bring back?",
    "satisfaction": "How satisfied are ambassadors and customers?",
    "ambassadors": "Who is active, and who fell silent?",
    "ambassador": "Which ambassador?",
    "revenue": "What do ambassadors bring, and how sure is it?",
    "discovery": "Whom to thank today, and why?",
    "spotlights": "Whom do we thank, and what comes next?",
    "alerts": "What needs attention?",
    "lifetime": "How long do customers stay, and what is one worth?",
    "affordability": "How much may winning a customer cost?",
    "budget": "Does the year stay within its budget?",
    "data": "What are these numbers built on?",
    "glossary": "What does each number mean?",
    "audit": "Who did what?",
}
NOT_YOURS, OUT = "This page is not for your role", "You are signed out"


def test_every_page_has_its_title_here() -> None:
    assert sorted(TITLES) == sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("page", list(TITLES))
def test_a_role_sees_its_pages_and_no_other(
    server: Server, sessions: dict[str, str], recorded: Recorded, role: Role, page: str
) -> None:
    refused = len(recorded("refused_page", actor=role))
    with open_tab(server, sessions[role]) as tab:
        shown = tab.run(page)
    is_allowed = page in RIGHTS[role].pages
    assert (TITLES[page] in shown) is is_allowed
    assert (NOT_YOURS in shown) is not is_allowed
    found = recorded("refused_page", actor=role)
    assert len(found) - refused == int(not is_allowed)
    if not is_allowed:
        assert (found[0].details["page"], found[0].details["address"]) == (page, "127.0.0.1")


@pytest.mark.parametrize(
    "query",
    ["role=owner", "page=audit&role=admin", "username=owner", "ambassade=x&rights=all", "embed=true&embed_options=x"],
)
def test_no_parameter_of_the_address_gives_rights(server: Server, sessions: dict[str, str], query: str) -> None:
    with open_tab(server, sessions["sponsor"]) as tab:
        assert NOT_YOURS in tab.run("audit", query)
        assert TITLES["audit"] not in tab.run("audit", query)
    assert server.ask(f"/audit?{query}").status == 303


@pytest.mark.parametrize("name", ["role", "identity", "reader", "tab", "kept_filters", "$$ID-x-role", "username"])
def test_no_state_that_a_browser_sends_gives_rights(server: Server, sessions: dict[str, str], name: str) -> None:
    widgets = (
        WidgetState(id=name, string_value="admin"),
        WidgetState(id=f"{name}-json", json_value='{"role":"admin"}'),
    )
    with open_tab(server, sessions["sponsor"]) as tab:
        tab.run("overview", widgets=widgets)
        assert NOT_YOURS in tab.run("audit", widgets=widgets)


@pytest.mark.parametrize("role", [role for role in Role if "data" in RIGHTS[role].pages])
def test_personal_values_never_reach_a_browser_that_may_not_see_them(
    server: Server, sessions: dict[str, str], role: Role
) -> None:
    with open_tab(server, sessions[role]) as tab:
        shown = tab.run("data")
    assert "must exist in customers" in shown or "customer_id" in shown
    assert (BAD_VALUE in shown) is RIGHTS[role].sees_people
    assert "a customer is enrolled as two ambassadors at the same time" in shown
    assert (PERSONAL_ID in shown) is RIGHTS[role].sees_people


@pytest.mark.parametrize("role", [role for role in Role if "satisfaction" in RIGHTS[role].pages])
def test_comments_never_reach_a_browser_that_may_not_see_them(
    server: Server, sessions: dict[str, str], role: Role
) -> None:
    with open_tab(server, sessions[role]) as tab:
        shown = tab.run("satisfaction")
    assert TITLES["satisfaction"] in shown
    for personal in (COMMENT, PERSONAL_ID):
        assert (personal in shown) is RIGHTS[role].sees_people


def change_role(accounts: Accounts, name: str) -> None:
    accounts.set_role(name, Role.SPONSOR)


def change_password(accounts: Accounts, name: str) -> None:
    accounts.set_password(accounts.named(name), hash_password("another heron in other reeds"))


CHANGES = {
    "role": change_role,
    "password": change_password,
    "disabled": Accounts.disable,
    "deleted": Accounts.delete,
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_an_open_tab_ends_with_its_account(server: Server, newcomer: Callable[..., str], change: str) -> None:
    name = newcomer()
    session = server.sign_in(name, PASSWORD)
    with open_tab(server, session) as tab:
        assert TITLES["overview"] in tab.run()
        CHANGES[change](Accounts(Store(server.store).credentials_file), name)
        shown = tab.run()
        assert OUT in shown
        assert TITLES["overview"] not in shown
    assert server.ask("/", session=session).status == 303


def test_an_open_tab_ends_when_another_one_signs_out(server: Server) -> None:
    session = server.sign_in("owner", PASSWORD)
    with open_tab(server, session) as tab, open_tab(server, session) as other:
        assert TITLES["data"] in tab.run("data")
        assert TITLES["overview"] in other.run()
        server.ask("/sign-out", form={}, session=session)
        for page, one in (("data", tab), ("", other)):
            shown = one.run(page)
            assert OUT in shown
            assert TITLES["data"] not in shown


def test_nobody_takes_up_the_tab_of_another(server: Server, sessions: dict[str, str]) -> None:
    """With another's Streamlit session a cookie would bring back what stood in that tab."""
    with open_tab(server, sessions["owner"]) as tab:
        tab.run("overview", "period=Last+30+days")
        taken = tab.streamlit_session
    with open_tab(server, sessions["sponsor"], resumes=taken) as stranger:
        stranger.run()
        assert stranger.streamlit_session not in {"", taken}
    with open_tab(server, sessions["owner"], resumes=taken) as own:
        own.run()
        assert own.streamlit_session == taken


def test_the_header_that_keeps_tabs_apart_cannot_be_sent(server: Server, sessions: dict[str, str]) -> None:
    with open_tab(server, sessions["owner"]) as tab:
        tab.run()
        taken = tab.streamlit_session
    for value in ("x", "", "owner", mark_of(server, sessions["owner"])):
        with open_tab(server, sessions["sponsor"], resumes=taken, headers={"X-Ambassade-Session": value}) as stranger:
            stranger.run()
            assert stranger.streamlit_session != taken


def mark_of(server: Server, session: str) -> str:
    """What the gate writes for this session; who reads the store's files can compute it."""
    door = open_door(read_settings().model_copy(update={"store": server.store}), now=datetime.now(UTC))
    identity = door.find(session, datetime.now(UTC))
    assert identity is not None
    stored = b"".join(file.read_bytes() for file in server.store.glob("access.sqlite*"))
    assert identity.session.encode() in stored
    return sha256(identity.session.encode()).hexdigest()


def test_a_tab_whose_session_is_over_says_so_once_and_is_closed(server: Server) -> None:
    session = server.sign_in("owner", PASSWORD)
    with open_tab(server, session) as tab:
        assert TITLES["overview"] in tab.run()
        server.ask("/sign-out", form={}, session=session)
        assert OUT in tab.run("data")
        with pytest.raises(ConnectionClosedError) as closed:
            tab.run("data")
        assert closed.value.rcvd.code == 1008


def test_a_tab_whose_session_is_over_disturbs_nobody(server: Server, sessions: dict[str, str]) -> None:
    session = server.sign_in("sponsor", PASSWORD)
    with open_tab(server, sessions["owner"]) as owner, open_tab(server, session) as tab:
        tab.run()
        server.ask("/sign-out", form={}, session=session)
        for _ in range(3):
            tab.clear_cache()
        with pytest.raises(ConnectionClosedError):
            tab.run()
        for page in ("overview", "data", "glossary"):
            assert TITLES[page] in owner.run(page)
