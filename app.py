"""The server of the dashboard: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

# Streamlit serves a `pages` folder beside the script that it runs without running that script first, so the script
# lives elsewhere; its path is absolute, else it would be looked for in the working directory.
app = st.App(Path(__file__).resolve().parent / "kpi" / "ui" / "main.py")
