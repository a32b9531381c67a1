"""The phase that computes the five headline numbers as a tutorial would: pandas, straight from the files.

The definitions are the registry's, but for two things that a tutorial leaves out: amounts are floating-point numbers,
and there are no intervals. Only the columns needed are read.
"""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from bench.clock import Clock
from bench.company import END
from bench.latencies import YEAR
from kpi.settings import read_settings

ACTS = ("event_spoken", "community_post", "feedback", "beta_test", "vote")
WINDOW = pd.Timedelta(days=30)


class Tutorial:
    """One reading of the files of a folder, for the year up to `END`."""

    def __init__(self, folder: Path, zone: ZoneInfo) -> None:
        self._folder = folder
        self.end = pd.Timestamp(END, tz=zone)
        self.start = pd.Timestamp(END - timedelta(days=YEAR), tz=zone)
        self.month = pd.Timestamp(END - timedelta(days=30), tz=zone)
        customers = self._read("customers", "customer_id", "is_staff")
        self.staff = set(customers.loc[customers["is_staff"], "customer_id"])
        ambassadors = self._read("ambassadors", "ambassador_id", "customer_id", "enrolled_at", "left_at")
        self.ambassadors = ambassadors[~ambassadors["customer_id"].isin(self.staff)]

    def active_ambassadors(self) -> int:
        """Enrolled ambassadors with an act in the last 30 days."""
        content = self._read("content", "customer_id", "posted_at", "origin", "removed_at")
        content = content[content["origin"].isin(["organic", "incentivised"]) & content["removed_at"].isna()]
        interactions = self._read("interactions", "customer_id", "occurred_at", "kind")
        interactions = interactions[interactions["kind"].isin(ACTS)]
        contributions = self._read("contributions", "customer_id", "occurred_at")
        acts = pd.concat(
            [
                content[["customer_id", "posted_at"]].rename(columns={"posted_at": "acted_at"}),
                interactions[["customer_id", "occurred_at"]].rename(columns={"occurred_at": "acted_at"}),
                contributions.rename(columns={"occurred_at": "acted_at"}),
            ]
        )
        by_customer = acts[self._is_recent(acts["acted_at"])].merge(self.ambassadors, on="customer_id")
        referrals = self._read("referrals", "ambassador_id", "referred_at").rename(columns={"referred_at": "acted_at"})
        by_referral = referrals[self._is_recent(referrals["acted_at"])].merge(self.ambassadors, on="ambassador_id")
        done = pd.concat([by_customer, by_referral])
        done = done[(done["acted_at"] >= done["enrolled_at"]) & ~(done["left_at"] < self.end)]
        return int(done["ambassador_id"].nunique())

    def credited_orders(self) -> pd.DataFrame:
        """Every order, net of refunds, and whether an ambassador touched the buyer in the 30 days before."""
        orders = self._read("orders", "order_id", "customer_id", "ordered_at", "net_amount", "ambassador_id")
        orders = orders[~orders["customer_id"].isin(self.staff)]
        refunds = self._read("refunds", "order_id", "amount")
        refunded = refunds["amount"].astype(float).groupby(refunds["order_id"]).sum()
        orders["revenue"] = orders["net_amount"].astype(float) - orders["order_id"].map(refunded).fillna(0)
        codes = orders.dropna(subset="ambassador_id")[["order_id", "customer_id", "ambassador_id", "ordered_at"]]
        codes = self._valid(codes.rename(columns={"ordered_at": "touched_at"}))
        touches = self._read("touches", "ambassador_id", "customer_id", "occurred_at")
        referrals = self._read("referrals", "ambassador_id", "customer_id", "referred_at").dropna()
        reached = pd.concat(
            [
                touches.rename(columns={"occurred_at": "touched_at"}),
                referrals.rename(columns={"referred_at": "touched_at"}),
            ]
        )
        matched = pd.merge_asof(
            orders.sort_values("ordered_at"),
            self._valid(reached)[["customer_id", "touched_at"]].sort_values("touched_at"),
            left_on="ordered_at",
            right_on="touched_at",
            by="customer_id",
            tolerance=WINDOW,
        )
        matched["is_credited"] = matched["touched_at"].notna() | matched["order_id"].isin(codes["order_id"])
        return matched

    def programme_cost(self) -> float:
        """Costs of the programme and what rewards cost beside them."""
        costs = self._read("costs", "incurred_on", "channel", "amount")
        days = pd.to_datetime(costs["incurred_on"])
        is_counted = (costs["channel"] == "ambassador") & self._is_in_year(days, of_days=True)
        rewards = self._read("rewards", "granted_at", "cost_amount")
        granted = rewards.loc[self._is_in_year(rewards["granted_at"]), "cost_amount"]
        return float(costs.loc[is_counted, "amount"].astype(float).sum() + granted.astype(float).sum())

    def net_promoter_score(self) -> float:
        """Of ambassadors: the latest answer of each person."""
        surveys = self._read("surveys", "response_id", "customer_id", "audience", "kind", "answered_at", "score")
        asked = (surveys["audience"] == "ambassador") & (surveys["kind"] == "nps")
        answers = surveys[asked & self._is_in_year(surveys["answered_at"]) & ~surveys["customer_id"].isin(self.staff)]
        latest = answers.sort_values(["answered_at", "response_id"]).drop_duplicates("customer_id", keep="last")
        return float(100 * ((latest["score"] >= 9).mean() - (latest["score"] <= 6).mean()))

    def _valid(self, touches: pd.DataFrame) -> pd.DataFrame:
        """Touches by an ambassador enrolled at that moment, of somebody else."""
        joined = touches.merge(self.ambassadors, on="ambassador_id", suffixes=("", "_of_ambassador"))
        is_enrolled = (joined["touched_at"] >= joined["enrolled_at"]) & ~(joined["touched_at"] >= joined["left_at"])
        return joined[is_enrolled & (joined["customer_id"] != joined["customer_id_of_ambassador"])]

    def _is_recent(self, moments: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        return (moments >= self.month) & (moments < self.end)

    def _is_in_year(self, moments: "pd.Series[pd.Timestamp]", *, of_days: bool = False) -> "pd.Series[bool]":
        start, end = (self.start.tz_localize(None), self.end.tz_localize(None)) if of_days else (self.start, self.end)
        return (moments >= start) & (moments < end)

    def _read(self, table: str, *columns: str) -> pd.DataFrame:
        return pd.read_parquet(self._folder / f"{table}.parquet", columns=list(columns))


def run(*, folder: str) -> dict[str, object]:
    """The five numbers by name, and the seconds from the files to all of them."""
    clock = Clock()
    read = Tutorial(Path(folder), read_settings().zone)
    active = read.active_ambassadors()
    orders = read.credited_orders()
    dated = orders[read.start <= orders["ordered_at"]]
    dated = dated[dated["ordered_at"] < read.end]
    revenue = float(dated.loc[dated["is_credited"], "revenue"].sum())
    first = orders.sort_values(["ordered_at", "order_id"]).drop_duplicates("customer_id")
    won = first[first["is_credited"] & (first["ordered_at"] >= read.start) & (first["ordered_at"] < read.end)]
    cost = read.programme_cost()
    headlines = {
        "active_ambassadors": active,
        "attributed_revenue": revenue,
        "acquisition_cost": cost / len(won) if len(won) else None,
        "cost_to_revenue_ratio": cost / revenue if revenue else None,
        "ambassador_net_promoter_score": read.net_promoter_score(),
    }
    return {"seconds": clock.seconds(), "headlines": headlines}
