"""Saved views as links."""

from kpi.decisions import View
from kpi.ui import views


def view(name: str, query: str, owner: str = "nina") -> View:
    return View(key=name, name=name, page="overview", query=query, owner=owner)


def test_views_are_links_to_their_page_with_their_filters() -> None:
    drawn = views.links([view("Home", "period=Last+30+days"), view("<i>All</i>", "", "sam")], "nina")
    assert 'href="/overview?period=Last+30+days"' in drawn
    assert ">Home</a></li>" in drawn
    assert 'href="/overview"' in drawn
    assert "&lt;i&gt;All&lt;/i&gt;</a> <small>sam</small>" in drawn
    assert 'aria-label="Saved views"' in drawn


def test_an_address_cannot_leave_the_dashboard() -> None:
    assert views.address(view("x", 'a="><script>')) == '/overview?a="><script>'
    assert "<script>" not in views.links([view("x", 'a="><script>')], "nina")
