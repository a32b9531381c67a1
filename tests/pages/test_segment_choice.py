"""A segment under a name as a filter of every page: it fills the filters, stands in the URL, and says what changed."""

from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.decisions import Author, record_segment_deleted
from kpi.store import Store

from .conftest import OpenApp
from .test_named_segments import NOON, save, segments

FRENCH = "French"
AS_SAVED = {"country_code": ["BE", "FR"], "company_size": ["solo"]}


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company with a segment of its owner's."""
    found = Store(copytree(demo.folder, tmp_path / "store"))
    save(found, FRENCH, country_code=["FR", "BE"], company_size=["solo"])
    return found


def numbers(app: AppTest) -> list[str]:
    return [card.value for card in app.metric]


def chosen(app: AppTest) -> dict[str, list[str]]:
    """The filters on companies that have values."""
    names = ("country_code", "sector", "company_size", "acquisition_channel")
    return {name: sorted(app.multiselect(key=name).value) for name in names if app.multiselect(key=name).value}


def told(app: AppTest) -> str:
    return "\n".join(one.value for one in app.sidebar.caption)


def take(app: AppTest, label: str | None) -> AppTest:
    app.selectbox(key="segment").set_value(label).run()
    assert not app.exception
    return app


def test_it_fills_the_filters_and_gives_the_same_numbers(store: Store, open_app: OpenApp) -> None:
    by_hand = numbers(open_app(store.folder, country_code=["France", "Belgium"], company_size=["Solo"]))
    everybody = open_app(store.folder)
    assert (everybody.selectbox(key="segment").value, chosen(everybody)) == (None, {})
    assert numbers(everybody) != by_hand
    (segment,) = segments(store)
    app = take(everybody, segment.key)
    assert chosen(app) == AS_SAVED
    assert numbers(app) == by_hand
    assert "changed" not in told(app)
    assert app.selectbox(key="segment").proto.query_param_key == "segment"


def test_it_is_carried_to_the_other_pages(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = take(open_app(store.folder), segment.key)
    for page in ("ambassadors", "discovery", "glossary", "overview"):
        app.switch_page(f"../../pages/{page}.py").run()
        assert not app.exception
    assert (app.selectbox(key="segment").value, chosen(app)) == (segment.key, AS_SAVED)


def test_a_changed_filter_says_so_until_it_is_as_saved_again(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = take(open_app(store.folder), segment.key)
    app.multiselect(key="lever").set_value(["email"]).run()
    assert "changed" not in told(app)  # no filter on companies
    app.multiselect(key="country_code").set_value(["FR"]).run()
    assert "**French**, changed" in told(app)
    (again,) = [one for one in app.sidebar.button if one.label == "As it was saved"]
    again.click().run()
    assert (chosen(app), app.multiselect(key="lever").value) == (AS_SAVED, ["email"])
    assert "changed" not in told(app)


def test_who_takes_it_away_takes_its_filters_and_no_others(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = take(take(open_app(store.folder), segment.key), None)
    assert chosen(app) == {}
    app.multiselect(key="sector").set_value(["Sportswear"])
    take(app, segment.key)
    assert chosen(app) == AS_SAVED
    app.multiselect(key="company_size").set_value([]).run()
    take(app, None)
    assert chosen(app) == {"country_code": ["BE", "FR"]}


def test_without_any_of_its_filters_it_is_chosen_no_more(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = take(open_app(store.folder), segment.key)
    for name in AS_SAVED:
        app.multiselect(key=name).set_value([])
    app.run()
    assert (app.selectbox(key="segment").value, chosen(app)) == (None, {})
    take(app, segment.key)
    (reset,) = [one for one in app.sidebar.button if one.label == "Reset"]
    reset.click().run()
    assert (app.selectbox(key="segment").value, chosen(app)) == (None, {})


def test_a_link_with_the_name_means_the_filters_as_they_are_now(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = open_app(store.folder, segment=FRENCH)
    assert (app.selectbox(key="segment").value, chosen(app)) == (segment.key, AS_SAVED)
    app = open_app(store.folder, segment=FRENCH, country_code=["France"])
    assert chosen(app) == {"country_code": ["FR"]}
    assert "**French**, changed" in told(app)
    app = open_app(store.folder, segment="Nobody’s", country_code=["France"])
    assert (app.selectbox(key="segment").value, chosen(app)) == (None, {"country_code": ["FR"]})


def test_one_deleted_or_filled_anew_meanwhile_hides_nothing(store: Store, open_app: OpenApp) -> None:
    (segment,) = segments(store)
    app = take(open_app(store.folder), segment.key)
    author = Author(name="owner", is_demo=True)
    save(store, FRENCH, replaces=True, country_code=["ES"])
    app.run()
    assert "**French**, changed" in told(app)
    record_segment_deleted(store.ledger, author, segment.key, at=NOON)
    app.run()
    assert chosen(app) == AS_SAVED
    assert not app.exception
    assert "segment" not in [one.key for one in app.selectbox]


def test_what_is_about_people_is_told_and_left_to_discovery(store: Store, open_app: OpenApp) -> None:
    save(store, "Silent", country_code=["FR"], has_posted=["no"], minimum_confidence=["0.5"])
    save(store, "People only", is_ambassador=["yes"])
    save(store, "Nowhere", country_code=["FR"], sector=["there is none"])
    app = open_app(store.folder)
    assert app.selectbox(key="segment").options == ["French", "Silent"]
    app = open_app(store.folder, segment="Silent")
    assert chosen(app) == {"country_code": ["FR"]}
    assert (
        "What **Silent** asks about people (who has posted and how much is known) applies in discovery only."
        in told(app)
    )
    app = open_app(store.folder, segment="Silent", language=Language.FRENCH)
    assert "Ce que **Silent** demande sur les personnes (qui a publié et ce qu’on en sait) ne vaut" in told(app)


def test_who_sees_which_and_whose_it_is(store: Store, open_app: OpenApp) -> None:
    save(store, "french", owner="nina", roles=["owner", "sponsor"], country_code=["BE"])
    save(store, "Retail", owner="omar", roles=["sponsor"], country_code=["BE"])
    assert open_app(store.folder).selectbox(key="segment").options == ["French", "french (nina)"]
    # one's own name alone: a link reads the same for whoever sees only that one
    assert open_app(store.folder, role=Role.SPONSOR).selectbox(key="segment").options == ["french", "Retail"]
    assert "segment" not in [one.key for one in open_app(store.folder, role=Role.DATA).selectbox]
