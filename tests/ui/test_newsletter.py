"""The newsletter's draft: who is in it, what stands in it, and that nothing in it is markup but ours."""

from collections.abc import Callable
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kpi.decisions import Channel, Spotlights, Stage, consents_in, read_decisions
from kpi.store import Ledger, Store, Warehouse
from kpi.ui.newsletter import Feature, Form, choose_for_month, read_features, write_newsletter
from tests.decisions.spotlighting import NOON, lead, propose, rules, take

NOVEMBER = date(2026, 11, 1)
EVIL = "<script>alert(1)</script> & \"x\" 'y' [a](http://b) ![c](d) # e *f* www.g.org"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Store(tmp_path / "store").ledger


@pytest.fixture(scope="module")
def people(company: Callable[..., Warehouse]) -> Warehouse:
    names = {"ann": "Ann Martin", "bob": "Bob Roy", "cleo": EVIL, "dan": "Dan Petit", "eva": None}
    return company(
        customers=[
            {"customer_id": key, "full_name": name, "email": f"{key}@example.org", "contact_consent": key != "dan"}
            for key, name in names.items()
        ]
    )


def chosen(ledger: Ledger, people: Warehouse, month: date = NOVEMBER) -> list[str]:
    spotlights: Spotlights = read_decisions(ledger).spotlights
    return [one.customer_id for one in choose_for_month(spotlights, month, consents_in(people))]


def test_who_is_in_the_newsletter_of_a_month(ledger: Ledger, people: Warehouse) -> None:
    everybody = rules(dict.fromkeys(("ann", "bob", "cleo", "dan", "eva", "gone", "fay", "gus"), True))

    def to(name: str, *stages: Stage, at: datetime = NOON) -> str:
        return lead(ledger, name, *stages, at=at, rules=everybody).key

    agreed, planned = (Stage.ASKED, Stage.ACCEPTED), (Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED)
    to("ann", *agreed)
    later = to("bob", *agreed)
    take(ledger, later, Stage.SCHEDULED, day=date(2026, 12, 5), rules=everybody)
    to("cleo", *planned, Stage.PUBLISHED, Stage.ANSWERED)
    to("dan", *planned)  # took his consent to be contacted back
    to("gone", *planned)  # erased
    to("fay", Stage.ASKED, Stage.DECLINED)
    to("gus", *planned, Stage.WITHDRAWN)
    inside = to("eva", *agreed)
    take(ledger, inside, Stage.SCHEDULED, channel=Channel.INTERNAL, rules=everybody)
    assert chosen(ledger, people) == ["cleo", "ann"]  # published on 22 November; agreed, without a day
    assert chosen(ledger, people, date(2026, 12, 1)) == ["bob", "ann"]


def test_who_was_only_proposed_or_asked_is_not_in_it(ledger: Ledger, people: Warehouse) -> None:
    using = rules(dict.fromkeys(("ann", "bob"), True))
    propose(ledger, "ann", rules=using)
    lead(ledger, "bob", Stage.ASKED, rules=using)
    assert chosen(ledger, people) == []


def test_names_are_read_and_nothing_else_of_the_person(ledger: Ledger, people: Warehouse) -> None:
    using = rules(dict.fromkeys(("ann", "eva"), True))
    key = lead(ledger, "ann", Stage.ASKED, rules=using).key
    take(ledger, key, Stage.ACCEPTED, quote="It works", note="Call her mobile", rules=using)
    lead(ledger, "eva", Stage.ASKED, Stage.ACCEPTED, rules=using)
    found = choose_for_month(read_decisions(ledger).spotlights, NOVEMBER, consents_in(people))
    features = read_features(people, found)
    assert features == (Feature(name="Ann Martin", quote="It works", link=""), Feature(name="", quote="", link=""))
    for form in Form:
        text = write_newsletter(features, NOVEMBER, language="en", form=form).decode()
        assert "Ann Martin" in text
        assert "One of our customers" in text
        assert "mobile" not in text
        assert "example.org" not in text


class Tags(HTMLParser):
    """The elements of a page, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_holds_what_others_wrote_as_text() -> None:
    link = "https://example.org/?a=1&b=%22>x"
    text = write_newsletter(
        [Feature(name=EVIL, quote=f"{EVIL}\nsecond line", link=link)], NOVEMBER, language="en", form=Form.HTML
    ).decode()
    page = Tags(text)
    ours = {"html", "head", "meta", "title", "body", "main", "h1", "h2", "p", "section", "blockquote", "br", "a"}
    assert set(page.tags) == ours
    assert page.tags.count("a") == page.tags.count("br") == 1
    assert page.links == [link]
    assert page.text.count(EVIL) == 2
    assert "Spotlight of the month, November 2026" in page.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//example.org", ""])
def test_what_is_no_address_is_no_link(link: str) -> None:
    feature = Feature(name="Ann", quote="", link=link)
    assert "<a " not in write_newsletter([feature], NOVEMBER, language="en", form=Form.HTML).decode()
    assert "Read more" not in write_newsletter([feature], NOVEMBER, language="en", form=Form.MARKDOWN).decode()


def test_markdown_holds_what_others_wrote_as_text() -> None:
    feature = Feature(name="A *b* [c](d)", quote="# one\n<two>\n\nthree", link="https://example.org/a>b")
    text = write_newsletter([feature], NOVEMBER, language="en", form=Form.MARKDOWN).decode()
    assert text == (
        "# Spotlight of the month, November 2026\n\n"
        "Some people do more than use what we make\\: they speak of it, unasked\\. We want to thank them\\.\n\n"
        "## A \\*b\\* \\[c\\]\\(d\\)\n\n"
        "> \\# one\n> \\<two\\>\n>\n> three\n\n"
        "[Read more](<https://example.org/a%3Eb>)\n\n"
        "Thank you\\.\n"
    )


def test_a_line_below_a_quote_makes_no_heading_of_it() -> None:
    feature = Feature(name="Ann", quote="Great\n===\nTruly\n---", link="")
    text = write_newsletter([feature], NOVEMBER, language="en", form=Form.MARKDOWN).decode()
    assert "> Great\n> \\=\\=\\=\n> Truly\n> \\-\\-\\-\n" in text


def test_it_speaks_french() -> None:
    feature = Feature(name="", quote="", link="https://example.org")
    text = write_newsletter([feature], NOVEMBER, language="fr", form=Form.HTML).decode()
    assert '<html lang="fr">' in text
    for words in ("Coup de projecteur du mois, novembre 2026", "L’un de nos clients", "En savoir plus", "Merci."):
        assert words in text
    assert write_newsletter([feature], NOVEMBER, language="fr", form=Form.HTML).decode() == text
