"""A download is for the session that it was offered to, and is recorded."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook

from kpi.store import Entry
from tests.documents import open_pdf
from tests.serving import Server

from .conftest import BAD_VALUE, PASSWORD
from .tab import open_tab

Recorded = Callable[..., tuple[Entry, ...]]


def links_of(server: Server, session: str, page: str, query: str = "") -> list[str]:
    with open_tab(server, session) as tab:
        return re.findall(r"/downloads/[\w-]+", tab.run(page, query))


def test_a_page_offers_its_tables_to_its_reader_only(
    server: Server, sessions: dict[str, str], recorded: Recorded
) -> None:
    link = links_of(server, sessions["owner"], "data")[1]
    for session, status in ((None, 303), (sessions["admin"], 404), (sessions["sponsor"], 404), ("forged", 303)):
        answer = server.ask(link, session=session)
        assert answer.status == status
        assert BAD_VALUE not in answer.text
    answer = server.ask(link, session=sessions["owner"])
    assert answer.headers["content-disposition"] == 'attachment; filename="ambassade-set-aside.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.splitlines()[1].endswith(BAD_VALUE)
    (entry, *_) = recorded("export", actor="owner")
    assert {name: entry.details[name] for name in ("file", "rows", "address")} == {
        "file": "ambassade-set-aside.csv",
        "rows": 1,
        "address": "127.0.0.1",
    }


def test_another_session_of_the_same_person_is_another_session(server: Server) -> None:
    first, second = server.sign_in("owner", PASSWORD), server.sign_in("owner", PASSWORD)
    link = links_of(server, first, "data")[0]
    assert server.ask(link, session=second).status == 404
    server.ask("/sign-out", form={}, session=first)
    assert server.ask(link, session=first).status == 303


def test_a_role_without_people_gets_the_table_without_them(server: Server, sessions: dict[str, str]) -> None:
    bodies = [server.ask(link, session=sessions["admin"]).text for link in links_of(server, sessions["admin"], "data")]
    assert any("must exist in customers" in body for body in bodies)
    assert not any(BAD_VALUE in body for body in bodies)


def test_a_pages_workbook_is_for_its_reader_only_and_recorded(
    server: Server, sessions: dict[str, str], recorded: Recorded
) -> None:
    link = links_of(server, sessions["sponsor"], "economics")[-1]
    others = [session for name, session in sessions.items() if name != "sponsor"]
    assert {server.ask(link, session=session).status for session in others} == {404}
    assert [server.ask(link, session=session).status for session in (None, "forged")] == [303, 303]
    answer = server.ask(link, session=sessions["sponsor"])
    assert answer.headers["content-disposition"] == 'attachment; filename="ambassade-economics.xlsx"'
    assert answer.headers["cache-control"] == "no-store"
    book = load_workbook(BytesIO(answer.body))
    (entry, *_) = recorded("export", actor="sponsor")
    rows = sum(sheet.max_row - 1 for sheet in book.worksheets[1:])
    assert (entry.details["file"], entry.details["rows"]) == ("ambassade-economics.xlsx", rows)


def test_the_report_is_for_its_reader_only_and_recorded(
    server: Server, sessions: dict[str, str], recorded: Recorded
) -> None:
    english, french, _ = links_of(server, sessions["sponsor"], "economics")[-3:]
    others = [session for name, session in sessions.items() if name != "sponsor"]
    for link, language in ((english, "en"), (french, "fr")):
        assert {server.ask(link, session=session).status for session in others} == {404}
        assert [server.ask(link, session=session).status for session in (None, "forged")] == [303, 303]
        answer = server.ask(link, session=sessions["sponsor"])
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].endswith(f'-{language}.pdf"')
        assert answer.headers["cache-control"] == "no-store"
        assert open_pdf(answer.body).root_object["/Lang"] == language
    (entry, *_) = recorded("export", actor="sponsor")
    assert (entry.details["file"], entry.details["rows"]) == ("ambassade-report.pdf", 1)


@pytest.mark.parametrize("role", ["owner", "coordinator"])
def test_a_statement_is_for_its_reader_only_and_recorded_without_whose_it_is(
    server: Server, sessions: dict[str, str], recorded: Recorded, role: str
) -> None:
    english, french = links_of(server, sessions[role], "ambassador", "id=a-0")
    others = [session for name, session in sessions.items() if name != role]
    assert [server.ask(english, session=session).status for session in (None, "forged", *others)] == [
        303,
        303,
        *([404] * len(others)),
    ]
    before = len(recorded("export", actor=role))
    head = server.ask(english, method="HEAD", session=sessions[role])
    assert (head.status, head.body, len(recorded("export", actor=role))) == (200, b"", before)
    for link, language in ((english, "en"), (french, "fr")):
        answer = server.ask(link, session=sessions[role])
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="ambassade-statement-a-0-{language}.pdf"'
        )
        assert answer.headers["cache-control"] == "no-store"
        assert open_pdf(answer.body).root_object["/Lang"] == language
    entry, *_ = entries = recorded("export", actor=role)
    assert len(entries) == before + 2
    assert {name: entry.details[name] for name in entry.details if name != "address"} == {
        "file": "ambassade-statement.pdf",
        "rows": 1,
    }


@pytest.mark.parametrize("role", ["sponsor", "data", "admin"])
def test_a_role_without_the_page_is_offered_no_statement(server: Server, sessions: dict[str, str], role: str) -> None:
    assert links_of(server, sessions[role], "ambassador", "id=a-0") == []


def test_nothing_is_left_in_media(server: Server, sessions: dict[str, str]) -> None:
    with open_tab(server, sessions["owner"]) as tab:
        assert "/media/" not in re.sub(r"/media/[0-9a-f]+\.svg", "", tab.run("data"))
