"""The budget page: the year beside its plan; a budget proposed by the owner and answered by the sponsor."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import Role
from kpi.decisions import Decisions, read_decisions
from kpi.decisions.budgets import Stage
from kpi.metrics import METRICS, breakdown, measure
from kpi.period import Period
from kpi.store import Store, Warehouse

# A rerun closes a dialog unless the script opens it each time.
OPEN = 'from kpi.ui import budget_proposals, budget_proposing, frame\npage = frame.open("budget")\n'
PROPOSE = OPEN + "budget_proposing.propose(page)\n"
ANSWER = OPEN + 'budget_proposals.open_budget(page, "{key}")\n'
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)

Draw = Callable[..., AppTest]


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    copytree(demo.folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def draw(store: Store, open_app: Callable[..., AppTest], tmp_path: Path) -> Draw:
    def run(code: str, role: Role = Role.OWNER) -> AppTest:
        script = tmp_path / "script.py"
        script.write_text(code)
        app = open_app(store.folder, script=script, role=role)
        assert not app.exception
        return app

    return run


def decided(store: Store) -> Decisions:
    return read_decisions(store.ledger, is_demo=True)


def fill(app: AppTest, **fields: str) -> None:
    """Type into the fields of these labels, "_" being a space or a comma and a space."""
    for label, text in fields.items():
        (field,) = [one for one in app.text_input if one.label.replace(", ", "_").replace(" ", "_") == label]
        field.set_value(text)


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    done = button.click().run()
    assert not done.exception
    return done


def errors(app: AppTest) -> list[str]:
    """What went wrong, as it reads."""
    return [error.value.replace("\\", "") for error in app.error]


def proposed(draw: Draw, store: Store, **months: str) -> str:
    """The key of a budget that the owner proposed."""
    app = draw(PROPOSE)
    fill(app, Title="Spring", **months)
    click(app, "Propose")
    return decided(store).budgets.listed()[0].key


def test_a_suggested_amount_stands_in_every_month(draw: Draw, store: Store) -> None:
    app = draw(OPEN + 'from decimal import Decimal\nbudget_proposing.propose(page, Decimal("3531"))\n')
    fill(app, Title="Affordable")
    click(app, "Propose")
    (budget,) = decided(store).budgets.listed()
    # twelve months of 3,531
    assert (len(budget.lines), budget.total) == (12, Decimal(42_372))


def test_the_owner_proposes_and_the_sponsor_lowers(draw: Draw, store: Store) -> None:
    key = proposed(draw, store, January_2027="1,500", February_2027="900.50", What_for="Two evenings")
    budget = decided(store).budgets[key]
    assert {line.cell: line.amount for line in budget.lines} == {
        (JANUARY, "ambassador", "reward"): Decimal(1500),
        (FEBRUARY, "ambassador", "reward"): Decimal("900.50"),
    }
    assert (budget.note, budget.proposers) == ("Two evenings", ("owner",))
    app = draw(ANSWER.format(key=key), Role.SPONSOR)
    fill(app, January_2027_Ambassador_Reward="1000", Why="One evening less")
    click(app, "Approve")
    found = decided(store).budgets
    assert (found[key].stage, found[key].reason) == (Stage.APPROVED, "One evening less")
    assert list(found.plan().values()) == [Decimal(1000), Decimal("900.50")]
    # Both see what was approved of what was asked for, and neither can answer it again.
    for role in (Role.OWNER, Role.SPONSOR):
        again = draw(ANSWER.format(key=key), role)
        assert any("1,000.00 of €" in one.value for one in again.markdown)
        assert not {"Approve", "Return", "Propose anew"} & {button.label for button in again.button}


def test_another_channel_and_category_keep_what_was_typed(draw: Draw, store: Store) -> None:
    app = draw(PROPOSE)
    app.selectbox(key="budget-new-channel").set_value("search")
    app.selectbox(key="budget-new-category").set_value("media")
    fill(app, Title="Search", March_2027="70")
    click(app, "Propose")
    (budget,) = decided(store).budgets.listed()
    assert [(line.cell, line.amount) for line in budget.lines] == [((date(2027, 3, 1), "search", "media"), 70)]


def test_a_file_is_looked_at_first_and_proposed_whole(draw: Draw, store: Store) -> None:
    def upload(text: str) -> AppTest:
        app = draw(PROPOSE)
        app.file_uploader(key="budget-file").set_value(("autumn.csv", text.encode(), "text/csv"))
        return app.run()

    app = upload("month,category,amount\n2027-01,parties,3\n")
    assert any("no category of cost" in one.value for one in app.markdown)
    assert not decided(store).budgets
    app = upload("month,category,amount\n2027-01,reward,3\n2027-02,event,4.50\n")
    assert any("**2** lines would be proposed" in one.value for one in app.markdown)
    click(app, "Import the file")
    (budget,) = decided(store).budgets.listed()
    assert (budget.title, budget.total) == ("autumn", Decimal("7.50"))
    assert decided(store).budgets.history(budget.key)[0].file == "autumn.csv"


def test_the_sponsor_returns_and_the_owner_proposes_anew(draw: Draw, store: Store) -> None:
    key = proposed(draw, store, January_2027="1500")
    app = click(draw(ANSWER.format(key=key), Role.SPONSOR), "Return")
    assert errors(app) == ["Say why it is returned, so that it can be mended."]
    app = draw(ANSWER.format(key=key), Role.SPONSOR)
    fill(app, Why="Which evenings?")
    click(app, "Return")
    assert decided(store).budgets[key].stage is Stage.RETURNED
    owner = draw(ANSWER.format(key=key))
    assert any("Which evenings" in one.value for one in owner.markdown)
    fill(owner, January_2027_Ambassador_Reward="800")
    click(owner, "Propose anew")
    now = decided(store).budgets[key]
    assert (now.stage, now.total) == (Stage.PROPOSED, 800)
    click(draw(ANSWER.format(key=key)), "Undo the last change")
    assert decided(store).budgets[key].stage is Stage.RETURNED
    click(draw(ANSWER.format(key=key)), "Withdraw")
    assert decided(store).budgets[key].stage is Stage.WITHDRAWN


def test_what_is_no_amount_is_told_and_nothing_recorded(draw: Draw, store: Store) -> None:
    app = draw(PROPOSE)
    fill(app, Title="Spring", January_2027="much")
    assert errors(click(app, "Propose")) == ["“much” is no amount."]
    assert not decided(store).budgets


def test_comments_are_read_by_the_other(draw: Draw, store: Store) -> None:
    key = proposed(draw, store, January_2027="1500")
    app = draw(ANSWER.format(key=key), Role.SPONSOR)
    fill(app, Comment="Why *three*?")
    click(app, "Add the comment")
    said = [one.value for one in draw(ANSWER.format(key=key)).markdown if one.value.startswith(">")]
    assert len(said) == 1
    assert "sponsor" in said[0]
    assert r"\*three\*" in said[0]  # shown as it was typed


def test_the_page_is_what_the_registry_measures(demo: Store, demo_warehouse: Warehouse, open_app: Draw) -> None:
    app = open_app(demo.folder, "budget", role=Role.SPONSOR)
    assert not app.exception
    assert [title.value for title in app.title] == ["Does the year stay within its budget?"]
    (table,) = app.dataframe
    # January to October are over on 21 November.
    over = Period(date(2026, 1, 1), date(2026, 11, 1))
    spent = measure(demo_warehouse, METRICS["spending"], over).estimate.value
    channels = breakdown(demo_warehouse, METRICS["spending"], over, "channel")
    shown = table.value.to_dict("records")
    assert shown[0]["channel"] == "All"
    assert shown[0]["spent"] == pytest.approx(float(spent or 0))
    by_channel: dict[str, float] = {}
    for row in shown[1:]:
        by_channel[row["channel"]] = by_channel.get(row["channel"], 0.0) + row["spent"]
    assert sorted(by_channel.values()) == pytest.approx(sorted(float(one.estimate.value or 0) for one in channels))
    assert "planned" not in shown[0]


@pytest.mark.parametrize(("role", "told"), [(Role.SPONSOR, "**1 budget** waits"), (Role.COORDINATOR, "")])
def test_what_waits_stands_on_the_overview(draw: Draw, store: Store, open_app: Draw, role: Role, told: str) -> None:
    proposed(draw, store, January_2027="1500")
    app = open_app(store.folder, "overview", role=role)
    waiting = [one.value for one in app.markdown if "See the budget" in one.value]
    assert bool(waiting) is bool(told)
    assert all(told in one for one in waiting)


def test_only_owner_and_sponsor_open_the_page(demo: Store, open_app: Draw) -> None:
    for role in (Role.COORDINATOR, Role.DATA, Role.ADMIN):
        app = open_app(demo.folder, "budget", role=role)
        assert not app.dataframe
