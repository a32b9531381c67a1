"""The sections of the settings: what a company decides about one matter each."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Demo(BaseModel):
    """The invented company: `seed` fixes every draw, `customers` its size."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 20261122
    customers: int = Field(default=20_000, ge=100)


class Access(BaseModel):
    """How people come in.

    `https`: the server is reached over HTTPS only; `behind_proxy`: a reverse proxy tells the visitor's address.
    A session ends after `idle_hours` without a visit, and after `absolute_hours` in any case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    https: bool = False
    behind_proxy: bool = False
    idle_hours: float = Field(default=8, gt=0, le=24)
    absolute_hours: float = Field(default=24, gt=0, le=24 * 7)


class Spotlighting(BaseModel):
    """Spotlights: acts are counted `window_days` before and after each.

    How long somebody rests after one is the cool-down of `Advocates`, that of every thank-you.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_days: int = Field(default=60, ge=1, le=365)


class Weights(BaseModel):
    """How many points of 100 each component of the engagement score can bring, in proportion.

    `organic_content`: posts of their own accord that are no reviews; `content_response`: what their posts drew;
    `referrals`: referrals made and customers brought; `reviews`; `satisfaction`: the latest survey answer;
    `repeat_purchases`: orders kept after the first; `tenure`; `recency` of the last sign of attachment; `breadth`:
    kinds of dealings; `feedback`, beta tests and votes; `community` posts and contributions; `events`; `reach`, capped.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    organic_content: float = Field(default=17, ge=0)
    content_response: float = Field(default=8, ge=0)
    referrals: float = Field(default=8, ge=0)
    reviews: float = Field(default=8, ge=0)
    satisfaction: float = Field(default=12, ge=0)
    repeat_purchases: float = Field(default=10, ge=0)
    tenure: float = Field(default=4, ge=0)
    recency: float = Field(default=8, ge=0)
    breadth: float = Field(default=7, ge=0)
    feedback: float = Field(default=6, ge=0)
    community: float = Field(default=6, ge=0)
    events: float = Field(default=4, ge=0)
    reach: float = Field(default=2, ge=0)

    @model_validator(mode="after")
    def _some_weight(self) -> "Weights":
        if not sum(self.model_dump().values()):
            raise ValueError("at least one weight must be above 0")
        return self


class Advocates(BaseModel):
    """Whom to propose for recognition.

    What people did in the `window_days` before a day counts, beside those of the same `segment_by`, segments of fewer
    than `smallest_segment` people taken together; reach counts up to `reach_cap`. Left out is who was thanked,
    published or declined less than `cool_down_days` ago, asked for help within `complaint_days`, or was dissatisfied
    within `detractor_days`.
    `drawn_share` of a list is drawn at random, `weekly_capacity` people are thanked in a week.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    segment_by: Literal["country_code", "sector", "company_size", "acquisition_channel"] = "country_code"
    smallest_segment: int = Field(default=30, ge=1)
    window_days: int = Field(default=365, ge=1)
    reach_cap: int = Field(default=10_000, ge=0)
    cool_down_days: int = Field(default=90, ge=0, le=3_650)
    complaint_days: int = Field(default=30, ge=0)
    detractor_days: int = Field(default=180, ge=0)
    drawn_share: float = Field(default=0.1, ge=0, lt=1)
    weekly_capacity: int = Field(default=10, ge=1)
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _answers_within_the_window(self) -> "Advocates":
        if self.detractor_days > self.window_days:
            raise ValueError("detractor_days must not be more than window_days, within which answers are read")
        return self


class Affordability(BaseModel):
    """What winning a customer may cost, where nothing else is assumed.

    `discount` by year; `target_ratio`: how many times its cost a customer's value is; `payback`: months within which
    the cost must be back; `floor`: share of each sale's revenue that no commission may touch; `horizon`: months of a
    customer that count; `rho`: what is left of a commission from one month to the next, where it shrinks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    discount: float = Field(default=0.1, ge=0, le=1)
    target_ratio: float = Field(default=3, ge=0.1, le=100)
    payback: int = Field(default=12, ge=1, le=12_000)
    floor: float = Field(default=0, ge=0, le=1)
    horizon: int = Field(default=36, ge=1, le=12_000)
    rho: float = Field(default=0.9, ge=0, le=1)


Share = Annotated[float, Field(ge=0, le=1)]


class SalesCosts(BaseModel):
    """What a sale costs besides the product, as shares of its net revenue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payment: Share = 0.0
    delivery: Share = 0.0
    support: Share = 0.0
    commission: Share = 0.0

    @property
    def total(self) -> float:
        """All of them together."""
        return self.payment + self.delivery + self.support + self.commission


class AllSalesCosts(SalesCosts):
    """The same, and by category of product where it differs: a category names all that it costs."""

    categories: dict[str, SalesCosts] = Field(default_factory=dict)

    def of(self, category: str | None) -> SalesCosts:
        """Those of a category; None for a product without one."""
        return self.categories.get(category or "", self)


class Mail(BaseModel):
    """The server that alerts are sent through; without a `host` no mail is sent.

    `sender` is the address that mails come from, `base_address` where people reach the dashboard, for links. The
    password comes from the environment, AMBASSADE_MAIL__PASSWORD, and goes over an encrypted connection only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = ""
    port: int = Field(default=587, ge=1, le=65_535)
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    starttls: bool = True
    base_address: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    timeout_seconds: float = Field(default=30, gt=0, le=300)

    @model_validator(mode="after")
    def _whole(self) -> "Mail":
        if self.host and not (self.sender and self.base_address):
            raise ValueError("host goes with a sender and the base_address of the dashboard")
        if self.user and not self.starttls:
            raise ValueError("a user and password need starttls = true, or anybody on the way can read them")
        return self


class FileSource(BaseModel):
    """Exports that every refresh looks at: a file, a folder, or a pattern that names several of them.

    A relative path begins at the project's folder. `recipe` is a folder of SQL files, for exports of another shape.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["files"]
    path: str = Field(min_length=1)
    recipe: Path | None = None


class DatabaseSource(BaseModel):
    """A PostgreSQL database that every refresh reads: `url` is its address, or `env:NAME`.

    Without `schema` the user's search path counts. `recipe` reads tables of another shape by their own names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["postgres"]
    url: SecretStr = Field(min_length=1)
    schema_name: str | None = Field(default=None, alias="schema", min_length=1)
    recipe: Path | None = None
