"""The sponsor's report by mail: once per person and month, to who asked for it, as long as they may see it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.alerts import all_mails, explain_waiting, people
from kpi.decisions import Author, read_decisions, record_subscribed, record_unsubscribed
from kpi.decisions.alert_mails import Stage
from kpi.decisions.report_subscriptions import last_whole_month
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui import alerting
from tests.conftest import completed, write_tables
from tests.documents import text_of

from .conftest import CUSTOMERS, NOW, publish, weekly_orders
from .posting import Post

SAM, NINA = Author(name="sam"), Author(name="nina")
MIDDLE_OF_OCTOBER = date(2026, 10, 15)


@pytest.fixture
def asked(shop: Store, hire: Callable[..., None]) -> Store:
    """A shop with data until 21 November; Sam, who reads French, asked for the reports when it ended in mid-October."""
    hire("sam", Role.SPONSOR, "sam@example.org", Language.FRENCH)
    record_subscribed(shop.ledger, SAM, data_end=MIDDLE_OF_OCTOBER, at=NOW)
    return shop


def attached(message: EmailMessage) -> tuple[str | None, bytes]:
    (part,) = message.iter_attachments()
    return part.get_filename(), part.get_payload(decode=True)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("data_end", "month"),
    [
        (date(2026, 11, 22), date(2026, 10, 1)),
        (date(2026, 11, 30), date(2026, 10, 1)),  # the 30th itself is missing
        (date(2026, 12, 1), date(2026, 11, 1)),
        (date(2027, 1, 15), date(2026, 12, 1)),
    ],
)
def test_a_month_is_whole_once_its_last_day_is_in_the_data(data_end: date, month: date) -> None:
    assert last_whole_month(data_end) == month


def test_the_report_of_each_month_to_come_is_sent_once(asked: Store, tmp_path: Path, post: Post) -> None:
    with post.open():
        assert alerting.after_publish(asked, post.settings, now=NOW) == ("1 mail was sent.",)
        publish(asked, tmp_path / "again", post.settings, weekly_orders(newest=6))
        assert asked.published().version == 2
        assert alerting.after_publish(asked, post.settings, now=NOW) == ()
    (mail,) = post.kept
    assert mail["To"] == "sam@example.org"
    assert mail["Subject"] == "Ambassade\N{NO-BREAK SPACE}: rapport mensuel, octobre 2026"
    name, content = attached(mail)
    assert name == "ambassade-2026-10.pdf"
    assert "octobre 2026" in text_of(content)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "https://ambassade.example.org/team/economics" in body.get_content()


def test_a_report_that_no_server_took_waits_and_is_tried_again(asked: Store, post: Post) -> None:
    assert "could not be sent" in alerting.after_publish(asked, post.settings, now=NOW)[0]
    decisions = read_decisions(asked.ledger)
    (mail,) = all_mails(decisions, asked.published())
    assert (mail.key, mail.stage, mail.attempts) == ("2026-10/sam", Stage.FAILED, 1)
    with post.open():
        (done,) = alerting.send(asked, post.settings, at_once=True)
    assert (done.key, done.stage) == ("2026-10/sam", Stage.SENT)
    assert [kept["Message-ID"] for kept in post.kept] == [mail.message_id]


def test_a_month_that_was_over_when_somebody_asked_is_not_sent(
    shop: Store, hire: Callable[..., None], post: Post
) -> None:
    hire("sam", Role.SPONSOR, "sam@example.org")
    record_subscribed(shop.ledger, SAM, data_end=date(2026, 11, 22), at=NOW)
    with post.open():
        assert alerting.after_publish(shop, post.settings, now=NOW) == ()
    assert post.kept == []


def test_no_report_of_the_demo_company_is_sent(
    shop: Store, hire: Callable[..., None], tmp_path: Path, paris: Settings, post: Post
) -> None:
    demo = Store(tmp_path / "demo")
    (tmp_path / "exports").mkdir()
    files = write_tables(tmp_path / "exports", completed({"customers": CUSTOMERS, "orders": weekly_orders()}))
    import_files(demo, files, paris, is_demo=True, now=NOW)
    hire("sam", Role.SPONSOR, "sam@example.org")
    demo.credentials_file.write_bytes(shop.credentials_file.read_bytes())
    record_subscribed(demo.ledger, replace(SAM, is_demo=True), data_end=MIDDLE_OF_OCTOBER, at=NOW)
    with post.open():
        assert alerting.after_publish(demo, post.settings, now=NOW) == ()
    assert post.kept == []


def test_who_asks_no_more_or_may_not_see_it_gets_none(asked: Store, hire: Callable[..., None], post: Post) -> None:
    hire("nina", Role.COORDINATOR, "nina@example.org")  # who was a sponsor when she asked
    record_subscribed(asked.ledger, NINA, data_end=MIDDLE_OF_OCTOBER, at=NOW)
    record_unsubscribed(asked.ledger, SAM, at=NOW)
    with post.open():
        assert alerting.after_publish(asked, post.settings, now=NOW) == ()
    assert post.kept == []
    decisions = read_decisions(asked.ledger)
    (mail,) = all_mails(decisions, asked.published())
    assert explain_waiting(mail, decisions, people(asked), NOW) == "this role may not see the report"


def test_who_has_no_account_or_no_address_any_more_is_told_of(asked: Store) -> None:
    decisions, known = read_decisions(asked.ledger), people(asked)
    (mail,) = all_mails(decisions, asked.published())
    assert explain_waiting(mail, decisions, known, NOW) is None
    assert explain_waiting(mail, decisions, {}, NOW) == "this person has no account any more"
    without = {"sam": replace(known["sam"], email="")}
    assert explain_waiting(mail, decisions, without, NOW) == "this account has no e-mail address"
