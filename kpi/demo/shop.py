"""What the customers buy: orders with their lines, and refunds."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kpi.demo.catalogue import cents, garment_count, popularity, product_ids
from kpi.demo.draws import (
    Flags,
    Floats,
    Integers,
    Texts,
    choose_index,
    generator,
    happens,
    known_where,
    money,
    numbered,
    repeated,
)
from kpi.demo.people import People
from kpi.demo.timeline import DAY, YEAR, Timeline, is_sales_day

BUYING_SHARE = 0.93
DAYS_TO_FIRST_ORDER = 1.5
ENROLMENT_EFFECT = 0.30

LINES_PER_ORDER = (0.38, 0.34, 0.17, 0.08, 0.03)
ONE_PIECE_CHANCE, BUSINESS_PIECES = 0.86, 3
SALES_SHARE, SALES_DISCOUNTS = 0.65, (0.2, 0.3, 0.4)
ORDINARY_SHARE, ORDINARY_DISCOUNT = 0.12, 0.1
UNKNOWN_COST_SHARE = 0.12

REFUNDED_SHARE = 0.11
FULL_REFUND_SHARE, SECOND_REFUND_SHARE = 0.5, 0.15
DAYS_TO_REFUND = (3, 9)  # shortest, and mean of what is added to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """One entry per order, in order of time: who buys and when; `is_first` marks a customer's first order."""

    order_id: Texts
    customer: Integers
    moment: Integers
    is_first: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Baskets:
    """One entry per order line, and the order's sums in whole cents."""

    order: Integers
    line_number: Integers
    product: Integers
    quantity: Integers
    line_cents: Integers
    net_cents: Integers
    discount_cents: Integers
    cost_cents: Integers


def draw_visits(seed: int, timeline: Timeline, people: People) -> Visits:
    """A first order soon after joining, then repeats at each person's pace; ambassadors order more once enrolled."""
    draw = generator(seed, "visits")
    delay = np.where(happens(draw, 0.5, people.count), 0.02, draw.exponential(DAYS_TO_FIRST_ORDER, people.count))
    first = people.joined + (delay * DAY).astype(np.int64) + 60
    buys = happens(draw, BUYING_SHARE, people.count) & (first < timeline.end)
    until = np.minimum(people.quits, timeline.end)
    usual = _draw_repeats(draw, timeline, people, buys, first, until, 1.0)
    enrolled = np.maximum(people.enrolled, first)
    added = _draw_repeats(draw, timeline, people, buys, enrolled, np.minimum(until, people.left), ENROLMENT_EFFECT)
    customer = np.concatenate([np.flatnonzero(buys), usual[0], added[0]])
    moment = np.concatenate([first[buys], usual[1], added[1]])
    is_first = np.arange(len(customer)) < buys.sum()
    order = np.argsort(moment, kind="stable")
    return Visits(
        order_id=numbered("O", len(order), 7),
        customer=customer[order],
        moment=moment[order],
        is_first=is_first[order],
    )


def draw_baskets(seed: int, timeline: Timeline, people: People, visits: Visits, products: pl.DataFrame) -> Baskets:
    """Garments by popularity at the day's discount; an order's sums are those of its lines, to the cent."""
    draw = generator(seed, "baskets")
    orders = len(visits.moment)
    counts = 1 + choose_index(draw, LINES_PER_ORDER, orders)
    order = repeated(counts)
    product = choose_index(draw, popularity(draw), len(order))
    quantity = draw.geometric(ONE_PIECE_CHANCE, len(order))
    quantity += np.where(people.is_business[visits.customer[order]], draw.poisson(BUSINESS_PIECES, len(order)), 0)
    discount = _draw_discount(draw, timeline, visits)[order]
    gross = cents(products, "unit_price")[product] * quantity
    line_cents = np.rint(gross * (1 - discount)).astype(np.int64)
    cost = cents(products, "unit_cost")[product] * quantity
    first_line = np.concatenate([[0], np.cumsum(counts)[:-1]])
    net_cents = np.add.reduceat(line_cents, first_line)
    return Baskets(
        order=order,
        line_number=np.arange(len(order)) - first_line[order] + 1,
        product=product,
        quantity=quantity,
        line_cents=line_cents,
        net_cents=net_cents,
        discount_cents=np.add.reduceat(gross, first_line) - net_cents,
        cost_cents=np.add.reduceat(cost, first_line),
    )


def orders_table(
    seed: int, timeline: Timeline, people: People, visits: Visits, baskets: Baskets, codes: pl.Series
) -> pl.DataFrame:
    """The table `orders`; `codes` holds the ambassador whose code was used, or null; some orders lack their cost."""
    draw = generator(seed, "orders")
    knows_cost = ~happens(draw, UNKNOWN_COST_SHARE, len(visits.moment))
    return pl.DataFrame(
        {
            "order_id": visits.order_id,
            "customer_id": people.customer_id[visits.customer],
            "ordered_at": timeline.stamps(visits.moment),
            "net_amount": money(baskets.net_cents),
            "discount_amount": money(baskets.discount_cents),
            "cost_amount": known_where(knows_cost, money(baskets.cost_cents)),
            "ambassador_id": codes,
            "currency": "EUR",
        }
    )


def order_lines_table(visits: Visits, baskets: Baskets) -> pl.DataFrame:
    """The table `order_lines`."""
    return pl.DataFrame(
        {
            "order_id": visits.order_id[baskets.order],
            "line_no": baskets.line_number,
            "product_id": product_ids()[: garment_count()][baskets.product],
            "quantity": baskets.quantity,
            "net_amount": money(baskets.line_cents),
        }
    )


def refunds_table(seed: int, timeline: Timeline, visits: Visits, baskets: Baskets) -> pl.DataFrame:
    """The table `refunds`: whole orders or a part, in one payment or two that never exceed the order together."""
    draw = generator(seed, "refunds")
    order = np.flatnonzero(happens(draw, REFUNDED_SHARE, len(visits.moment)))
    share = np.where(happens(draw, FULL_REFUND_SHARE, len(order)), 1.0, draw.uniform(0.15, 0.8, len(order)))
    amount = np.maximum(1, (baskets.net_cents[order] * share).astype(np.int64))
    in_two = happens(draw, SECOND_REFUND_SHARE, len(order)) & (amount > 1)
    second = np.where(in_two, amount // 2, 0)
    wait = ((DAYS_TO_REFUND[0] + draw.exponential(DAYS_TO_REFUND[1], len(order))) * DAY).astype(np.int64)
    refunded = np.concatenate([visits.moment[order] + wait, (visits.moment[order] + 2 * wait)[in_two]])
    table = pl.DataFrame(
        {
            "order_id": visits.order_id[np.concatenate([order, order[in_two]])],
            "refunded_at": timeline.stamps(refunded),
            "amount": money(np.concatenate([amount - second, second[in_two]])),
        }
    )
    happened = table.drop_nulls("refunded_at").sort("refunded_at", "order_id")
    return happened.select(pl.Series("refund_id", numbered("F", len(happened), 6)), pl.all())


def _draw_repeats(
    draw: np.random.Generator,
    timeline: Timeline,
    people: People,
    buys: Flags,
    low: Integers,
    high: Integers,
    pace: float,
) -> tuple[Integers, Integers]:
    """Customers and moments of the orders between `low` and `high`, at `pace` times the person's own rate."""
    days = np.where(buys & (high > low), timeline.season_between(low, high), 0.0)
    customer = repeated(draw.poisson(pace * people.orders_per_year * days * DAY / YEAR))
    return customer, timeline.place(draw, low[customer], high[customer])


def _draw_discount(draw: np.random.Generator, timeline: Timeline, visits: Visits) -> Floats:
    orders = len(visits.moment)
    in_sales = np.array([is_sales_day(timeline.date_of(day)) for day in range(timeline.days)])
    marked_down = draw.choice(SALES_DISCOUNTS, orders) * happens(draw, SALES_SHARE, orders)
    ordinary = ORDINARY_DISCOUNT * happens(draw, ORDINARY_SHARE, orders)
    return np.where(in_sales[timeline.day_of(visits.moment)], marked_down, ordinary)
