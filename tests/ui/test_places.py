"""The parts of a page that has just been opened: first every place, then every part."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    """Two parts between two texts; `order` keeps what was drawn in turn, `fault` says which part fails."""
    import streamlit as st  # noqa: PLC0415 - this function is run as a script of its own

    from kpi.ui import places  # noqa: PLC0415

    order = st.session_state.setdefault("order", [])

    def sketch(name: str) -> None:
        order.append(f"sketch of {name}")
        st.skeleton(200)

    @places.kept(sketch)
    def part(name: str) -> None:
        order.append(name)
        if st.session_state["fault"] == name:
            raise ValueError(name)
        st.markdown(name)

    with places.opening(st.session_state["page"]):
        st.markdown("before")
        part("one")
        part("two")
        st.markdown("after")


def opened(fault: str = "") -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["page"] = "overview"
    app.session_state["fault"] = fault
    return app.run()


def texts(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown]


def test_a_page_just_opened_keeps_every_place_before_it_draws_the_first_part() -> None:
    app = opened()
    assert app.session_state["order"] == ["sketch of one", "sketch of two", "one", "two"]
    assert texts(app) == ["before", "one", "two", "after"]
    assert app.get("skeleton") == []


def test_a_page_that_is_there_is_drawn_without_skeletons_until_another_one_was() -> None:
    app = opened()
    app.session_state["order"] = []
    app.run()
    assert app.session_state["order"] == ["one", "two"]
    app.session_state["order"], app.session_state["page"] = [], "glossary"
    app.run()
    assert app.session_state["order"] == ["sketch of one", "sketch of two", "one", "two"]
    assert texts(app) == ["before", "one", "two", "after"]


def test_a_part_that_fails_leaves_no_skeleton_behind() -> None:
    app = opened("one")
    assert len(app.exception) == 1
    assert texts(app) == ["before", "after"]
    assert app.get("skeleton") == []
    app.session_state["fault"] = ""
    assert texts(app.run()) == ["before", "one", "two", "after"]


def navigation() -> None:
    """A page of a navigation with a field in one of its parts."""
    import streamlit as st  # noqa: PLC0415

    from kpi.ui import places  # noqa: PLC0415

    @places.kept(lambda: st.skeleton(200))
    def part() -> None:
        st.text_input("Name", key="name")

    page = st.navigation([st.Page(part, title="Page", url_path="page", default=True)])
    with places.opening("page"):
        page.run()


def test_a_control_within_a_part_belongs_to_its_page_from_the_beginning() -> None:
    app = AppTest.from_function(navigation).run()
    first = app.text_input(key="name").proto.id
    app.text_input(key="name").set_value("Ada").run()
    assert app.text_input(key="name").value == "Ada"
    assert app.text_input(key="name").proto.id == first
