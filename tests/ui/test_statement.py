"""An ambassador's statement, read back from the PDF: its numbers are the sheet's, and nobody else is on it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import takewhile

import pytest

from kpi.analysis import Estimate
from kpi.errors import QuestionError
from kpi.language import LANGUAGES, speaking, translate
from kpi.metrics import METRICS, Model, Sheet, breakdown, measure, read_sheet
from kpi.period import Period
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Listing, Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.statement import build_statement, explain_no_statement
from kpi.ui.statement_texts import thanks
from tests.conftest import Company
from tests.documents import ZERO_WIDTH, open_pdf, spaced, structure, text_of

SPRING = Period(date(2026, 3, 1), date(2026, 6, 1))
MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module")
def programme(company: Company) -> Warehouse:
    """A, customer a; B beside them; P, a partner without a name; customer w, who was won."""
    return company(
        customers=[
            {"customer_id": "a", "full_name": "Ann Martin", "email": "ann@example.org"},
            {"customer_id": "b", "full_name": "Bob Berger", "email": "bob@example.org"},
            {"customer_id": "w", "full_name": "Wanda Neu", "email": "wanda@example.org"},
        ],
        ambassadors=[
            {"ambassador_id": "A", "customer_id": "a", "enrolled_at": "2026-03-01", "lever": "event"},
            {"ambassador_id": "B", "customer_id": "b"},
            {"ambassador_id": "P", "programme": "partner"},
        ],
        content=[
            {"customer_id": "a", "posted_at": "2026-03-05", "kind": "video"},
            {"customer_id": "a", "posted_at": "2026-03-06", "kind": "video"},
            {"customer_id": "a", "posted_at": "2026-02-06", "kind": "article"},  # before enrolling
            {"customer_id": "b", "posted_at": "2026-03-06", "kind": "podcast"},
        ],
        interactions=[{"customer_id": "a", "kind": "vote", "occurred_at": "2026-03-05"}],
        touches=[{"ambassador_id": "A", "customer_id": "w", "occurred_at": "2026-04-01"}],
        orders=[
            {"customer_id": "w", "ordered_at": "2026-04-10", "net_amount": "1090.55"},
            {"customer_id": "b", "ordered_at": "2026-01-10", "net_amount": 7},
        ],
        refunds=[{"order_id": "orders-001", "refunded_at": "2026-06-15", "amount": "0.5"}],
        rewards=[
            {"customer_id": "a", "granted_at": "2026-04-20", "kind": "spotlight", "cost_amount": "3.33"},
            {
                "customer_id": "a",
                "granted_at": "2026-04-21",
                "rung": "access",
                "kind": "preview",
                "cost_amount": "4.44",
            },
            {"customer_id": "a", "granted_at": "2026-04-22", "rung": "monetary", "kind": "voucher", "cost_amount": 50},
            {"customer_id": "b", "granted_at": "2026-04-23", "rung": "monetary", "kind": "bicycle", "cost_amount": 99},
        ],
        surveys=[
            {"customer_id": "a", "audience": "ambassador", "answered_at": "2026-04-01", "score": 9},
            {"customer_id": "a", "audience": "ambassador", "kind": "csat", "answered_at": "2026-04-02", "score": 4},
            {"customer_id": "a", "audience": "customer", "answered_at": "2026-04-03", "score": 0},
        ],
        costs=[
            {"incurred_on": "2026-04-30", "category": "commission", "amount": "12.5", "ambassador_id": "A"},
            {"incurred_on": "2026-05-31", "category": "commission", "amount": 7, "ambassador_id": "A"},
        ],
    )


def stated(warehouse: Warehouse, ambassador_id: str = "A", *, language: str = "en", period: Period = SPRING) -> bytes:
    return build_statement(warehouse, ambassador_id, period, language=language, currency="EUR")


class TestByHand:
    def test_in_english(self, programme: Warehouse) -> None:
        told = text_of(stated(programme))
        # 2 videos and a vote; 1090.55 less 0.50; commissions of 12.50 and 7
        for words in (
            "Ambassador statement",
            "Ann Martin",
            "1 Mar – 31 May 2026",
            "A · programme Recognition · enrolled on 1 Mar 2026",
            "Thank you. You gave us your time and your voice 3 times, and 1 customer came to us through you.",
            "Acts 3",
            "Customers brought 1",
            "Revenue credited € 1,090.05",
            "Rewards 3",
            "1 of them recognition",
            "Acts by kind Video 2 Vote 1",
            "Your answers CSAT 2 Apr 2026 4 of 5 NPS 1 Apr 2026 9 of 10",
            "Recognition received Spotlight 20 Apr 2026",
            "Other rewards Voucher € 50.00 22 Apr 2026 Preview 21 Apr 2026",
            "Commission Booked € 19.50 Due n/a Paid n/a",
            "Due: no table says which commission was agreed on",
            "Paid: no table says what was paid out",
            "What the numbers mean",
            "within 30 days",
            "Data to 15 Jun 2026, version 1.",
        ):
            assert words in told

    def test_in_french(self, programme: Warehouse) -> None:
        told = text_of(stated(programme, language="fr"))
        for words in (
            "Relevé d’ambassadeur",
            "Du 1er mars au 31 mai 2026",
            "A · programme Reconnaissance · inscription le 1er mars 2026",
            "Actes 3",
            "Clients apportés 1",
            "Chiffre d’affaires crédité 1 090,05 €",
            "Comptabilisée 19,50 €",
            "Due n/d",
            "9 sur 10",
            "Données au 15 juin 2026, version 1.",
        ):
            assert words in told
        assert "n/a" not in told

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_a_reward_cost_the_company_is_not_told(self, programme: Warehouse, language: str) -> None:
        told = text_of(stated(programme, language=language))
        assert re.findall(r"3[.,]33|4[.,]44", told) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_nobody_else_is_on_it(self, programme: Warehouse, language: str) -> None:
        told = text_of(stated(programme, language=language))
        others = ("Bob", "Berger", "Wanda", "Neu ", "example.org", "bicycle", "Bicycle", "Podcast", "Article")
        assert [name for name in others if name in told] == []

    def test_a_partner_without_a_name_is_called_by_the_id(self, programme: Warehouse) -> None:
        told = text_of(stated(programme, "P"))
        assert "Ambassador statement: P, 1 Mar – 31 May 2026" in told
        assert "Thank you for being one of our ambassadors. It is good to have you with us." in told
        # for rewards, in the figure and in the section, and for answers
        assert told.count("only customers are recorded there, and this partner is none") == 3

    def test_what_no_table_holds_is_na(self, company: Company) -> None:
        told = text_of(stated(company(ambassadors=[{"ambassador_id": "A", "customer_id": "a"}])))
        assert "Acts n/a waits for content or referrals or contributions or interactions" in told
        assert "Revenue credited n/a waits for orders" in told
        assert "Rewards n/a waits for rewards" in told
        assert "Booked: waits for costs" in told

    @pytest.mark.parametrize("name", ["nobody", "a", "' or 1=1 --", ""])
    def test_nobody_has_no_statement(self, programme: Warehouse, name: str) -> None:
        with pytest.raises(QuestionError, match="There is no ambassador"):
            stated(programme, name, language="fr")  # told in the language of who asks

    def test_days_without_any_data_are_not_stated(self, programme: Warehouse) -> None:
        # from 1 January 2020, when the surveys were sent, to the refund of 15 June
        reasons = [
            explain_no_statement(programme, Period(date(*start), date(*end)))
            for start, end in (
                ((2019, 12, 1), (2020, 1, 1)),
                ((2019, 12, 1), (2020, 1, 2)),
                ((2026, 6, 15), (2026, 7, 1)),
                ((2026, 6, 16), (2026, 7, 1)),
            )
        ]
        assert reasons == ["no data before 1 Jan 2020", None, None, "no data after 15 Jun 2026"]

    def test_a_period_that_goes_on_is_said_to(self, programme: Warehouse) -> None:
        told = text_of(stated(programme, period=Period(date(2026, 6, 1), date(2026, 7, 1))))
        assert "The period is not over: data ends 15 Jun 2026." in told


class TestWhatTheNumbersLack:
    @pytest.fixture(scope="class")
    @classmethod
    def stopped(cls, company: Company) -> Warehouse:
        """15 orders of 100 to 15 September, each through A, and posts to 20 November: orders stopped 66 days before."""
        september = range(1, 16)
        return company(
            ambassadors=[{"ambassador_id": "A", "customer_id": "a"}],
            orders=[
                {"customer_id": f"x{day}", "ordered_at": f"2026-09-{day:02d}", "net_amount": 100} for day in september
            ],
            touches=[
                {"ambassador_id": "A", "customer_id": f"x{day}", "occurred_at": "2026-08-31"} for day in september
            ],
            content=[{"customer_id": "a", "posted_at": day} for day in ("2026-08-01", "2026-11-20")],
            costs=[
                {"incurred_on": f"2026-{month:02d}-20", "category": "commission", "amount": 7, "ambassador_id": "A"}
                for month in (9, 10, 11)
            ],
        )

    def test_orders_that_stopped_are_told(self, stopped: Warehouse) -> None:
        told = text_of(stated(stopped, period=Period(date(2026, 9, 1), date(2026, 11, 21))))
        assert "Revenue credited € 1,500.00" in told
        care = "To be read with care: Customers brought, Revenue credited (incomplete: orders end 15 Sep 2026)."
        assert care in told
        # costs begin on the 20th, after the period; posts began before it
        assert "To be read with care: Commission (incomplete: data begins 20 Sep 2026)." in told
        assert told.count("To be read with care") == 2

    def test_in_french(self, stopped: Warehouse) -> None:
        period = Period(date(2026, 9, 1), date(2026, 11, 21))
        assert spaced(
            "À lire avec prudence : Clients apportés, Chiffre d’affaires crédité "
            "(incomplet : les commandes s’arrêtent au 15 sept. 2026)."
        ) in text_of(stated(stopped, language="fr", period=period))

    def test_a_period_that_goes_on_is_told_once(self, stopped: Warehouse) -> None:
        # from 1 October on there is no order: those numbers are n/a, with their reason, and need no other caution
        told = text_of(stated(stopped, period=Period(date(2026, 10, 1), date(2026, 12, 1))))
        assert "The period is not over: data ends 20 Nov 2026." in told
        assert "Revenue credited n/a no orders after 15 Sep 2026" in told
        assert "To be read with care" not in told

    def test_whole_data_needs_no_caution(self, stopped: Warehouse) -> None:
        # orders are there from the first day on and posts to the last; in these days costs had begun
        told = text_of(stated(stopped, period=Period(date(2026, 9, 20), date(2026, 11, 21))))
        assert "Commission Booked € 21.00" in told
        assert "To be read with care" not in told


class TestTheFile:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_can_be_read_aloud(self, programme: Warehouse, language: str) -> None:
        reader = open_pdf(stated(programme, language=language))
        root = reader.root_object
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        kinds = {re.sub("[^A-Z0-9]", "", str(kind)) for kind in structure(root["/StructTreeRoot"])}
        assert {"H1", "H2", "P"} <= kinds
        assert reader.metadata is not None
        assert "Ann Martin" in str(reader.metadata.title)
        assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]

    def test_it_is_an_a4_page_with_its_fonts(self, programme: Warehouse) -> None:
        reader = open_pdf(stated(programme))
        assert len(reader.pages) == 1
        width, height = reader.pages[0].mediabox[2:]
        assert (round(width / MILLIMETRE), round(height / MILLIMETRE)) == (210, 297)
        fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
        assert fonts
        for font in fonts:
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            assert "Libertinus" in str(font["/BaseFont"])
            assert {"/FontFile2", "/FontFile3"} & descriptor.keys()

    def test_the_same_data_gives_the_same_bytes(self, programme: Warehouse) -> None:
        first, second = stated(programme), stated(programme)
        assert first == second
        assert open_pdf(first).metadata.creation_date.date() == date(2026, 6, 15)  # type: ignore[union-attr]
        assert stated(programme, language="fr") != first


HARMLESS = [
    "#panic()",
    "$x^2$ *bold* _it_ `raw`",
    '#import "@preview/example:0.1.0": *',
    "</script> {{name}} {name} %s \\u{41}",
    "= Heading",
    "// nothing",
    "דוד לוי",
    "Nguyễn Thị Hằng",
    "O’Brien-Šimůnek & Søn",
]


class TestNames:
    @pytest.fixture(scope="class")
    @classmethod
    def odd(cls, company: Company) -> Warehouse:
        names = [*HARMLESS, "Zoë 🎉 Roy", "a\u202etxt.exe", "李小龙", "x" * 200, "Wort " * 60]
        return company(
            customers=[{"customer_id": f"c{number}", "full_name": name} for number, name in enumerate(names)],
            ambassadors=[
                {"ambassador_id": f"amb-{number}", "customer_id": f"c{number}"} for number in range(len(names))
            ],
            rewards=[
                {"customer_id": "c0", "granted_at": "2026-04-20", "kind": "#emoji.face *free* " + "y" * 300},
            ],
        )

    @pytest.mark.parametrize("number", range(len(HARMLESS)))
    def test_a_name_is_text_and_never_markup(self, odd: Warehouse, number: int) -> None:
        content = stated(odd, f"amb-{number}")
        assert open_pdf(content).metadata.title.startswith(  # type: ignore[union-attr]
            f"Ambassador statement: {HARMLESS[number]}, "
        )
        if HARMLESS[number].isascii():
            assert HARMLESS[number] in text_of(content)

    def test_a_label_is_cut_and_never_markup(self, odd: Warehouse) -> None:
        told = text_of(stated(odd, "amb-0"))
        assert "#emoji.face *free* yyyy" in told
        assert "y…" in told

    def test_pictures_and_turned_text_are_left_out(self, odd: Warehouse) -> None:
        titles = [str(open_pdf(stated(odd, f"amb-{len(HARMLESS) + number}")).metadata.title) for number in (0, 1)]  # type: ignore[union-attr]
        assert [title.partition(": ")[2].partition(",")[0] for title in titles] == ["Zoë Roy", "atxt.exe"]

    def test_a_script_that_the_fonts_may_lack_still_has_a_statement(self, odd: Warehouse) -> None:
        reader = open_pdf(stated(odd, f"amb-{len(HARMLESS) + 2}"))
        assert "李小龙" in str(reader.metadata.title)  # type: ignore[union-attr]
        assert reader.root_object["/MarkInfo"]["/Marked"]

    @pytest.mark.parametrize("number", [3, 4])
    def test_a_long_name_stays_on_the_page(self, odd: Warehouse, number: int) -> None:
        reader = open_pdf(stated(odd, f"amb-{len(HARMLESS) + number}"))
        assert len(reader.pages) <= 2
        lines = reader.pages[0].extract_text().translate(ZERO_WIDTH).splitlines()
        named = list(takewhile(lambda line: not line.startswith("amb-"), lines[1:]))
        assert sum(map(len, named)) >= 200
        assert max(map(len, named)) <= 40  # of an x in the heading's size, 40 fit between the margins


class TestThanks:
    @pytest.mark.parametrize(
        ("acts", "people", "said"),
        [
            (1, 1, "Thank you. You gave us your time and your voice once, and 1 customer came to us through you."),
            (
                1_200,
                2,
                "Thank you. You gave us your time and your voice 1,200 times, and 2 customers came to us through you.",
            ),
            (2, 0, "Thank you. You gave us your time and your voice 2 times, and we are grateful."),
            (0, 1, "Thank you. 1 customer came to us through you."),
            (0, 3, "Thank you. 3 customers came to us through you."),
            (0, 0, "Thank you for being one of our ambassadors. It is good to have you with us."),
        ],
    )
    def test_it_counts_what_there_is(self, programme: Warehouse, acts: int, people: int, said: str) -> None:
        assert thanks(counting(read_sheet(programme, "A", SPRING), acts=acts, people=people)) == said

    def test_who_left_is_thanked_for_their_time(self, company: Company) -> None:
        left = company(
            ambassadors=[{"ambassador_id": "A", "customer_id": "a", "left_at": "2026-02-01"}],
            content=[{"customer_id": "a", "posted_at": "2026-01-05"}],
        )
        assert thanks(read_sheet(left, "A", SPRING)) == (
            "Thank you for the time in which you were one of our ambassadors."
        )

    def test_in_french_one_is_one(self, programme: Warehouse) -> None:
        sheet = read_sheet(programme, "A", SPRING)
        with speaking("fr"):
            assert "une fois" in thanks(counting(sheet, acts=1, people=0))
            assert "1 client est venu" in thanks(counting(sheet, acts=0, people=1))
            assert "2 clients sont venus" in thanks(counting(sheet, acts=0, people=2))


def counting(sheet: Sheet, *, acts: int, people: int) -> Sheet:
    """The sheet with these counts."""
    return replace(
        sheet,
        acts=replace(sheet.acts, estimate=Estimate(value=acts)),
        people_brought=replace(sheet.people_brought, estimate=Estimate(value=people)),
    )


YEAR = Period(date(2025, 11, 22), date(2026, 11, 22))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A small demo company, up to 21 November 2026."""
    store = Store(tmp_path_factory.mktemp("demo"))
    build_demo_company(store, Settings(demo=Demo(customers=400)), today=YEAR.end)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def busiest(warehouse: Warehouse, metric: str) -> str:
    found = breakdown(warehouse, METRICS[metric], YEAR, "ambassador_id")
    known = [one for one in found if one.group != "unknown"]
    return str(max(known, key=lambda one: float(one.estimate.value or 0)).group)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", ["acts", "attributed_revenue", "new_customers", "programme_cost"])
def test_its_numbers_are_those_of_the_sheet_and_the_metrics(demo: Warehouse, metric: str, language: str) -> None:
    chosen = busiest(demo, metric)
    content = stated(demo, chosen, language=language, period=YEAR)
    told, where = text_of(content), {"ambassador_id": [chosen]}
    assert len(open_pdf(content).pages) == 1
    with speaking(language):
        sheet = read_sheet(demo, chosen, YEAR)
        acts, won, revenue = (
            measure(demo, METRICS[name], YEAR, where=where).estimate.value or 0
            for name in ("acts", "new_customers", "attributed_revenue")
        )
        assert (acts, won, revenue) == (
            sheet.acts.estimate.value,
            sheet.people_brought.estimate.value,
            sheet.revenue[Model.LAST].estimate.value,
        )
        labels = [translate(label) for label in ("Acts", "Customers brought", "Revenue credited", "Rewards")]
        values = [fmt.count(acts), fmt.count(won), fmt.money(revenue, "EUR", full=True)]
        given = fmt.count(len(sheet.rewards.items)) if sheet.rewards.reason is None else translate(fmt.NOT_AVAILABLE)
        values.append(given)
        for label, value in zip(labels, values, strict=True):
            assert f"{label} {spaced(value)}" in told
        for kind in breakdown(demo, METRICS["acts"], YEAR, "kind", where=where):
            assert f"{label_of(kind.group or '')} {fmt.count(kind.estimate.value or 0)}" in told
        booked = measure(demo, METRICS["programme_cost"], YEAR, where={**where, "category": ["commission"]})
        assert f"{translate('Booked')} {spaced(fmt.money(booked.estimate.value or 0, 'EUR', full=True))}" in told
        for answer in sheet.answers.items[:6]:
            assert f"{fmt.day(answer.day)} {fmt.count(answer.score or 0)}" in told
        for reward in sheet.recognition.items[:6]:
            assert f"{label_of(reward.kind or '')} {fmt.day(reward.day)}" in told
        assert len(sheet.recognition.items) <= 6 or str(len(sheet.recognition.items) - 6) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_else_of_the_whole_company_is_on_it(demo: Warehouse, language: str) -> None:
    people = rows(demo, "dim_people", "person_id", "customer_id", "full_name", "email")
    enrolments = rows(demo, "dim_ambassadors", "ambassador_id", "person_id")
    assert len(people) > 400
    for metric in ("acts", "attributed_revenue", "new_customers", "programme_cost"):
        chosen = busiest(demo, metric)
        (own,) = (one["person_id"] for one in enrolments if one["ambassador_id"] == chosen)
        name = next(one["full_name"] for one in people if one["person_id"] == own)
        told = text_of(stated(demo, chosen, language=language, period=YEAR))
        assert name in told
        others = {str(one["ambassador_id"]) for one in enrolments} - {chosen}
        for one in people:
            if one["person_id"] != own:
                others |= {str(one[column]) for column in ("customer_id", "full_name", "email") if one[column]}
        found = [other for other in others - {name} if re.search(rf"(?<!\w){re.escape(other)}(?!\w)", told)]
        assert found == []
        # nor what is theirs alone
        assert [one["email"] for one in people if one["email"] and one["email"] in told] == []


def rows(warehouse: Warehouse, mart: str, *columns: str) -> list[dict[str, object]]:
    return warehouse.rows(Listing(mart=mart, columns=columns, order=columns[:1]))
