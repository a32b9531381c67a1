"""What people publish about the brand, and what it brings."""

from kpi.analysis import Estimate, estimate_clustered_proportion, estimate_proportion
from kpi.language import mark
from kpi.metrics import rows_of_people as rows
from kpi.metrics.definitions import BUYER, CONTENT, Better, Metric, Part, Sums, Unit, over, rolled_up

SECTION = mark("Content")


def _posts(components: dict[str, str]) -> Part:
    fine = Part(mart="fct_content_daily", date="posted_date", components=components, dimensions={**BUYER, **CONTENT})
    return rolled_up(fine, "fct_content_rollup", lacks=frozenset({"origin"}))


def _conversion(sums: Sums) -> Estimate:
    return estimate_clustered_proportion(
        sums.count("orders"),
        sums.count("clicks"),
        clusters=sums.count("posts"),
        sum_successes_squared=sums.count("orders_squared"),
        sum_product=sums.count("orders_by_clicks"),
        sum_n_squared=sums.count("clicks_squared"),
    )


organic_share = Metric(
    name="organic_share",
    label=mark("Organic share of posts"),
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means=mark("Share of the posts about the brand that nobody paid for or rewarded."),
    formula=mark(
        "organic / (organic + incentivised + paid) posts dated in the period and not removed; Wilson interval"
    ),
    needs=("content",),
    parts=(_posts({"organic": "sum(posts) filter (origin = 'organic')", "posts": "sum(posts)"}),),
    counts="post",
    estimate=lambda sums: estimate_proportion(sums.count("organic"), sums.count("posts")),
    rows=(rows.posts,),
    ratio=over("organic", "posts"),
    absent=mark("nothing was posted"),
)

content_conversion_rate = Metric(
    name="content_conversion_rate",
    label=mark("Content conversion"),
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means=mark(
        "Orders per click on posts about the brand; by origin it tells organic from paid. An association, no proof."
    ),
    formula=mark("orders / clicks of posts dated in the period and not removed; Wilson interval on the effective n"),
    needs=("content",),
    parts=(
        _posts(
            {
                "orders": "sum(orders)",
                "clicks": "sum(clicks)",
                "posts": "sum(measured_posts)",
                "orders_squared": "sum(orders_squared)",
                "orders_by_clicks": "sum(orders_by_clicks)",
                "clicks_squared": "sum(clicks_squared)",
            }
        ),
    ),
    counts="effective click",
    estimate=_conversion,
    rows=(rows.measured_posts,),
    ratio=over("orders", "clicks"),
    absent=mark("nobody clicked"),
)
