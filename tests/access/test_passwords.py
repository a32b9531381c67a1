"""Passwords: what can be chosen, and what fits."""

import statistics
import subprocess
import sys
import time

import pytest

from kpi.access.passwords import (
    TOLD,
    PasswordFault,
    Validator,
    check_password,
    find_fault,
    generate_password,
    hash_password,
    nobodys_hash,
    require_good,
)
from kpi.errors import PasswordError
from kpi.settings import PROJECT
from tests.access.conftest import PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "Correct-Horse-Battery-9-Staple",  # refused by streamlit-authenticator's own rule: too long for it
        "été à la plage de Trouville",
        "長い秘密の言葉です私の犬",  # 12 characters, 36 bytes
        "marguerite et jean",
        "x9$k" * 3 + "qT7!",
        "a rather long sentence of exactly seventy-two bytes, counted one by one!",  # 72 bytes
    ],
)
def test_a_long_uncommon_password_of_any_script_can_be_chosen(password: str) -> None:
    assert find_fault(password) is None
    require_good(password)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", PasswordFault.TOO_SHORT),
        ("x9$kqT7!x9$", PasswordFault.TOO_SHORT),  # 11
        ("e\u0301" * 11, PasswordFault.TOO_SHORT),  # 22 code points, but 11 characters
        ("a rather long sentence of exactly seventy-three bytes, counted one by on!", PasswordFault.TOO_LONG),
        ("長い秘密の言葉です私の犬" * 3, PasswordFault.TOO_LONG),  # 36 characters, 108 bytes
        ("qwerty123456", PasswordFault.COMMON),  # stands in the list
        ("QWERTY123456", PasswordFault.COMMON),
        ("password1234", PasswordFault.COMMON),
        ("P@ssw0rd1234", PasswordFault.COMMON),
        ("motdepasse123", PasswordFault.COMMON),
        ("azertyuiop12", PasswordFault.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordFault.COMMON),
        ("123456789012345", PasswordFault.COMMON),
        ("ambassade1234", PasswordFault.COMMON),
    ],
)
def test_a_short_long_or_common_one_cannot(password: str, fault: PasswordFault) -> None:
    assert find_fault(password) is fault
    with pytest.raises(PasswordError) as refused:
        require_good(password)
    assert refused.value.fault == fault
    assert str(refused.value) == TOLD[fault]


def test_what_others_know_of_a_person_is_common() -> None:
    known = ("nina.berger", "Nina Berger", "nina.berger@example.org")
    assert find_fault("nina.berger2026") is None
    assert find_fault("nina.berger2026", known=known) is PasswordFault.COMMON
    assert find_fault("nina.berger2026") is None  # what is known of one person is not of the next
    assert find_fault("an evening without nina", known=known) is None


def test_a_password_fits_its_hash_only(password_hash: str) -> None:
    assert password_hash.startswith("$2b$12$")
    assert check_password(PASSWORD, password_hash)
    for wrong in ("", PASSWORD.upper(), PASSWORD + " ", PASSWORD + "\0", "x" * 73, "\udc80", nobodys_hash()):
        assert not check_password(wrong, password_hash)


def test_nobody_has_no_password() -> None:
    assert not check_password(PASSWORD, None)
    assert not check_password("", None)
    assert not check_password("too long", nobodys_hash())


def test_a_password_of_seventy_two_bytes_counts_to_its_last_one() -> None:
    hashed = hash_password("é" * 36)
    assert check_password("é" * 36, hashed)
    assert not check_password("é" * 35 + "e", hashed)
    assert not check_password("é" * 37, hashed)  # bcrypt alone would cut it off


def test_an_accent_may_be_typed_as_one_sign_or_two() -> None:
    assert check_password("l’été à Trouville".replace("é", "e\u0301"), hash_password("l’été à Trouville"))


def test_the_work_is_the_same_with_and_without_a_hash(password_hash: str) -> None:
    def measure(password: str, found: str | None) -> float:
        start = time.thread_time()
        check_password(password, found)
        return time.thread_time() - start

    check_password("", None)  # nobody's hash is made once
    cases = {"wrong": ("wrong", password_hash), "unknown": ("wrong", None), "too long": ("x" * 100, password_hash)}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(7):
        for name, case in cases.items():
            times[name].append(measure(*case))
    medians = {name: statistics.median(values) for name, values in times.items()}
    assert max(medians.values()) / min(medians.values()) < 1.3, medians


def test_made_up_passwords_are_good_and_all_different() -> None:
    made_up = {generate_password() for _ in range(100)}
    assert len(made_up) == 100
    assert [password for password in made_up if find_fault(password)] == []
    assert {len(password) for password in made_up} == {24}


def test_the_rest_of_the_librarys_rules_is_kept() -> None:
    rules = Validator()
    assert rules.validate_email("nina@example.org")
    assert not rules.validate_email("nina@example")
    assert rules.validate_username("nina-b")
    assert not rules.validate_username("nina:b")


def test_the_command_line_does_not_pay_for_streamlit() -> None:
    code = "import sys, kpi.cli; print('streamlit' in sys.modules, 'kpi.access.passwords' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False True\n", "")
