"""Guessing: who has an account cannot be told, and passwords cannot be tried one after the other."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from kpi.access.accounts import Accounts
from kpi.access.roles import Role
from kpi.store import Entry, Store
from tests.serving import Server, running

from .conftest import PASSWORD, add_accounts, build_company

TRIES = 200
PER_ACCOUNT = 4  # fewer than bring a delay
RATIO = 1.3


def test_neither_the_answer_nor_its_time_tells_whether_an_account_exists(tmp_path: Path) -> None:
    """Unknown name, wrong password, disabled account and account under delay, in turn; each round has an address of its
    own. A try takes a quarter of a second, by intent, and so the test some minutes.
    """
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    names = [f"known-{number}" for number in range(TRIES // PER_ACCOUNT)]
    disabled = [f"disabled-{number}" for number in range(TRIES // PER_ACCOUNT)]
    add_accounts(store, *names, *disabled, "known-delayed", role=Role.OWNER)
    for name in disabled:
        Accounts(store.credentials_file).disable(name)
    seconds: dict[str, list[float]] = {"unknown": [], "wrong": [], "disabled": [], "delayed": []}
    answers = set()
    with running(store.folder, tmp_path / "log", AMBASSADE_ACCESS__BEHIND_PROXY="true") as server:
        for number in range(8):
            server.try_password("known-delayed", "wrong", address=f"10.1.0.{number}")
        for number in range(TRIES):
            tried = {
                "unknown": f"nobody-{number // PER_ACCOUNT}",
                "wrong": names[number // PER_ACCOUNT],
                "disabled": disabled[number // PER_ACCOUNT],
                "delayed": "known-delayed",
            }
            for kind, name in tried.items():
                started = time.perf_counter()
                answer = server.try_password(name, "not the password", address=f"10.2.{number // 250}.{number % 250}")
                seconds[kind].append(time.perf_counter() - started)
                answers.add((answer.status, answer.text.replace(name, "NAME"), tuple(sorted(answer.headers))))
    assert len(answers) == 1
    assert {len(found) for found in seconds.values()} == {TRIES}
    medians = {kind: median(found) for kind, found in seconds.items()}
    assert max(medians.values()) / min(medians.values()) < RATIO


def test_guessing_slows_down_and_the_delay_ends_by_itself(
    server: Server, newcomer: Callable[..., str], recorded: Callable[..., tuple[Entry, ...]]
) -> None:
    name = newcomer()
    for _ in range(5):
        assert server.try_password(name, "not the password").status == 401
    refused = server.try_password(name, PASSWORD)
    assert refused.status == 401
    assert refused.cookies == ()
    # Others at the same address come in meanwhile.
    assert server.try_password("owner", PASSWORD).status == 303
    kinds = [entry.kind for entry in recorded(actor=name) if "sign_in" in entry.kind]
    assert kinds == ["sign_in_blocked", *["sign_in_failed"] * 5]
    for _ in range(40):
        time.sleep(0.25)
        if server.try_password(name, PASSWORD).status == 303:
            break
    else:
        raise AssertionError("the delay did not end")


def test_one_address_cannot_try_every_account(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    with running(store.folder, tmp_path / "log", AMBASSADE_ACCESS__BEHIND_PROXY="true") as server:
        # After the 20th failure the next try waits a second, after the 23rd eight, in which the rest of this happens.
        while len(store.ledger.entries(kinds=["sign_in_failed"])) < 23:
            server.try_password(f"somebody-{time.time_ns()}", "not the password", address="198.51.100.7")
        assert server.try_password("owner", PASSWORD, address="198.51.100.7").status == 401
        # What the sender writes before the proxy's own entry changes nothing.
        assert server.try_password("owner", PASSWORD, address="203.0.113.1, 198.51.100.7").status == 401
        assert server.try_password("owner", PASSWORD, address="198.51.100.8").status == 303
