"""Every page of the dashboard under axe: in light and dark, in either language, for a role that may see it."""

import pytest
from playwright.sync_api import Browser, expect

from kpi.access.roles import RIGHTS, Role
from kpi.settings import PROJECT

from .conftest import PASSWORD, PATIENCE, serious, settle, sign_in

pytestmark = pytest.mark.browser

# Read from the folder, so that a new page is looked at without being named here.
PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))


def reader_of(page: str) -> Role:
    return next(role for role, rights in RIGHTS.items() if page in rights.pages)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault(browser: Browser, house: str, name: str, locale: str, theme: str) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        base_url=house,
        locale=locale,
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"/{name}?programme=Recognition")
    page.locator("[name=username]").fill(reader_of(name).value)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    settle(page)
    found = serious(page)
    if name == "ambassador":
        page.goto("/ambassador?id=A0001")
        expect(page.get_by_role("heading", level=3).first).to_be_visible(timeout=PATIENCE)
        settle(page)
        found += serious(page)
    assert page.locator("html").get_attribute("lang") == locale[:2]
    context.close()
    assert found == []


def luminance(colour: str) -> float:
    """Relative luminance of "rgb(79, 179, 174)", as WCAG 2.2 defines it."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_dialog_can_be_read(browser: Browser, house: str, theme: str) -> None:
    context = browser.new_context(base_url=house, color_scheme="dark" if theme == "dark" else "light", locale="en-GB")
    page = sign_in(context, Role.OWNER, "/overview")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    settle(page)
    page.get_by_role("button", name="Targets").click()
    save = page.get_by_role("dialog").get_by_role("button", name="Save")
    expect(save).to_be_visible(timeout=PATIENCE)
    settle(page)
    colours = save.evaluate("one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]")
    found = serious(page)
    context.close()
    assert found == []
    # axe does not judge this button: 4.5 to 1 is what it asks of a text of this size.
    darker, lighter = sorted(map(luminance, colours))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
