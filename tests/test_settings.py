"""One settings file, the environment above it, and faults by name."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from kpi.errors import SettingsError
from kpi.settings import SETTINGS_FILE, Access, DatabaseSource, FileSource, Mail, Settings, Weights, read_settings


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    read_settings.cache_clear()
    yield
    read_settings.cache_clear()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.toml"
    monkeypatch.setitem(Settings.model_config, "toml_file", path)
    return path


def test_the_committed_file_says_what_the_defaults_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = read_settings().model_dump()
    monkeypatch.setitem(Settings.model_config, "toml_file", tmp_path / "absent.toml")
    read_settings.cache_clear()
    assert read_settings().model_dump() == committed


def test_the_environment_stands_above_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('few = 20\ncurrency = "GBP"\n[demo]\nseed = 7\ncustomers = 500\n', encoding="utf-8")
    monkeypatch.setenv("AMBASSADE_FEW", "12")
    monkeypatch.setenv("AMBASSADE_DEMO__CUSTOMERS", "900")
    settings = read_settings()
    assert (settings.few, settings.currency, settings.kept_versions) == (12, "GBP", 5)
    assert (settings.demo.seed, settings.demo.customers) == (7, 900)


def test_access_can_be_set_by_the_environment_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[access]\nidle_hours = 2\n", encoding="utf-8")
    monkeypatch.setenv("AMBASSADE_ACCESS__HTTPS", "true")
    monkeypatch.setenv("AMBASSADE_ACCESS__BEHIND_PROXY", "1")
    assert read_settings().access == Access(https=True, behind_proxy=True, idle_hours=2, absolute_hours=24)


def test_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_settings()
    monkeypatch.setenv("AMBASSADE_FEW", "12")
    assert read_settings() is first
    read_settings.cache_clear()
    assert read_settings().few == 12


def test_settings_cannot_be_changed() -> None:
    settings = read_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.few = 1
    with pytest.raises(ValidationError, match="frozen"):
        settings.demo.seed = 1


def test_the_zone_is_the_named_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMBASSADE_TIME_ZONE", "Asia/Tokyo")
    assert read_settings().zone.key == "Asia/Tokyo"


def test_rates_are_exact_and_named_in_capitals(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[rates]\nUSD = 0.92\n", encoding="utf-8")
    monkeypatch.setenv("AMBASSADE_RATES__CHF", "1.05")
    assert read_settings().rates == {"USD": Decimal("0.92"), "CHF": Decimal("1.05")}


def test_a_rate_of_the_environment_replaces_the_one_of_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[rates]\nUSD = 0.92\n", encoding="utf-8")
    monkeypatch.setenv("AMBASSADE_RATES__USD", "0.95")
    assert read_settings().rates == {"USD": Decimal("0.95")}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("TIME_ZONE", "Paris", "time_zone: .*such as Europe/Paris"),
        ("TIME_ZONE", "../etc/localtime", "time_zone: .*such as Europe/Paris"),
        ("CURRENCY", "euro", "currency: "),
        ("FEW", "0", "few: Input should be greater than or equal to 1"),
        ("REJECTED_ROWS_LIMIT", "5", "rejected_rows_limit: "),
        ("RATES__USD", "0", r"rates\.usd: "),
        ("RATES", "0.92", "rates: "),
        ("RATES", "USD=0.92", 'field "rates"'),
        ("DEMO__CUSTOMERS", "10", r"demo\.customers: "),
        ("ACCESS__IDLE_HOURS", "0", r"access\.idle_hours: "),
        ("ACCESS__ABSOLUTE_HOURS", "200", r"access\.absolute_hours: "),
        ("ACCESS__HTTPS", "perhaps", r"access\.https: "),
        ("DEMO__SED", "10", r"demo\.sed: Extra inputs are not permitted"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str
) -> None:
    monkeypatch.setenv(f"AMBASSADE_{name}", value)
    with pytest.raises(SettingsError, match=rf"{fault}.*Edit {SETTINGS_FILE.name} or AMBASSADE_"):
        read_settings()


def test_all_faults_are_named_at_once(file: Path) -> None:
    file.write_text("few = 0\nfwe = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"few: .*; fwe: Extra inputs are not permitted"):
        read_settings()


@pytest.mark.parametrize("content", [b"few = \n", b'currency = "\xe9"\n'])
def test_a_file_that_is_not_toml_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"Settings cannot be read \(.*Edit settings\.toml"):
        read_settings()


def test_the_sources_of_a_refresh_are_named_in_the_file(file: Path) -> None:
    file.write_text(
        '[[sources]]\nkind = "files"\npath = "exports/*.csv"\nrecipe = "recipes/shop"\n'
        '[[sources]]\nkind = "postgres"\nurl = "postgresql://reader:s3cret@db/shop"\nschema = "crm"\n',
        encoding="utf-8",
    )
    files, database = read_settings().sources
    assert files == FileSource(kind="files", path="exports/*.csv", recipe=Path("recipes/shop"))
    assert isinstance(database, DatabaseSource)
    assert (database.schema_name, database.recipe) == ("crm", None)
    assert database.url.get_secret_value() == "postgresql://reader:s3cret@db/shop"
    assert "s3cret" not in f"{read_settings()!r}{read_settings()}{read_settings().model_dump_json()}"


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (
            'kind = "postgres"\nurl = "postgresql://reader:s3cret@db/shop"\nscheme = "crm"',
            r"sources\.0\.postgres\.scheme",
        ),
        ('kind = "postgres"\nurl = ""', r"sources\.0\.postgres\.url"),
        ('kind = "postgres"\nurl = ["postgresql://reader:s3cret@db/shop"]', r"sources\.0\.postgres\.url"),
        (
            'kind = "mysql"\nurl = "mysql://reader:s3cret@db/shop"',
            "sources.0: Input tag 'mysql' .* 'files', 'postgres'",
        ),
        ('kind = "files"', r"sources\.0\.files\.path: Field required"),
        ('path = "exports"', r"sources\.0: Unable to extract tag"),
    ],
)
def test_a_source_that_cannot_be_used_is_named_without_its_password(file: Path, block: str, fault: str) -> None:
    file.write_text(f"[[sources]]\n{block}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=fault) as refused:
        read_settings()
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "default_margin_rate = 0.33333",
            "default_margin_rate: Decimal input should have no more than 4 decimal places",
        ),
        ("[rates]\nVND = 0.0000345678912", "rates.VND: Decimal input should have no more than 8 decimal places"),
    ],
)
def test_a_rate_is_never_rounded(file: Path, text: str, fault: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(fault)):
        read_settings()
    # What the warehouse computes with is taken as it is, zeros at its end included.
    file.write_text("default_margin_rate = 0.3333\n[rates]\nVND = 0.00003457\nUSD = 0.9200000000", encoding="utf-8")
    assert (read_settings().default_margin_rate, read_settings().rates["VND"]) == (
        Decimal("0.3333"),
        Decimal("0.00003457"),
    )


def test_weights_need_something_to_weigh(file: Path) -> None:
    nothing = "\n".join(f"{name} = 0" for name in Weights.model_fields)
    file.write_text(f"[advocates.weights]\n{nothing}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"advocates\.weights: .*at least one weight must be above 0"):
        read_settings()


def test_answers_are_read_as_far_back_as_a_detractor_waits(file: Path) -> None:
    file.write_text("[advocates]\nwindow_days = 90\ndetractor_days = 91\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="detractor_days must not be more than window_days"):
        read_settings()
    file.write_text("[advocates]\nwindow_days = 90\ndetractor_days = 90\n", encoding="utf-8")
    assert read_settings().advocates.detractor_days == 90


def test_the_weights_of_the_file_are_points_of_a_hundred() -> None:
    assert sum(read_settings().advocates.weights.model_dump().values()) == 100


def test_there_is_one_cool_down(file: Path) -> None:
    file.write_text("[advocates]\ncool_down_days = 30\n", encoding="utf-8")
    assert read_settings().advocates.cool_down_days == 30
    read_settings.cache_clear()
    file.write_text("[spotlights]\ncool_down_days = 30\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"spotlights\.cool_down_days: Extra inputs are not permitted"):
        read_settings()


def test_the_password_of_the_mail_server_comes_from_the_environment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = (
        'host = "mail.example.org"\nuser = "post"\nsender = "a@example.org"\nbase_address = "https://a.example.org"\n'
    )
    file.write_text(f"[mail]\n{server}", encoding="utf-8")
    monkeypatch.setenv("AMBASSADE_MAIL__PASSWORD", "secret")
    mail = read_settings().mail
    assert (mail.host, mail.port, mail.starttls, mail.password.get_secret_value()) == (
        "mail.example.org",
        587,
        True,
        "secret",
    )
    assert "secret" not in repr(mail)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"host": "mail.example.org", "sender": "a@example.org"}, "host goes with a sender and the base_address"),
        ({"user": "post", "starttls": False}, "need starttls = true"),
        ({"sender": "a@example.org\r\nBcc: b@example.org"}, "String should match pattern"),
        ({"base_address": "javascript:alert(1)"}, "String should match pattern"),
    ],
)
def test_mail_that_cannot_be_sent_safely_is_refused(given: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Mail(**given)  # type: ignore[arg-type]
