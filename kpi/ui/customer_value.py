"""What a new customer is worth: by formula and by model, within one to three years, with the test on the past."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import streamlit as st

from kpi.analysis.obstacle import Obstacle
from kpi.language import translate, translate_plural
from kpi.metrics import METRICS, Unit
from kpi.metrics.lifetime_definitions import FEWEST_TESTED, HORIZONS, WHOLESALE, BackTest, Method, Prediction, Value
from kpi.metrics.retention import Kind
from kpi.metrics.shop_value import ShopValue
from kpi.metrics.subscription_value import SubscriptionValue
from kpi.ui import charts, lifetimes, places, tables
from kpi.ui import format as fmt
from kpi.ui.lifetimes import METHODS, money_in_words
from kpi.ui.page import Page

MONEY = METRICS["programme_cost"]
MONTHS_WIDE = 72  # pixels

Worth = ShopValue | SubscriptionValue
AMOUNTS = tuple(f"{what}{limit}" for what in ("revenue", "contribution") for limit in ("", "_low", "_high"))


@places.kept(lambda page, kind: places.under(heading(kind), tables.ROW_HEIGHT * 7))
def show(page: Page, kind: Kind) -> None:
    """List the value of a new customer of a kind, and say how far it can be believed."""
    st.subheader(heading(kind), anchor=False)
    found = lifetimes.value_of(page, kind)
    if isinstance(found, Obstacle):
        charts.tell_gap(lifetimes.reason(found))
        return
    wide, narrow = st.columns([3, 2], gap="large")
    with wide:
        _list(page, kind, found)
    with narrow:
        st.markdown(tested_in_words(found, page.settings.currency))
        st.caption(" ".join(remarks(found)))


def _list(page: Page, kind: Kind, found: Worth) -> None:
    exact = exact_frame(found)
    labels = {
        "months": translate("Months"),
        "method": translate("Method"),
        "contribution": translate("Contribution"),
        "revenue": translate("Revenue"),
    }
    tables.show(
        page,
        frame(found, page.settings.currency),
        labels,
        name=f"value-of-{kind}",
        words=heading(kind),
        columns=tables.Columns(widths={"months": MONTHS_WIDE}),
        taken=tables.Taken(
            rows=exact.height,
            read=lambda: exact,
            units=dict.fromkeys(AMOUNTS, Unit.MONEY),
            labels=_exact_labels(page.settings.currency),
        ),
    )


def heading(kind: Kind) -> str:
    """What the part is called."""
    if kind is Kind.BUYERS:
        return translate("What a new customer of the shop is worth")
    return translate("What a new subscriber is worth")


def frame(found: Worth, currency: str) -> pl.DataFrame:
    """The values in words, the default method marked: months, method, revenue, contribution."""
    rows = []
    for months, method, value in _values(found):
        name = translate(METHODS[method])
        called = translate("{method} (default)", method=name) if method is found.default else name
        if isinstance(value, Obstacle):
            rows.append((months, called, *[translate(fmt.NOT_AVAILABLE)] * 2))
        else:
            worth = (money_in_words(one, currency) for one in (value.revenue, value.contribution))
            rows.append((months, called, *worth))
    texts = dict.fromkeys(("method", "revenue", "contribution"), pl.String())
    return pl.DataFrame(rows, schema={"months": pl.Int64(), **texts}, orient="row")


def exact_frame(found: Worth) -> pl.DataFrame:
    """The same as exact numbers: months, method, is_default, revenue and contribution with their limits."""
    rows = []
    for months, method, value in _values(found):
        estimates = (
            {} if isinstance(value, Obstacle) else {"revenue": value.revenue, "contribution": value.contribution}
        )
        row = {"months": months, "method": translate(METHODS[method]), "is_default": method is found.default}
        for what, one in estimates.items():
            worth = None if one.value is None else float(one.value)
            row |= {what: worth, f"{what}_low": one.low, f"{what}_high": one.high}
        rows.append(row)
    schema = {"months": pl.Int64(), "method": pl.String(), "is_default": pl.Boolean()}
    return pl.DataFrame(rows, schema={**schema, **dict.fromkeys(AMOUNTS, pl.Float64())})


def _values(found: Worth) -> Iterator[tuple[int, Method, Value | Obstacle]]:
    for months in HORIZONS:
        for method, value in found.values[months].items():
            yield months, method, value


def _exact_labels(currency: str) -> dict[str, str]:
    revenue, contribution = translate("Revenue"), translate("Contribution")
    named = {
        "revenue": revenue,
        "revenue_low": translate("{what}, {limit}", what=revenue, limit=translate("low")),
        "revenue_high": translate("{what}, {limit}", what=revenue, limit=translate("high")),
        "contribution": contribution,
        "contribution_low": translate("{what}, {limit}", what=contribution, limit=translate("low")),
        "contribution_high": translate("{what}, {limit}", what=contribution, limit=translate("high")),
    }
    return {"is_default": translate("Default")} | {
        name: fmt.headed(MONEY, label, currency) for name, label in named.items()
    }


def tested_in_words(found: Worth, currency: str) -> str:
    """What each method foretold of the past beside what came, and which one is the default for it. Markdown."""
    test = found.test
    if isinstance(test, Obstacle):
        return translate(
            "**Not tested on the past**: {reason}. The formula is the default.", reason=lifetimes.reason(test)
        )
    told = [_begun(found, test, currency)]
    told += [_foretold(found, method, one, currency) for method, one in test.predictions.items()]
    return " ".join([*told, _chosen(found, test)])


def _begun(found: Worth, test: BackTest, currency: str) -> str:
    """Whose past was looked at, and what came."""
    actual = next((one.actual for one in test.predictions.values() if isinstance(one, Prediction)), 0.0)
    facts = {
        "cutoff": fmt.day(test.cutoff - timedelta(days=1)),
        "until": fmt.day(test.until - timedelta(days=1)),
        "customers": fmt.number_of(test.customers, "customer"),
    }
    if isinstance(found, ShopValue):
        return translate(
            "**Tested on the past**: {customers} known on {cutoff} brought {actual} in contribution until {until}.",
            actual=fmt.money(actual, currency),
            **facts,
        )
    return translate(
        "**Tested on the past**: of {customers} who paid on {cutoff}, {actual} still paid on {until}.",
        actual=fmt.count(actual),
        **facts,
    )


def _foretold(found: Worth, method: Method, one: Prediction | Obstacle, currency: str) -> str:
    name = translate(METHODS[method])
    if isinstance(one, Obstacle):
        return translate("{method}: n/a, {reason}.", method=name, reason=lifetimes.reason(one))
    is_money = isinstance(found, ShopValue)
    predicted = fmt.money(one.predicted, currency) if is_money else fmt.count(one.predicted)
    if one.error is None:
        return translate("{method}: {predicted} foretold.", method=name, predicted=predicted)
    facts = {"method": name, "predicted": predicted, "error": fmt.ratio(one.error, decimals=1)}
    return translate("{method}: {predicted} foretold, {error}.", **facts)


def _chosen(found: Worth, test: BackTest) -> str:
    """Which method is the default, and why."""
    if found.default is Method.MODEL:
        return translate("**The model** was less far off and is the default.")
    if isinstance(test.predictions[Method.MODEL], Obstacle):
        return translate("**The formula** is the default: the model could not be tested.")
    if test.customers < FEWEST_TESTED:
        fewest = fmt.count(FEWEST_TESTED)
        return translate(
            "**The formula** is the default: fewer than {fewest} customers are too few to test on.", fewest=fewest
        )
    if test.better is Method.MODEL:
        return translate("**The formula** is the default: the model did better on the past, but has no answer today.")
    return translate("**The formula** was no further off than the model and is the default.")


def remarks(found: Worth) -> Iterator[str]:
    """What limits the values; whole sentences."""
    yield translate(
        "Later months are discounted by {rate} a year. Intervals of 95\N{NO-BREAK SPACE}% come from refits on "
        "customers drawn anew; how wrong a model may be is not in them.",
        rate=fmt.share(found.discount, decimals=0),
    )
    for method, value in found.values[HORIZONS[0]].items():
        if isinstance(value, Obstacle):
            name = translate(METHODS[method])
            yield translate("{method}: n/a, {reason}.", method=name, reason=lifetimes.reason(value))
    yield from _of_shop(found) if isinstance(found, ShopValue) else _of_subscriptions(found)


def _of_subscriptions(found: SubscriptionValue) -> Iterator[str]:
    yield translate(
        "Contribution is {share} of what is paid, after plans and the cost of selling.",
        share=fmt.share(found.model.contribution_rate),
    )
    if found.lifetime is Obstacle.ENDLESS:
        yield translate("By the model the mean lifetime has no end: the value holds for the horizon only.")


def _of_shop(found: ShopValue) -> Iterator[str]:
    if isinstance(found.model.spending, Obstacle):
        yield translate("Spending is the plain mean: {reason}.", reason=lifetimes.reason(found.model.spending))
    share = fmt.share(found.top_share)
    yield translate("The top {top} of customers brought {share} of the revenue.", top=fmt.share(0.001), share=share)
    if found.top_share > WHOLESALE:
        yield translate("They may be wholesalers: look at them apart.")
    if found.capped:
        yield translate_plural(
            "{count} customer who spends more a day than 99.9\N{NO-BREAK SPACE}% of those who came back counts as if "
            "they spent as much.",
            "{count} customers who spend more a day than 99.9\N{NO-BREAK SPACE}% of those who came back count as if "
            "they spent as much.",
            found.capped,
            count=fmt.count(found.capped),
        )
    if found.left_out:
        yield translate_plural(
            "{count} customer joined before the first order on record and is left out.",
            "{count} customers joined before the first order on record and are left out.",
            found.left_out,
            count=fmt.count(found.left_out),
        )
