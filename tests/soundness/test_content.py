"""What posts are and what they bring, by hand: removed posts nowhere, unknown clicks never as zero."""

import pytest

from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.asking import groups, measured, value

MARCH = ("2026-03-01", "2026-04-01")


def post(origin: str, clicks: int | None = None, orders: int | None = None, **columns: str) -> Row:
    return {
        "customer_id": "c",
        "posted_at": "2026-03-10",
        "origin": origin,
        "clicks": clicks,
        "orders": orders,
        **columns,
    }


class TestPosts:
    """Organic 100/10, 50/1, 50/4 clicks/orders, unknown and removed ones; incentivised 20/1; paid 0/0 and 40/2."""

    @pytest.fixture(scope="class")
    @classmethod
    def posts(cls, company: Company) -> Warehouse:
        return company(
            customers=[{"customer_id": "staff", "is_staff": True}],
            content=[
                post("organic", 100, 10, platform="instagram"),
                post("organic", 50, 1, platform="tiktok"),
                post("organic", 50, 4, platform="tiktok"),
                post("organic", None, None),
                post("organic", None, 7),  # orders of unknown clicks belong to no rate
                post("organic", 600, None),  # clicks of unknown orders neither
                post("organic", 900, 900, removed_at="2026-09-01"),
                post("organic", 900, 900, customer_id="staff"),
                post("organic", 900, 900, posted_at="2026-03-31T22:30:00Z"),  # 1 April in Paris
                post("incentivised", 20, 1),
                post("paid", 0, 0),
                post("paid", 40, 2),
            ],
        )

    def test_organic_share(self, posts: Warehouse) -> None:
        # 6 organic of 9 posts, known clicks or not
        # Wilson for 6 of 9: (0.666667 + 0.213414 ± 1.959964 √(0.024691 + 0.011856)) / 1.426829 = 0.3542, 0.8794
        estimate = measured(posts, "organic_share", *MARCH).estimate
        assert (estimate.value, estimate.n) == (pytest.approx(6 / 9), 9)
        assert (estimate.low, estimate.high) == (pytest.approx(0.3542, abs=1e-4), pytest.approx(0.8794, abs=1e-4))
        assert groups(posts, "organic_share", *MARCH, "origin") == {"incentivised": 0, "organic": 1, "paid": 0}

    def test_conversion_by_origin(self, posts: Warehouse) -> None:
        # 15 / 200; 1 / 20; 2 / 40
        assert groups(posts, "content_conversion_rate", *MARCH, "origin") == {
            "incentivised": pytest.approx(0.05),
            "organic": pytest.approx(0.075),
            "paid": pytest.approx(0.05),
        }
        assert value(posts, "content_conversion_rate", *MARCH) == pytest.approx(18 / 260)

    def test_the_interval_knows_that_clicks_cluster_in_posts(self, posts: Warehouse) -> None:
        # p = 0.075; residuals 2.5, -2.75, 0.25: squares 13.875; variance 3/2 × 13.875 / 200² = 0.0005203125;
        # plain p (1 - p) / 200 = 0.000346875: design effect 1.5, effective n 133.33.
        # Wilson: (0.075 + 0.0144055 ± 1.959964 √(0.0005203125 + 0.0000540205)) / 1.0288109 = 0.04125, 0.13256
        estimate = measured(posts, "content_conversion_rate", *MARCH, origin="organic").estimate
        assert (estimate.n, estimate.method) == (133, "Wilson on the effective n")
        assert (estimate.low, estimate.high) == (pytest.approx(0.04125, abs=1e-5), pytest.approx(0.13256, abs=1e-5))

    def test_one_post_gives_no_interval(self, posts: Warehouse) -> None:
        # nor says it how alike its 20 clicks are: they count as one
        estimate = measured(posts, "content_conversion_rate", *MARCH, origin="incentivised").estimate
        assert (estimate.value, estimate.low, estimate.high, estimate.n) == (pytest.approx(0.05), None, None, 1)

    def test_a_post_nobody_saw_adds_no_cluster(self, posts: Warehouse) -> None:
        estimate = measured(posts, "content_conversion_rate", *MARCH, origin="paid").estimate
        assert (estimate.low, estimate.high) == (None, None)

    def test_by_platform(self, posts: Warehouse) -> None:
        # instagram: 100/10 + 20/1 + 0/0 + 40/2 = 13 / 160; tiktok 5 / 100
        assert groups(posts, "content_conversion_rate", *MARCH, "platform") == {
            "instagram": pytest.approx(13 / 160),
            "tiktok": pytest.approx(0.05),
        }

    def test_without_clicks_there_is_no_rate(self, posts: Warehouse) -> None:
        answer = measured(posts, "content_conversion_rate", "2026-02-01", "2026-03-01")
        assert (answer.estimate.value, answer.reason) == (None, "nobody clicked")
        answer = measured(posts, "organic_share", "2026-02-01", "2026-03-01")
        assert (answer.estimate.value, answer.reason) == (None, "nothing was posted")
