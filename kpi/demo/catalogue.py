"""What the company sells: nine families of clothes and the plans of its styling app."""

import numpy as np
import polars as pl

from kpi.demo.draws import Floats, Integers, Texts, generator, money

# family: (what one is called, lowest price, highest price, direct cost as a share of the price, how often it is bought)
FAMILIES = {
    "Dresses": ("dress", 39, 99, 0.41, 15),
    "Coats": ("coat", 89, 189, 0.46, 6),
    "Knitwear": ("jumper", 35, 79, 0.43, 14),
    "Shirts": ("shirt", 25, 59, 0.38, 17),
    "Trousers": ("trousers", 35, 75, 0.41, 14),
    "Skirts": ("skirt", 29, 59, 0.40, 9),
    "Shoes": ("shoes", 49, 109, 0.52, 8),
    "Bags": ("bag", 29, 119, 0.47, 6),
    "Accessories": ("scarf", 7, 29, 0.33, 14),
}
MODELS = ("Alba", "Brume", "Cala", "Dune", "Elvire", "Fjord")
OVERHEAD_SHARE = (0.05, 0.13)
LOSS_MAKING = ("Fjord coat", "Brume shoes")
LOSS_MAKING_COST_SHARE = 0.97

APP = "Styling app"
# plan: monthly price, direct cost as a share of the price
PLANS = {"Solo": (29, 0.16), "Team": (79, 0.14), "House": (199, 0.12)}
MONTHS_PAID_IN_A_YEAR = 10
BILLINGS = {"monthly": 1, "yearly": MONTHS_PAID_IN_A_YEAR}


def products_table(seed: int) -> pl.DataFrame:
    """The table `products`: 54 garments, two of which lose money once overhead is counted, and 6 app plans."""
    draw = generator(seed, "products")
    rows = [
        (f"{model} {garment}", family, int(price) * 100, cost_share, "one_off")
        for family, (garment, low, high, cost_share, _) in FAMILIES.items()
        for model, price in zip(MODELS, draw.integers(low, high + 1, len(MODELS)), strict=True)
    ] + [
        (f"{APP} {plan}, {billing}", APP, price * months * 100, cost_share, billing)
        for plan, (price, cost_share) in PLANS.items()
        for billing, months in BILLINGS.items()
    ]
    name, category, price, cost_share, billing = (list(column) for column in zip(*rows, strict=True))
    prices = np.array(price)
    shares = np.array(cost_share) * draw.uniform(0.88, 1.12, len(rows))
    shares[np.isin(name, LOSS_MAKING)] = LOSS_MAKING_COST_SHARE
    return pl.DataFrame(
        {
            "product_id": product_ids(),
            "name": name,
            "category": category,
            "unit_price": money(prices),
            "unit_cost": money((prices * shares).astype(np.int64)),
            "unit_overhead": money((prices * draw.uniform(*OVERHEAD_SHARE, len(rows))).astype(np.int64)),
            "billing": billing,
        }
    )


def product_ids() -> Texts:
    """P01, P02, … : the garments first, then the plans of the app."""
    return np.array([f"P{number:02d}" for number in range(1, garment_count() + len(PLANS) * len(BILLINGS) + 1)])


def garment_count() -> int:
    """How many products are garments."""
    return len(FAMILIES) * len(MODELS)


def plan_index(plan: Integers, is_yearly: Integers) -> Integers:
    """The position among the products of an app plan (0, 1, 2) and its billing (0 monthly, 1 yearly)."""
    return garment_count() + plan * len(BILLINGS) + is_yearly


def popularity(draw: np.random.Generator) -> Floats:
    """How often each garment is put in a basket."""
    by_family = np.repeat([family[4] for family in FAMILIES.values()], len(MODELS))
    return by_family * draw.gamma(3.0, 1.0, garment_count())


def cents(products: pl.DataFrame, column: str) -> Integers:
    """A money column of the products as whole cents."""
    return (products[column] * 100).cast(pl.Int64).to_numpy()
