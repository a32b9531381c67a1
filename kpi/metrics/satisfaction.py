"""What customers and ambassadors answer when asked."""

from kpi.analysis import estimate_net_promoter_score, estimate_proportion
from kpi.metrics.definitions import AMBASSADOR, BUYER, Better, Metric, Part, Unit, rolled_up

SECTION = "Satisfaction"
LATEST = "(next_date is null or next_date >= period_end)"
WHO = {"customer": "customers", "ambassador": "ambassadors"}


def _dimensions(audience: str) -> dict[str, str]:
    return {**BUYER, **(AMBASSADOR if audience == "ambassador" else {})}


def _answers(audience: str, kind: str, scores: dict[str, str]) -> Part:
    def latest(count: str) -> dict[str, str]:
        return {name: f"{count} filter ({condition} and {LATEST})" for name, condition in scores.items()}

    fine = Part(
        mart="fct_survey_answers",
        date="answered_date",
        where=f"audience = '{audience}' and survey_kind = '{kind}'",
        components=latest("count(*)"),
        dimensions=_dimensions(audience),
    )
    return rolled_up(fine, "fct_survey_answers_rollup", components=latest("sum(answers)"))


def _net_promoter_score(name: str, label: str, audience: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.POINTS,
        better=Better.UP,
        section=SECTION,
        means=f"Would {WHO[audience]} recommend us? Share of 9-10 less share of 0-6, latest answer of each "
        f"person asked as {audience}.",
        formula="100 × (promoters - detractors) / answers; adjusted Wald interval for the trinomial",
        needs=("surveys",),
        parts=(
            _answers(
                audience,
                "nps",
                {"promoters": "score >= 9", "passives": "score between 7 and 8", "detractors": "score <= 6"},
            ),
        ),
        estimate=lambda sums: estimate_net_promoter_score(
            sums.count("promoters"), sums.count("passives"), sums.count("detractors")
        ),
        absent="nobody answered",
    )


def _satisfaction(name: str, label: str, audience: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=f"Share of {WHO[audience]} who answered 4 or 5 out of 5, latest answer of each person.",
        formula="answers of 4-5 / answers; Wilson interval",
        needs=("surveys",),
        parts=(_answers(audience, "csat", {"satisfied": "score >= 4", "answers": "true"}),),
        estimate=lambda sums: estimate_proportion(sums.count("satisfied"), sums.count("answers")),
        absent="nobody answered",
    )


def _response_rate(name: str, label: str, audience: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=f"Share of the surveys sent to {WHO[audience]} in the period that were answered.",
        formula="answered / asked, by the day of asking; Wilson interval",
        needs=("surveys",),
        parts=(
            rolled_up(
                Part(
                    mart="fct_survey_requests_daily",
                    date="asked_date",
                    where=f"audience = '{audience}'",
                    components={"answered": "sum(answered)", "asked": "sum(asked)"},
                    dimensions=_dimensions(audience),
                ),
                "fct_survey_requests_rollup",
            ),
        ),
        estimate=lambda sums: estimate_proportion(sums.count("answered"), sums.count("asked")),
        absent="nobody was asked",
    )


net_promoter_score = _net_promoter_score("net_promoter_score", "Customers’ NPS", "customer")
customer_satisfaction = _satisfaction("customer_satisfaction", "Customer satisfaction", "customer")
response_rate = _response_rate("response_rate", "Customers’ response rate", "customer")
ambassador_net_promoter_score = _net_promoter_score("ambassador_net_promoter_score", "Ambassadors’ NPS", "ambassador")
ambassador_satisfaction = _satisfaction("ambassador_satisfaction", "Ambassadors’ satisfaction", "ambassador")
ambassador_response_rate = _response_rate("ambassador_response_rate", "Ambassadors’ response rate", "ambassador")
