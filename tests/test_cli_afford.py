"""The ceiling from the command line: the worked example, JSON for scripts, and what cannot be."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kpi.cli import main
from kpi.ingest import import_files
from kpi.metrics.assumptions import NAMES
from kpi.settings import PROJECT, read_settings
from kpi.store import Store
from tests.store.exports import NOW, settings, write

README = PROJECT / "README.md"
WORKED = {
    "arpa": "100",
    "margin": "0.8",
    "churn": "0.05",
    "discount": "0",
    "other_cost": "50",
    "target_ratio": "3",
    "payback": "12",
    "horizon": "1200",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Ask with assumptions; the exit code, what was printed, and what was said of mistakes."""
    for name in os.environ:
        if name.startswith("AMBASSADE_"):
            monkeypatch.delenv(name)
    read_settings.cache_clear()
    store = Store(tmp_path / "store")
    import_files(
        store, [write(tmp_path / "exports", customers=("customer_id,joined_at", "a,2026-01-01"))], settings(), now=NOW
    )

    def call(*words: str, **assumed: str) -> tuple[int, str, str]:
        options = [word for name, value in assumed.items() for word in ("--assume", f"{name}={value}")]
        with pytest.raises(SystemExit) as left:
            main(["--store", str(store.folder), "afford", *options, *words])
        found = capsys.readouterr()
        return int(left.value.code or 0), found.out, " ".join(found.err.split())

    return call


def test_the_worked_example(run: Any) -> None:
    code, printed, _ = run("--json", **WORKED)
    found = json.loads(printed)
    assert code == 0
    assert list(found) == [
        "ltv",
        "cap_value",
        "cap_payback",
        "max_acquisition_cost",
        "commission",
        "assumed",
        "measured",
        "method",
        "ltv_by_method",
        "curve",
    ]
    assert (found["method"], found["ltv_by_method"]) == ("formula", {"formula": pytest.approx(1600)})
    assert [round(found[name], 2) for name in list(found)[:4]] == [1600, 533.33, 735.42, 533.33]
    rates = {one["schedule"]: one.get("rate", one.get("amount")) for one in found["commission"]}
    assert round(rates["one_off"], 2) == 483.33
    percents = {name: round(100 * rate, 1) for name, rate in rates.items() if name != "one_off"}
    assert percents == {
        "first_order_share": 0,
        "recurring_12_months": 52.6,
        "recurring_lifetime": 24.2,
        "degressive": 41.4,
        "geometric": 70.1,
        "hybrid": 26.3,
    }


def test_each_name_is_assumed_or_measured(run: Any) -> None:
    _, printed, _ = run("--json", **WORKED)
    found = json.loads(printed)
    assert found["assumed"] == {name: float(value) for name, value in WORKED.items()}
    assert {*found["assumed"], *found["measured"]} == {*NAMES}
    assert found["measured"]["rho"]["value"] == 0.9
    assert found["measured"]["first_order"]["reason"] == "waits for orders, ambassadors"


def test_a_commission_names_its_constraint_and_how_far_the_others_are(run: Any) -> None:
    _, printed, _ = run("--json", **WORKED)
    (recurring,) = (one for one in json.loads(printed)["commission"] if one["schedule"] == "recurring_12_months")
    assert recurring["binding_constraint"] == "value"
    # payback alone: 685.42 / 919.28 = 74.56 %, the margin 80 %
    assert {name: round(slack, 3) for name, slack in recurring["slack"].items()} == {
        "payback": 0.220,
        "margin_floor": 0.274,
    }


def test_without_data_and_assumptions_it_says_what_it_waits_for(run: Any) -> None:
    code, printed, _ = run()
    assert code == 0
    assert "arpa is n/a: waits for orders, ambassadors. Assume it: --assume arpa=VALUE" in printed
    _, printed, _ = run("--json")
    assert json.loads(printed)["ltv"] is None
    assert json.loads(printed)["commission"] == []


def test_the_example_of_the_readme_is_what_is_printed(run: Any) -> None:
    section = (
        README.read_text(encoding="utf-8").partition("## What winning a customer may cost")[2].partition("\n## ")[0]
    )
    command, told = (block.strip() for block in section.split("```")[1:4:2])
    assert command.startswith("python -m kpi afford ")
    _, printed, _ = run(*command.removeprefix("python -m kpi afford ").replace("\\\n", " ").split())
    found = json.loads(printed)
    lines = [f"{name}: {found[name]:,.2f}" for name in ("ltv", "cap_value", "cap_payback", "max_acquisition_cost")]
    for one in found["commission"]:
        rate = f"{one['rate']:.1%}" if "rate" in one else ""
        amount = f"{one['amount']:,.2f}" if "amount" in one else ""
        paid = " and ".join(filter(None, (amount, rate)))
        lines.append(f"{one['schedule']}: {paid} ({one['binding_constraint'] or one['reason']})")
    assert told.splitlines() == lines


def test_in_words(run: Any) -> None:
    _, printed, _ = run(**WORKED)
    assert "Winning a customer may cost 533.33" in printed
    assert "483.33" in printed
    _, printed, _ = run(**{**WORKED, "other_cost": "600"})
    assert "other_cost_above_ceiling" in printed


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("margin", "1.2", "margin is a number from -10 to 1, not 1.2."),
        ("churn", "-0.1", "churn is a number from 0 to 1, not -0.1."),
        ("churn", "nan", "churn is a number from 0 to 1, not nan."),
        ("horizon", "1.5", "horizon is a whole number from 1 to 12,000, not 1.5."),
        ("chrun", "0.1", "There is no assumption named “chrun”. Did you mean churn?"),
        ("churn", "many", "“churn=many” is not of the form NAME=VALUE, such as churn=0.05."),
    ],
)
def test_what_cannot_be_is_refused(run: Any, name: str, value: str, told: str) -> None:
    assert run("--json", **{name: value}) == (2, "", told)


def test_a_model_that_there_is_not_is_refused(run: Any) -> None:
    told = "There is no model: nobody is on record whose history is known from its beginning."
    assert run("--method", "model", **WORKED)[::2] == (2, told)


def test_nothing_is_assumed_twice(run: Any) -> None:
    assert run("--assume", "churn=0.1", "--assume", "churn=0.2")[::2] == (2, "churn is assumed twice.")
