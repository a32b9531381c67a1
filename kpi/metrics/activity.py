"""Who is active for the brand, and how that changes."""

from math import ceil

from kpi.analysis import Estimate, estimate_proportion
from kpi.language import mark
from kpi.metrics import rows_of_people as rows
from kpi.metrics.definitions import AMBASSADOR, BUYER, Better, Metric, Part, Sums, Unit, counted, over, rolled_up
from kpi.store import Each

SECTION = mark("Activity")
NEEDS = ("ambassadors", "content|referrals|contributions|interactions")
PEOPLE = {**BUYER, **AMBASSADOR}


def _movements(window_days: int, components: dict[str, str], *, is_level: bool) -> Part:
    return Part(
        mart="fct_active_ambassadors_daily",
        date="movement_date",
        where=f"window_days = {window_days}",
        components=components,
        dimensions=PEOPLE,
        is_cumulative=is_level,
    )


def _level(name: str, label: str, window_days: int, *, means: str, formula: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=Unit.COUNT,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=formula,
        needs=NEEDS,
        parts=(_movements(window_days, {"active": "sum(change)"}, is_level=True),),
        estimate=counted("active"),
        rows=(rows.active_ambassadors(window_days, {"active": rows.COUNT}),),
        is_level=True,
        is_additive=True,
    )


def _movement(kind: str, label: str, better: Better, means: str) -> Metric:
    return Metric(
        name=f"{kind}_ambassadors",
        label=label,
        unit=Unit.COUNT,
        better=better,
        section=SECTION,
        means=means,
        formula=mark("level at the end - level at the start = new + resurrected - lapsed"),
        needs=NEEDS,
        parts=(_movements(30, {kind: f"count(*) filter (movement = '{kind}')"}, is_level=False),),
        estimate=counted(kind),
        rows=(rows.movements(kind, label),),
        is_additive=True,
    )


active_ambassadors = _level(
    "active_ambassadors",
    mark("Active ambassadors"),
    30,
    means=mark("Ambassadors enrolled at the period's end with an act of advocacy in the 30 days before it."),
    formula=mark("distinct enrolled ambassadors with an act in [end - 30 days, end)"),
)
active_ambassadors_90d = _level(
    "active_ambassadors_90d",
    mark("Active ambassadors, 90 days"),
    90,
    means=mark("Ambassadors enrolled at the period's end with an act of advocacy in the 90 days before it."),
    formula=mark("distinct enrolled ambassadors with an act in [end - 90 days, end)"),
)

new_ambassadors = _movement(
    "new",
    mark("New ambassadors"),
    Better.UP,
    mark("Ambassadors who became active for the first time in the period."),
)
resurrected_ambassadors = _movement(
    "resurrected",
    mark("Returned ambassadors"),
    Better.UP,
    mark("Ambassadors who became active again after having fallen silent."),
)
lapsed_ambassadors = _movement(
    "lapsed",
    mark("Ambassadors fallen silent"),
    Better.DOWN,
    mark("Ambassadors who stopped being active, or left, in the period."),
)

enrolled_ambassadors = Metric(
    name="enrolled_ambassadors",
    label=mark("Enrolled ambassadors"),
    unit=Unit.COUNT,
    better=Better.UP,
    section=SECTION,
    means=mark("Ambassadors enrolled before the period's end who had not left by then."),
    formula=mark("enrolled before midnight of the end, left never or not before it"),
    needs=("ambassadors",),
    parts=(
        Part(
            mart="fct_enrolments_daily",
            date="movement_date",
            components={"enrolled": "sum(change)"},
            dimensions=PEOPLE,
            is_cumulative=True,
        ),
    ),
    estimate=counted("enrolled"),
    rows=(rows.enrolled_ambassadors,),
    is_level=True,
    is_additive=True,
)

activation_rate = Metric(
    name="activation_rate",
    label=mark("Activation rate"),
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means=mark("Share of the enrolled ambassadors who are active at the period's end."),
    formula=mark("active ambassadors / enrolled ambassadors; Wilson interval"),
    needs=NEEDS,
    parts=(*active_ambassadors.parts, *enrolled_ambassadors.parts),
    counts="ambassador",
    estimate=lambda sums: estimate_proportion(sums.count("active"), sums.count("enrolled")),
    rows=(*active_ambassadors.rows, *enrolled_ambassadors.rows),
    ratio=over("active", "enrolled"),
    absent=mark("nobody is enrolled"),
    is_level=True,
)

acts = Metric(
    name="acts",
    label=mark("Acts of advocacy"),
    unit=Unit.COUNT,
    better=Better.UP,
    section=SECTION,
    means=mark(
        "Posts not paid for, referrals, contributions to challenges and voluntary interactions, by anyone but staff."
    ),
    formula=mark("acts dated in the period"),
    needs=("content|referrals|contributions|interactions",),
    parts=(
        rolled_up(
            Part(
                mart="fct_acts_daily",
                date="act_date",
                components={"acts": "sum(acts)"},
                dimensions={**PEOPLE, "kind": "kind", "platform": "platform", "origin": "origin"},
            ),
            "fct_acts_rollup",
        ),
    ),
    estimate=counted("acts"),
    rows=(rows.acts,),
    is_additive=True,
)

# A person counts on the first day of the period on which they acted.
NOT_YET_COUNTED = "previous_date is null or previous_date < period_start"

acting_customers = Metric(
    name="acting_customers",
    label=mark("People who acted"),
    unit=Unit.COUNT,
    better=Better.UP,
    section=SECTION,
    means=mark("Distinct people with an act of advocacy in the period, ambassadors or not."),
    formula=mark("distinct people with an act dated in the period"),
    needs=acts.needs,
    parts=(
        rolled_up(
            Part(
                mart="fct_acting_people_daily",
                date="act_date",
                components={"people": f"count(*) filter ({NOT_YET_COUNTED})"},
                dimensions=BUYER,
                counts_once=True,
            ),
            "fct_acting_people_rollup",
            components={"people": f"sum(people) filter ({NOT_YET_COUNTED})"},
        ),
    ),
    estimate=counted("people"),
    rows=(rows.acting_people,),
    is_additive=True,
)


def _top_decile(sums: Sums) -> Estimate:
    people_by_acts = sums.frequencies("people_by_acts")
    people = sum(people_by_acts.values())
    if not people:
        return Estimate(value=None, n=0)
    most_active, carried = ceil(people / 10), 0
    for acts_each, number in sorted(people_by_acts.items(), reverse=True):
        carried += acts_each * min(number, most_active)
        most_active -= min(number, most_active)
    return Estimate(value=carried / sum(each * number for each, number in people_by_acts.items()), n=people)


top_decile_share = Metric(
    name="top_decile_share",
    label=mark("Share of the most active tenth"),
    unit=Unit.SHARE,
    better=Better.DOWN,
    section=SECTION,
    means=mark("How much the few carry: share of the acts of active ambassadors done by their most active 10 %."),
    formula=mark("acts of the most active 10 % (rounded up) / acts of all active ambassadors, 30 days before the end"),
    needs=NEEDS,
    parts=(
        rolled_up(
            Part(
                mart="fct_ambassador_acts_daily",
                date="act_date",
                where="left_date is null or left_date >= period_end",
                each=Each(unit="ambassador_id", sums={"acts": "sum(acts)"}),
                components={"people_by_acts": "histogram(acts)"},
                dimensions=PEOPLE,
                last_days=30,
            ),
            "fct_ambassador_act_levels",
            date="movement_date",
            where="true",
            each=Each(unit="acts", sums={"people": "sum(change)"}),
            components={"people_by_acts": "map(list(unit), list(people))"},
            is_cumulative=True,
            last_days=None,
        ),
    ),
    counts="ambassador",
    estimate=_top_decile,
    rows=(rows.active_ambassadors(30, {"people_by_acts": "histogram(acts)"}),),
    indivisible=mark("the most active tenth of all is not made up of each group’s own tenth"),
    absent=mark("nobody is active"),
    is_level=True,
)
