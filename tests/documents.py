"""What a PDF says, read back from its bytes."""

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
