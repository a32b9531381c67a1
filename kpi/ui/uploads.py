"""A CSV file brought into an editor: looked at first, every fault told by its line, then all of it or nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from kpi.errors import FaultyFileError
from kpi.language import translate, translate_plural
from kpi.ui import format as fmt

MOST_TOLD = 20
LONGEST_FILE_NAME = 100

Row = TypeVar("Row")


def offer(
    name: str,
    columns: str,
    *,
    read: Callable[[bytes], Sequence[Row]],
    new: Callable[[Sequence[Row]], int],
    plan: Callable[[int, int], str],
    import_: Callable[[Sequence[Row], str], object],
) -> None:
    """Draw the import below an editor; `name` is the beginning of its keys, `columns` says what a file holds.

    `read` gives the rows of a file or raises `FaultyFileError`; `new` counts those that would change anything, `plan`
    says so of so many of so many; `import_` records the rows under the file's name.
    """
    with st.expander(translate("Import from CSV"), icon=":material/upload_file:"):
        st.caption(columns)
        file = st.file_uploader(translate("CSV file"), type="csv", key=f"{name}-file")
        if file is None:
            return
        try:
            found = read(file.getvalue())
        except FaultyFileError as error:
            _tell_faults(error.faults)
            return
        changing = new(found)
        st.markdown(plan(changing, len(found)))
        if changing and st.button(translate("Import the file"), type="primary", key=f"{name}-import"):
            import_(found, file.name[:LONGEST_FILE_NAME])
            st.rerun()


def _tell_faults(faults: Sequence[tuple[int, str]]) -> None:
    st.error(translate("Nothing was recorded. Correct the file and import it again."), icon=":material/error:")
    lines = [translate("Line {line}: {fault}", line=line, fault=fmt.plain(fault)) for line, fault in faults]
    st.markdown("\n".join(f"- {line}" for line in lines[:MOST_TOLD]))
    if len(lines) > MOST_TOLD:
        more = len(lines) - MOST_TOLD
        st.caption(
            translate_plural("And {count} other fault.", "And {count} other faults.", more, count=fmt.count(more))
        )
