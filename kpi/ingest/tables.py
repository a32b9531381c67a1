"""The contract's tables, column by column, as dataframely schemas; `contract.TABLES` gives them to the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import dataframely as dy
import polars as pl

from kpi.ingest.columns import capitals, day, flag, moment, number, one_of, text, whole

COST_CATEGORIES: Final = (
    "commission",
    "reward",
    "discount",
    "event",
    "tooling",
    "staff",
    "media",
    "content",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """A rule over several `columns` of one row; a violation is reported at the first of them."""

    columns: tuple[str, ...]
    sentence: str


ROW_RULES: Mapping[str, RowRule] = {
    "score_fits_kind": RowRule(columns=("score", "kind"), sentence="must be 0 to 10 for nps, 1 to 5 for csat"),
    "score_when_answered": RowRule(
        columns=("score", "answered_at"), sentence="must be there exactly when answered_at is"
    ),
    "ends_after_start": RowRule(columns=("ends_on", "starts_on"), sentence="must be after starts_on"),
}


class Customers(dy.Schema):
    """One row per person or company that bought, or could."""

    customer_id = text(key=True, required=True)
    full_name = text(personal=True)
    email = text(personal=True)
    country_code = capitals(2, example="FR")
    sector = text()
    company_size = one_of("solo", "2-10", "11-50", "51-250", "251-1000", "1000+")
    joined_at = moment(required=True)
    acquisition_channel = text(default="unknown")
    reach = whole(minimum=0)
    contact_consent = flag(default=False)
    is_staff = flag(default=False)


class Products(dy.Schema):
    """One row per product or service, with its unit costs."""

    product_id = text(key=True, required=True)
    name = text(required=True)
    category = text()
    unit_price = number(minimum=0)
    unit_cost = number(required=True, minimum=0)
    unit_overhead = number(minimum=0, default=Decimal(0))
    billing = one_of("one_off", "monthly", "yearly", default="one_off")


class Ambassadors(dy.Schema):
    """One row per ambassador; `customer_id` is missing for a partner who is no customer."""

    ambassador_id = text(key=True, required=True)
    customer_id = text(references="customers")
    full_name = text(personal=True)
    email = text(personal=True)
    enrolled_at = moment(required=True)
    left_at = moment()
    programme = one_of("recognition", "commission", "affiliate", "partner", default="recognition")
    referral_code = text()
    lever = one_of("email", "website", "app", "event", "sales", "other")


class Orders(dy.Schema):
    """One row per order; `ambassador_id` is the code used at checkout."""

    order_id = text(key=True, required=True)
    customer_id = text(required=True, references="customers")
    ordered_at = moment(required=True)
    net_amount = number(required=True, minimum=0)
    discount_amount = number(default=Decimal(0))
    cost_amount = number(minimum=0)
    ambassador_id = text(references="ambassadors")
    currency = capitals(3, example="EUR")


class OrderLines(dy.Schema):
    """One row per line of an order."""

    order_id = text(key=True, required=True, references="orders")
    line_no = whole(key=True, required=True)
    product_id = text(required=True, references="products")
    quantity = number(required=True, above=0)
    net_amount = number(required=True, minimum=0)


class Refunds(dy.Schema):
    """One row per refund of an order."""

    refund_id = text(key=True, required=True)
    order_id = text(required=True, references="orders")
    refunded_at = moment(required=True)
    amount = number(required=True, above=0)


class Subscriptions(dy.Schema):
    """One row per change of a subscription's monthly amount; an amount of 0 ends it."""

    subscription_id = text(key=True, required=True)
    effective_at = moment(key=True, required=True)
    customer_id = text(required=True, references="customers")
    product_id = text(references="products")
    monthly_amount = number(required=True, minimum=0)


class Content(dy.Schema):
    """One row per piece of content that a customer published."""

    content_id = text(key=True, required=True)
    customer_id = text(required=True, references="customers")
    posted_at = moment(required=True)
    platform = text(required=True)
    kind = one_of(
        "post", "photo", "video", "story", "review", "testimonial", "case_study", "article", "podcast", required=True
    )
    origin = one_of("organic", "incentivised", "paid", required=True)
    reach = whole(minimum=0)
    engagements = whole(minimum=0)
    clicks = whole(minimum=0)
    orders = whole(minimum=0)
    url = text()
    removed_at = moment()


class Touches(dy.Schema):
    """One row per time an ambassador reached a person."""

    touch_id = text(key=True, required=True)
    ambassador_id = text(required=True, references="ambassadors")
    customer_id = text(required=True, references="customers")
    occurred_at = moment(required=True)
    kind = one_of("link", "content", "declared", required=True)
    content_id = text(references="content")


class Referrals(dy.Schema):
    """One row per referral; `customer_id` is missing until the person is known."""

    referral_id = text(key=True, required=True)
    ambassador_id = text(required=True, references="ambassadors")
    customer_id = text(references="customers")
    referred_at = moment(required=True)
    qualified_at = moment()
    converted_at = moment()
    lost_at = moment()


class Interactions(dy.Schema):
    """One row per act of a customer towards the company."""

    interaction_id = text(key=True, required=True)
    customer_id = text(required=True, references="customers")
    occurred_at = moment(required=True)
    kind = one_of(
        "login",
        "email_opened",
        "email_clicked",
        "event_attended",
        "event_spoken",
        "community_post",
        "support_ticket",
        "feedback",
        "beta_test",
        "vote",
        "webinar",
        "call",
        required=True,
    )


class Surveys(dy.Schema):
    """One row per survey sent; `score` is there once it is answered."""

    response_id = text(key=True, required=True)
    customer_id = text(required=True, references="customers")
    audience = one_of("customer", "ambassador", required=True)
    kind = one_of("nps", "csat", required=True)
    asked_at = moment(required=True)
    answered_at = moment()
    score = whole()
    comment = text(personal=True)

    score_fits_kind = dy.rule()(
        lambda _: (
            pl.when(kind="csat")
            .then(pl.col("score").is_between(1, 5))
            .when(kind="nps")
            .then(pl.col("score").is_between(0, 10))
        )
    )
    score_when_answered = dy.rule()(lambda _: pl.col("score").is_null() == pl.col("answered_at").is_null())


class Costs(dy.Schema):
    """One row per cost of acquiring customers; the channel `ambassador` is the programme."""

    cost_id = text(key=True, required=True)
    incurred_on = day(required=True)
    channel = text(required=True)
    category = one_of(*COST_CATEGORIES, required=True)
    amount = number(required=True)
    ambassador_id = text(references="ambassadors")


class Rewards(dy.Schema):
    """One row per reward granted; `cost_amount` is a cost that does not stand in costs."""

    reward_id = text(key=True, required=True)
    customer_id = text(required=True, references="customers")
    granted_at = moment(required=True)
    rung = one_of("recognition", "access", "co_creation", "monetary", required=True)
    kind = text(required=True)
    cost_amount = number(minimum=0, default=Decimal(0))
    content_id = text(references="content")


class Challenges(dy.Schema):
    """One row per collective challenge."""

    challenge_id = text(key=True, required=True)
    title = text(required=True)
    unit = text(required=True)
    target = number(required=True, above=0)
    starts_on = day(required=True)
    ends_on = day(required=True)

    ends_after_start = dy.rule()(lambda _: pl.col("ends_on") > pl.col("starts_on"))


class Contributions(dy.Schema):
    """One row per contribution to a challenge."""

    contribution_id = text(key=True, required=True)
    challenge_id = text(required=True, references="challenges")
    customer_id = text(required=True, references="customers")
    occurred_at = moment(required=True)
    quantity = number(required=True, above=0)


class Campaigns(dy.Schema):
    """One row per campaign of a lever."""

    campaign_id = text(key=True, required=True)
    lever = one_of("email", "website", "app", required=True)
    name = text(required=True)
    started_at = moment(required=True)


class CampaignEvents(dy.Schema):
    """One row per thing that happened between a campaign and a customer."""

    campaign_id = text(key=True, required=True, references="campaigns")
    customer_id = text(key=True, required=True, references="customers")
    kind = one_of("delivered", "opened", "clicked", "enrolled", "unsubscribed", "bounced", key=True, required=True)
    occurred_at = moment(key=True, required=True)
