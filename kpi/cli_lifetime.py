"""The command that says how long customers stay and what they are worth."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Annotated, Any, Final

import typer

from kpi.analysis import Estimate
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank
from kpi.console import out, print_json, print_rows
from kpi.errors import QuestionError
from kpi.metrics.lifetime_definitions import DISCOUNT, OBSTACLES, WHOLESALE, BackTest, Method, Prediction, Value
from kpi.metrics.retention import Kind, Retention, measure_retention
from kpi.metrics.shop_value import ShopValue, estimate_shop_value
from kpi.metrics.subscription_value import SubscriptionValue, estimate_subscription_value
from kpi.settings import read_settings
from kpi.store import Warehouse
from kpi.terminal import chosen_store

AFTER: Final = (3, 6, 12, 24)

Fields = dict[str, Any]


def lifetime_command(
    context: typer.Context,
    horizon: Annotated[int, typer.Option(metavar="MONTHS", min=1, max=120, help="Months looked ahead.")] = 24,
    discount: Annotated[float, typer.Option(metavar="RATE", min=0, max=1, help="Discount, a year.")] = DISCOUNT,
    by: Annotated[
        str | None, typer.Option(metavar="DIM", help="Retention by cohort, is_referred or a segment.")
    ] = None,
    referred: Annotated[bool, typer.Option("--referred", help="Only customers whom ambassadors won.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Say how long customers stay and what a new one is worth, with intervals and a test on the past."""
    where = {"is_referred": ["true"]} if referred else {}
    with closing(Warehouse(chosen_store(context))) as warehouse:
        end = warehouse.manifest.data_end
        if end is None:
            raise QuestionError("No day is on record yet. Import orders or subscriptions.")
        settings = read_settings()
        kept = {kind: measure_retention(warehouse, kind, end, by=by, where=where) for kind in Kind}
        shop = estimate_shop_value(warehouse, end, settings, months=horizon, discount=discount, where=where)
        subscription = estimate_subscription_value(
            warehouse, end, settings, months=horizon, discount=discount, where=where
        )
    if as_json:
        print_json(
            {
                "as_of": end.isoformat(),
                "horizon_months": horizon,
                "discount": discount,
                "retention": {kind.value: _retention_fields(found) for kind, found in kept.items()},
                "shop": _shop_fields(shop),
                "subscriptions": _subscription_fields(subscription),
            }
        )
        return
    for found in kept.values():
        _print_retention(found)
    for title, value in (("A new customer of the shop", shop), ("A new subscriber", subscription)):
        _print_value(title, value)


def _print_retention(found: Retention) -> None:
    out.print(f"{found.kind.value}, share still there after so many months, as known at {found.end}")
    print_rows([_retention_row("all", found), *(_retention_row(name, found) for name in found.groups)])
    if isinstance(found.comparison, LogRank):
        out.print(f"Referred against others: log-rank p = {found.comparison.p_value:.3g}.")
    else:
        out.print(f"Referred against others: n/a, {OBSTACLES[found.comparison]}.")


def _retention_row(name: str, found: Retention) -> Fields:
    curve = found.groups.get(name, found.curve)
    return {
        "group": name,
        "n": curve.n,
        **{f"{months} months": _percent(curve.estimate_at(months)) for months in AFTER},
        "median": "n/a" if curve.median is None else f"{curve.median:.1f}",
    }


def _print_value(title: str, found: ShopValue | SubscriptionValue | Obstacle) -> None:
    if isinstance(found, Obstacle):
        out.print(f"{title}: n/a, {OBSTACLES[found]}.")
        return
    out.print(f"{title}, worth within so many months at {found.discount:.0%} a year, in the currency")
    print_rows(
        [
            {
                "months": months,
                "method": method.value,
                "default": "yes" if method is found.default else "",
                "revenue": _money(value, "revenue"),
                "contribution": _money(value, "contribution"),
                "on the past": _tested(found.test, method),
            }
            for months, values in found.values.items()
            for method, value in values.items()
        ]
    )
    for sentence in _remarks(found):
        out.print(sentence, soft_wrap=True)


def _remarks(found: ShopValue | SubscriptionValue) -> Iterator[str]:
    if isinstance(found.test, Obstacle):
        yield f"Not tested on the past: {OBSTACLES[found.test]}."
    else:
        yield f"Tested on {found.test.customers:,} customers as of {found.test.cutoff}, until {found.test.until}."
    for method, value in found.values[found.months].items():
        if isinstance(value, Obstacle):
            yield f"The {method.value} has no answer: {OBSTACLES[value]}."
    if isinstance(found, SubscriptionValue):
        yield f"Contribution: {found.model.contribution_rate:.1%} of what is paid, after plans and the cost of selling."
        if found.lifetime is Obstacle.ENDLESS:
            yield "By the model the mean lifetime has no end: the value holds for the horizon only."
        return
    if isinstance(found.model.spending, Obstacle):
        yield f"Spending is the plain mean: {OBSTACLES[found.model.spending]}."
    warning = " They may be wholesalers: look at them apart." if found.top_share > WHOLESALE else ""
    yield f"The top 0.1 % of customers brought {found.top_share:.1%} of the revenue.{warning}"
    if found.capped:
        yield f"{found.capped} who spend more a day than 99.9 % of those who came back count as if they spent as much."
    if found.left_out:
        yield f"{found.left_out:,} joined before the first order on record and are left out."


def _percent(estimate: Estimate) -> str:
    if estimate.value is None:
        return "n/a"
    limits = "" if estimate.low is None or estimate.high is None else f" [{estimate.low:.1%}, {estimate.high:.1%}]"
    return f"{estimate.value:.1%}{limits}"


def _money(value: Value | Obstacle, which: str) -> str:
    if isinstance(value, Obstacle):
        return "n/a"
    estimate: Estimate = getattr(value, which)
    limits = "" if estimate.low is None or estimate.high is None else f" [{estimate.low:,.2f}, {estimate.high:,.2f}]"
    return f"{estimate.value:,.2f}{limits}"


def _tested(test: BackTest | Obstacle, method: Method) -> str:
    found = test if isinstance(test, Obstacle) else test.predictions[method]
    if isinstance(found, Obstacle) or found.error is None:
        return "n/a"
    return f"{found.predicted:,.0f} for {found.actual:,.0f} ({found.error:+.1%})"


def _retention_fields(found: Retention) -> Fields:
    comparison = found.comparison
    return {
        "all": _curve_fields(found, "all"),
        "groups": {name: _curve_fields(found, name) for name in found.groups},
        "log_rank": {"statistic": comparison.statistic, "p_value": comparison.p_value}
        if isinstance(comparison, LogRank)
        else {"reason": OBSTACLES[comparison]},
    }


def _curve_fields(found: Retention, name: str) -> Fields:
    curve = found.groups.get(name, found.curve)
    return {
        "n": curve.n,
        "lost": int(curve.events.sum()),
        "median_months": curve.median,
        "monthly_churn": curve.churn,
        "after_months": {str(months): _estimate(curve.estimate_at(months)) for months in AFTER},
    }


def _value_fields(found: ShopValue | SubscriptionValue) -> Fields:
    return {
        "default": found.default.value,
        "values": {
            str(months): {method.value: _worth(value) for method, value in values.items()}
            for months, values in found.values.items()
        },
        "back_test": _test_fields(found.test),
    }


def _worth(value: Value | Obstacle) -> Fields:
    if isinstance(value, Obstacle):
        return {"reason": OBSTACLES[value]}
    return {"revenue": _estimate(value.revenue), "contribution": _estimate(value.contribution)}


def _test_fields(test: BackTest | Obstacle) -> Fields:
    if isinstance(test, Obstacle):
        return {"reason": OBSTACLES[test]}
    return {
        "cutoff": test.cutoff.isoformat(),
        "until": test.until.isoformat(),
        "customers": test.customers,
        "predictions": {
            method.value: {"predicted": found.predicted, "actual": found.actual, "error": found.error}
            if isinstance(found, Prediction)
            else {"reason": OBSTACLES[found]}
            for method, found in test.predictions.items()
        },
    }


def _shop_fields(found: ShopValue | Obstacle) -> Fields:
    if isinstance(found, Obstacle):
        return {"reason": OBSTACLES[found]}
    model = found.model
    return {
        **_value_fields(found),
        "customers": found.customers,
        "repeaters": found.repeaters,
        "left_out": found.left_out,
        "monthly_churn": model.churn,
        "repeats_a_month": model.repeats_a_month,
        "contribution_rate": model.contribution_rate,
        "bg_nbd": _parameters(model.purchases, "r", "alpha", "a", "b"),
        "gamma_gamma": _parameters(model.spending, "p", "q", "v"),
        "top_share": found.top_share,
        "capped": found.capped,
        "correlation": found.correlation,
    }


def _subscription_fields(found: SubscriptionValue | Obstacle) -> Fields:
    if isinstance(found, Obstacle):
        return {"reason": OBSTACLES[found]}
    return {
        **_value_fields(found),
        "subscribers": found.subscribers,
        "lost": found.lost,
        "monthly_revenue": found.model.monthly_revenue,
        "monthly_churn": found.model.churn,
        "contribution_rate": found.model.contribution_rate,
        "shifted_beta_geometric": _parameters(found.model.renewals, "alpha", "beta"),
        "lifetime_months": None if isinstance(found.lifetime, Obstacle) else found.lifetime,
        "expected_monthly_revenue": [_estimate(one) for one in found.path],
    }


def _parameters(model: object, *names: str) -> Mapping[str, Any]:
    return (
        {"reason": OBSTACLES[model]} if isinstance(model, Obstacle) else {name: getattr(model, name) for name in names}
    )


def _estimate(estimate: Estimate) -> Fields:
    value = None if estimate.value is None else float(estimate.value)
    return {"value": value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
