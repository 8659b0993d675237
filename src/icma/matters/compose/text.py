"""The words of a letter: an advocate's text with its placeholders filled.

Letters go out in Azerbaijani whatever language the page speaks, so the small words here are Azerbaijani;
nothing is glued to a name or a date. What may be said about a term is decided by law/certainty.py.
"""

import re
from dataclasses import dataclass
from datetime import date

from icma.engines.aztext import clean_text, date_az
from icma.law.book import Book
from icma.law.certainty import has_formal_sentence, may_share, status_of, wording
from icma.law.letters import HOLE, Text
from icma.matters.compose.wishes import MANY
from icma.matters.lateness import is_silent
from icma.matters.models import Clock, Letter, Matter
from icma.people.models import Authority

SUBJECT, BODY = 200, 10_000
_UNITS = {"wd": "iş günü", "cd": "gün", "month": "ay", "year": "il", "hour": "saat"}
_ONE = {"turn": "müraciət edirəm", "ask": "xahiş edirəm", "me": "mənə", "my": "mənim", "agree": "deyiləm"}
_MANY = {"turn": "müraciət edirik", "ask": "xahiş edirik", "me": "bizə", "my": "bizim", "agree": "deyilik"}
_ASKS = tuple(f"{words['ask']}:" for words in (_ONE, _MANY))
_AFTER = ("Hüquqi əsas:", "Sorğunun izahı")


@dataclass(frozen=True)
class Composed:
    subject: str
    body: str


@dataclass(frozen=True)
class Parts:
    """What goes into a text. `earlier`, `reply`, `clock`: the letter that is followed, its answer, its clock."""

    matter: Matter
    authority: Authority
    sender: str
    facts: str
    demand: str
    today: date
    about: Authority | None = None
    earlier: Letter | None = None
    reply: Letter | None = None
    clock: Clock | None = None


def compose(text: Text, rule: str, parts: Parts, law: Book) -> Composed:
    """Subject and body of a letter. A placeholder that the text's author misspelt stays visible."""
    values = _values(rule or text.cites, parts, law)
    body = HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text.body)
    body = re.sub(
        r"(?m)^[ \t]+|[ \t]+$", "", body
    )  # a line whose first words are lacking begins with the next
    body = re.sub(r"(?<=\S)  +(?=\S)", " ", body)
    body = re.sub(r"\n{3,}", "\n\n", body)
    return Composed(f"{text.title('az')}: {parts.matter.title}"[:SUBJECT], body.strip())


def _values(rule: str, parts: Parts, law: Book) -> dict[str, str]:
    about = parts.about or (parts.earlier.authority if parts.earlier else None)
    return {
        **(_MANY if parts.sender in MANY else _ONE),
        "place": place_words(parts.matter),
        "authority": parts.authority.name_az,
        "about": about.name_az if about else "",
        "facts": clean_text(parts.facts),
        "demand": clean_text(parts.demand),
        "basis": _basis(rule or (parts.earlier.rule if parts.earlier else ""), law),
        "term": term_words(rule, law),
        "earlier": _earlier(parts.earlier),
        "standing": _standing(parts.clock, parts.today, law),
        "answer": _answer(parts.reply),
        "promise": _promise(parts.reply),
        "forwarding": _forwarding(parts.reply),
    }  # fmt: skip


def place_words(matter: Matter) -> str:
    """'Göyçay, Nümunəkənd, məktəbin yanı': what the public page says too, never a home address."""
    names = [matter.place.name_az, matter.village.name_az if matter.village else "", matter.spot]
    return ", ".join(name for name in names if name)


def term_words(rule: str, law: Book) -> str:
    """The term in a letter: with its number only where the source is certain enough to be quoted."""
    when = "qanunla müəyyən edilmiş müddətdə"
    if not rule or not may_share(status_of(law, rule)):
        return when
    found = law.rules[rule]
    return f"{when} ({found.amount} {_UNITS[found.unit]})"


def asked_in(body: str) -> str:
    """What a letter asked: the paragraphs after "… xahiş edirik:"; '' where it was put in other words."""
    found: list[str] = []
    inside = False
    for part in body.split("\n\n"):
        if inside and part.startswith(_AFTER):
            break
        if inside:
            found.append(part)
        inside = inside or part.rstrip().endswith(_ASKS)
    return "\n\n".join(found).strip()


def _basis(rule: str, law: Book) -> str:
    if not rule:
        return ""
    cited = wording(law, rule, "az").basis or law.rules[rule].law.get("az", "")
    return f"Hüquqi əsas: {cited}."


def _earlier(letter: Letter | None) -> str:
    if letter is None:
        return ""
    facts = [f"Əvvəlki müraciətin ünvanlandığı qurum: {letter.authority.name_az}."]
    if letter.sent_on:
        facts.append(f"Göndərilmə tarixi: {date_az(letter.sent_on)}.")
    if letter.registered_on:
        facts.append(
            f"Qeydiyyat nömrəsi: {letter.number}. Qeydiyyata alınma tarixi: {date_az(letter.registered_on)}."
        )
    return " ".join(facts)


def _standing(clock: Clock | None, today: date, law: Book) -> str:
    """A breach is asserted only of a signed rule, past the latest lawful date, after somebody asked again.

    Of a term that nobody waits for any more (answered, forwarded, paused) there is nothing to say.
    """
    if clock is None or clock.rule not in law.rules or today <= clock.due_on:
        return ""
    if clock.state != Clock.State.RUNNING:
        return ""
    said = wording(law, clock.rule, "az", clock.due_on)
    if not said.asserts:
        return said.sentence
    if is_silent(clock) and clock.disputed_at is None:
        return wording(law, clock.rule, "az", clock.latest_on).sentence
    return wording(law, clock.rule, "az").sentence


def says_too_much(body: str, clock: Clock | None, today: date, law: Book) -> bool:
    """A text that was written earlier asserts a breach that today's text would not: the rule or its signature, the
    date or the silence has changed since."""
    said = _standing(clock, today, law)
    return has_formal_sentence(body) and (not said or said not in body)


def _answer(reply: Letter | None) -> str:
    if reply is None or reply.dated_on is None:
        return ""
    words = f"Cavabın tarixi: {date_az(reply.dated_on)}."
    return f"{words} Cavabın nömrəsi: {reply.number}." if reply.number else words


def _promise(reply: Letter | None) -> str:
    return f"Vəd edilmiş tarix: {date_az(reply.promised_on)}." if reply and reply.promised_on else ""


def _forwarding(reply: Letter | None) -> str:
    """To whom it went on, by whose notice."""
    if reply is None or reply.forwarded_to is None or reply.dated_on is None:
        return ""
    words = f"Müraciətin göndərildiyi qurum: {reply.forwarded_to.name_az}. Bildirişin tarixi: {date_az(reply.dated_on)}."
    return f"{words} Bildirişin nömrəsi: {reply.number}." if reply.number else words
