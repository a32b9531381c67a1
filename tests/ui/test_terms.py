"""What the glossary explains besides the metrics of a period."""

import pytest

from kpi.analysis import CURVE, Constraint, Schedule
from kpi.language import speaking
from kpi.metrics import DERIVED, METRICS
from kpi.metrics.assumptions import MEASURED, NAMES
from kpi.ui.assumption_words import CONSTRAINT_MEANS, LABELS, MEANS, SCHEDULE_MEANS
from kpi.ui.terms import SOURCES, Term, find_terms


def only(search: str, currency: str = "EUR") -> Term:
    (found,) = [term for terms in find_terms(search, currency).values() for term in terms]
    return found


def test_everything_is_found_without_a_search() -> None:
    found = {section: [term.name for term in terms] for section, terms in find_terms("", "EUR").items()}
    assert found == {
        "Customer value": ["lifetime_value", "ltv_to_cac", "payback_months"],
        "Assumptions of the highest cost": [*LABELS],
        "What limits the highest cost": [""] * 5,  # the ceiling, what it leaves for commission, three constraints
        "Ways of paying a commission": [*Schedule],
    }


def test_every_assumption_schedule_and_constraint_has_words() -> None:
    assert set(LABELS) == set(MEANS) == {*NAMES, CURVE}
    assert set(SCHEDULE_MEANS) == set(Schedule)
    assert set(CONSTRAINT_MEANS) == set(Constraint)


def test_what_is_measured_and_nothing_else_says_by_which_ways() -> None:
    assert set(SOURCES) == {*MEASURED, CURVE}


def test_no_name_stands_for_a_metric_and_for_what_is_made_of_metrics() -> None:
    assert not DERIVED.keys() & METRICS.keys()


def test_a_number_made_of_others_has_formula_unit_direction_and_a_place() -> None:
    term = only("ltv_to_cac")
    assert term.label == "Lifetime value to acquisition cost"
    assert term.small_print.split("  \n") == [
        "*Formula:* customer lifetime value / acquisition cost",
        "*Unit:* times; better: higher",
        "The page Affordability tells it of what a customer won costs at present; python -m kpi afford tells the "
        "highest cost at which the ratio is kept.",
    ]


@pytest.mark.parametrize(
    ("search", "lines"),
    [
        (
            "churn",
            [
                "*Unit:* %",
                "*Comes from:* customers won, lost after 183 days without an order",
                "*Or from:* subscriptions of customers won",
            ],
        ),
        ("first_order", ["*Unit:* USD", "*Comes from:* first orders of customers won, net of refunds"]),
        ("rho", ["*Unit:* %", "*Comes from:* the settings"]),
        ("target_ratio", ["*Unit:* times", "*Comes from:* the settings"]),
        ("horizon months count", ["*Unit:* months", "*Comes from:* the settings"]),
    ],
)
def test_an_assumption_says_its_unit_and_how_it_is_measured(search: str, lines: list[str]) -> None:
    found = [term for terms in find_terms(search, "USD").values() for term in terms if term.section.startswith("Assum")]
    assert [term.small_print.split("  \n") for term in found] == [lines]


def test_a_term_means_what_the_field_of_the_affordability_page_says() -> None:
    assert only("Share of a sale’s revenue that no commission").means == MEANS["floor"]


def test_every_word_must_be_found() -> None:
    assert find_terms("payback unicorn", "EUR") == {}


def test_terms_are_searched_in_the_language_shown() -> None:
    with speaking("fr"):
        assert only("Mois jusqu’à ce que la marge").name == "payback_months"
        assert find_terms("until the margin", "EUR") == {}
