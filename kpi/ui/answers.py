"""The answer under a page's title: what the numbers say, in words."""

from kpi.metrics import METRICS
from kpi.period import Comparison
from kpi.ui import format as fmt
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_in_words


def programme_health(page: Page) -> str:
    """Whether the programme is healthy: people, what they bring and cost, how they feel. Markdown, numbers bold."""
    sentences = [_activity(page), _revenue(page), _satisfaction(page)]
    return " ".join(sentence for sentence in sentences if sentence)


def _activity(page: Page) -> str:
    active = page.read(METRICS["active_ambassadors"])
    if active.current.estimate.value is None:
        return f"Active ambassadors are **n/a**: {active.current.reason}."
    count = int(active.current.estimate.value)
    moved = _movements(page)
    against = against_in_words(page.period, page.comparison)
    if active.change is None:
        verb = "ambassador is" if count == 1 else "ambassadors are"
        return f"**{fmt.count(count)}** {verb} active{_tail(active)}: {moved}."
    if active.change == 0:
        told = f"Active ambassadors are **unchanged at {fmt.count(count)}** against {against}"
    else:
        verb = "rose" if active.change > 0 else "fell"
        size = fmt.count(abs(active.change))
        told = f"Active ambassadors **{verb} by {size} to {fmt.count(count)}** against {against}"
    # Only against the period before do the movements of this period explain the change.
    return f"{told}: {moved}." if page.comparison is Comparison.PREVIOUS else f"{told}. In this period {moved}."


def _movements(page: Page) -> str:
    values = [
        page.read(METRICS[name]).current.estimate.value
        for name in ("new_ambassadors", "resurrected_ambassadors", "lapsed_ambassadors")
    ]
    new, back, lapsed = (int(value or 0) for value in values)
    return f"{fmt.count(new + back)} arrived or came back, {fmt.count(lapsed)} fell silent"


def _revenue(page: Page) -> str:
    currency = page.settings.currency
    revenue, cost = page.read(METRICS["attributed_revenue"]), page.read(METRICS["cost_to_revenue_ratio"])
    if revenue.current.estimate.value is None:
        return f"What they brought is **n/a**: {revenue.current.reason}."
    brought = f"They brought **{fmt.value(revenue.metric, revenue.current.estimate.value, currency)}**"
    if cost.current.estimate.value is None:
        return f"{brought}; what that cost is **n/a**: {cost.current.reason}."
    return f"{brought} at **{fmt.value(cost.metric, cost.current.estimate.value, currency)}** of that revenue in cost."


def _satisfaction(page: Page) -> str:
    score = page.read(METRICS["ambassador_net_promoter_score"])
    estimate = score.current.estimate
    if estimate.value is None:
        return f"Their satisfaction is **n/a**: {score.current.reason}."
    value = fmt.value(score.metric, estimate.value, page.settings.currency)
    answers = fmt.number_of(estimate.n or 0, "answer")
    if score.change is None or score.before is None or score.before.estimate.value is None:
        return f"Their NPS is **{value}** ({answers})."
    before = fmt.value(score.metric, score.before.estimate.value, page.settings.currency)
    if not score.is_clear:
        return f"Their NPS of **{value}** shows **no clear change** from {before} ({answers})."
    return f"Their NPS **{'rose' if score.change > 0 else 'fell'} from {before} to {value}** ({answers})."


def _tail(reading: Reading) -> str:
    return f" ({reading.unmatched} to compare with)" if reading.unmatched else ""
