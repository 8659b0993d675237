"""What may be answered to a question, in which words; plain functions over a question's row."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from icma.asks.models import Question, Version
from icma.core.words import capital

REFUSED = "refused"  # "I do not answer": another thing than an empty field
MOST_QUESTIONS, MOST_CHOICES, MOST_RANGES = 15, 12, 8
BIGGEST = 1_000_000
Kind = Question.Kind
LANGUAGES = ("az", "ru", "en")


@dataclass(frozen=True)
class Told:
    """Words as the reader gets them; `language` is theirs, which may not be the page's."""

    text: str
    language: str

    @property
    def html(self) -> Any:
        """Marked with its language where the page is in another one."""
        if self.language == _page():
            return self.text
        return format_html('<span lang="{}">{}</span>', self.language, self.text)

    def __str__(self) -> str:
        return self.text


def _page() -> str:
    return (get_language() or "az")[:2]


def told(version: Version, name: str, language: str = "") -> Told:
    """`title` or `intro` of a version in the reader's language, or in its own where nobody translated it."""
    wanted = language or _page()
    text = version.texts.get(wanted, {}).get(name)
    return Told(text, wanted) if text else Told(getattr(version, name), version.language)


def asked(question: Question, version: Version, language: str = "") -> Told:
    wanted = language or _page()
    text = question.texts.get(wanted, {}).get("text")
    return Told(text, wanted) if text else Told(question.text, version.language)


def keys(question: Question) -> list[str]:
    """Every value that a closed answer may have; none for own words. `refused` comes beside them."""
    if question.kind == Kind.TEXT:
        return []
    if question.kind == Kind.YESNO:
        return ["yes", "no"]
    if question.kind == Kind.SCALE:
        return ["1", "2", "3", "4", "5"]
    return [str(n) for n in range(1, len(question.choices) + 1)]


def labels(question: Question, version: Version, language: str = "") -> dict[str, Told]:
    """{value: words} in the reader's language where the question has it, else in the version's."""
    page = language or _page()
    if question.kind == Kind.YESNO:
        return {"yes": Told(capital(gettext("yes")), page), "no": Told(capital(gettext("no")), page)}
    if question.kind == Kind.NUMBER:
        return {key: Told(words, page) for key, words in zip(keys(question), ranges(question), strict=True)}
    there = question.texts.get(page, {}).get("choices")
    words, spoken = (there, page) if there else (question.choices, version.language)
    if question.kind == Kind.SCALE:
        ends = {"1": f"1 – {words[0]}", "5": f"5 – {words[1]}"}
        return {key: Told(ends.get(key, key), spoken) for key in keys(question)}
    return {key: Told(text, spoken) for key, text in zip(keys(question), words, strict=True)}


def ranges(question: Question) -> list[str]:
    """ "0", "1–2", "3+": the ranges that a number falls into."""
    starts = [int(start) for start in question.choices]
    found = []
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        if after is None:
            found.append(f"{start}+")
        else:
            found.append(f"{start}" if after - start == 1 else f"{start}–{after - 1}")
    return found


def range_of(question: Question, number: int) -> str:
    """The value that is kept of a number: its range. "" below the first."""
    fitting = [
        key for key, start in zip(keys(question), question.choices, strict=True) if int(start) <= number
    ]
    return fitting[-1] if fitting else ""
