"""Offers of files: whose they are, and how long they last."""

from kpi.access.downloads import KEPT, MOST_OFFERS, Downloads, Offer

from .conftest import NOW


def offer(text: str) -> Offer:
    return Offer(file_name="a.csv", media_type="text/csv", make=text.encode, rows=1, has_people=False)


def test_an_offer_is_found_by_its_session_only() -> None:
    downloads = Downloads()
    token = downloads.offer("ann", "data rows", offer("1"), now=NOW)
    found = downloads.find("ann", token)
    assert found is not None
    assert found.make() == b"1"
    assert downloads.find("bob", token) is None
    assert downloads.find("ann", "x") is None
    assert len(token) == 22  # 128 random bits


def test_a_place_keeps_its_address_and_serves_what_stands_there_now() -> None:
    downloads = Downloads()
    token = downloads.offer("ann", "data rows", offer("1"), now=NOW)
    assert downloads.offer("ann", "data rows", offer("2"), now=NOW) == token
    found = downloads.find("ann", token)
    assert found is not None
    assert found.make() == b"2"
    given = (("ann", "data files"), ("bob", "data rows"))
    others = {downloads.offer(session, place, offer("3"), now=NOW) for session, place in given}
    assert token not in others
    assert len(others) == 2


def test_the_oldest_offers_of_a_session_make_room() -> None:
    downloads = Downloads()
    first, second = (downloads.offer("ann", place, offer(place), now=NOW) for place in ("first", "second"))
    others = downloads.offer("bob", "first", offer("x"), now=NOW)
    for number in range(MOST_OFFERS - 2):
        downloads.offer("ann", str(number), offer("x"), now=NOW)
    downloads.offer("ann", "first", offer("again"), now=NOW)
    downloads.offer("ann", "one more", offer("x"), now=NOW)
    assert downloads.find("ann", second) is None
    assert downloads.find("ann", first) is not None
    assert downloads.find("bob", others) is not None


def test_offers_go_with_their_session() -> None:
    downloads = Downloads()
    ended, silent = (downloads.offer(name, "rows", offer("x"), now=NOW) for name in ("ann", "bob"))
    downloads.forget("ann")
    downloads.forget("nobody")
    assert downloads.find("ann", ended) is None
    downloads.offer("cleo", "rows", offer("x"), now=NOW + KEPT / 2)
    assert downloads.find("bob", silent) is not None
    # Who closes the browser ends no session; what he was offered goes when the next reader comes.
    downloads.offer("dora", "rows", offer("x"), now=NOW + KEPT)
    assert downloads.find("bob", silent) is None
    assert len(downloads._shelves) == 2
