"""Coming in, going out, and what each role finds inside."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from kpi.access.roles import Role

from .conftest import (
    BUILT_ON,
    HEALTHY,
    MEANING,
    PASSWORD,
    PATIENCE,
    expect_heading,
    settle,
    sign_in,
    violations,
)

pytestmark = pytest.mark.browser

NAVIGATION = {
    Role.OWNER: [
        "Overview",
        "Ambassadors",
        "Revenue",
        "Economics",
        "Lifetime",
        "Affordability",
        "Satisfaction",
        "Discovery",
        "Spotlights",
        "Budget",
        "Alerts",
        "Data",
        "Glossary",
    ],
    Role.SPONSOR: [
        "Overview",
        "Economics",
        "Lifetime",
        "Affordability",
        "Satisfaction",
        "Spotlights",
        "Budget",
        "Alerts",
        "Glossary",
    ],
    Role.COORDINATOR: ["Overview", "Ambassadors", "Satisfaction", "Discovery", "Spotlights", "Alerts", "Glossary"],
    Role.DATA: ["Overview", "Alerts", "Data", "Glossary"],
    Role.ADMIN: ["Overview", "Alerts", "Data", "Glossary", "Audit log"],
}
OUT, NOT_YOURS = "You are signed out", "This page is not for your role"


def test_a_deep_link_survives_signing_in_with_its_filters(person: BrowserContext) -> None:
    page = sign_in(person, Role.OWNER, "/overview?period=Last+30+days&programme=Recognition")
    expect_heading(page, HEALTHY)
    expect(page.get_by_text("Only programme: Recognition")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("against the 30 days before").first).to_be_visible()
    assert page.url.endswith("/overview?period=Last+30+days&programme=Recognition")


def test_a_search_that_somebody_else_wrote_is_shown_as_text(person: BrowserContext) -> None:
    written = "[in](//evil.example) https://evil.example www.evil.example ann@evil.example :red[x] ![](/x) `c` $1$"
    page = sign_in(person, Role.OWNER, f"/glossary?{urlencode({'search': written})}")
    told = page.get_by_text("No number is named or described by")
    expect(told).to_be_visible(timeout=PATIENCE)
    assert written in told.inner_text().replace("\N{WORD JOINER}", "")
    assert told.locator("*").count() == 0
    assert page.locator("[href*='evil.example']").count() == 0


def test_a_refresh_and_a_second_tab_stay_signed_in(person: BrowserContext) -> None:
    page = sign_in(person, Role.OWNER)
    expect_heading(page, HEALTHY)
    page.reload()
    expect_heading(page, HEALTHY)
    second = person.new_page()
    second.goto("/data")
    expect_heading(second, BUILT_ON)


def test_signing_out_ends_every_tab_and_the_back_button_brings_nothing_back(person: BrowserContext) -> None:
    page = sign_in(person, Role.OWNER)
    expect_heading(page, HEALTHY)
    settle(page)
    other = person.new_page()
    other.goto("/glossary")
    expect_heading(other, MEANING)
    settle(other)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=PATIENCE)
    assert HEALTHY not in page.content()
    other.get_by_role("link", name="Overview").click()
    expect_heading(other, OUT)
    other.get_by_role("link", name="Sign in").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_its_pages(person: BrowserContext, role: Role) -> None:
    page = sign_in(person, role)
    expect_heading(page, HEALTHY)
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links).to_have_text([re.compile(f"{name}$") for name in NAVIGATION[role]])
    expect(page.get_by_role("navigation", name="Account")).to_contain_text("Ada Martin")
    for path, name, heading in (("/data", "Data", BUILT_ON), ("/audit", "Audit log", "Who did what?")):
        page.goto(path)
        expect_heading(page, heading if name in NAVIGATION[role] else NOT_YOURS)


def test_a_table_is_downloaded_by_its_reader(person: BrowserContext) -> None:
    page = sign_in(person, Role.ADMIN, "/audit")
    expect_heading(page, "Who did what?")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "ambassade-audit-log.csv"
    assert download.value.path().read_text().startswith("recorded_at,actor,kind,address,details\n")


def test_a_wrong_password_is_told_and_can_be_mended(browser: Browser, house: str, tmp_path: Path) -> None:
    context = browser.new_context(base_url=house, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto("/data")
    page.get_by_label("Identifiant").fill("data")
    page.get_by_label("Mot de passe").fill("pas celui-ci")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("ne convient pas")
    expect(page.get_by_label("Identifiant")).to_have_value("data")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/data")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_around_the_dashboard_are_accessible(
    browser: Browser, house: str, server: str, theme: str, language: str
) -> None:
    person = browser.new_context(base_url=house, color_scheme="dark" if theme == "dark" else "light", locale="en-GB")
    page = person.new_page()
    found = []
    # The first with accounts, the second with the demo readers.
    for address in (f"/sign-in?lang={language}", f"{server}/sign-in?lang={language}"):
        page.goto(address)
        found += violations(page)
    assert page.locator("html").get_attribute("lang") == language
    person.clear_cookies()  # which keep the language chosen
    page = sign_in(person, Role.OWNER, "/account")
    expect_heading(page, "Ada Martin")
    for path in ("/account", "/sign-out", "/downloads/none"):
        page.goto(path)
        found += violations(page)
    person.close()
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_newcomer_meets_is_accessible(browser: Browser, house: str, theme: str, language: str) -> None:
    """The sign-in page with its error, and the page on which a password must be chosen, with its error too."""
    person = browser.new_context(base_url=house, color_scheme="dark" if theme == "dark" else "light", locale="en-GB")
    page = person.new_page()
    page.goto(f"/sign-in?lang={language}")
    for password in ("not this one", PASSWORD):
        page.locator("[name=username]").fill("newcomer")
        page.locator("[name=password]").fill(password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert violations(page) == []
    assert "/account" in page.url
    page.goto(f"/account?lang={language}")
    assert violations(page) == []
    for name, typed in (("current", PASSWORD), ("new", "twelve signs and more"), ("again", "other signs and more")):
        page.locator(f"[name={name}]").fill(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []
    person.close()
