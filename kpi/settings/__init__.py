"""Settings: one file, `data/settings.toml`, with environment variables (`AMBASSADE_…`) above it."""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pydantic_settings
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kpi.errors import SettingsError
from kpi.settings.sections import (
    Access,
    Advocates,
    Affordability,
    AllSalesCosts,
    DatabaseSource,
    Demo,
    FileSource,
    Mail,
    SalesCosts,
    Spotlighting,
    Weights,
)

__all__ = [
    "PROJECT",
    "SETTINGS_FILE",
    "Access",
    "Advocates",
    "Affordability",
    "AllSalesCosts",
    "DatabaseSource",
    "Demo",
    "FileSource",
    "Mail",
    "SalesCosts",
    "Settings",
    "Spotlighting",
    "Weights",
    "read_settings",
]

PROJECT = Path(__file__).resolve().parent.parent.parent
SETTINGS_FILE = PROJECT / "data" / "settings.toml"


class Settings(BaseSettings):
    """What a company decides once; each field can be overridden by `AMBASSADE_<FIELD>`.

    A rate has at most eight decimals and a margin four: those that the warehouse computes with.
    """

    model_config = SettingsConfigDict(
        env_prefix="AMBASSADE_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        toml_file=SETTINGS_FILE,
    )

    time_zone: str = "Europe/Paris"
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    rates: dict[str, Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8)]] = Field(default_factory=dict)
    default_margin_rate: Decimal = Field(default=Decimal("0.5"), ge=0, le=1, decimal_places=4)
    rejected_rows_limit: float = Field(default=0.05, ge=0, le=1)
    few: int = Field(default=30, ge=1)
    refund_days: int = Field(default=30, ge=0, le=3_650)
    kept_versions: int = Field(default=5, ge=1)
    stale_after_days: int = Field(default=3, ge=1)
    look_for_versions_every: float = Field(default=60, ge=1)
    memory_limit: str = Field(default="2700MB", pattern="^[1-9][0-9]*(MB|GB)$")
    store: Path = PROJECT / "data" / "store"
    sources: tuple[Annotated[FileSource | DatabaseSource, Field(discriminator="kind")], ...] = ()
    spotlights: Spotlighting = Spotlighting()
    access: Access = Access()
    demo: Demo = Demo()
    advocates: Advocates = Advocates()
    affordability: Affordability = Affordability()
    sales_costs: AllSalesCosts = AllSalesCosts()
    mail: Mail = Mail()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not a time zone of the IANA list, such as Europe/Paris") from error
        return value

    @field_validator("rates")
    @classmethod
    def _upper_case_currencies(cls, value: dict[str, Decimal]) -> dict[str, Decimal]:
        # AMBASSADE_RATES__USD arrives as "usd": the names of environment variables are read in lower case.
        return {currency.upper(): rate for currency, rate in value.items()}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """The settings of this process, read once; `SettingsError` names each field that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SettingsError(f"Settings cannot be used ({faults}). Edit {SETTINGS_FILE.name} or AMBASSADE_…") from error
    except (TOMLDecodeError, UnicodeDecodeError, pydantic_settings.SettingsError) as error:
        raise SettingsError(f"Settings cannot be read ({error}). Edit {SETTINGS_FILE.name} or AMBASSADE_…") from error
