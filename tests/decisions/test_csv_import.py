"""Targets and annotations from CSV, as spreadsheets write it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.decisions import (
    Line,
    Target,
    read_annotations_file,
    read_budget_file,
    read_decisions,
    read_targets_file,
    record_targets,
)
from kpi.errors import FaultyFileError
from kpi.language import speaking
from kpi.store import Ledger
from tests.decisions.conftest import NINA

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGES = ("overview", "data")
FRANCE = ("country_code", "FR")


def faults_of(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(FaultyFileError) as refused:
        read_targets_file(text.encode() if isinstance(text, str) else text)
    return list(refused.value.faults)


def test_a_file_with_commas() -> None:
    found = read_targets_file(
        b"metric,month,value,dimension,segment,note\r\n"
        b'orders,2026-11,1250.5,country_code,FR,"=1+1, a ""fair"""\r\n'
        b"\r\n"
        b"activation_rate,2026-12-01,35 %,,,\r\n"
        b"net_promoter_score,01/2027,-5,,,\r\n"
    )
    assert found == (
        Target(
            metric="orders",
            month=date(2026, 11, 1),
            value=Decimal("1250.5"),
            segment=FRANCE,
            note='=1+1, a "fair"',
        ),
        Target(metric="activation_rate", month=date(2026, 12, 1), value=Decimal("0.35")),
        Target(metric="net_promoter_score", month=date(2027, 1, 1), value=Decimal(-5)),
    )


def test_a_file_of_a_french_spreadsheet() -> None:
    text = (
        "\ufeffValue;Month;Metric\n"
        "1\u202f250,5;11/2026;orders\n"
        "0,35;2026-11;activation_rate\n"
        "−5;2026-11;net_promoter_score\n"
    )
    values = [target.value for target in read_targets_file(text.encode())]
    assert values == [Decimal("1250.5"), Decimal("0.35"), Decimal(-5)]
    assert [
        str(target.value) for target in read_targets_file(b"metric;month;value\norders;2026-11;12 000 000,25\n")
    ] == ["12000000.25"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1,5", "“1,5” is not a number."),
        ("", "“” is not a number."),
        ("1 2", "“1 2” is not a number."),
        ("=1+1", "“=1+1” is not a number."),
        ("nan", "“nan” is not a number."),
        ("1e5", "“1e5” is not a number."),
        ("1.2.3", "“1.2.3” is not a number."),
        ("-1", "A target of “Orders” cannot be below 0."),
        ("9" * 400, "A target is a number below 10^15."),
        ("50 %", "“Orders” is no share: write its value without %."),
    ],
)
def test_a_value_that_is_no_number(value: str, told: str) -> None:
    assert faults_of(f'metric,month,value\norders,2026-11,"{value}"\n') == [(2, told)]


@pytest.mark.parametrize(
    ("metric", "value", "told"),
    [
        ("activation_rate", "50%%", "“50%%” is not a number."),
        ("activation_rate", "%", "“%” is not a number."),
        ("net_promoter_score", "35%", "“Customers’ NPS” is no share: write its value without %."),
        ("order", "50 %", "There is no metric “order”. Did you mean orders?"),
    ],
)
def test_a_percent_sign_stands_once_and_behind_a_share(metric: str, value: str, told: str) -> None:
    assert faults_of(f"metric,month,value\n{metric},2026-11,{value}\n") == [(2, told)]


def test_a_return_may_be_in_percent() -> None:
    # 150 % are 1.5 times what was spent
    (found,) = read_targets_file(b"metric,month,value\nreturn_on_investment,2026-11,150 %\n")
    assert found.value == Decimal("1.5")


@pytest.mark.parametrize("value", ["1.234", "-12.500"])
def test_a_value_that_can_be_read_in_two_ways(value: str) -> None:
    ((line, told),) = faults_of(f"metric;month;value\nattributed_margin;2026-11;{value}\n")
    assert (line, told.split(":")[0]) == (2, f"“{value}” can be read in two ways")
    assert faults_of("metric;month;value\norders;2026-11;1.234,5\n") == [(2, "“1.234,5” is not a number.")]


def test_every_fault_is_named_by_its_line_and_nothing_is_read() -> None:
    text = (
        "metric,month,value,dimension,segment\n"
        "orders,2026-11,1,,\n"
        "order,2026-11,1,,\n"
        "orders,2026-13,1,,\n"
        "orders,nov-26,1,,\n"
        "orders,2026-11,2,,\n"
        "orders,2026-11\n"
        "orders,2026-12,1,country_code,\n"
        "acts,2026-12,1,ambassador_id,A1\n"
    )
    assert faults_of(text) == [
        (3, "There is no metric “order”. Did you mean orders?"),
        (4, "“2026-13” is not a month: write 2026-11 or 11/2026."),
        (5, "“nov-26” is not a month: write 2026-11 or 11/2026."),
        (6, "The same stands in line 2 already."),
        (7, "There are 2 fields where the header has 5."),
        (8, "A segment needs both its dimension and its value."),
        (9, "Targets are for the programme and its segments, never for one person."),
    ]


def test_lines_are_those_of_the_file_where_a_text_runs_over_two() -> None:
    text = 'metric,month,value,note\norders,2026-11,1,"one\ntwo"\norders,2026-12,x,\n'
    assert faults_of(text) == [(4, "“x” is not a number.")]


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b"", 1, "The file is empty."),
        (b"\n \n", 1, "The file is empty."),
        (b"metric,month,value\norders,2026-11,\xff\n", 2, "This is not UTF-8"),
        (b"x" * (2**20 + 1), 1, "larger than 1 MB"),
        (b'metric,month,value\norders,"2026-11,1\n', 2, "a quote that is not closed"),
    ],
)
def test_a_file_that_is_none(data: bytes, line: int, told: str) -> None:
    ((found, text),) = faults_of(data)
    assert found == line
    assert told in text


def test_a_header_that_does_not_fit() -> None:
    assert faults_of("\nmetrics,month,value,value\n") == [
        (2, "There is no column “metrics”. Known: metric, month, value, dimension, segment, note."),
        (2, "The column “metric” is missing."),
        (2, "The column “value” stands there twice."),
    ]


def test_the_message_names_the_first_faults_in_the_readers_language() -> None:
    text = "metric,month,value\n" + "orders,2026-11,x\n" * 22
    with pytest.raises(FaultyFileError) as refused:
        read_targets_file(text.encode())
    lines = str(refused.value).splitlines()
    assert lines[:2] == [
        "Nothing was recorded. Correct the file and import it again.",
        "Line 2: “x” is not a number.",
    ]
    assert (len(lines), lines[-1]) == (22, "And 2 other faults.")
    with speaking("fr"), pytest.raises(FaultyFileError) as refused:
        read_targets_file(text.encode())
    assert (
        str(refused.value).splitlines()[1]
        == "Ligne 2\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}x\N{NO-BREAK SPACE}» n’est pas un nombre."
    )


def test_importing_twice_changes_nothing(ledger: Ledger) -> None:
    targets = read_targets_file(b"metric,month,value\norders,2026-11,120\norders,2026-12,130\n")
    changes = record_targets(ledger, NINA, targets, at=NOON, file="plan.csv")
    assert [change.file for change in changes] == ["plan.csv", "plan.csv"]
    assert record_targets(ledger, NINA, targets, at=NOON, file="plan.csv") == ()
    again = read_targets_file(b"metric,month,value\norders,2026-11,120\norders,2026-12,140\n")
    (change,) = record_targets(ledger, NINA, again, at=NOON, file="plan 2.csv")
    assert str(change.after) == "orders 2026-12"
    history = read_decisions(ledger).targets.changes_of("orders")
    assert [change.file for change in history] == ["plan.csv", "plan.csv", "plan 2.csv"]
    assert len(ledger.entries()) == 2


def test_annotations() -> None:
    found = read_annotations_file(
        b"first_day;last_day;text;pages\n"
        b"2026-10-03;2026-10-05;=HYPERLINK(1);overview data overview\n"
        b"2026-10-09;;Fair;\n",
        PAGES,
    )
    assert [(str(one.first), str(one.last), one.text, one.pages) for one in found] == [
        ("2026-10-03", "2026-10-05", "=HYPERLINK(1)", ("data", "overview")),
        ("2026-10-09", "2026-10-09", "Fair", ()),
    ]


def test_faults_of_annotations() -> None:
    data = (
        "first_day,text,last_day,pages\n"
        "2026-10-03,,,\n"
        "3/10/2026,Fair,,\n"
        "2026-10-03,Fair,2026-10-02,\n"
        "2026-10-03,Fair,,cellar\n"
        f"2026-10-03,{'x' * 201},,\n"
        "2026-10-03,Fair,,\n"
        "2026-10-03,Fair,2026-10-03,\n"
    )
    with pytest.raises(FaultyFileError) as refused:
        read_annotations_file(data.encode(), PAGES)
    assert refused.value.faults == (
        (2, "The text is missing."),
        (3, "“3/10/2026” is not a day: write 2026-11-22."),
        (4, "The last day comes before the first."),
        (5, "There is no page “cellar”."),
        (6, "A text has at most 200 characters."),
        (8, "The same stands in line 7 already."),
    )


def test_a_fraction_with_three_decimals_can_be_read_in_one_way() -> None:
    (found,) = read_targets_file(b"metric;month;value\nactivation_rate;2026-11;0.125\n")
    assert found.value == Decimal("0.125")


def test_a_budget_of_a_spreadsheet() -> None:
    text = "Month;Category;Amount;Channel\n2027-01;reward;1 500,50;\n02/2027;Media;70;SEARCH\n"
    assert read_budget_file(text.encode(), ["search"]) == (
        Line(month=date(2027, 1, 1), channel="ambassador", category="reward", amount=Decimal("1500.50")),
        Line(month=date(2027, 2, 1), channel="search", category="media", amount=Decimal(70)),
    )


def test_every_fault_of_a_budget_is_told_by_its_line() -> None:
    with pytest.raises(FaultyFileError) as refused:
        read_budget_file(
            b"month,category,amount,channel\n"
            b"2027-01,reward,10,\n"
            b"2027-01,reward,20,Ambassador\n"
            b"2027-13,reward,10,\n"
            b"2027-02,parties,10,\n"
            b"2027-02,event,-1,\n"
            b"2027-02,event,many,\n"
        )
    assert [(line, told.split(":")[0]) for line, told in refused.value.faults] == [
        (3, "The same stands in line 2 already."),
        (4, "“2027-13” is not a month"),
        (5, "There is no category of cost “parties”."),
        (6, "An amount is a number from 0 on, below a thousand billion."),
        (7, "“many” is not a number."),
    ]
