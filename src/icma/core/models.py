"""Entry and Clock in the abstract; File, Code and Once for everybody."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.core.seal import Unreadable, seal, unseal


class AppendOnly(models.Model):
    """Rows that are written once. Corrections are further rows."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not kwargs.get("force_insert"):
            raise TypeError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} is append-only")


class SealedText(models.BinaryField):
    """A short text whose column holds it sealed under `contacts`, a key outside the database; the row gives it in clear.

    An empty one is an empty column, so that the database can tell whether there is one; nothing else can be asked.
    """

    def get_default(self) -> str:
        return ""

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> bytes:
        return seal({"text": value}) if value else b""

    def from_db_value(self, value: Any, *_given: Any) -> str:
        if not value:
            return ""
        try:
            return unseal(bytes(value))["text"]
        except Unreadable:
            return "?"  # restored without its keys

    def value_to_string(self, obj: models.Model) -> str:
        return ""  # a dump holds none


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everyone")
    TEAM = "team", _("the community's coordinators and the union")
    STAFF = "staff", _("the union's staff")


class Entry(AppendOnly):
    """One dated thing that happened. Holds no free text: words stand in an erasable row beside it."""

    at = models.DateTimeField(help_text="Moment of recording, UTC.")
    on = models.DateField(help_text="Legal day (Asia/Baku) on which it happened.")
    verb = models.CharField(max_length=40)
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    data = models.JSONField(default=dict, help_text="Plain values (numbers, dates, codes), never free text.")
    once = models.CharField(
        max_length=80, null=True, blank=True, unique=True, help_text="Derived events: their key."
    )

    class Meta:
        abstract = True


class Clock(models.Model):
    """A term that runs. `due_on` is a cache written by one action and tested equal to derivation."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    rule = models.CharField(max_length=40, help_text="Id of the rule of law; ids never change.")
    edition = models.ForeignKey("law.Edition", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_on = models.DateField(help_text="Primary reading of the law.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Only for terms in hours.")
    earliest_on = models.DateField(help_text="Earliest reading; for our side the safe date.")
    latest_on = models.DateField(help_text="Latest date the law could allow the authority.")
    provisional = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class ClockEvent(AppendOnly):
    """start, pause, resume, extend, answer or correct; due dates are derived from these."""

    class Kind(models.TextChoices):
        START = "start", _("started")
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("resumed")
        EXTEND = "extend", _("extended")
        ANSWER = "answer", _("answered")
        CORRECT = "correct", _("corrected")

    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField(help_text="The moment in the law's sense (Asia/Baku day).")
    recorded_at = models.DateTimeField()
    amount = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In the rule's own unit.")
    basis = models.CharField(max_length=120, blank=True, help_text="Article or document, not free text.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class File(models.Model):
    """Bytes under `var/files`, found by a random name. Reached through a view's door alone."""

    class Kind(models.TextChoices):
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        PDF = "pdf", "PDF"
        TEXT = "text", _("text")
        MAIL = "mail", _("e-mail")

    code = models.CharField(max_length=32, unique=True, help_text="Random; also the path under var/files.")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=8, choices=Kind, help_text="Sniffed from the bytes, not from the name."
    )
    size = models.PositiveIntegerField(help_text="Bytes.")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.STAFF)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Code(models.Model):
    """A secret that was handed out: return codes, paper codes, feeds, one-time links, mail codes.

    Only the keyed hash is kept. Long codes have ≥ 95 random bits, so guessing needs no limit;
    eight-digit codes carry `tries_left`.
    """

    purpose = models.CharField(max_length=16)
    subject = models.CharField(max_length=80, help_text="What it opens, e.g. `matter:7Q4FM2KD`.")
    hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    tries_left = models.PositiveSmallIntegerField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class Once(models.Model):
    """Idempotency: the result of a form that was posted; written in the action's own transaction."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="once_scope_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


LIVE = Q(ended_at=None, used_at=None)
