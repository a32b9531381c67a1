"""The discovery page on the demo company: who is listed and why, who is not, and what is decided there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.advocates import Order, Question, Wanted, backtest, candidates, learn, left_out, why_not
from kpi.decisions import (
    Author,
    NamedSegment,
    Spotlight,
    Stage,
    Step,
    read_decisions,
    record_proposed,
    record_step,
    rules_in,
)
from kpi.decisions.named_segments import tidy_filters
from kpi.metrics import find_people, name_customers
from kpi.settings import Advocates
from kpi.store import Listing, Store, Warehouse
from kpi.ui.discovery_filters import Posted, Standing
from kpi.ui.named_segments import address, filters_of, links

from .conftest import OpenApp, find_download

NEVER_POSTED = Wanted(has_posted=False)
SCRIPT = """from kpi.ui import candidate_actions, frame
page = frame.open("discovery")
candidate_actions.propose(page, {picked!r})
"""
READERS = (Role.OWNER, Role.COORDINATOR)


@pytest.fixture(scope="module")
def asked(demo_warehouse: Warehouse) -> Question:
    """What the page asks before anybody decided anything."""
    return Question(potential=learn(demo_warehouse), today=datetime.now(ZoneInfo("Europe/Paris")).date())


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    return Store(copytree(demo.folder, tmp_path / "store"))


def without_consent() -> Listing:
    return Listing(
        mart="dim_customers",
        columns=("customer_id",),
        order=("customer_id",),
        where="not coalesce(has_contact_consent, false)",
    )


def told(app: AppTest) -> str:
    """What stands there, without what keeps Markdown from reading it."""
    text = "\n".join(one.value for one in (*app.markdown, *app.caption, *app.info, *app.error))
    return text.replace("\\", "").replace("\N{WORD JOINER}", "")


def listed(app: AppTest) -> list[str]:
    """The names on the cards, in their order."""
    return [one.label.strip("*") for one in app.checkbox if (one.key or "").startswith("pick ")]


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    done = button.click().run()
    assert not done.exception
    return done


@pytest.mark.parametrize("role", READERS)
def test_who_never_posted_is_listed_with_reasons(
    demo: Store, demo_warehouse: Warehouse, asked: Question, open_app: OpenApp, role: Role
) -> None:
    app = open_app(demo.folder, "discovery", role=role)
    assert not app.exception
    found = candidates(demo_warehouse, NEVER_POSTED, question=asked, size=20)
    names = name_customers(demo_warehouse, [one.customer_id for one in found.items])
    assert listed(app) == [names[one.customer_id].full_name for one in found.items]
    number = left_out(demo_warehouse, asked).eligible
    assert f"**{number}** customers may be thanked now. **{found.total}** of them have never posted." in told(app)
    for one in found.items:
        assert "\n".join(f"- {reason.sentence}" for reason in one.strongest) in told(app)


def test_filters_stand_in_the_url_and_narrow_the_list(
    demo: Store, demo_warehouse: Warehouse, asked: Question, open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "discovery", country_code=["France"])
    assert app.selectbox(key="posted").proto.query_param_key == "posted"
    app.selectbox(key="posted").set_value(Posted.ONCE)
    app.selectbox(key="standing").set_value(Standing.CUSTOMERS).run()
    wanted = Wanted(has_posted=True, is_ambassador=False, where={"country_code": ("FR",)})
    found = candidates(demo_warehouse, wanted, question=asked, size=20)
    assert len(listed(app)) == len(found.items) > 0
    assert f"**{found.total}** of them are as you asked." in told(app)
    app.multiselect(key="reason").set_value(["reviews"]).run()
    narrower = candidates(
        demo_warehouse,
        Wanted(has_posted=True, is_ambassador=False, where={"country_code": ("FR",)}, reasons=("reviews",)),
        question=asked,
        size=20,
    )
    assert len(listed(app)) == len(narrower.items)


def test_why_not_is_told_for_who_is_looked_up(
    demo: Store, demo_warehouse: Warehouse, asked: Question, open_app: OpenApp
) -> None:
    silent = next(
        row
        for row in demo_warehouse.rows(without_consent())
        if len(find_people(demo_warehouse, row["customer_id"])) == 1
    )
    app = open_app(demo.folder, "discovery")
    app.text_input(key="look-for").set_value(silent["customer_id"]).run()
    assert not app.exception
    assert listed(app) == []
    assert "May not be contacted: no consent." in told(app)
    assert "Nobody who may be proposed is as you asked." in told(app)


def test_a_search_tells_only_of_those_who_may_not_be_proposed(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, asked: Question
) -> None:
    app = open_app(demo.folder, "discovery")
    app.selectbox(key="posted").set_value(Posted.ANYBODY)
    app.text_input(key="look-for").set_value("van").run()
    found = candidates(demo_warehouse, Wanted(text="van"), question=asked, size=20)
    assert found.total > 0
    people = find_people(demo_warehouse, "van", limit=40)
    against = {
        one.full_name: why_not(demo_warehouse, one.customer_id, asked) for one in people if one.customer_id is not None
    }
    lines = [line for line in told(app).splitlines() if line.startswith("- **") and "**: " in line]
    assert 0 < len(lines) <= 5
    for line in lines:
        reasons = against[line.removeprefix("- **").split("**: ")[0]]
        assert reasons.sentences
        assert line.endswith(" ".join(reasons.sentences))


def test_the_order_is_told_as_it_is(demo: Store, open_app: OpenApp, asked: Question) -> None:
    assert asked.potential is not None
    app = open_app(demo.folder, "discovery")
    likeliest = "Those likeliest to act again first, since that proved right more often than the score."
    assert (likeliest in told(app)) is asked.potential.ranks
    assert ("The highest engagement first." in told(app)) is not asked.potential.ranks
    assert "10 % of the first page are drawn at random" in told(app).replace("\N{NO-BREAK SPACE}", " ")
    app.text_input(key="look-for").set_value("martin").run()
    assert "drawn at random, so that" not in told(app)


def test_who_was_featured_rests_until_the_day_the_ledger_says(
    store: Store, demo_warehouse: Warehouse, open_app: OpenApp, eligible: list[str]
) -> None:
    first = eligible[0]
    author = Author(name="nina", decides=frozenset({"spotlights"}), is_demo=True)
    rules = rules_in(demo_warehouse, Advocates())
    now = datetime.now(ZoneInfo("Europe/Paris"))
    wanted = Spotlight(key="", customer_id=first, owner="nina")
    ((proposed),) = record_proposed(store.ledger, author, wanted, at=now, rules=rules)
    record_step(store.ledger, author, proposed.key, Step(to=Stage.ASKED), at=now, rules=rules)
    record_step(store.ledger, author, proposed.key, Step(to=Stage.DECLINED), at=now, rules=rules)
    app = open_app(store.folder, "discovery")
    app.text_input(key="look-for").set_value(first).run()
    assert listed(app) == []
    assert "Had their turn not long ago: to be proposed again from" in told(app)
    assert "Thanked on" not in told(app)


def test_who_is_left_out_is_counted(demo: Store, demo_warehouse: Warehouse, asked: Question, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery")
    for sentence in left_out(demo_warehouse, asked).sentences:
        assert sentence in told(app)


def test_several_are_ticked_to_be_proposed_together(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery", role=Role.COORDINATOR)
    first, second, *_ = [one for one in app.checkbox if (one.key or "").startswith("pick ")]
    first.check()
    second.check().run()
    click(app, "Propose 2 people ticked")
    names = [one.label.strip("*") for one in (first, second)]
    assert f"**{names[0]} and {names[1]}**" in told(app)


@pytest.fixture
def propose(store: Store, open_app: OpenApp, tmp_path: Path) -> Callable[..., AppTest]:
    """Open the dialog that proposes customers, on the page as a reader of this role."""

    def build(*ids: str, role: Role = Role.COORDINATOR, language: Language = Language.ENGLISH) -> AppTest:
        script = tmp_path / "script.py"
        picked = [(name, f"Name of {name}") for name in ids]
        script.write_text(SCRIPT.format(picked=picked))
        app = open_app(store.folder, script=script, role=role, language=language)
        assert not app.exception
        return app

    return build


@pytest.fixture
def eligible(demo_warehouse: Warehouse, asked: Question) -> list[str]:
    return [one.customer_id for one in candidates(demo_warehouse, NEVER_POSTED, question=asked, size=20).items]


def test_who_is_proposed_leaves_the_list(
    store: Store, eligible: list[str], open_app: OpenApp, propose: Callable[..., AppTest]
) -> None:
    first, second, *_ = eligible
    click(propose(first, second), "Propose")
    found = read_decisions(store.ledger, is_demo=True).spotlights
    assert {(one.customer_id, one.stage, one.owner) for one in found.values()} == {
        (name, Stage.PROPOSED, "coordinator") for name in (first, second)
    }
    again = open_app(store.folder, "discovery", role=Role.COORDINATOR)
    shown = {(one.key or "").removeprefix("pick ") for one in again.checkbox}
    assert shown
    assert {first, second}.isdisjoint(shown)


def test_who_was_first_is_told_and_the_others_are_proposed(
    store: Store, eligible: list[str], propose: Callable[..., AppTest]
) -> None:
    first, second, *_ = eligible
    click(propose(first, role=Role.OWNER), "Propose")
    app = click(propose(first, second), "Propose")
    (error,) = [one.value.replace("\\", "") for one in app.error]
    assert error.startswith(f"**Name of {first}** was not proposed. owner was first")
    assert len(read_decisions(store.ledger, is_demo=True).spotlights) == 2


def test_a_refusal_is_told_in_whole_sentences_of_the_readers_language(
    store: Store, demo_warehouse: Warehouse, eligible: list[str], propose: Callable[..., AppTest]
) -> None:
    (refusing,) = demo_warehouse.rows(replace(without_consent(), limit=1))
    click(propose(eligible[0], role=Role.OWNER), "Propose")
    app = propose(eligible[0], refusing["customer_id"], language=Language.FRENCH)
    app = click(app, "Proposer")
    lines = app.error[0].value.replace("\\", "").replace("\N{WORD JOINER}", "").split("  \n")
    first, second = (line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)
    assert first.startswith(f"**Name of {eligible[0]}** n’a pas été proposé(e). owner vous a devancé, le ")
    assert ": un coup de projecteur est proposé. " in first
    assert second == (
        f"**Name of {refusing['customer_id']}** n’a pas été proposé(e). "
        "Ne peut pas être contacté : pas de consentement."
    )


def test_one_person_is_decided_on_from_the_card(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery", role=Role.COORDINATOR)
    first = next(one for one in app.button if (one.key or "").startswith("decide "))
    first.click().run()
    assert not app.exception
    assert any("Propose for a spotlight" in str(one.proto.options) for one in app.segmented_control)


def test_the_reasons_of_one_person_add_up_in_the_drawer(
    demo: Store, demo_warehouse: Warehouse, asked: Question, open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "discovery")
    first = candidates(demo_warehouse, NEVER_POSTED, question=asked, size=20).items[0]
    app.button(key=f"why {first.customer_id}").click().run()
    assert not app.exception
    assert sum(reason.points for reason in first.reasons) == first.engagement_score
    assert f"Engagement **{first.engagement_score:.1f}** of 100, the sum of these points." in told(app)
    facts = "".join(html.proto.body for html in app.get("html"))
    for reason in first.reasons:
        assert f"{reason.sentence}</dt>" in facts


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_who_may_not_see_people_does_not_open_it(demo: Store, open_app: OpenApp, role: Role) -> None:
    app = open_app(demo.folder, "discovery", role=role)
    assert [title.value for title in app.title] == ["This page is not for your role"]
    assert listed(app) == []


def test_in_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery", language=Language.FRENCH)
    assert "peuvent être remerciés dès maintenant." in told(app)


def test_filters_are_saved_as_a_segment_that_counts_its_people(
    store: Store, demo_warehouse: Warehouse, open_app: OpenApp, asked: Question
) -> None:
    app = open_app(store.folder, "discovery", country_code=["France"])
    next(one for one in app.text_input if one.label == "Save these filters as").set_value("Quiet in France")
    click(app, "Save")
    (segment,) = read_decisions(store.ledger, is_demo=True).segments.values()
    assert segment.filters == (("country_code", ("FR",)), ("has_posted", ("no",)))
    wanted = Wanted(where={"country_code": ("FR",)}, has_posted=False)
    assert segment.wanted == wanted
    total = candidates(demo_warehouse, wanted, question=asked).total
    again = open_app(store.folder, "discovery", role=Role.COORDINATOR)
    assert not any("Quiet in France" in one.proto.body for one in again.get("html"))  # it was not shared
    mine = open_app(store.folder, "discovery")
    (shown,) = [one.proto.body for one in mine.get("html") if "Quiet in France" in one.proto.body]
    assert f"</a> ({total})" in shown
    assert "/discovery?posted=Who+never+posted" in shown
    assert "country_code=France" in shown


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(has_posted=True, is_ambassador=False, least_confidence=0.75),
        Wanted(where={"country_code": ("FR", "BE")}, reasons=("reviews", "tenure"), least_confidence=0.5),
    ],
)
def test_a_segment_asks_for_what_was_saved(wanted: Wanted) -> None:
    filters = tidy_filters(filters_of(wanted))
    segment = NamedSegment(key="k", name="n", owner="o", filters=filters)
    found = segment.wanted
    assert {**found.where} == {name: tuple(sorted(values)) for name, values in wanted.where.items()}
    assert sorted(found.reasons) == sorted(wanted.reasons)
    assert (found.has_posted, found.is_ambassador, found.least_confidence) == (
        wanted.has_posted,
        wanted.is_ambassador,
        wanted.least_confidence,
    )


def test_a_segment_of_another_confidence_counts_what_its_link_shows() -> None:
    segment = NamedSegment(key="k", name="n", owner="o", filters=(("minimum_confidence", ("0.6",)),))
    assert segment.wanted == Wanted(least_confidence=0.5)
    assert "known=At+least+half+is+known" in address(segment, {})


def test_a_segment_of_values_that_the_data_lacks_is_no_link_to_everybody() -> None:
    called = {"country_code": {"FR": "France"}, "acquisition_channel": {"email": "Email (email)", "Email": "Email"}}
    filters = (("country_code", ("FR", "XX")), ("acquisition_channel", ("email",)))
    segment = NamedSegment(key="k", name="n", owner="o", filters=filters)
    assert address(segment, called).endswith("country_code=France&acquisition_channel=Email+%28email%29")
    nowhere = NamedSegment(key="k", name="<n>", owner="o", filters=(("country_code", ("XX",)),))
    assert address(nowhere, called) == ""
    assert "<li>&lt;n&gt; (0)</li>" in links([nowhere], {"k": 0}, "o", called)


def test_the_export_holds_those_who_agreed_and_the_columns_chosen(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, asked: Question
) -> None:
    app = open_app(demo.folder, "discovery")
    app.multiselect(key="export-columns").set_value(["customer_id", "email"]).run()
    *_, link = [one for one in app.get("link_button") if "/downloads/" in one.proto.url]
    offer = find_download(link.proto.url)
    assert offer is not None
    lines = offer.make().decode().splitlines()
    total = candidates(demo_warehouse, NEVER_POSTED, question=asked).total
    assert (lines[0], len(lines) - 1, offer.rows, offer.has_people) == ("customer_id,email", total, total, True)
    silent = {row["customer_id"] for row in demo_warehouse.rows(without_consent())}
    assert silent.isdisjoint(line.split(",")[0] for line in lines[1:])


def test_past_lists_are_tested_when_asked_for(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery")
    assert "how right" not in str([one.proto.alt for one in app.dataframe]).lower()
    app.toggle(key="backtest").set_value(True).run()
    assert not app.exception
    found = backtest(demo_warehouse, Question())
    assert found.days
    shown = next(one.value for one in app.dataframe if "auc" in one.value.columns)
    assert len(shown) == len(found.pooled) == 5
    best = found.pooled[Order.SCORE].precision
    assert best.value is not None
    assert best.low is not None
    assert shown["precision"][0].startswith(f"{100 * float(best.value):.0f}")
    assert f"[{100 * best.low:.0f}" in shown["precision"][0]


def test_the_list_is_shown_beside_whom_it_could_hold(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, asked: Question
) -> None:
    app = open_app(demo.folder, "discovery")
    found = candidates(demo_warehouse, NEVER_POSTED, question=asked, size=20)
    shown = next(one.value for one in app.dataframe if "listed" in one.value.columns)
    assert sum(shown["listed"]) == len(found.items)
    assert sum(shown["base"]) == pytest.approx(1)
