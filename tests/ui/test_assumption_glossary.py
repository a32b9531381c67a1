"""The glossary of the affordability page: every assumption and answer, in the words of the page."""

from kpi.metrics.assumptions import NAMES
from kpi.ui.assumption_glossary import ANSWERS, find_words
from kpi.ui.assumption_words import LABELS, MEANS


def test_every_assumption_and_answer_has_an_entry() -> None:
    found = {one.name: one for one in find_words("")}
    assert set(found) == {*ANSWERS, *NAMES, "curve"}
    assert set(LABELS) == set(MEANS) == {*NAMES, "curve"}
    churn = found["churn"]
    assert (churn.label, churn.means) == (LABELS["churn"], MEANS["churn"])
    assert churn.small_print == "*Unit:* a share of 100  \n*Source:* measured, unless assumed"
    assert found["payback"].small_print == "*Unit:* months  \n*Source:* the settings, unless assumed"
    assert found["ltv_to_cac"].small_print == "*Formula:* customer value / acquisition cost"


def test_words_are_searched_in_name_and_meaning() -> None:
    assert [one.name for one in find_words("rule of thumb")] == ["target_ratio"]
    assert [one.name for one in find_words("LTV_TO")] == ["ltv_to_cac"]
    assert find_words("unicorn") == []
