"""A segment is saved in discovery, chosen on the overview, renamed, deleted and brought back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .conftest import HEALTHY, PATIENCE, open_page, serious, settle
from .test_discovery import TITLE
from .test_drawer import come_in
from .test_journey import values
from .test_sharing import choose

pytestmark = pytest.mark.browser

SEGMENTS = "Saved segments"


def popover(page: Page) -> Locator:
    """The popover in which segments are listed and saved."""
    settle(page)
    page.get_by_role("button", name=SEGMENTS).click()
    inside = page.get_by_test_id("stPopoverBody")
    expect(inside).to_be_visible(timeout=PATIENCE)
    return inside


def managing(page: Page) -> Locator:
    """The dialog in which one's own are changed."""
    settle(page)
    page.get_by_role("button", name="Manage my segments").click()
    dialog = page.get_by_role("dialog", name="My segments")
    expect(dialog).to_be_visible(timeout=PATIENCE)
    return dialog


def expect_listed(page: Page, *names: str) -> None:
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    inside = popover(page)
    expect(inside.get_by_role("link")).to_have_text(list(names), timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(inside).to_have_count(0, timeout=PATIENCE)


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_segment_goes_from_discovery_to_the_overview_and_back(stranger: BrowserContext) -> None:
    come_in(stranger, "Programme owner")
    discovery = open_page(stranger, "/discovery?country_code=France&country_code=Belgium", TITLE)
    inside = popover(discovery)
    inside.get_by_label("Save these filters as").fill("Silent nearby")
    inside.get_by_role("button", name="Save").click()
    expect(inside.get_by_role("link", name="Silent nearby")).to_be_visible(timeout=PATIENCE)

    by_hand = open_page(stranger, "/overview?country_code=France&country_code=Belgium")
    overview = open_page(stranger, "/overview")
    everybody = values(overview)
    overview.get_by_test_id("stSidebar").get_by_text("Segments", exact=True).click()
    choose(overview, "Saved segment", "Silent nearby")
    assert values(overview) == values(by_hand) != everybody
    assert (asked(overview)["segment"], sorted(asked(overview)["country_code"])) == (
        ["Silent nearby"],
        ["Belgium", "France"],
    )
    sidebar = overview.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("asks about people (who has posted) applies in discovery only")).to_be_visible()
    assert serious(overview) == []
    overview.get_by_role("link", name="Ambassadors").first.click()
    expect(overview.get_by_role("heading", level=1)).not_to_have_text(HEALTHY, timeout=PATIENCE)
    settle(overview)
    assert (asked(overview)["segment"], sorted(asked(overview)["country_code"])) == (
        ["Silent nearby"],
        ["Belgium", "France"],
    )
    sidebar.get_by_role("button", name="Remove France").click()
    expect(sidebar.get_by_text("Silent nearby, changed")).to_be_visible(timeout=PATIENCE)
    sidebar.get_by_role("button", name="As it was saved").click()
    expect(sidebar.get_by_text("Silent nearby, changed")).to_have_count(0, timeout=PATIENCE)
    settle(overview)
    assert sorted(asked(overview)["country_code"]) == ["Belgium", "France"]

    dialog = managing(discovery)
    dialog.get_by_label("Name").fill("Quiet nearby")
    assert serious(discovery) == []
    dialog.get_by_role("button", name="Save").click()
    expect_listed(discovery, "Quiet nearby")
    dialog = managing(discovery)
    dialog.get_by_text("Delete it").click()
    dialog.get_by_role("button", name="Yes, delete it").click()
    expect(discovery.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    settle(discovery)
    managing(discovery).get_by_role("button", name="Undo the last change").click()
    expect_listed(discovery, "Quiet nearby")
