"""What customers and ambassadors answer when asked."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.analysis import estimate_net_promoter_score, estimate_proportion
from kpi.language import mark
from kpi.metrics import rows_of_people as rows
from kpi.metrics.definitions import RESPONDENT, Better, Metric, Part, Ratio, Unit, over, rolled_up

SECTION = mark("Satisfaction")
LATEST = "(next_date is null or next_date >= period_end)"
NPS = {"promoters": "score >= 9", "passives": "score between 7 and 8", "detractors": "score <= 6"}
CSAT = {"satisfied": "score >= 4", "answers": "true"}


def count_scores(part: Part, conditions: Mapping[str, str]) -> Part:
    """The same answers, from the rollup and from the rows behind it, counted by these conditions on the score."""
    count = "sum(answers)" if part.is_rollup else "count(*)"
    components = {name: f"{count} filter ({condition} and {LATEST})" for name, condition in conditions.items()}
    return replace(part, components=components, finer=part.finer and count_scores(part.finer, conditions))


def _answers(audience: str, kind: str, scores: Mapping[str, str]) -> Part:
    fine = Part(
        mart="fct_survey_answers",
        date="answered_date",
        where=f"audience = '{audience}' and survey_kind = '{kind}'",
        components={},
        dimensions=RESPONDENT[audience],
    )
    return count_scores(rolled_up(fine, "fct_survey_answers_rollup"), scores)


def _net_promoter_score(name: str, label: str, audience: str, means: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.POINTS,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("100 × (promoters - detractors) / answers; adjusted Wald interval for the trinomial"),
        needs=("surveys",),
        parts=(_answers(audience, "nps", NPS),),
        counts="answer",
        estimate=lambda sums: estimate_net_promoter_score(
            sums.count("promoters"), sums.count("passives"), sums.count("detractors")
        ),
        rows=(rows.answers(audience, "nps", NPS),),
        ratio=Ratio(
            above={"promoters": 100, "detractors": -100}, below={"promoters": 1, "passives": 1, "detractors": 1}
        ),
        absent=mark("nobody answered"),
    )


def _satisfaction(name: str, label: str, audience: str, means: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("answers of 4-5 / answers; Wilson interval"),
        needs=("surveys",),
        parts=(_answers(audience, "csat", CSAT),),
        counts="answer",
        estimate=lambda sums: estimate_proportion(sums.count("satisfied"), sums.count("answers")),
        rows=(rows.answers(audience, "csat", CSAT),),
        ratio=over("satisfied", "answers"),
        absent=mark("nobody answered"),
    )


def _response_rate(name: str, label: str, audience: str, means: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("answered / asked, by the day of asking; Wilson interval"),
        needs=("surveys",),
        parts=(
            rolled_up(
                Part(
                    mart="fct_survey_requests_daily",
                    date="asked_date",
                    where=f"audience = '{audience}'",
                    components={"answered": "sum(answered)", "asked": "sum(asked)"},
                    dimensions={**RESPONDENT[audience], "kind": "survey_kind"},
                ),
                "fct_survey_requests_rollup",
                lacks=frozenset({"ambassador_id", "kind"}),
            ),
        ),
        counts="survey",
        estimate=lambda sums: estimate_proportion(sums.count("answered"), sums.count("asked")),
        rows=(rows.requests(audience),),
        ratio=over("answered", "asked"),
        absent=mark("nobody was asked"),
    )


net_promoter_score = _net_promoter_score(
    "net_promoter_score",
    mark("Customers’ NPS"),
    "customer",
    mark(
        "Would customers recommend us? Share of 9-10 less share of 0-6, latest answer of each person asked as customer."
    ),
)
customer_satisfaction = _satisfaction(
    "customer_satisfaction",
    mark("Customers’ CSAT"),
    "customer",
    mark("Share of customers who answered 4 or 5 out of 5, latest answer of each person."),
)
response_rate = _response_rate(
    "response_rate",
    mark("Customers’ response rate"),
    "customer",
    mark("Share of the surveys sent to customers in the period that were answered."),
)
ambassador_net_promoter_score = _net_promoter_score(
    "ambassador_net_promoter_score",
    mark("Ambassadors’ NPS"),
    "ambassador",
    mark(
        "Would ambassadors recommend us? Share of 9-10 less share of 0-6, latest answer of each person asked as "
        "ambassador."
    ),
)
ambassador_satisfaction = _satisfaction(
    "ambassador_satisfaction",
    mark("Ambassadors’ CSAT"),
    "ambassador",
    mark("Share of ambassadors who answered 4 or 5 out of 5, latest answer of each person."),
)
ambassador_response_rate = _response_rate(
    "ambassador_response_rate",
    mark("Ambassadors’ response rate"),
    "ambassador",
    mark("Share of the surveys sent to ambassadors in the period that were answered."),
)
