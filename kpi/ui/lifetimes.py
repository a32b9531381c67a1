"""What the lifetime page asks, each once per version, and what the answers are called."""

from collections.abc import Mapping
from typing import Final

from kpi.analysis import Estimate
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank
from kpi.language import mark, translate
from kpi.metrics.lifetime_definitions import OBSTACLES, Method
from kpi.metrics.retention import COHORT, GROUPINGS, REFERRED, Kind, Retention, compare_groups, measure_retention
from kpi.metrics.shop_value import ShopValue, estimate_shop_value
from kpi.metrics.subscription_value import SubscriptionValue, estimate_subscription_value
from kpi.store import UNKNOWN
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.kinds import label_of
from kpi.ui.looks import GLUE
from kpi.ui.page import Page
from kpi.ui.segments import segment_label

REACH: Final = 36
"""Months looked ahead."""
ALL: Final = "all"
WON: Final[Mapping[str, tuple[str, ...]]] = {REFERRED: ("true",)}
"""Only customers whom ambassadors won."""

KINDS: Final[Mapping[Kind, str]] = {Kind.BUYERS: mark("Buyers of the shop"), Kind.SUBSCRIBERS: mark("Subscribers")}
METHODS: Final[Mapping[Method, str]] = {Method.FORMULA: mark("Formula"), Method.MODEL: mark("Model")}
GROUPS: Final[Mapping[str, str]] = {"referred": mark("Customers won"), "others": mark("All others")}
BEGAN: Final[Mapping[Kind, str]] = {
    Kind.BUYERS: mark("Year of the first purchase"),
    Kind.SUBSCRIBERS: mark("Year of the first payment"),
}


def retention(page: Page, kind: Kind, by: str = ALL) -> Retention:
    """How long they stay, by one of `GROUPINGS` or of all."""
    end, group = page.period.end, None if by == ALL else by
    found: Retention = page.remember(
        f"retention of {kind} by {by} until {end}", lambda: measure_retention(page.warehouse, kind, end, by=group)
    )
    return found


def comparison(page: Page, kind: Kind, by: str, first: str, second: str) -> LogRank | Obstacle:
    """Whether two groups leave at the same pace."""
    end = page.period.end
    found: LogRank | Obstacle = page.remember(
        f"retention of {kind} by {by} until {end}: {first!r} beside {second!r}",
        lambda: compare_groups(page.warehouse, kind, end, by=by, first=first, second=second),
    )
    return found


def kinds(page: Page) -> list[Kind]:
    """Those of whom anybody is on record."""
    return [kind for kind in Kind if retention(page, kind).curve.n]


def shop_value(page: Page) -> ShopValue | Obstacle:
    """What a new customer of the shop is worth."""
    end, settings = page.period.end, page.settings
    found: ShopValue | Obstacle = page.remember(
        f"value of a buyer until {end} {settings.sales_costs}",
        lambda: estimate_shop_value(page.warehouse, end, settings),
    )
    return found


def subscription_value(page: Page, *, is_won: bool = False) -> SubscriptionValue | Obstacle:
    """What a new subscriber is worth, and what the accounts of today pay this month and in the `REACH` to come.

    With `is_won` only customers whom ambassadors won count.
    """
    end, settings, where = page.period.end, page.settings, WON if is_won else {}
    found: SubscriptionValue | Obstacle = page.remember(
        f"value of a subscriber until {end} {settings.sales_costs} {where}",
        lambda: estimate_subscription_value(page.warehouse, end, settings, months=REACH + 1, where=where),
    )
    return found


def value_of(page: Page, kind: Kind) -> ShopValue | SubscriptionValue | Obstacle:
    """What a new customer of a kind is worth."""
    return shop_value(page) if kind is Kind.BUYERS else subscription_value(page)


def grouping_label(kind: Kind, by: str) -> str:
    """What a grouping is called."""
    if by == ALL:
        return translate("All together")
    if by == COHORT:
        return translate(BEGAN[kind])
    return translate("Won by ambassadors or not") if by == REFERRED else fmt.begin(dimension_label(by))


def group_label(by: str, name: str) -> str:
    """What a group is called."""
    if name == UNKNOWN:
        return label_of(name)
    if by == REFERRED:
        return translate(GROUPS[name])
    return name if by == COHORT else segment_label(by, name)


def groupings() -> list[str]:
    """All that curves can be drawn by, everybody together first."""
    return [ALL, *GROUPINGS]


def reason(found: Obstacle) -> str:
    """Why there is no answer, as a sentence's end."""
    return translate(OBSTACLES[found])


def share_in_words(estimate: Estimate) -> str:
    """A share with its interval: 90 % (87 – 92 %)."""
    if estimate.value is None:
        return translate(fmt.NOT_AVAILABLE)
    value = fmt.share(estimate.value)
    if estimate.low is None or estimate.high is None:
        return value
    return _with_interval(value, fmt.share(estimate.low), fmt.share(estimate.high))


def money_in_words(estimate: Estimate, currency: str) -> str:
    """An amount with its interval: € 314 (€ 307 – 320)."""
    if estimate.value is None:
        return translate(fmt.NOT_AVAILABLE)
    value, interval = fmt.money(estimate.value, currency), limits_in_words(estimate, currency)
    return translate("{value} ({interval})", value=value, interval=interval) if interval else value


def limits_in_words(estimate: Estimate, currency: str) -> str:
    """The interval of an amount; empty without one, as where too few are known for anything to vary."""
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return ""
    return fmt.money_range(estimate.low, estimate.high, currency)


def _with_interval(value: str, low: str, high: str) -> str:
    return translate("{value} ({low} – {high})", value=value, low=low.removesuffix(f"{GLUE}%"), high=high)
