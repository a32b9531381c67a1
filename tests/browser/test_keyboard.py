"""Through the overview with the keyboard alone: everything is reached, and where one is can be seen."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Page, expect

from .conftest import HEALTHY, PATIENCE, open_page, settle

pytestmark = pytest.mark.browser

MOST = 150  # steps until something is wrong
MARGIN = 6  # pixels around an element in which its focus is seen

# What has the focus: its name, and a number that is its own.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    window.reached = window.reached ?? [];
    if (!window.reached.includes(one)) window.reached.push(one);
    const box = one.getBoundingClientRect();
    const label = document.querySelector(`label[for="${one.id}"]`);
    return {
        number: window.reached.indexOf(one), tag: one.tagName,
        name: (one.getAttribute('aria-label') || label?.innerText || one.innerText || one.title || '').trim(),
        box: {x: box.x, y: box.y, width: box.width, height: box.height},
    };
}"""
# What a mouse can use and the keyboard did not reach: seen, not switched off, neither around nor within what was. The
# arrow of a list does what the down key does in the field beside it.
MISSED = """() => [...document.querySelectorAll(
    'button, a[href], input, select, textarea, summary, [role=button], [role=combobox], [role=tab], [role=slider]')]
    .filter(one => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && one.getBoundingClientRect().width > 0 && !one.disabled && !one.closest('[aria-hidden=true], [inert]')
        && !window.reached.some(other => other.contains(one) || one.contains(other))
        && !(one.getAttribute('aria-haspopup') === 'listbox'
            && window.reached.includes(one.closest('[role=group]')?.querySelector('[role=combobox]'))))
    .map(one => one.outerHTML.slice(0, 200))"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is."""

    number: int
    tag: str
    name: str
    box: FloatRect


def focused(page: Page) -> Stop | None:
    found = page.evaluate(FOCUSED)
    return Stop(**found) if found else None


def step(page: Page) -> Stop | None:
    page.keyboard.press("Tab")
    return focused(page)


def walk_to(page: Page, name: str) -> Stop:
    """Press Tab until something of this name has the focus."""
    for _ in range(MOST):
        stop = step(page)
        if stop is not None and re.search(name, stop.name):
            return stop
    raise AssertionError(f"the keyboard did not reach “{name}”")


def picture(page: Page, box: FloatRect) -> bytes:
    """The element with a margin, as far as it is on the screen."""
    size = page.viewport_size
    assert size is not None
    left, top = max(0.0, box["x"] - MARGIN), max(0.0, box["y"] - MARGIN)
    right = min(float(size["width"]), box["x"] + box["width"] + MARGIN)
    bottom = min(float(size["height"]), box["y"] + box["height"] + MARGIN)
    clip: FloatRect = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return page.screenshot(clip=clip, animations="disabled", caret="hide")


def is_seen(page: Page, stop: Stop) -> bool:
    """Whether the element looks otherwise without the focus; it has it again afterwards."""
    with_focus = picture(page, stop.box)
    page.evaluate("window.kept = document.activeElement; window.kept.blur()")
    without = picture(page, stop.box)
    page.evaluate("window.kept.focus()")
    return with_focus != without


def test_everything_is_reached_and_the_focus_is_always_seen(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?period=Last+30+days")
    names, unseen = [], []
    stop = step(page)
    while stop is not None and (not names or stop.number):
        names.append(stop.name)
        if not is_seen(page, stop):
            unseen.append(f"{stop.tag} {stop.name}")
        assert len(names) < MOST
        stop = step(page)
    assert unseen == []
    assert page.evaluate(MISSED) == []
    wanted = ["Skip to main content", "Overview", "Glossary", "Period", "Compare with", "Segments", "Reset", "Sign out"]
    last_lines = [name.splitlines()[-1] if name else "" for name in names]  # below the name of an icon
    assert [name for name in last_lines if name in wanted] == wanted


def test_the_skip_link_leads_past_the_sidebar(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    first = step(page)
    assert first is not None
    assert first.name == "Skip to main content"
    page.keyboard.press("Enter")
    walk = [step(page) for _ in range(3)]
    inside = page.evaluate("document.querySelector('[data-testid=stMain]').contains(document.activeElement)")
    assert inside, walk


def test_the_period_is_changed_with_the_keyboard(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    walk_to(page, "^Period")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Last 12 months")).to_be_visible()
    page.keyboard.type("Last 12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("against the 12 months before").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "period=Last+12+months" in page.url
    expect(page.get_by_role("heading", level=1)).to_have_text(HEALTHY)


def test_the_help_of_a_number_opens_with_the_keyboard(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    walk_to(page, "^(Help|Tooltip)")
    expect(page.get_by_test_id("stTooltipContent")).to_contain_text("Ambassadors enrolled at the period's end")
