"""Mails through a real server on loopback: one per person and publish, never lost and never twice, whoever dies."""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.alerts import explain_waiting, people, raise_alerts, send_due
from kpi.decisions import read_decisions
from kpi.decisions.alert_mails import MOST_ATTEMPTS, Mail, Stage, outbox, record_mail_settled
from kpi.decisions.alert_rules import When, record_rule
from kpi.errors import DecisionError, NotAllowedError, StoreBusyError
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui import alerting
from kpi.ui.alert_mail import compose
from tests.conftest import completed, write_tables
from tests.store.processes import run_command, start_command

from .conftest import CUSTOMERS, NOW, OLGA, SAM, make, publish, rule, weekly_orders
from .posting import Post

Hire = Callable[..., None]
FRANCE = (("country_code", ("FR",)),)


@pytest.fixture
def owed(shop: Store, hire: Hire, post: Post) -> Store:
    """A shop in which Olga is owed a mail about one alert."""
    hire("olga", Role.OWNER, "olga@example.org")
    make(shop, rule(When.ABOVE, "4", name="Many orders"))
    assert len(raise_alerts(shop, post.settings, now=NOW).alerts) == 1
    return shop


@pytest.fixture
def owed_today(shop: Store, hire: Hire, post: Post) -> Store:
    """The same, raised by the clock of the processes that send: who waits for too long gets no first mail."""
    hire("olga", Role.OWNER, "olga@example.org")
    make(shop, rule(When.ABOVE, "4", name="Many orders"))
    assert len(raise_alerts(shop, post.settings, now=datetime.now(UTC)).alerts) == 1
    return shop


def send(store: Store, post: Post, at: datetime = NOW, **how: bool) -> tuple[Mail, ...]:
    def written(_mail, account, alerts, message_id):  # type: ignore[no-untyped-def]
        return compose(account, alerts, message_id, settings=post.settings)

    return send_due(store, post.settings, written, clock=lambda: at, **how)


def stages(mails: tuple[Mail, ...]) -> list[tuple[str, Stage]]:
    return [(mail.key, mail.stage) for mail in mails]


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_each_person_gets_one_mail_about_all_their_alerts(shop: Store, hire: Hire, post: Post) -> None:
    hire("olga", Role.OWNER, "olga@example.org")
    hire("sam", Role.SPONSOR, "sam@example.org", Language.FRENCH)
    make(
        shop,
        rule(When.ABOVE, "4", name="Many orders", told=("olga", "sam")),
        rule(When.BELOW, "5", key="france", name="Few in France", filters=FRANCE),
    )
    with post.open():
        told = alerting.after_publish(shop, post.settings, now=NOW)
        assert told[-1] == "2 mails were sent."
        assert alerting.after_publish(shop, post.settings, now=NOW) == ()
    hers, his = post.kept
    assert (hers["To"], hers["From"]) == ("olga@example.org", "Ambassade <ambassade@example.org>")
    assert hers["Subject"] == "Ambassade: 2 alerts, data until 21 Nov 2026"
    assert "Few in France\nOrders: 4 (15 Nov – 21 Nov 2026), below the limit of 5.\nOnly country: France" in body(hers)
    assert "Many orders\nOrders: 5 (15 Nov – 21 Nov 2026), above the limit of 4." in body(hers)
    assert his["Subject"] == "Ambassade\N{NO-BREAK SPACE}: 1 alerte, données jusqu’au 21 nov. 2026"
    assert "Commandes\N{NO-BREAK SPACE}: 5 (du 15 au 21 novembre 2026), au-dessus de la limite de 4." in body(his)
    assert "France" not in body(his)
    assert hers["Message-ID"] != his["Message-ID"]


def test_a_link_carries_the_rules_filters_to_a_page_that_the_role_may_open(shop: Store, hire: Hire, post: Post) -> None:
    hire("olga", Role.OWNER, "olga@example.org")
    hire("sam", Role.SPONSOR, "sam@example.org", Language.FRENCH)
    make(shop, rule(When.BELOW, "5", filters=FRANCE, told=("olga", "sam")))
    raise_alerts(shop, post.settings, now=NOW)
    with post.open():
        send(shop, post)
    found = {}
    for message in post.kept:
        (address,) = [word for word in body(message).split() if "start=" in word]
        assert f"href='{address.replace('&', '&amp;')}'" in body(message, "html")
        found[message["To"]] = urlsplit(address)
    # orders stand on the revenue page, which a sponsor may not open; the glossary has every metric
    assert found["olga@example.org"].path == "/team/revenue"
    assert found["sam@example.org"].path == "/team/glossary"
    days = {"start": ["2026-11-15"], "end": ["2026-11-21"], "country_code": ["FR"]}
    assert parse_qs(found["olga@example.org"].query) == {"period": ["Custom dates"], **days}
    french = {"period": ["Dates au choix"], "search": ["orders"], **days}
    assert parse_qs(found["sam@example.org"].query).keys() == french.keys()
    assert all(parse_qs(found["sam@example.org"].query)[name] == values for name, values in days.items())


def test_a_rules_name_is_text_in_the_html_and_no_header(shop: Store, hire: Hire, post: Post) -> None:
    hire("olga", Role.OWNER, "olga@example.org")
    make(shop, rule(When.ABOVE, "4", name="<b>5 & more</b>"))
    raise_alerts(shop, post.settings, now=NOW)
    with post.open():
        send(shop, post)
    (message,) = post.kept
    assert "&lt;b&gt;5 &amp; more&lt;/b&gt;" in body(message, "html")
    assert "<b>5 & more</b>" in body(message)


@pytest.mark.parametrize("mode", ["dead_at_rcpt", "dead_at_data", "later", "never"])
def test_what_the_server_did_not_take_is_sent_once_it_is_back(owed: Store, post: Post, mode: str) -> None:
    with post.open(mode):
        (failed,) = send(owed, post)
    assert (failed.stage, failed.attempts) == (Stage.FAILED, 1)
    assert failed.reason
    assert post.kept == []
    with post.open():
        # not before the pause of five minutes is over
        assert send(owed, post, NOW + timedelta(minutes=4)) == ()
        (sent,) = send(owed, post, NOW + timedelta(minutes=5))
        assert send(owed, post, NOW + timedelta(days=9)) == ()
    assert (sent.stage, sent.attempts) == (Stage.SENT, 2)
    (message,) = post.kept
    assert message["Message-ID"] == failed.message_id == sent.message_id


def test_a_server_that_died_after_keeping_the_mail_gets_no_second_one(owed: Store, post: Post) -> None:
    with post.open("dead_kept"):
        (unknown,) = send(owed, post)
    assert unknown.stage is Stage.UNKNOWN
    with post.open():
        assert send(owed, post, NOW + timedelta(days=9), at_once=True) == ()
    (message,) = post.kept
    assert message["Message-ID"] == unknown.message_id


def test_a_server_that_died_before_keeping_the_mail_gets_it_when_a_person_says_so(owed: Store, post: Post) -> None:
    with post.open("dead_unkept"):
        (unknown,) = send(owed, post)
    assert unknown.stage is Stage.UNKNOWN
    with post.open():
        assert send(owed, post, NOW + timedelta(days=9)) == ()
        with pytest.raises(NotAllowedError):
            record_mail_settled(owed.ledger, SAM, unknown.key, arrived=False, at=NOW)
        record_mail_settled(owed.ledger, OLGA, unknown.key, arrived=False, at=NOW)
        with pytest.raises(DecisionError, match="There is no mail “1/olga” that waits"):
            record_mail_settled(owed.ledger, OLGA, unknown.key, arrived=True, at=NOW)
        assert stages(send(owed, post)) == [("1/olga", Stage.SENT)]
    (message,) = post.kept
    assert message["Message-ID"] == unknown.message_id


def test_a_sender_killed_while_the_server_thinks_leaves_the_mail_to_a_person(owed_today: Store, post: Post) -> None:
    with post.open("slow"):
        sender = start_command(owed_today.folder, "alerts", "send", **post.environment())
        until = time.monotonic() + 60
        while not list(post.folder.glob("*.eml")):
            assert time.monotonic() < until
            time.sleep(0.05)
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
    (mail,) = read_decisions(owed_today.ledger).alert_mails.values()
    assert mail.stage is Stage.SENDING
    with post.open():
        (found,) = send(owed_today, post)
        assert (found.stage, found.reason) == (
            Stage.UNKNOWN,
            "the program ended before the server's answer was noted",
        )
        assert send(owed_today, post) == ()
        record_mail_settled(owed_today.ledger, OLGA, mail.key, arrived=True, at=NOW)
        assert send(owed_today, post) == ()
    assert len(post.kept) == 1
    assert read_decisions(owed_today.ledger).alert_mails[mail.key].stage is Stage.SENT


def test_two_senders_at_once_send_one_mail(owed_today: Store, post: Post) -> None:
    with post.open():
        running = [start_command(owed_today.folder, "alerts", "send", **post.environment()) for _ in range(3)]
        codes = [process.communicate(timeout=120) and process.returncode for process in running]
    assert 0 in codes
    assert set(codes) <= {0, 2}  # 2: another process is sending
    assert len(post.kept) == 1


def test_while_somebody_sends_others_do_not(owed_today: Store, post: Post) -> None:
    with post.open("slow"):
        sender = start_command(owed_today.folder, "alerts", "send", **post.environment())
        until = time.monotonic() + 60
        while not list(post.folder.glob("*.eml")):
            assert time.monotonic() < until
            time.sleep(0.05)
        with pytest.raises(StoreBusyError, match="Another process is sending the mails"):
            send(owed_today, post)
        assert alerting.after_publish(owed_today, post.settings, now=NOW) == ()
        sender.kill()
        sender.communicate()


def test_a_server_that_is_away_is_asked_once_and_pauses_double_until_a_person_has_to_look(
    shop: Store, hire: Hire, post: Post
) -> None:
    for name in ("carla", "olga", "sam"):
        hire(name, Role.OWNER, f"{name}@example.org")
    make(shop, rule(When.ABOVE, "4", told=("carla",)))
    raise_alerts(shop, post.settings, now=NOW)
    at, pauses = NOW, []
    for _ in range(MOST_ATTEMPTS):
        (failed,) = send(shop, post, at)
        assert failed.not_before is not None
        pauses.append((failed.not_before - at) / timedelta(minutes=1))
        at = failed.not_before
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]
    assert failed.is_given_up
    with post.open():
        assert send(shop, post, at + timedelta(days=9), at_once=True) == ()
        record_mail_settled(shop.ledger, OLGA, failed.key, arrived=False, at=NOW)
        assert stages(send(shop, post, at)) == [("1/carla", Stage.SENT)]


def test_a_server_without_starttls_is_told_nothing_where_it_is_required(owed_today: Store, post: Post) -> None:
    strict = post.settings.model_copy(update={"mail": post.settings.mail.model_copy(update={"starttls": True})})
    with post.open():
        (failed,) = alerting.send(owed_today, strict)
    assert failed.stage is Stage.FAILED
    assert "STARTTLS" in failed.reason
    assert post.kept == []


def write_certificate(folder: Path) -> Path:
    """A certificate of localhost with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2100, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoded = serialization.Encoding.PEM
    secret = key.private_bytes(encoded, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(certificate.public_bytes(encoded) + secret)
    return file


def test_a_user_signs_in_over_starttls_to_a_server_that_is_trusted(
    owed_today: Store, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settings(password: str) -> Settings:
        changes = {"host": "localhost", "starttls": True, "user": "post", "password": SecretStr(password)}
        return post.settings.model_copy(update={"mail": post.settings.mail.model_copy(update=changes)})

    file = write_certificate(post.folder)
    with post.open():
        (failed,) = alerting.send(owed_today, settings("secret"))
        assert (failed.stage, "certificate verify failed" in failed.reason) == (Stage.FAILED, True)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        (failed,) = alerting.send(owed_today, settings("wrong"), at_once=True)
        assert (failed.stage, failed.reason[:5], "wrong" in failed.reason) == (Stage.FAILED, "(535,", False)
        (sent,) = alerting.send(owed_today, settings("secret"), at_once=True)
        assert (sent.stage, sent.attempts) == (Stage.SENT, 3)
    assert len(post.kept) == 1


def test_without_mail_set_up_nothing_is_owed_then_or_later(
    shop: Store, hire: Hire, post: Post, paris: Settings
) -> None:
    hire("olga", Role.OWNER, "olga@example.org")
    make(shop, rule(When.ABOVE, "4"))
    raise_alerts(shop, paris, now=NOW)
    assert alerting.send(shop, paris) == ()
    with post.open():
        assert send(shop, post) == ()
    assert post.kept == []


def test_who_cannot_be_sent_to_is_said_and_sent_to_later(shop: Store, hire: Hire, post: Post) -> None:
    hire("olga", Role.OWNER)
    make(shop, rule(When.ABOVE, "4", told=("olga", "sam")))
    raise_alerts(shop, post.settings, now=NOW)
    with post.open():
        assert send(shop, post) == ()
        decisions, known = read_decisions(shop.ledger), people(shop)
        mails = outbox(decisions.alerts, decisions.alert_mails)
        assert [(mail.key, explain_waiting(mail, decisions, known, NOW)) for mail in mails] == [
            ("1/olga", "this account has no e-mail address"),
            ("1/sam", "this person has no account any more"),
        ]
        hire("sam", Role.SPONSOR, "sam@example.org")
        assert stages(send(shop, post)) == [("1/sam", Stage.SENT)]
    assert [message["To"] for message in post.kept] == ["sam@example.org"]


def test_who_gets_an_address_late_is_not_written_to_about_long_ago(shop: Store, hire: Hire, post: Post) -> None:
    make(shop, rule(When.ABOVE, "4"))
    raise_alerts(shop, post.settings, now=NOW)
    hire("olga", Role.OWNER, "olga@example.org")
    late = NOW + timedelta(days=14, seconds=1)
    with post.open():
        assert send(shop, post, late) == ()
        decisions = read_decisions(shop.ledger)
        (mail,) = outbox(decisions.alerts, decisions.alert_mails)
        assert explain_waiting(mail, decisions, people(shop), late) == (
            "raised too long ago for a first mail; the alerts are listed"
        )
        assert stages(send(shop, post, late - timedelta(seconds=1))) == [("1/olga", Stage.SENT)]


def test_nobody_is_written_to_about_the_demo_company(tmp_path: Path, post: Post) -> None:
    store = Store(tmp_path / "demo")
    folder = tmp_path / "exports"
    folder.mkdir()
    files = write_tables(folder, completed({"customers": CUSTOMERS, "orders": weekly_orders()}))
    import_files(store, files, post.settings, is_demo=True, now=NOW)
    owner = replace(OLGA, is_demo=True)
    record_rule(store.ledger, owner, rule(When.ABOVE, "4"), at=NOW, people={"olga"})
    (alert,) = raise_alerts(store, post.settings, now=NOW).alerts
    assert alert.is_mailed is False


def test_an_alert_raised_late_joins_a_mail_that_still_waits_and_makes_no_second_one(owed: Store, post: Post) -> None:
    make(owed, rule(When.ABOVE, "3", key="late", name="Late"))
    assert len(raise_alerts(owed, post.settings, now=NOW).alerts) == 1
    with post.open():
        assert stages(send(owed, post)) == [("1/olga", Stage.SENT)]
        make(owed, rule(When.ABOVE, "2", key="too-late", name="Too late"))
        assert len(raise_alerts(owed, post.settings, now=NOW).alerts) == 1
        assert send(owed, post) == ()
    (message,) = post.kept
    assert message["Subject"].startswith("Ambassade: 2 alerts")


def test_data_that_grew_old_after_the_mail_about_it_is_mailed_once(owed: Store, post: Post) -> None:
    with post.open():
        assert stages(send(owed, post)) == [("1/olga", Stage.SENT)]
        make(owed, rule(When.STALE, "3", key="old", name="Old"), rule(When.STALE, "4", key="older", name="Older"))
        later = NOW + timedelta(days=9)
        assert len(raise_alerts(owed, post.settings, now=later).alerts) == 2
        assert stages(send(owed, post, later)) == [("1/olga/stale", Stage.SENT)]
        assert send(owed, post, later) == ()
        make(owed, rule(When.STALE, "5", key="oldest", name="Oldest"))
        assert len(raise_alerts(owed, post.settings, now=later).alerts) == 1
        assert send(owed, post, later) == ()  # that it is old was told
    subjects = sorted(str(message["Subject"]).partition(",")[0] for message in post.kept)
    assert subjects == ["Ambassade: 1 alert", "Ambassade: 2 alerts"]
    assert [body(message).count("Old") for message in post.kept if "2 alerts" in str(message["Subject"])] == [2]


def test_old_data_found_while_the_mail_waits_joins_it(owed: Store, post: Post) -> None:
    make(owed, rule(When.STALE, "3", key="old", name="Old"))
    later = NOW + timedelta(days=9)
    assert len(raise_alerts(owed, post.settings, now=later).alerts) == 1
    with post.open():
        assert stages(send(owed, post, later)) == [("1/olga", Stage.SENT)]
        assert send(owed, post, later) == ()
    (message,) = post.kept
    assert str(message["Subject"]).startswith("Ambassade: 2 alerts")


@pytest.mark.parametrize("error", [DecisionError("no figures"), ValueError("no header")])
def test_a_mail_that_cannot_be_composed_stops_no_other(shop: Store, hire: Hire, post: Post, error: Exception) -> None:
    for name in ("carla", "olga"):
        hire(name, Role.OWNER, f"{name}@example.org")
    make(shop, rule(When.ABOVE, "4", told=("carla", "olga")))
    raise_alerts(shop, post.settings, now=NOW)

    def written(_mail, account, alerts, message_id):  # type: ignore[no-untyped-def]
        if account.username == "carla":
            raise error
        return compose(account, alerts, message_id, settings=post.settings)

    with post.open():
        done = send_due(shop, post.settings, written, clock=lambda: NOW)
        assert stages(done) == [("1/carla", Stage.FAILED), ("1/olga", Stage.SENT)]
        assert (done[0].reason, done[0].attempts) == (str(error), 1)
        assert stages(send(shop, post, NOW + timedelta(minutes=5))) == [("1/carla", Stage.SENT)]
    assert [message["To"] for message in post.kept] == ["carla@example.org", "olga@example.org"]


def test_the_command_line_imports_raises_sends_and_lists(shop: Store, hire: Hire, post: Post, tmp_path: Path) -> None:
    hire("olga", Role.OWNER, "olga@example.org")
    make(shop, rule(When.ABOVE, "4", name="Many orders"))
    more = [*weekly_orders(), {"order_id": "late", "customer_id": "fr", "ordered_at": "2026-11-21", "net_amount": 1}]
    publish(Store(tmp_path / "other"), tmp_path / "second", post.settings, more)  # writes the files, too
    found = run_command(shop.folder, "import", tmp_path / "second", **post.environment())
    assert (found.code, "1 new alert" in found.err, "could not be sent (" in found.err) == (0, True, True)
    assert shop.published_version() == 2
    with post.open():
        sent = run_command(shop.folder, "alerts", "send", "--now", "--json", **post.environment())
    told = json.loads(sent.out)
    assert [(mail["mail"], mail["stage"], mail["attempts"]) for mail in told["done"]] == [("2/olga", "sent", 2)]
    assert (told["is_set_up"], told["unsent"]) == (True, [])
    listed = json.loads(run_command(shop.folder, "alerts", "list", "--json").out)
    assert [(row["rule"], row["value"], row["high"], row["version"]) for row in listed] == [("Many orders", 6, 4, 2)]
    checked = json.loads(run_command(shop.folder, "alerts", "check", "--json", **post.environment()).out)
    assert checked == {"version": 2, "raised": [], "judged": 1, "unjudged": []}
    assert len(post.kept) == 1
    assert run_command(shop.folder, "alerts", "send").out.startswith("Mail is not set up")
    refused = run_command(shop.folder, "alerts", "send", "--again", "2/olga", **post.environment())
    assert (refused.code, "There is no mail “2/olga”" in refused.err) == (2, True)
