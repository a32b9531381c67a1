"""Numbers in words, as a reader sees them; a space before a sign never breaks a line."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.metrics import METRICS, Metric
from kpi.period import Period
from kpi.ui import format as fmt

ACTIVE, REVENUE = METRICS["active_ambassadors"], METRICS["attributed_revenue"]
COST, RETURN = METRICS["cost_to_revenue_ratio"], METRICS["return_on_investment"]
SCORE = METRICS["ambassador_net_promoter_score"]


def plain(text: str) -> str:
    return text.replace(fmt.GLUE, " ")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "€ 0"),
        (Decimal("4.2"), "€ 4.20"),
        (Decimal("9.996"), "€ 10"),
        (58.67, "€ 59"),
        (9_994, "€ 9,994"),
        (9_995, "€ 10.0 k"),
        (99_949, "€ 99.9 k"),
        (212_345.67, "€ 212 k"),
        (999_499, "€ 999 k"),
        (999_500, "€ 1.00 M"),
        (12_345_678, "€ 12.3 M"),
        (-58.67, "−€ 59"),
        (Decimal("-0.001"), "€ 0.00"),
    ],
)
def test_money_is_short(amount: float | Decimal, text: str) -> None:
    assert plain(fmt.money(amount, "EUR")) == text


def test_money_in_full_and_in_other_currencies() -> None:
    assert plain(fmt.money(Decimal("212345.67"), "EUR", full=True)) == "€ 212,345.67"
    assert plain(fmt.money(12, "CHF")) == "CHF 12"


@pytest.mark.parametrize(
    ("metric", "number", "text"),
    [
        (ACTIVE, 1234, "1,234"),
        (ACTIVE, 0, "0"),
        (REVENUE, Decimal("157543.29"), "€ 158 k"),
        (COST, Decimal("0.040966"), "4.1 %"),
        (COST, -0.0001, "0.0 %"),
        (RETURN, 12.3328, "+1,233 %"),
        (RETURN, -0.2, "−20 %"),
        (RETURN, 0.001, "0 %"),
        (SCORE, 37.6, "+38"),
        (SCORE, -12.7, "−13"),
        (SCORE, 0.2, "0"),
        (REVENUE, None, "n/a"),
    ],
)
def test_a_value_is_written_in_its_unit(metric: Metric, number: float | Decimal | None, text: str) -> None:
    assert plain(fmt.value(metric, number, "EUR")) == text


@pytest.mark.parametrize(
    ("metric", "change", "before", "text"),
    [
        (ACTIVE, 12, 129, "+12 · 9 %"),
        (ACTIVE, -3, 0, "−3"),  # of nothing there is no share
        (ACTIVE, 0, 129, "no change"),
        (REVENUE, -2500, 10_000, "−€ 2,500 · 25 %"),
        (COST, 0.0016, 0.0394, "+0.2 pt"),
        (COST, 0.0004, 0.0394, "no change"),  # 0.04 points round to none
        (RETURN, 0.511, 11.8, "+51 pt"),
        (SCORE, -12.76, 50.3, "−13 pt"),
    ],
)
def test_a_change_is_written_with_its_sign(metric: Metric, change: float, before: float, text: str) -> None:
    assert plain(fmt.change(metric, change, before, "EUR")) == text


@pytest.mark.parametrize(
    ("metric", "low", "high", "text"),
    [
        (REVENUE, 48.7, 71.4, "€ 49 – 71"),
        (REVENUE, 9.22, 12, "€ 9 – 12"),
        (REVENUE, 95_400, 260_000, "€ 95 – 260 k"),
        (REVENUE, 800, 1_200_000, "€ 800 – 1.20 M"),
        (REVENUE, 12, None, "at least € 12"),
        (COST, 0.021, 0.034, "2.1 – 3.4 %"),
        (COST, -0.01, 0.02, "−1.0 % to 2.0 %"),
        (SCORE, 24.7, 48.9, "+25 to +49"),
        (SCORE, None, 3, "at most +3"),
        (COST, None, None, ""),
    ],
)
def test_an_interval_names_its_unit_once(metric: Metric, low: float | None, high: float | None, text: str) -> None:
    assert plain(fmt.interval(metric, low, high, "EUR")) == text


def test_a_noun_follows_its_number() -> None:
    assert [fmt.number_of(number, "answer") for number in (0, 1, 1200)] == ["0 answers", "1 answer", "1,200 answers"]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 8, 24), date(2026, 11, 22), "24 Aug – 21 Nov 2026"),
        (date(2025, 11, 22), date(2026, 11, 22), "22 Nov 2025 – 21 Nov 2026"),
        (date(2026, 11, 21), date(2026, 11, 22), "21 Nov 2026"),
    ],
)
def test_days_include_both_ends(start: date, end: date, text: str) -> None:
    assert fmt.days(Period(start, end)) == text


def test_a_moment_has_its_time() -> None:
    assert fmt.moment(datetime(2026, 11, 2, 6, 5, tzinfo=UTC)) == "2 Nov 2026, 06:05"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cost of goods", "cost of goods"),
        ("[here](/x)", r"\[here\]\(\/x\)"),
        ("![](/x) <b> `c` *d* _e_ ~f~ $g$", r"\!\[\]\(\/x\) \<b\> \`c\` \*d\* \_e\_ \~f\~ \$g\$"),
        ("a\\b\n\n# c\r\n- d", r"a\\b \# c \- d"),
        (":red[a] :material/home: :smile:", r"\:|red\[a\] \:|material\/home\:| \:|smile\:|"),
        ("https://example.org WWW.example.org", r"https\:|\/\/example\.org WWW|\.example\.org"),
        ("ann@example.org", r"ann\@|example\.org"),
    ],
)
def test_a_text_of_others_means_nothing_in_markdown(text: str, shown: str) -> None:
    assert fmt.plain(text).replace("\N{WORD JOINER}", "|") == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250", "1250"),
        ("1,250.5", "1250.5"),
        (" 1 250 ", "1250"),
        ("−5", "-5"),
        ("0.35", "0.35"),
        ("12,5", None),
        ("1.2.3", None),
        ("many", None),
        ("", None),
        ("nan", None),
        ("1e5", None),
    ],
)
def test_a_number_is_read_as_it_is_typed(text: str, number: str | None) -> None:
    assert fmt.read_typed(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("number", ["0", "1250.5", "-1234567.89", "0.000001", "100", "1E+3"])
def test_what_is_written_to_be_changed_is_read_back(number: str) -> None:
    assert fmt.read_typed(fmt.typed(Decimal(number))) == Decimal(number)


def test_a_month_is_written_out() -> None:
    assert fmt.month(date(2026, 11, 1)) == "November 2026"


@pytest.mark.parametrize(
    ("lowest", "highest", "values", "texts"),
    [
        (0, 0, [0], ["€ 0"]),
        (0, 3, [0, 1, 2, 3], ["€ 0", "€ 1", "€ 2", "€ 3"]),
        (0, 0.03, [0, 0.01, 0.02, 0.03], ["€ 0", "€ 0.01", "€ 0.02", "€ 0.03"]),
        (0, 11_000, [0, 5_000, 10_000, 15_000], ["€ 0", "€ 5 k", "€ 10 k", "€ 15 k"]),
        (0, 1_200_000, [0, 500_000, 1_000_000, 1_500_000], ["€ 0", "€ 0.5 M", "€ 1.0 M", "€ 1.5 M"]),
        (0, 2e9, [0, 5e8, 1e9, 1.5e9, 2e9], ["€ 0", "€ 500 M", "€ 1,000 M", "€ 1,500 M", "€ 2,000 M"]),
        (-500, 1_400, [-500, 0, 500, 1_000, 1_500], ["−€ 500", "€ 0", "€ 500", "€ 1,000", "€ 1,500"]),
        (52, 54, [52, 52.5, 53, 53.5, 54], ["€ 52.00", "€ 52.50", "€ 53.00", "€ 53.50", "€ 54.00"]),
    ],
)
def test_an_axis_of_money_is_written_as_money_is(
    lowest: float, highest: float, values: list[float], texts: list[str]
) -> None:
    found, told = fmt.axis_money(lowest, highest, "EUR")
    assert found == pytest.approx(values)
    assert [plain(text) for text in told] == texts
