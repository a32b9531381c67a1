"""The satisfaction page in words, figures and tables, on answers that can be counted by hand."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, Measurement, Unit, measure
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui import responding, score_spread, surveys, two_groups, verbatims, waves
from kpi.ui.figures import DARK, LIGHT
from kpi.ui.satisfaction_answers import satisfaction
from kpi.ui.wave_figure import Wave, wave_name, waves_figure

from .conftest import OCTOBER, OpenPage

BuildCompany = Callable[..., Warehouse]
NPS, CSAT = METRICS["ambassador_net_promoter_score"], METRICS["ambassador_satisfaction"]
CUSTOMERS = METRICS["net_promoter_score"]


def plain(text: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", text)


def asked(
    day: str, scores: Sequence[int], *, silent: int = 0, audience: str = "ambassador", kind: str = "nps"
) -> list[dict[str, Any]]:
    """One survey per score, answered on the day of asking, and so many that nobody answered."""
    row = {"audience": audience, "kind": kind, "asked_at": day}
    answered = [{**row, "answered_at": day, "score": score} for score in scores]
    return [{**one, "customer_id": f"{audience}-{number}"} for number, one in enumerate([*answered, *[row] * silent])]


def enrolled(number: int) -> list[dict[str, Any]]:
    """Ambassadors, of whom the even ones are partners."""
    return [
        {
            "ambassador_id": f"A{one}",
            "customer_id": f"ambassador-{one}",
            "programme": "recognition" if one % 2 else "partner",
        }
        for one in range(number)
    ]


# Answers nobody counts here: the data begins in August and is complete to the end of October.
ENDS = [*asked("2026-08-01", [5], audience="customer"), *asked("2026-10-31", [5], audience="customer")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        # 2 of 3 promote, 1 detracts: +33; before it was 0 of 2
        ([9, 0], [9, 9, 0], "is **+33** (3 answers, few): **no clear change** from 0 against the 30 days before."),
        ([9, 0], [9, 8, 0], "is **0** (3 answers, few), unchanged against the 30 days before."),
        ([0] * 40, [9] * 40, "**rose from −100 to +100** (40 answers) against the 30 days before."),
        ([9] * 40, [0] * 40, "**fell from +100 to −100** (40 answers) against the 30 days before."),
        ([], [9, 0], "is **0** (2 answers, few; nobody answered to compare with)."),
        ([9], [], "is **n/a**: nobody answered."),
    ],
)
def test_a_score_and_its_change(
    company: BuildCompany, open_page: OpenPage, before: list[int], after: list[int], said: str
) -> None:
    warehouse = company(surveys=[*ENDS, *asked("2026-09-10", before), *asked("2026-10-10", after)])
    assert plain(satisfaction(open_page(warehouse))).startswith(
        f"Ambassadors’ NPS {said} Customers’ NPS is **n/a**: nobody answered."
    )


def test_without_a_comparison_or_with_nothing_to_compare_with(company: BuildCompany, open_page: OpenPage) -> None:
    warehouse = company(surveys=[*ENDS, *asked("2026-10-10", [9, 0])])
    said = plain(satisfaction(open_page(warehouse, comparison=None)))
    assert said.startswith("Ambassadors’ NPS is **0** (2 answers, few). Customers’ NPS")
    last_year = plain(satisfaction(open_page(warehouse, comparison=Comparison.LAST_YEAR)))
    assert last_year.startswith(
        "Ambassadors’ NPS is **0** (2 answers, few; no data before 1 Aug 2026 to compare with)."
    )


@pytest.mark.parametrize(
    ("ambassadors", "customers", "said"),
    [
        (
            [5, 3],
            [4, 4, 1, 1, 1],
            "**50.0 %** of ambassadors (2 answers, few) and **40.0 %** of customers (5 ",
        ),
        ([5, 3], [], "**50.0 %** of ambassadors are satisfied (2 answers, few)."),
        ([], [1], "**0.0 %** of customers are satisfied (1 answer, few)."),
    ],
)
def test_who_is_satisfied(
    company: BuildCompany, open_page: OpenPage, ambassadors: list[int], customers: list[int], said: str
) -> None:
    warehouse = company(
        surveys=[
            *ENDS,
            *asked("2026-10-10", ambassadors, kind="csat"),
            *asked("2026-10-10", customers, kind="csat", audience="customer"),
        ]
    )
    assert said in plain(satisfaction(open_page(warehouse)))


@pytest.mark.parametrize(
    ("audience", "silent", "said"),
    [
        # 3 of 12 answered, +33: 0.25 × 33.3 ± 75
        ("ambassador", 9, "Only 25.0 % of the ambassadors asked answered: had all done so, "),
        ("customer", 9, "Only 25.0 % of the customers asked answered: had all done so, "),
        ("customer", 7, None),  # 3 of 10 is not below 30 %
    ],
)  # fmt: skip
def test_a_low_response_is_said_with_its_bounds(
    company: BuildCompany, open_page: OpenPage, audience: str, silent: int, said: str | None
) -> None:
    # csat, which everybody answered, does not make up for it
    rows = asked("2026-10-10", [9, 9, 0], silent=silent, audience=audience)
    more = asked("2026-10-10", [5] * 20, audience=audience, kind="csat")
    told = plain(satisfaction(open_page(company(surveys=[*ENDS, *rows, *more]))))
    bounds = "their NPS could be anything from **−67 to +83**."
    assert f"{said}{bounds}" in told if said else "Only " not in told


def test_without_surveys_it_says_what_to_import(company: BuildCompany, open_page: OpenPage) -> None:
    page = open_page(company(orders=[{"customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 1}]))
    assert satisfaction(page) == (
        "How satisfied people are is **n/a**: waits for surveys. Import a file surveys.csv with one row per survey "
        "sent: who was asked, as customer or as ambassador, for NPS or CSAT, and when; once answered also when, the "
        "score, and the comment if there is one. Then: `python -m kpi import FOLDER`."
    )


def test_it_speaks_french_and_keeps_a_care(company: BuildCompany, open_page: OpenPage) -> None:
    page = open_page(company(surveys=[*ENDS[:1], *asked("2026-10-10", [9, 9, 0], silent=9)]))
    with speaking("fr"):
        said = plain(satisfaction(page))
    assert said.startswith("Le NPS ambassadeurs est de **+33** (3 réponses, peu ; comparaison impossible : ")
    assert "Seuls 25,0 % des ambassadeurs interrogés ont répondu" in said
    assert said.endswith("À lire avec prudence (incomplet : les données s’arrêtent au 10 oct. 2026).")


class TestResponding:
    """3 of 12 ambassadors answered for NPS, 31 of 40 for CSAT; one customer answered in October, asked before."""

    @pytest.fixture(scope="class")
    @classmethod
    def answered(cls, company: BuildCompany) -> Warehouse:
        late = {**asked("2026-09-10", [9], audience="customer")[0], "answered_at": "2026-10-02"}
        return company(
            ambassadors=enrolled(4),
            surveys=[
                *ENDS,
                late,
                *asked("2026-10-10", [9, 9, 0], silent=9),
                *asked("2026-10-11", [5] * 31, silent=9, kind="csat"),
            ],
        )

    def test_bounds_only_where_few_answered(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered)
        assert [[plain(cell) for cell in responding.row(page, metric)] for metric in (NPS, CSAT, CUSTOMERS)] == [
            # Wilson for 3 of 12: (0.25 + 0.160063 ± 1.959964 √(0.015625 + 0.006669)) / 1.320126
            ["Ambassadors’ NPS", "25.0 % of 12 (8.9 – 53.2 %; few)", "−67 to +83"],
            ["Ambassadors’ CSAT", "77.5 % of 40 (62.5 – 87.7 %)", "enough answered"],
            [],
        ]

    def test_the_same_as_exact_numbers(self, answered: Warehouse, open_page: OpenPage) -> None:
        block = responding.numbers(open_page(answered))
        assert block.title == "How many answered"
        assert block.units["worst"] == [Unit.POINTS, Unit.SHARE]
        assert block.read().rows(named=True) == [
            {
                "survey": "Ambassadors’ NPS",
                "value": 0.25,
                "low": pytest.approx(0.0889, abs=1e-4),
                "high": pytest.approx(0.5323, abs=1e-4),
                "worst": pytest.approx(0.25 * 100 / 3 - 75),
                "best": pytest.approx(0.25 * 100 / 3 + 75),
                "n": 12,
            },
            {
                "survey": "Ambassadors’ CSAT",
                "value": 0.775,
                "low": pytest.approx(0.6250, abs=1e-4),
                "high": pytest.approx(0.8768, abs=1e-4),
                "worst": None,
                "best": None,
                "n": 40,
            },
        ]

    def test_a_filter_that_customers_do_not_have(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered, filters={"programme": ("partner",)})
        assert responding.row(page, CUSTOMERS) == ()
        assert plain(satisfaction(page)).count("Customers’ NPS is **n/a**: not available by programme") == 1
        # A0 with 9 and A2 with 0 of those enrolled; the other ten surveys are of no programme
        assert plain(responding.row(page, NPS)[1]) == "100.0 % of 2 (34.2 – 100.0 %; few)"


class TestSpread:
    @pytest.fixture(scope="class")
    @classmethod
    def answered(cls, company: BuildCompany) -> Warehouse:
        """Ambassadors 9, 9, 0; customers 10."""
        return company(
            surveys=[*ENDS, *asked("2026-10-10", [9, 9, 0]), *asked("2026-10-10", [10], audience="customer")]
        )

    def test_shares_of_each_answer(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered)
        found = [score_spread.read(page, metric) for metric in surveys.NPS]
        frame = score_spread.spread_frame(found)
        assert frame["score"].to_list() == list(range(10, -1, -1))
        assert frame.row(1) == (9, 2, pytest.approx(2 / 3), 0, 0)
        assert frame.row(10) == (0, 1, pytest.approx(1 / 3), 0, 0)
        figure = score_spread.spread_figure(surveys.NPS, found, LIGHT)
        assert [(bar.name, bar.y[9], bar.y[10]) for bar in figure.data] == [
            ("Ambassadors", pytest.approx(2 / 3), 0),
            ("Customers", 0, 1),
        ]
        assert figure.layout.yaxis.range[0] == 0
        assert [note.text for note in figure.layout.annotations] == ["Detractors", "Passives", "Promoters"]
        assert plain(figure.data[0].customdata[9]) == "<b>66.7 %</b><br>2 answers"
        said = plain(score_spread.in_words(found))
        assert said == "Ambassadors: most often 9, 67 % of the answers; Customers: most often 10, 100 % of the answers"

    def test_one_audience_alone(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered, filters={"programme": ("unknown",)})
        found = [score_spread.read(page, metric) for metric in surveys.NPS]
        assert [one.reason is None for one in found] == [True, False]
        assert score_spread.spread_frame(found).columns == ["score", "ambassadors", "share_of_ambassadors"]
        assert [bar.name for bar in score_spread.spread_figure(surveys.NPS, found, DARK).data] == ["Ambassadors"]

    def test_the_other_scale(self, company: BuildCompany, open_page: OpenPage) -> None:
        page = open_page(company(surveys=[*ENDS, *asked("2026-10-10", [4, 5], kind="csat")]))
        found = [score_spread.read(page, metric) for metric in surveys.CSAT]
        figure = score_spread.spread_figure(surveys.CSAT, found, LIGHT)
        assert [note.text for note in figure.layout.annotations] == ["Not satisfied", "Satisfied"]
        assert [note.x for note in figure.layout.annotations] == [2, 4.5]
        # of two answers as frequent, the higher one is told
        assert plain(score_spread.in_words(found)) == "Ambassadors: most often 5, 50 % of the answers"
        assert found[1].reason == "nobody answered"


class TestWaves:
    """One ambassador says 0, then 10 in the third quarter; five say 9 in the fourth; customers answer in August."""

    @pytest.fixture(scope="class")
    @classmethod
    def answered(cls, company: BuildCompany) -> Warehouse:
        five = [7, 7, 7, 7, 0]
        return company(
            surveys=[
                *asked("2026-08-01", five, audience="customer"),
                *asked("2026-08-02", [0]),
                *asked("2026-09-02", [10]),
                *asked("2026-10-05", [9] * 5),
                *asked("2026-11-05", [9] * 5),
            ]
        )

    def test_the_latest_answer_within_each(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered)
        quarters, months = (waves.read(page, NPS, wave) for wave in (Wave.QUARTER, Wave.MONTH))
        assert [(step.estimate.value, step.estimate.n) for step in quarters] == [(100, 1), (100, 5)]
        assert [step.estimate.value for step in months] == [-100, 100, 100]
        assert [wave_name(step, Wave.QUARTER) for step in quarters] == [
            "Q3\N{NO-BREAK SPACE}2026",
            "Q4\N{NO-BREAK SPACE}2026, so far",
        ]
        assert wave_name(months[0], Wave.MONTH) == "August 2026"

    def test_a_quarter_that_the_data_does_not_fill_is_not_over(self, answered: Warehouse, open_page: OpenPage) -> None:
        # data ends on 5 November; the period chosen on 31 December
        page = open_page(answered, period=Period(date(2026, 10, 1), date(2027, 1, 1)))
        steps = waves.read(page, NPS, Wave.QUARTER)
        assert [wave_name(step, Wave.QUARTER) for step in steps] == [
            "Q3\N{NO-BREAK SPACE}2026",
            "Q4\N{NO-BREAK SPACE}2026, so far",
        ]

    def test_how_far_back(self) -> None:
        assert waves.period_of(date(2026, 10, 31), Wave.QUARTER) == Period(date(2025, 1, 1), date(2026, 10, 31))
        assert waves.period_of(date(2026, 10, 1), Wave.QUARTER) == Period(date(2024, 10, 1), date(2026, 10, 1))
        assert waves.period_of(date(2026, 10, 31), Wave.MONTH) == Period(date(2025, 11, 1), date(2026, 10, 31))

    def test_figure_and_table(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered)
        found = [waves.read(page, metric, Wave.QUARTER) for metric in surveys.NPS]
        figure = waves_figure(found, Wave.QUARTER, LIGHT, "EUR", 30)
        # one answer of an ambassador in the third quarter is not drawn, five are, hollow
        assert [(line.name, line.y, line.marker.symbol) for line in figure.data] == [
            ("Ambassadors", (100,), ("circle-open",)),
            ("Customers", (-20,), ("circle-open",)),
        ]
        assert figure.data[1].error_y.array[0] == pytest.approx(found[1][0].estimate.high + 20)
        filled = waves_figure(found, Wave.QUARTER, LIGHT, "EUR", 5)
        assert filled.data[0].marker.symbol == ("circle",)
        shown = waves.waves_frame(found, Wave.QUARTER, "EUR", 5)
        # 5 of 5: n 8, p 5.75/8, d 0.75/8: 0.625 - 1.959964 √((0.8125 - 0.390625) / 8) = 0.1749
        assert [plain(str(cell)) for cell in shown.row(0)] == [
            "Q4 2026, so far", "+100", "+17 to +100", "5", "n/a", "nobody answered", "0",
        ]  # fmt: skip
        assert shown["ambassadors_interval"][1].endswith("(few)")
        exact = waves.waves_frame(found, Wave.QUARTER, "EUR", 5, is_exact=True)
        assert exact["customers"].to_list() == [None, -20]
        assert exact["ambassadors_answers"].to_list() == [5, 1]
        assert plain(waves.in_words(found, Wave.QUARTER, "EUR")) == (
            "Ambassadors +100 in Q4 2026, so far; Customers −20 in Q3 2026"
        )

    def test_why_there_is_no_wave(self, answered: Warehouse, company: BuildCompany, open_page: OpenPage) -> None:
        def why(warehouse: Warehouse, metrics: score_spread.Pair) -> str | None:
            page = open_page(warehouse)
            return waves.why_nothing(page, metrics, [waves.read(page, metric, Wave.QUARTER) for metric in metrics])

        assert why(answered, surveys.NPS) is None
        assert why(answered, surveys.CSAT) == "nobody answered"
        bare = company(orders=[{"customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 1}])
        assert why(bare, surveys.NPS) == "waits for surveys"

    def test_a_filter_that_one_audience_lacks(self, answered: Warehouse, open_page: OpenPage) -> None:
        page = open_page(answered, filters={"lever": ("unknown",)})
        found = [waves.read(page, metric, Wave.QUARTER) for metric in surveys.NPS]
        assert found[1] == ()
        assert waves.waves_frame(found, Wave.QUARTER, "EUR", 5).columns[-1] == "ambassadors_answers"


def measured_twice(warehouse: Warehouse) -> tuple[Measurement, Measurement]:
    first, second = (
        measure(warehouse, NPS, OCTOBER, where={"programme": [value]}) for value in ("partner", "recognition")
    )
    return first, second


@pytest.mark.parametrize(
    ("partners", "others", "said"),
    [
        # even persons are partners: 20 of each. 20 of 20: n 23, p 20.75/23, d 0.75/23, so 69.7 to 100;
        # 200 - √(30.3² + 30.3²) = 157.1, and 0 ± 30.3
        (9, 0, "Partner is **200 pt higher** (95 % interval +157 pt to +200 pt), which **stands out**."),
        (0, 9, "Partner is **200 pt lower** (95 % interval −200 pt to −157 pt), which **stands out**."),
        (9, 9, "**No difference** to be seen; 95 % interval −30 pt to +30 pt."),
    ],
)
def test_the_difference_of_two_groups(
    company: BuildCompany, open_page: OpenPage, partners: int, others: int, said: str
) -> None:
    scores = [others if one % 2 else partners for one in range(40)]
    warehouse = company(ambassadors=enrolled(40), surveys=[*ENDS, *asked("2026-10-10", scores)])
    first, second = measured_twice(warehouse)
    told = plain(two_groups.difference_in_words(open_page(warehouse), first, second, ("Partner", "Recognition")))
    values, difference = told.split("\n\n")
    assert values.startswith("Partner: **")
    assert values.count("20 answers, few") == 2
    assert difference == said


def test_a_difference_that_may_be_chance(company: BuildCompany, open_page: OpenPage) -> None:
    warehouse = company(ambassadors=enrolled(2), surveys=[*ENDS, *asked("2026-10-10", [9, 7])])
    first, second = measured_twice(warehouse)
    page = open_page(warehouse)
    told = plain(two_groups.difference_in_words(page, first, second, ("*Partner*", "Recognition")))
    assert "\\*Partner\\*: **+100** (1 answer, few). Recognition: **0** (1 answer, few)." in told
    assert "A difference of 100 pt (95 % interval " in told
    assert "which **does not stand out**: it may be chance." in told
    assert two_groups.difference_in_words(page, first, first, ("a", "a")) == "Choose two different groups."


def test_comments_in_words() -> None:
    assert verbatims.told(1) == "1 comment, newest first."
    assert verbatims.told(1_200) == "1,200 comments; the newest 500 are shown, all are in the file."
    assert verbatims.told_nothing(" ") == "Nobody left a comment in this period."
    assert verbatims.told_nothing("[x]") == "No comment in this period holds “\\[x\\]”."
