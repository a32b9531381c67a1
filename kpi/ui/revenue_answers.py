"""What the revenue page says in words. Whole sentences, never put together from parts."""

from functools import partial

from kpi.language import each_of, translate, translate_plural
from kpi.metrics import METRICS, Finality, measure, measure_finality, missing_tables
from kpi.period import Period
from kpi.ui import crediting
from kpi.ui import format as fmt
from kpi.ui.explaining import explain
from kpi.ui.gaps import HOW_TO_IMPORT, dimension_label
from kpi.ui.notes import cautions
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_clause
from kpi.ui.waterfall import signed, steps_of

REVENUE, SHARE = METRICS["attributed_revenue"], METRICS["attributed_revenue_share"]
FIRST, REPEAT = METRICS["attributed_first_order_revenue"], METRICS["attributed_repeat_revenue"]
REFUNDS, COMPANY = METRICS["attributed_refunds"], METRICS["net_revenue"]
WON, OF_WON = METRICS["new_customers"], METRICS["referred_customer_revenue"]
PER_CUSTOMER = METRICS["revenue_per_customer_won"]


def revenue(page: Page, by: str) -> str:
    """What ambassadors bring, of how much, by whom, which group moved it most, and how sure that is. Markdown."""
    brought = page.read(REVENUE)
    if brought.current.estimate.value is None:
        gap = translate("What ambassadors brought is **n/a**: {reason}.", reason=brought.current.reason)
        is_to_import = bool(missing_tables(REVENUE, page.manifest))
        return f"{gap} {translate('Import them: {command}.', command=HOW_TO_IMPORT)}" if is_to_import else gap
    told = [_brought(page, brought), _share(page)]
    if brought.current.estimate.value:
        told += [_kinds(page), _won_by(page), _moved_by(page, by), _open(page)]
    return " ".join(filter(None, [*told, _cautions(page)]))


def finality(page: Page) -> Finality:
    """What of attributed revenue is final, and what may still be refunded."""
    return page.recall(
        f"finality within {page.settings.refund_days} days",
        REVENUE,
        lambda: measure_finality(
            page.warehouse,
            page.period,
            page.settings.refund_days,
            where=page.filters,
            attribution=page.attribution,
        ),
    )


def customers_won(page: Page) -> str:
    """What all customers ever won have bought until the period's end. Markdown."""
    begins = page.coverage(OF_WON).begins
    if page.read(OF_WON).current.estimate.value is None or begins is None or begins >= page.period.end:
        return translate("n/a: {reason}", reason=page.read(OF_WON).current.reason or translate("no data yet"))
    since = Period(begins, page.period.end)
    whole, each = (
        page.recall("since the beginning", metric, partial(measure, page.warehouse, metric, since, where=page.filters))
        for metric in (OF_WON, PER_CUSTOMER)
    )
    if each.estimate.value is None:
        return translate("No customer was won since {day}, when the records begin.", day=fmt.day(begins))
    currency, count = page.settings.currency, each.estimate.n or 0
    facts = {
        "day": fmt.day(begins),
        "count": fmt.count(count),
        "amount": fmt.value(OF_WON, whole.estimate.value, currency),
        "each": fmt.value(PER_CUSTOMER, each.estimate.value, currency),
        "interval": fmt.interval(PER_CUSTOMER, each.estimate.low, each.estimate.high, currency),
    }
    if count < page.settings.few:
        return translate_plural(
            "Since {day}, when the records begin, **{count} customer won** has bought for **{amount}** in all: too few "
            "for an average.",
            "Since {day}, when the records begin, **{count} customers won** have bought for **{amount}** in all: too "
            "few for an average.",
            count,
            **facts,
        )
    return translate(
        "Since {day}, when the records begin, **{count} customers won** have bought for **{amount}** in all, "
        "**{each}** each (95\N{NO-BREAK SPACE}% interval {interval}), first and later orders together.",
        **facts,
    )


def _brought(page: Page, brought: Reading) -> str:
    amount = fmt.value(REVENUE, brought.current.estimate.value, page.settings.currency)
    if brought.change is None or brought.before is None:
        if brought.unmatched:
            return translate(
                "Ambassadors brought **{amount}** ({unmatched} to compare with).",
                amount=amount,
                unmatched=brought.unmatched,
            )
        return translate("Ambassadors brought **{amount}**.", amount=amount)
    before, currency = brought.before.estimate.value, page.settings.currency
    facts = {
        "amount": amount,
        "size": fmt.change_size(REVENUE, brought.change, before, currency),
        "against": against_clause(page.period, page.comparison),
    }
    if fmt.is_no_change(REVENUE, brought.change, currency):
        return translate("Ambassadors brought **{amount}**, **unchanged** {against}.", **facts)
    if brought.change > 0:
        return translate("Ambassadors brought **{amount}**, **up {size}** {against}.", **facts)
    return translate("Ambassadors brought **{amount}**, **down {size}** {against}.", **facts)


def _share(page: Page) -> str:
    share, company = page.read(SHARE).current, page.read(COMPANY).current
    if share.estimate.value is None:
        return translate("Its share of the company’s revenue is **n/a**: {reason}.", reason=share.reason)
    currency = page.settings.currency
    return translate(
        "That is **{share}** of the company’s revenue of {amount}.",
        share=fmt.value(SHARE, share.estimate.value, currency),
        amount=fmt.value(COMPANY, company.estimate.value, currency),
    )


def _kinds(page: Page) -> str:
    currency, won = page.settings.currency, int(page.read(WON).current.estimate.value or 0)
    facts = {
        "first": fmt.value(FIRST, page.read(FIRST).current.estimate.value, currency),
        "repeat": fmt.value(REPEAT, page.read(REPEAT).current.estimate.value, currency),
        "customers": fmt.number_of(won, "customer"),
    }
    if not won:
        return translate("First orders brought {first}, repeat orders {repeat}; no customer was won.", **facts)
    if won < page.settings.few:
        return translate_plural(
            "First orders brought {first}, repeat orders {repeat}; **{customers}** was won, too few to judge by.",
            "First orders brought {first}, repeat orders {repeat}; **{customers}** were won, too few to judge by.",
            won,
            **facts,
        )
    return translate_plural(
        "First orders brought {first}, repeat orders {repeat}; **{customers}** was won.",
        "First orders brought {first}, repeat orders {repeat}; **{customers}** were won.",
        won,
        **facts,
    )


def _won_by(page: Page) -> str:
    if crediting.is_usual(page.attribution):
        return ""
    return translate("Customers are won by the usual attribution: {rule}.", rule=crediting.in_short(crediting.USUAL))


def _moved_by(page: Page, by: str) -> str:
    found = explain(page, REVENUE, by)
    if found is None:
        return ""
    steps = steps_of(REVENUE, found)
    if not steps:
        return ""
    return translate(
        "By {dimension}, **{group}** moved it most ({part}).",
        dimension=dimension_label(by),
        group=fmt.plain(steps[0].label),
        part=signed(REVENUE, steps[0].size, page.settings.currency),
    )


def _open(page: Page) -> str:
    parts = finality(page)
    if parts.provisional is not None and parts.provisional.estimate.value is None:
        return translate("What may still be refunded is **n/a**: {reason}.", reason=parts.provisional.reason)
    if parts.provisional is None or not parts.provisional.estimate.value:
        return translate("All of it is final: none of its orders can be refunded any more.")
    if parts.final is None:
        return translate("All of it is **provisional**: its orders may still be refunded.")
    return translate(
        "**{amount}** of it is **provisional**: orders since {day} may still be refunded.",
        amount=fmt.value(REVENUE, parts.provisional.estimate.value, page.settings.currency),
        day=fmt.day(parts.provisional.period.start),
    )


def _cautions(page: Page) -> str:
    told = cautions(page, REVENUE)
    return translate("Read this with care ({cautions}).", cautions=each_of(told)) if told else ""
