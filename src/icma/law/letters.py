"""Texts of letters: the shipped ones as data, and the one that holds now."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from icma.law.models import LetterText

FOLDER = Path(__file__).parent / "data" / "letters"
LANGUAGES = ("az", "ru", "en")


@dataclass(frozen=True)
class Text:
    """A text with placeholders. `signed_by` is empty while no advocate has signed it: it is a draft.

    `cites`: the rule that is cited where another than the one whose term starts; `demand`: what is usually asked.
    """

    key: str
    kind: str
    rule: str
    titles: dict[str, str]
    body: str
    version: int = 0
    signed_by: str = ""
    signed_on: date | None = None
    cites: str = ""
    demand: str = ""

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles["az"]


# What somebody who writes by hand puts in; the rest of the placeholders is only filled from a matter's thread.
HOLE = re.compile(r"\{(\w+)\}")
BY_HAND = {
    "place": "[yer]", "facts": "[Nə baş verib: nə vaxt, harada, kim. Əlinizdəki sənədlər.]", "demand": "[Nə xahiş edirsiniz.]",
    "about": "[qurumun adı]", "authority": "[qurumun adı]", "turn": "müraciət edirəm", "ask": "xahiş edirəm", "me": "mənə",
    "my": "mənim", "term": "qanunla müəyyən edilmiş müddətdə", "earlier": "[Əvvəl kimə, hansı tarixdə və hansı nömrə ilə yazmısınız.]",
}  # fmt: skip


def by_hand(text: Text) -> str:
    """The text with square brackets where the writer puts something in; no law is cited that nobody has read here."""
    body = HOLE.sub(lambda found: BY_HAND.get(found[1], ""), text.body)
    parts = (re.sub(r" +", " ", part).strip() for part in body.split("\n\n"))
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=1)
def shipped_letters() -> dict[str, Text]:
    """Every shipped text by key. Raises ValueError that names a file whose head is broken."""
    return {text.key: text for text in map(_read, sorted(FOLDER.glob("*.txt"))) if text}


def _read(path: Path) -> Text | None:
    if path.stem == "README":
        return None
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    fields = dict(line.split(":", 1) for line in head.splitlines())
    try:
        titles = {language: fields[f"title.{language}"].strip() for language in LANGUAGES}
        key, kind, rule = (fields[name].strip() for name in ("key", "kind", "rule"))
    except KeyError as error:
        raise ValueError(f"{path.name}: {error} is missing") from error
    if key != path.stem or not body.strip():
        raise ValueError(f"{path.name}: the key must be the file's name, and the text not empty")
    more = {name: fields.get(name, "").strip() for name in ("cites", "demand")}
    return Text(key, kind, rule, titles, body.strip(), **more)


def letter_rows() -> list[LetterText]:
    """Unsaved rows of the shipped texts, version 1, unsigned: `load_shipped` writes those that lack.

    The Azerbaijani row holds the text; the other languages only its title, for our own pages.
    """
    return [
        LetterText(
            key=text.key, language=language, title=text.titles[language],
            body=text.body if language == "az" else "", rule=text.rule,
        )
        for text in shipped_letters().values()
        for language in LANGUAGES
    ]  # fmt: skip


def letter_text(key: str) -> Text:
    """The newest version of a text; as shipped where the country has not loaded its own. KeyError if unknown."""
    return _as_it_stands(
        shipped_letters()[key],
        LetterText.objects.filter(key=key, language="az").order_by("-version").first(),
    )


def signed_before(now: Text) -> list[LetterText]:
    """Earlier versions that bear a name, the last first."""
    rows = LetterText.objects.filter(key=now.key, language="az", version__lt=now.version)
    return list(rows.exclude(signed_on=None).order_by("-version"))


def letter_texts_now() -> list[Text]:
    """All of them, in one query."""
    rows = {row.key: row for row in LetterText.objects.filter(language="az").order_by("version")}
    return [_as_it_stands(text, rows.get(key)) for key, text in shipped_letters().items()]


def _as_it_stands(shipped: Text, row: LetterText | None) -> Text:
    if row is None:
        return shipped
    return replace(
        shipped, titles={**shipped.titles, "az": row.title}, body=row.body, version=row.version,
        signed_by=row.signed_by, signed_on=row.signed_on,
    )  # fmt: skip
