"""Numbers, money and dates as French writes them: comma, narrow spaces, the sign after the amount."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, Metric
from kpi.period import Period
from kpi.ui import format as fmt
from kpi.ui.segments import segment_label, segment_values, segments_in_words

ACTIVE, REVENUE = METRICS["active_ambassadors"], METRICS["attributed_revenue"]
COST, RETURN = METRICS["cost_to_revenue_ratio"], METRICS["return_on_investment"]
SCORE = METRICS["ambassador_net_promoter_score"]
NARROW, GLUE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    with speaking("fr"):
        yield


@pytest.mark.parametrize(
    ("metric", "number", "text"),
    [
        (ACTIVE, 1234567, "1_234_567"),
        (ACTIVE, 1234, "1_234"),
        (REVENUE, Decimal("157543.29"), "158~k€"),
        (REVENUE, Decimal("4.2"), "4,20~€"),
        (REVENUE, 9_994, "9_994~€"),
        (REVENUE, 12_345_678, "12,3~M€"),
        (REVENUE, -58.67, "−59~€"),
        (COST, Decimal("0.040966"), "4,1~%"),
        (RETURN, 12.3328, "+1_233~%"),
        (SCORE, -12.7, "−13"),
        (REVENUE, None, "n/d"),
    ],
)
def test_a_value(metric: Metric, number: float | Decimal | None, text: str) -> None:
    assert fmt.value(metric, number, "EUR") == text.replace("_", NARROW).replace("~", GLUE)


def test_money_in_full_and_in_other_currencies() -> None:
    assert fmt.money(Decimal("212345.67"), "EUR", full=True) == f"212{NARROW}345,67{GLUE}€"
    assert (fmt.money(12, "CHF"), fmt.money(12_000, "CHF")) == (f"12{GLUE}CHF", f"12,0{GLUE}k{GLUE}CHF")


@pytest.mark.parametrize(
    ("metric", "low", "high", "text"),
    [
        (REVENUE, 48.7, 71.4, "49 à 71~€"),
        (REVENUE, 95_400, 260_000, "95 à 260~k€"),
        (REVENUE, 800, 1_200_000, "800~€ à 1,20~M€"),
        (REVENUE, 12_340, 99_000, "12,3 à 99,0~k€"),
        (REVENUE, 12, None, "au moins 12~€"),
        (COST, 0.021, 0.034, "2,1 à 3,4~%"),
        (COST, -0.01, 0.02, "−1,0~% à 2,0~%"),
        (SCORE, 24.7, 48.9, "+25 à +49"),
        (SCORE, None, 3, "au plus +3"),
    ],
)
def test_an_interval(metric: Metric, low: float | None, high: float | None, text: str) -> None:
    assert fmt.interval(metric, low, high, "EUR") == text.replace("~", GLUE)


@pytest.mark.parametrize(
    ("metric", "change", "before", "text"),
    [
        (ACTIVE, 12, 129, "+12 · 9~%"),
        (ACTIVE, 0, 129, "inchangé"),
        (REVENUE, -2500, 10_000, "−2_500~€ · 25~%"),
        (COST, 0.0016, 0.0394, "+0,2~pt"),
        (SCORE, -12.76, 50.3, "−13~pt"),
    ],
)
def test_a_change(metric: Metric, change: float, before: float, text: str) -> None:
    assert fmt.change(metric, change, before, "EUR") == text.replace("_", NARROW).replace("~", GLUE)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 6, 1), date(2026, 7, 1), "du 1er au 30 juin 2026"),
        (date(2026, 8, 24), date(2026, 11, 22), "du 24 août au 21 novembre 2026"),
        (date(2026, 6, 1), date(2026, 9, 2), "du 1er juin au 1er septembre 2026"),
        (date(2025, 11, 22), date(2026, 11, 22), "du 22 novembre 2025 au 21 novembre 2026"),
        (date(2026, 10, 11), date(2026, 10, 12), "le 11 octobre 2026"),
    ],
)
def test_days_include_both_ends(start: date, end: date, text: str) -> None:
    assert fmt.days(Period(start, end)) == text


def test_a_currency_without_a_sign_stands_apart() -> None:
    assert fmt.money(15_000, "EUR") == f"15,0{GLUE}k€"
    assert fmt.money(15_000, "CHF") == f"15,0{GLUE}k{GLUE}CHF"
    assert fmt.axis_money(0, 20_000, "EUR")[1] == [f"0{GLUE}€", *(f"{number}{GLUE}k€" for number in (5, 10, 15, 20))]


def test_a_day_and_a_moment() -> None:
    assert (fmt.day(date(2026, 2, 1)), fmt.day(date(2026, 2, 11), year=False)) == ("1er févr. 2026", "11 févr.")
    assert fmt.moment(datetime(2026, 11, 2, 6, 5, tzinfo=UTC)) == f"2 nov. 2026 à{GLUE}06:05"


def test_a_noun_follows_its_number() -> None:
    told = [fmt.number_of(number, "answer") for number in (0, 1, 2, 1200)]
    assert told == ["0 réponse", "1 réponse", "2 réponses", f"1{NARROW}200 réponses"]


def test_segments_in_french_and_in_its_order() -> None:
    values = [
        ("country_code", "DE"),
        ("acquisition_channel", "paid_social"),
        ("sector", "unknown"),
        ("sector", "le vin"),
    ]
    labels = [segment_label(*value) for value in values]
    assert labels == ["Allemagne", "Publicité sur les réseaux sociaux", "Inconnu", "Le vin"]
    # É stands with E: Allemagne, Espagne, États-Unis, France.
    assert segment_values("country_code", ("FR", "US", "ES", "DE")) == ("DE", "ES", "US", "FR", "unknown")
    chosen = {"country_code": ("DE", "BE"), "programme": ("recognition",)}
    assert segments_in_words(chosen) == (f"pays{GLUE}: Allemagne ou Belgique{NARROW}; programme{GLUE}: Reconnaissance")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1250,5", "1250.5"), ("1 250,5", "1250.5"), ("1250.5", "1250.5"), ("1.250,5", None), ("1,250.5", None)],
)
def test_a_number_is_read_as_it_is_typed(text: str, number: str | None) -> None:
    assert fmt.read_typed(text) == (None if number is None else Decimal(number))
    assert fmt.read_typed(fmt.typed(Decimal("-1250.5"))) == Decimal("-1250.5")


def test_a_month_is_written_out() -> None:
    assert fmt.month(date(2026, 11, 1)) == "novembre 2026"
