"""Brings the Spanish catalogue up to date with the code.

    python resources/translations/update.py [PAIRS.json ...]

New texts come in untranslated, and are said in English until somebody translates them; texts that the code
no longer says are dropped; `tp5gui.mo` is compiled anew. Translate in `es/LC_MESSAGES/tp5gui.po`, then run
this again. A file PAIRS.json, [{"en": ..., "es": ...}, ...], translates what the catalogue lacks; a text that
counts is a list of its two forms in either language.
"""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from collect import Text, collect

from core.base.words import DOMAIN

PO = Path(__file__).parent / "es" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")


class Texts(Catalog):
    """A catalogue whose head tells neither dates nor versions, so that equal texts are equal files."""

    # one and many: Babel 2.19 has a third form for Spanish, of whole millions, which no text here needs
    num_plurals = 2
    plural_expr = "(n != 1)"

    def __init__(self) -> None:
        super().__init__("es", header_comment="# The texts of tp5gui in Spanish; see update.py.", fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The head of the file."""
        return [
            ("Language", "es"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"nplurals={self.num_plurals}; plural={self.plural_expr};"),
        ]


def read(path: Path = PO) -> Texts:
    """The catalogue in a `.po` file; empty if there is none."""
    texts = Texts()
    if path.is_file():
        with path.open("rb") as file:
            for message in read_po(file, "es"):
                if message.id:
                    texts.add(message.id, message.string)
    return texts


def merged(old: Texts, found: set[Text], translations: Mapping[Text, Text]) -> Texts:
    """A catalogue of the texts found, with the translations that the old one, or else the mapping, has."""
    texts = Texts()
    for text in sorted(found, key=str):
        kept = old.get(text)
        new = translations.get(text, "" if isinstance(text, str) else ("", ""))
        texts.add(text, kept.string if kept is not None and any(kept.string) else new)
    return texts


def as_po(texts: Texts) -> bytes:
    """The file that people edit."""
    file = io.BytesIO()
    write_po(file, texts, width=110, sort_output=True, no_location=True)
    return file.getvalue()


def as_mo(texts: Texts) -> bytes:
    """The file that the program reads."""
    file = io.BytesIO()
    write_mo(file, texts)
    return file.getvalue()


def _text(read: str | list[str]) -> Text:
    """A text as it stands in a file of pairs."""
    if isinstance(read, str):
        return read
    one, many = read
    return one, many


def main(pairs: Sequence[str]) -> int:
    """Update both files; the exit status is 1 if a text of the code cannot be collected."""
    found, problems = collect()
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    translations: dict[Text, Text] = {}
    for path in pairs:
        listed = json.loads(Path(path).read_text(encoding="utf-8"))
        translations |= {_text(pair["en"]): _text(pair["es"]) for pair in listed}
    texts = merged(read(), found, translations)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(texts))
    MO.write_bytes(as_mo(texts))
    translated = sum(any(message.string) for message in texts if message.id)
    print(f"{len(texts)} texts, {translated} of them in Spanish")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
