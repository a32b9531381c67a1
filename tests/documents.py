"""What a PDF says, read back from its bytes."""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader

ZERO_WIDTH = dict.fromkeys(map(ord, "\N{ZERO WIDTH SPACE}\N{WORD JOINER}"))


def open_pdf(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content), strict=True)


def text_of(content: bytes) -> str:
    """Every text of the document, what it says of itself included, with single spaces."""
    reader = open_pdf(content)
    texts = [page.extract_text() for page in reader.pages] + [str(value) for value in (reader.metadata or {}).values()]
    return " ".join(" ".join(texts).translate(ZERO_WIDTH).split())


def spaced(text: str) -> str:
    """A text as `text_of` gives it."""
    return " ".join(text.split())


def structure(node: object) -> Iterator[object]:
    """The kinds of a structure tree's elements."""
    found = node.get_object()  # type: ignore[attr-defined]
    if isinstance(found, list):
        for one in found:
            yield from structure(one)
    elif isinstance(found, dict):
        if "/S" in found:
            yield found["/S"]
        if "/K" in found:
            yield from structure(found["/K"])
