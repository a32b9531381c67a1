"""Who there is: customers, ambassadors, products, challenges."""

import numpy as np
import polars as pl

from bench.company import Company, draws, identifiers, later, money, picked, timestamps, where

COUNTRIES: dict[str | None, float] = {
    "FR": 46, "BE": 12, "DE": 10, "CH": 6, "ES": 6, "IT": 5, "GB": 4, "NL": 3, "LU": 2, "PT": 2, "CA": 1, None: 3,
}  # fmt: skip
SECTORS: dict[str | None, float] = {
    "retail": 5, "health": 4, "software": 4, "education": 3, "construction": 3, "food": 3, "transport": 2,
}  # fmt: skip
SIZES: dict[str | None, float] = {"solo": 8, "2-10": 9, "11-50": 6, "51-250": 4, "251-1000": 2, "1000+": 1}
CHANNELS: dict[str | None, float] = {"search": 30, "social": 22, "store": 15, "email": 10, "partner": 8, "unknown": 15}
LEVERS: dict[str | None, float] = {"email": 35, "website": 25, "app": 15, "event": 10, "sales": 8, None: 7}
PROGRAMMES: dict[str | None, float] = {"recognition": 70, "commission": 20, "affiliate": 10}
PRODUCTS = 200
CHALLENGES = 12


def customers(company: Company, first: int, count: int) -> pl.DataFrame:
    """Customers `first` to `first + count`; three in ten are companies, one in a thousand is staff."""
    random = draws(0, first)
    numbers = np.arange(first, first + count, dtype=np.int64)
    ids = identifiers("c", numbers)
    is_company = random.random(count) < 0.3
    return pl.DataFrame(
        {
            "customer_id": ids,
            "full_name": "Person " + ids,
            "email": ids + "@example.org",
            "country_code": picked(random, count, COUNTRIES),
            "sector": where(picked(random, count, SECTORS), is_company),
            "company_size": where(picked(random, count, SIZES), is_company),
            "joined_at": timestamps(company.joined(numbers)),
            "acquisition_channel": picked(random, count, CHANNELS),
            "reach": where(pl.Series(random.integers(0, 5_000, count)), random.random(count) < 0.4),
            "contact_consent": random.random(count) < 0.7,
            "is_staff": random.random(count) < 0.001,
        }
    )


def ambassadors(company: Company) -> pl.DataFrame:
    """Every hundredth customer; one in ten has left again."""
    count = len(company.enrolled)
    numbers = np.arange(count, dtype=np.int64)
    random = draws(1, 0)
    ids = identifiers("a", numbers)
    has_left = random.random(count) < 0.1
    return pl.DataFrame(
        {
            "ambassador_id": ids,
            "customer_id": identifiers("c", 100 * numbers),
            "enrolled_at": timestamps(company.enrolled),
            "left_at": later(company.enrolled, 60 + 400 * random.random(count), kept=has_left),
            "programme": picked(random, count, PROGRAMMES),
            "referral_code": ids.str.to_uppercase(),
            "lever": picked(random, count, LEVERS),
        }
    )


def products() -> pl.DataFrame:
    """A catalogue of 200 products in ten categories."""
    random = draws(2, 0)
    numbers = np.arange(PRODUCTS, dtype=np.int64)
    prices = 5 + 195 * random.random(PRODUCTS)
    ids = identifiers("p", numbers)
    return pl.DataFrame(
        {
            "product_id": ids,
            "name": "Product " + ids,
            "category": "category " + pl.Series(numbers % 10).cast(pl.String),
            "unit_price": money(prices),
            "unit_cost": money(prices * 0.45),
        }
    )


def challenges() -> pl.DataFrame:
    """One collective challenge for each quarter."""
    starts = pl.date_range(pl.date(2023, 11, 1), pl.date(2026, 8, 1), "3mo", eager=True)
    return pl.DataFrame(
        {
            "challenge_id": identifiers("g", np.arange(CHALLENGES, dtype=np.int64)),
            "title": "Challenge " + pl.Series(range(CHALLENGES)).cast(pl.String),
            "unit": "posts",
            "target": 1_000,
            "starts_on": starts,
            "ends_on": starts.dt.offset_by("3mo"),
        }
    )
