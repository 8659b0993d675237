"""Questionnaires: a form, its versions with their questions, and answers that lead to nobody.

Nothing below Response knows an account, an address, a browser or an hour: a day is the finest there is, row numbers
are random and laid down anew every night (`actions/nightly.py`). What was written in words stands apart even from the
other answers of the same sheet.
"""

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.asks.flow import VERSION
from icma.core.models import AppendOnly
from icma.matters.bands import AgeBand, Channel, Sex


def number() -> int:
    """The row's number says nothing about when it came."""
    return secrets.randbits(62)


class Form(models.Model):
    """A questionnaire of the union or of a community, under one address whatever its version."""

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="forms")
    study = models.CharField(
        max_length=24, blank=True, help_text="Key of the study it was made from; empty: written by hand."
    )
    opens_on = models.DateField(_("first day"), null=True, blank=True)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    wants_code = models.BooleanField(
        default=False, help_text="Answers only with a paper code: one code, one sheet."
    )
    counted_to = models.DateField(
        null=True, blank=True, help_text="Last day whose answers are among the acts."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(opens_on__lte=models.F("closes_on")),
                name="asks_form_window",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """A set of questions as it was asked. It never changes once it is open; a change is the next version."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=VERSION.choices, default="draft")
    language = models.CharField(max_length=2, default="az", help_text="Of title, introduction and questions.")
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("introduction"), blank=True)
    texts = models.JSONField(default=dict, help_text="Other languages: {ru: {title, intro}}.")
    returned = models.CharField(max_length=400, blank=True, help_text="Why a moderator sent it back.")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="asks_version_number"),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(state__in=("draft", "waiting", "ready")),
                name="asks_version_one_draft",
            ),
            models.UniqueConstraint(fields=["form"], condition=Q(state="open"), name="asks_version_one_open"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question: its words in the version's language, other languages beside it, where the words come from."""

    class Kind(models.TextChoices):
        ONE = "one", _("one answer")
        MANY = "many", _("several answers")
        YESNO = "yesno", _("yes or no")
        SCALE = "scale", _("scale from 1 to 5")
        NUMBER = "number", _("a number")
        TEXT = "text", _("own words")

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(help_text="1 to 15, as printed.")
    kind = models.CharField(_("kind of question"), max_length=6, choices=Kind, default=Kind.ONE)
    text = models.CharField(_("question"), max_length=400)
    choices = models.JSONField(
        default=list,
        help_text="One, many: the answers. Scale: words for 1 and for 5. Number: the first number of each range.",
    )
    texts = models.JSONField(default=dict, help_text="Other languages: {ru: {text, choices}}.")
    is_required = models.BooleanField(
        default=False, help_text='An answer, or "I do not answer"; else it may be left empty.'
    )
    source = models.CharField(_("where the words come from"), max_length=200, blank=True)
    licence = models.CharField(_("licence of the words"), max_length=80, blank=True)
    wording = models.CharField(
        _("how exact the wording is"), max_length=200, blank=True,
        help_text="Word for word, shortened, translated by whom, our own.",
    )  # fmt: skip

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="asks_question_order"),
            models.CheckConstraint(condition=Q(order__lte=15), name="asks_question_fifteen"),
        ]

    def __str__(self) -> str:
        return self.text


class Response(models.Model):
    """One sheet, on screen or paper: a day, and what the person chose to say of herself. Nobody can be read from it."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="responses")
    on = models.DateField(help_text="Day on which it came in; nothing finer.")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    region = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["version", "on"])]

    def __str__(self) -> str:
        return f"{self.version_id} {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("answers are laid down by actions/answering.py alone, with random numbers")


class Answer(models.Model):
    """One chosen answer: the number of a choice, or "refused". Left empty: no row."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question", "value"], name="asks_answer_once"),
        ]
        indexes = [models.Index(fields=["question", "value"])]

    def __str__(self) -> str:
        return f"{self.question_id} {self.value}"


class TextAnswer(models.Model):
    """What was written in own words, or that this was refused. It knows its question and no sheet, day or person."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="said")
    text = models.TextField(blank=True)
    is_refused = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="az", help_text="Of the page on which it was written.")

    def __str__(self) -> str:
        return str(self.question_id)


class Reading(AppendOnly):
    """Somebody of the union has opened what was written in own words: who, when, why, how many texts."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="readings")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=200)
    n = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["form", "at"])]

    def __str__(self) -> str:
        return f"{self.form_id} {self.at:%Y-%m-%d}"


class Batch(models.Model):
    """A pile of paper sheets that somebody types in: how many there are is counted first."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="batches")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("where the sheets come from"), max_length=80)
    total = models.PositiveSmallIntegerField(_("sheets in the pile"))
    on = models.DateField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="asks_batch_number")]

    def __str__(self) -> str:
        return self.name


class Sheet(models.Model):
    """This sheet was typed in. It knows its number and no answer, so that it counts once."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="sheets")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="sheets")
    number = models.PositiveIntegerField(help_text="As written on the paper.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="asks_sheet_once")]

    def __str__(self) -> str:
        return str(self.number)
