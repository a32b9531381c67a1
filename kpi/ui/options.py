"""What the options of a control are called, in the language spoken and in the URL."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from kpi.language import LANGUAGES, speaking, translate

Option = TypeVar("Option", bound=str)


def called(options: Sequence[Option], label: Callable[[Option], str]) -> dict[Option, str]:
    """What each option is called; those that would be called the same carry their own text as well.

    Streamlit knows an option by what it is called, and would take the first of two for the other.
    """
    words = {option: label(option) for option in options}
    times = Counter(words.values())
    return {
        option: translate("{label} ({value})", label=text, value=option) if times[text] > 1 else text
        for option, text in words.items()
    }


def in_any_language(options: Sequence[Option], label: Callable[[Option], str]) -> dict[str, Option]:
    """The options by what they are called in any language, and by their own text."""
    named: dict[str, Option] = {option: option for option in options}
    for language in LANGUAGES:
        with speaking(language):
            named |= {words: option for option, words in called(options, label).items()}
    return named


def put_into_this_language(key: str, options: Sequence[Option], label: Callable[[Option], str]) -> None:
    """Begin the run anew where the URL names options of the control `key` in another language, with a URL in this one.

    Streamlit writes options into the URL as they are shown and reads nothing else from there, so a link that somebody
    sends who reads in another language would not be understood. Links of mails name values as the data does: FR.
    """
    shown, asked = called(options, label), st.query_params.get_all(key)
    if set(asked) <= set(shown.values()):
        return
    named = in_any_language(options, label)
    found = [shown[named[words]] for words in asked if words in named]
    if found:
        st.query_params[key] = found
        st.rerun()
