"""What the frame keeps between pages."""

import gc
from pathlib import Path

import streamlit as st

from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from kpi.store.engine import connect
from kpi.ui import frame
from tests.conftest import NOW, write_tables


def test_a_version_leaves_the_cache_without_being_taken_from_a_page_that_is_being_drawn(
    tmp_path: Path, paris: Settings
) -> None:
    store = Store(tmp_path / "store")
    tables = {"customers": [{"customer_id": "ann", "joined_at": "2026-01-01"}]}
    orders = [{"order_id": "o", "customer_id": "ann", "ordered_at": "2026-10-12", "net_amount": 30}]
    import_files(store, write_tables(tmp_path, {**tables, "orders": orders}), paris, now=NOW)
    warehouse = frame._opened(str(store.folder), 1, NOW)
    # Any open tab may ask for this, and a third version published pushes the first one out.
    st.cache_resource.clear()
    assert "fct_orders" in warehouse.tables()
    del warehouse
    gc.collect()
    # DuckDB opens a file for writing only when nobody in the process has it open for reading.
    with connect(store.warehouse_file(1)) as connection:
        assert connection.execute("select count(*) from fct_orders").fetchall() == [(1,)]
