"""Writing a questionnaire: its words, its questions, their order; the next version of one that was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.asks.kinds import BIGGEST, LANGUAGES, MOST_CHOICES, MOST_QUESTIONS, MOST_RANGES, Kind
from icma.asks.models import Form, Question, Version
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.engines.aztext import clean_text
from icma.people.models import Organisation, User

DRAFTS = ("draft", "waiting", "ready")
Texts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Asked:
    """One question as it is written. `choices` as Question tells; `texts`: {ru: {text, choices}}."""

    text: str
    kind: str = Kind.ONE
    choices: tuple[str, ...] = ()
    texts: Texts = field(default_factory=dict)
    is_required: bool = False
    source: str = ""
    licence: str = ""
    wording: str = ""


@action
def start_form(
    *,
    organisation: Organisation,
    title: str,
    intro: str = "",
    language: str = "az",
    texts: Texts | None = None,
    study: str = "",
    at: datetime,
    by: User | None,
) -> Version:
    """A new questionnaire and its first version, without questions yet."""
    if organisation.until is not None:
        raise Refused(_("The community has ended its work."))
    form = Form.objects.create(code=public_code(), organisation=organisation, study=study)
    version = Version(form=form, number=1)
    _fill(version, title, intro, language, texts or {})
    version.save(force_insert=True)
    return version


@action
def change_words(
    *, version: Version, title: str, intro: str, texts: Texts | None = None, at: datetime, by: User | None
) -> Version:
    """Title and introduction, while it is a draft."""
    _draft(version)
    _fill(version, title, intro, version.language, texts or {})
    Version.objects.filter(pk=version.pk).update(
        title=version.title, intro=version.intro, texts=version.texts
    )
    return version


@action
def ask(*, version: Version, asked: Asked, order: int = 0, at: datetime, by: User | None) -> Question:
    """Add a question at the end, or change the one with this number."""
    _draft(version)
    clean = _clean(asked, version.language)
    if order:
        changed = Question.objects.filter(version=version, order=order)
        if changed.update(**clean) != 1:
            raise Refused(_("The question is no longer there."))
        return changed.get()
    n = version.questions.count()
    if n >= MOST_QUESTIONS:
        raise Refused(_("A questionnaire has at most 15 questions: people leave longer ones."))
    return Question.objects.create(version=version, order=n + 1, **clean)


@action
def move_question(
    *, version: Version, order: int, up: bool, at: datetime, by: User | None, row: int | None = None
) -> None:
    """One place up or down; nothing at the ends. `row`: the question that was seen under this number."""
    _draft(version)
    _is_there(version, order, row)
    other, rows = order - 1 if up else order + 1, Question.objects.filter(version=version)
    if rows.filter(order__in=(order, other)).count() != 2:
        return
    rows.filter(order=order).update(order=0)  # two cannot have one number, not even for a moment
    rows.filter(order=other).update(order=order)
    rows.filter(order=0).update(order=other)


@action
def drop_question(
    *, version: Version, order: int, at: datetime, by: User | None, row: int | None = None
) -> None:
    """Take a question out of a draft; those behind it move up. `row`: the one that was seen under this number."""
    _draft(version)
    _is_there(version, order, row)
    Question.objects.filter(version=version, order=order).delete()
    for row in Question.objects.filter(version=version, order__gt=order).order_by("order"):
        Question.objects.filter(pk=row.pk).update(order=row.order - 1)


def _is_there(version: Version, order: int, row: int | None) -> None:
    """Somebody may have moved the questions since the page was opened."""
    if row is not None and not version.questions.filter(order=order, pk=row).exists():
        raise Refused(_("The questions stand in another order meanwhile. Look at the page again."))


@action
def next_version(*, form: Form, at: datetime, by: User | None) -> Version:
    """A draft with the words of the newest version. What is open stays open until the draft takes its place."""
    Form.objects.select_for_update(no_key=True).get(pk=form.pk)
    last = form.versions.order_by("-number")[0]
    if last.state in DRAFTS:
        raise Refused(_("A new version is being written already."))
    made = Version.objects.create(
        form=form, number=last.number + 1, language=last.language, title=last.title, intro=last.intro,
        texts=last.texts,
    )  # fmt: skip
    copied = list(last.questions.all())
    for row in copied:
        row.pk, row.version = None, made
    Question.objects.bulk_create(copied)
    return made


def _draft(version: Version) -> None:
    """Whoever changes a draft holds it; anything later than a draft never changes."""
    now = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
    if now.state != "draft":
        raise Refused(
            _("Only a draft can be changed. What was asked stays as it was asked: make a new version.")
        )


def _fill(version: Version, title: str, intro: str, language: str, texts: Texts) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    version.language = language
    version.title, version.intro = " ".join(clean_text(title).split()), clean_text(intro)
    if not 3 <= len(version.title) <= 160:
        raise Refused(_("Write a title of 3 to 160 letters."))
    if len(version.intro) > 1500:
        raise Refused(_("The introduction has at most 1500 letters."))
    version.texts = {}
    for other, words in texts.items():
        cleaned = {name: clean_text(str(words.get(name) or "")) for name in ("title", "intro")}
        if other == language or other not in LANGUAGES:
            continue
        if cleaned["intro"] and not cleaned["title"]:
            raise Refused(_("In each language the introduction needs a title beside it."))
        if cleaned["title"]:
            version.texts[other] = {"title": cleaned["title"][:160], "intro": cleaned["intro"][:1500]}


def _clean(asked: Asked, language: str) -> dict[str, Any]:
    if asked.kind not in Kind.values:
        raise ValueError(f"no such kind: {asked.kind}")
    text = _line(asked.text)
    if not 3 <= len(text) <= 400:
        raise Refused(_("Write the question in 3 to 400 letters."))
    choices = [line for line in map(_line, asked.choices) if line]
    _fits(asked.kind, choices)
    notes = {name: _line(getattr(asked, name)) for name in ("source", "licence", "wording")}
    if any(len(words) > most for words, most in zip(notes.values(), (200, 80, 200), strict=True)):
        raise Refused(_("Source, licence and the note on the wording are too long."))
    return {
        "text": text, "kind": asked.kind, "choices": choices, "is_required": asked.is_required,
        "texts": _others(asked, choices, language), **notes,
    }  # fmt: skip


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _fits(kind: str, choices: list[str]) -> None:
    if kind in (Kind.YESNO, Kind.TEXT) and choices:
        raise Refused(_("This kind of question has no list of answers."))
    if kind in (Kind.ONE, Kind.MANY) and not 2 <= len(choices) <= MOST_CHOICES:
        raise Refused(_("Write 2 to 12 answers, one a line."))
    if kind == Kind.SCALE and len(choices) != 2:
        raise Refused(_("Write two lines: what 1 means and what 5 means."))
    if len(set(choices)) != len(choices) or any(len(words) > 160 for words in choices):
        raise Refused(_("Each answer has at most 160 letters and stands there once."))
    if kind == Kind.NUMBER:
        _starts(choices)


def _starts(choices: list[str]) -> None:
    """The first number of each range, rising: only the range is kept, so that no number points at somebody."""
    starts = [int(words) for words in choices if words.isascii() and words.isdigit() and len(words) < 8]
    whole = len(starts) == len(choices) and 2 <= len(starts) <= MOST_RANGES
    if not whole or starts != sorted(set(starts)) or starts[-1] > BIGGEST:
        raise Refused(_("Write 2 to 8 whole numbers that rise, one a line: where each range begins."))


def _others(asked: Asked, choices: list[str], language: str) -> dict[str, Any]:
    """Other languages: whole or not at all, so that nobody reads an answer that stands for another."""
    found: dict[str, Any] = {}
    listed = asked.kind in (Kind.ONE, Kind.MANY, Kind.SCALE)
    for other, words in asked.texts.items():
        text = _line(str(words.get("text") or ""))
        lines = [line for line in map(_line, words.get("choices") or ()) if line] if listed else []
        if other == language or other not in LANGUAGES or not (text or lines):
            continue
        if not text:
            raise Refused(_("In each language the answers need their question."))
        if listed and len(lines) != len(choices):
            raise Refused(_("Each language needs the same answers in the same order."))
        found[other] = {"text": text[:400], "choices": lines}
    return found
