"""A page as it is read: its elements and its text. One that is not whole is refused."""

from html.parser import HTMLParser

EMPTY = {"meta", "img", "br"}


class Page(HTMLParser):
    """Attributes: `elements` (name, attributes) in their order; `texts` (the names around it, text)."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        assert page.startswith("<!DOCTYPE html>\n")
        self.feed(page)
        self.close()
        assert self._open == [], "an element has no end"

    def handle_starttag(self, name, attributes):
        assert len(attributes) == len(dict(attributes)), name
        self.elements.append((name, dict(attributes)))
        if name not in EMPTY:
            self._open.append(name)

    def handle_endtag(self, name):
        assert self._open
        assert self._open.pop() == name

    def handle_data(self, text):
        if text.strip():
            self.texts.append((tuple(self._open), text))

    def named(self, name):
        """The attributes of all elements of this name."""
        return [attributes for each, attributes in self.elements if each == name]

    def under(self, name):
        """The texts somewhere inside elements of this name."""
        return [text for around, text in self.texts if name in around]

    @property
    def text(self):
        return " ".join(text for _, text in self.texts)
