"""What a test reads of a page of HTML: whether its elements are well nested, and its text."""

import re
from html.parser import HTMLParser

VOID = {"br", "circle", "line", "meta", "rect", "polygon", "polyline"}


class Outline(HTMLParser):
    """The elements of a page, with their attributes, and its text without its style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"<{name}> is never closed" for name in self._open]

    @property
    def text(self) -> str:
        """What a reader sees, in order; no-break spaces are kept, the others count for one."""
        return re.sub(r"[ \n]+", " ", " ".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, open unless it holds nothing by nature."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be that one."""
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]} closes something else")

    def handle_data(self, data: str) -> None:
        """Keep a text, unless it is style."""
        if "style" not in self._open:
            self._words.append(data)
